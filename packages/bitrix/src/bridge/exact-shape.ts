import type { z } from 'zod'

/**
 * What a schema takes, by the kind of the value: a schema that takes null or one of several kinds is one shape like any
 * other, and a single function looks through an answer.
 */
interface Shape {
  readonly isNullable: boolean
  readonly isFlag: boolean
  /** Whole numbers from 0 on. */
  readonly isWhole: boolean
  readonly text: TextShape | null
  /** A list of any length. */
  readonly element: Shape | null
  /** A list with a shape for each place. */
  readonly places: readonly Shape[] | null
  readonly members: readonly (readonly [name: string, shape: Shape])[] | null
}

interface TextShape {
  readonly least: number
  readonly pattern: RegExp | null
  readonly allowed: ReadonlySet<unknown> | null
}

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
  return fits(shape, value)
}

function fits(shape: Shape, value: unknown): boolean {
  if (typeof value === 'string') return shape.text !== null && fitsText(shape.text, value)
  if (value === null) return shape.isNullable
  if (typeof value === 'boolean') return shape.isFlag
  if (typeof value === 'number') return shape.isWhole && Number.isSafeInteger(value) && value >= 0
  if (Array.isArray(value)) return fitsList(shape, value)
  return typeof value === 'object' && shape.members !== null && fitsMembers(shape.members, value)
}

function fitsText({ least, pattern, allowed }: TextShape, value: string): boolean {
  if (allowed !== null) return allowed.has(value)
  return pattern === null ? value.length >= least : pattern.test(value)
}

/** What follows the places that are known, the schema may drop. */
function fitsList({ element, places }: Shape, values: readonly unknown[]): boolean {
  if (places !== null) {
    if (values.length !== places.length) return false
    for (let index = 0; index < values.length; index++)
      if (!fits(places[index] as Shape, values[index])) return false
    return true
  }
  if (element === null) return false
  for (let index = 0; index < values.length; index++) if (!fits(element, values[index])) return false
  return true
}

function fitsMembers(members: NonNullable<Shape['members']>, value: object): boolean {
  let count = 0
  for (const _name in value) count++
  if (count !== members.length) return false
  // A member that is missing is undefined, which no shape here takes.
  for (const [name, shape] of members)
    if (!fits(shape, (value as Record<string, unknown>)[name])) return false
  return true
}

const never: Shape = {
  isNullable: false,
  isFlag: false,
  isWhole: false,
  text: null,
  element: null,
  places: null,
  members: null,
}

function shapeOf(schema: z.core.$ZodType): Shape {
  const { def } = (schema as z.core.$ZodTypes)._zod
  // A check that is not known here may also be one that changes the value.
  if (def.type !== 'string' && def.type !== 'number' && (def.checks ?? []).length > 0) return never
  switch (def.type) {
    case 'object': {
      if (def.catchall !== undefined) return never
      return { ...never, members: Object.entries(def.shape).map(([name, member]) => [name, shapeOf(member)]) }
    }
    case 'array':
      return { ...never, element: shapeOf(def.element) }
    case 'tuple':
      return { ...never, places: def.items.map(shapeOf) }
    case 'nullable': {
      const inner = shapeOf(def.innerType)
      return inner === never ? never : { ...inner, isNullable: true }
    }
    case 'union': {
      const options = def.options.map(shapeOf)
      return options.includes(never) ? never : options.reduce(eitherOf)
    }
    case 'enum':
      return { ...never, text: { least: 0, pattern: null, allowed: new Set(Object.values(def.entries)) } }
    case 'string': {
      const text = textShape(def)
      return text === null ? never : { ...never, text }
    }
    case 'number':
      return isWhole(def) ? { ...never, isWhole: true } : never
    case 'boolean':
      return { ...never, isFlag: true }
    default:
      return never
  }
}

/** Two that take the same kind of value each in its own way are left to the schema. */
function eitherOf(one: Shape, other: Shape): Shape {
  const isList = (shape: Shape): boolean => shape.element !== null || shape.places !== null
  const areAlike =
    (one.text !== null && other.text !== null) ||
    (isList(one) && isList(other)) ||
    (one.members !== null && other.members !== null)
  if (areAlike) return never
  return {
    isNullable: one.isNullable || other.isNullable,
    isFlag: one.isFlag || other.isFlag,
    isWhole: one.isWhole || other.isWhole,
    text: one.text ?? other.text,
    element: one.element ?? other.element,
    places: one.places ?? other.places,
    members: one.members ?? other.members,
  }
}

/** null = left to the schema. */
function textShape(def: z.core.$ZodStringDef): TextShape | null {
  const rules = (def.checks ?? []).map(ruleOf)
  if (def.coerce === true || 'format' in def || rules.length > 1) return null
  const [rule] = rules
  if (rule === undefined) return { least: 0, pattern: null, allowed: null }
  if (rule.check === 'min_length') return { least: rule.minimum, pattern: null, allowed: null }
  const pattern = rule.check === 'string_format' && rule.format === 'regex' ? rule.pattern : undefined
  // A pattern that remembers its place is left to the schema.
  if (pattern === undefined || pattern.global || pattern.sticky) return null
  return { least: 0, pattern, allowed: null }
}

/** Only the whole numbers from 0 on that answers hold. */
function isWhole(def: z.core.$ZodNumberDef): boolean {
  const [rule, ...others] = (def.checks ?? []).map(ruleOf)
  const isFromZero = rule?.check === 'greater_than' && rule.inclusive && rule.value === 0
  return (
    'format' in def && def.format === 'safeint' && def.coerce !== true && isFromZero && others.length === 0
  )
}

function ruleOf(check: z.core.$ZodCheck) {
  return (check as z.core.$ZodChecks)._zod.def
}
