import type { z } from 'zod'

type Shape = (value: unknown) => boolean

const shapes = new WeakMap<z.core.$ZodType, Shape>()

/**
 * True = the value already is what the schema's parse would make of it, so the copy that a parse makes, half of the
 * cost of an answer, can be left out. False says nothing: then the schema itself must look, for it knows more kinds,
 * drops unknown members and names what is wrong.
 */
export function isExactly<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
): value is z.output<Schema> {
  let shape = shapes.get(schema)
  if (shape === undefined) shapes.set(schema, (shape = shapeOf(schema)))
  return shape(value)
}

const never: Shape = () => false

function shapeOf(schema: z.core.$ZodType): Shape {
  const { def } = (schema as z.core.$ZodTypes)._zod
  // A check that is not known here may also be one that changes the value.
  if (def.type !== 'string' && def.type !== 'number' && (def.checks ?? []).length > 0) return never
  switch (def.type) {
    case 'object':
      return def.catchall === undefined ? objectShape(def.shape) : never
    case 'array':
      return arrayShape(shapeOf(def.element))
    case 'nullable': {
      const inner = shapeOf(def.innerType)
      return (value) => value === null || inner(value)
    }
    case 'tuple':
      return tupleShape(def.items)
    case 'union': {
      const options = def.options.map(shapeOf)
      return (value) => options.some((option) => option(value))
    }
    case 'enum': {
      const allowed = new Set<unknown>(Object.values(def.entries))
      return (value) => allowed.has(value)
    }
    case 'string':
      return stringShape(def)
    case 'number':
      return numberShape(def)
    case 'boolean':
      return (value) => typeof value === 'boolean'
    default:
      return never
  }
}

function objectShape(members: Readonly<Record<string, z.core.$ZodType>>): Shape {
  const names = Object.keys(members)
  const inner = Object.values(members).map(shapeOf)
  return (value) => {
    if (typeof value !== 'object' || value === null) return false
    let count = 0
    for (const _name in value) count++
    if (count !== names.length) return false
    for (let index = 0; index < count; index++) {
      // A member that is missing is undefined, which no shape here takes.
      if (inner[index]?.((value as Record<string, unknown>)[names[index] as string]) !== true) return false
    }
    return true
  }
}

/** What follows the items that are known, the schema may drop. */
function tupleShape(items: readonly z.core.$ZodType[]): Shape {
  const inner = items.map(shapeOf)
  return (value) => {
    if (!Array.isArray(value) || value.length !== inner.length) return false
    for (let index = 0; index < inner.length; index++) if (inner[index]?.(value[index]) !== true) return false
    return true
  }
}

function arrayShape(element: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return false
    for (const item of value) if (!element(item)) return false
    return true
  }
}

function stringShape(def: z.core.$ZodStringDef): Shape {
  const rules = (def.checks ?? []).map(ruleOf)
  if (def.coerce === true || 'format' in def || rules.length > 1) return never
  const [rule] = rules
  if (rule === undefined) return (value) => typeof value === 'string'
  if (rule.check === 'min_length') {
    const { minimum } = rule
    return (value) => typeof value === 'string' && value.length >= minimum
  }
  const pattern = rule.check === 'string_format' && rule.format === 'regex' ? rule.pattern : undefined
  // A pattern that remembers its place is left to the schema.
  if (pattern === undefined || pattern.global || pattern.sticky) return never
  return (value) => typeof value === 'string' && pattern.test(value)
}

/** Only the whole numbers from 0 on that answers hold. */
function numberShape(def: z.core.$ZodNumberDef): Shape {
  const [rule, ...others] = (def.checks ?? []).map(ruleOf)
  const isWhole = 'format' in def && def.format === 'safeint' && def.coerce !== true
  const isFromZero = rule?.check === 'greater_than' && rule.inclusive && rule.value === 0
  if (!isWhole || !isFromZero || others.length > 0) return never
  return (value) => Number.isSafeInteger(value) && Number(value) >= 0
}

function ruleOf(check: z.core.$ZodCheck) {
  return (check as z.core.$ZodChecks)._zod.def
}
