import { globalRegistry, type ZodType } from 'zod'
import type { core } from 'zod'
import type { SettingMeta } from './settings.ts'
import type { Title } from './words.ts'

export const settingKinds = [
  'text',
  'secret',
  'url',
  'number',
  'boolean',
  'mapping',
  'choice',
  'list',
  'json',
] as const
/** `mapping`: codes → codes; `list`: texts; `json`: anything else, edited as JSON. */
export type SettingKind = (typeof settingKinds)[number]

/** One field of a settings page or wizard. */
export interface SettingField {
  /** Dotted for nested settings: "paymentStatuses.paid". */
  readonly path: string
  readonly kind: SettingKind
  readonly title: Title
  readonly hint?: Title
  readonly required: boolean
  readonly default?: unknown
  /** Values of a `choice`. */
  readonly choices?: readonly string[]
  readonly dictionary?: NonNullable<SettingMeta['dictionary']>
}

/** The fields of a settings schema in their order, for a page or a wizard made from it. */
export function describeSettings(schema: ZodType): readonly SettingField[] {
  return fieldsOf(schema, { path: [], isOptional: false, preset: undefined, title: undefined })
}

interface Place {
  readonly path: readonly string[]
  readonly isOptional: boolean
  /** Default of an enclosing object for this place. */
  readonly preset: unknown
  readonly title: Title | undefined
}

/** A schema without its wrappers (optional, default, transform …) and what they said. */
interface Unwrapped {
  readonly def: core.$ZodTypeDef
  readonly meta: Readonly<Record<string, unknown>>
  readonly isOptional: boolean
  readonly preset: unknown
}

function fieldsOf(schema: core.$ZodType, place: Place): readonly SettingField[] {
  const { def, meta, isOptional, preset } = unwrap(schema, place)
  const title = isTitle(meta['title']) ? meta['title'] : undefined
  const kind = kindOf(def, meta)
  if (kind === null && 'shape' in def) {
    return Object.entries(def.shape as Record<string, core.$ZodType>).flatMap(([name, inner]) =>
      fieldsOf(inner, {
        path: [...place.path, name],
        isOptional,
        preset: isRecord(preset) ? preset[name] : undefined,
        title: title === undefined ? undefined : { en: `${title.en}: ${name}`, ru: `${title.ru}: ${name}` },
      }),
    )
  }
  const path = place.path.join('.')
  const choices = choicesOf(def)
  return [
    {
      path,
      kind: kind ?? 'json',
      title: title ?? place.title ?? titleFromText(meta['title'], path),
      ...(isTitle(meta['hint']) ? { hint: meta['hint'] } : {}),
      required: !isOptional,
      ...(preset === undefined ? {} : { default: preset }),
      ...(choices === undefined || kind !== 'choice' ? {} : { choices }),
      ...(isRecord(meta['dictionary']) ? { dictionary: meta['dictionary'] } : {}),
    },
  ]
}

function unwrap(schema: core.$ZodType, place: Place): Unwrapped {
  let meta: Readonly<Record<string, unknown>> = {}
  let { isOptional, preset } = place
  let current = schema
  for (;;) {
    meta = { ...globalRegistry.get(current), ...meta }
    const { def } = current._zod
    if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault' || def.type === 'catch')
      isOptional = true
    if ('defaultValue' in def && preset === undefined) preset = def.defaultValue
    const inner = innerOf(def)
    // A marked kind (secret, url) speaks for the whole pipe; what is inside is its machinery.
    if (inner === undefined || (def.type === 'pipe' && meta['settingKind'] !== undefined))
      return { def, meta, isOptional, preset }
    current = inner
  }
}

function innerOf(def: core.$ZodTypeDef): core.$ZodType | undefined {
  if ('innerType' in def) return def.innerType as core.$ZodType
  return def.type === 'pipe' && 'in' in def ? (def.in as core.$ZodType) : undefined
}

/** null = an object whose fields are described one by one. */
function kindOf(def: core.$ZodTypeDef, meta: Readonly<Record<string, unknown>>): SettingKind | null {
  const marked = settingKinds.find((kind) => kind === meta['settingKind'])
  if (marked !== undefined) return marked
  switch (def.type) {
    case 'object':
      return null
    case 'string':
      return 'text'
    case 'number':
    case 'bigint':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'enum':
    case 'literal':
    case 'union':
      return choicesOf(def) === undefined ? 'json' : 'choice'
    case 'record':
      return 'valueType' in def && isTextLike(def.valueType as core.$ZodType) ? 'mapping' : 'json'
    case 'array':
      return 'element' in def && isTextLike(def.element as core.$ZodType) ? 'list' : 'json'
    default:
      return 'json'
  }
}

function isTextLike(schema: core.$ZodType): boolean {
  const { type } = schema._zod.def
  return type === 'string' || type === 'enum' || type === 'literal'
}

function choicesOf(def: core.$ZodTypeDef): readonly string[] | undefined {
  if ('entries' in def && def.type === 'enum')
    return Object.values(def.entries as Record<string, unknown>).map(String)
  if ('values' in def && def.type === 'literal') return (def.values as unknown[]).map(String)
  if (!('options' in def) || def.type !== 'union') return undefined
  const options = (def.options as core.$ZodType[]).map((option) => choicesOf(option._zod.def))
  return options.every((choices) => choices !== undefined) ? options.flat() : undefined
}

function titleFromText(title: unknown, path: string): Title {
  const text = typeof title === 'string' ? title : path
  return { en: text, ru: text }
}

function isTitle(value: unknown): value is Title {
  return isRecord(value) && typeof value['en'] === 'string' && typeof value['ru'] === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
