import { z, type ZodType } from 'zod'
import type { core } from 'zod'
import { ConfigError } from './errors.ts'
import { Secret } from './secret.ts'

/** A text in the languages of the settings page. */
export interface Title {
  readonly en: string
  readonly ru: string
}

/** What a settings schema says about a field beside its type: `z.string().meta({ title: { en: …, ru: … } })`. */
export interface SettingMeta {
  readonly title: Title
  /** One sentence under the field. */
  readonly hint?: Title
  /** Dictionaries whose entries the page offers: `mapping()` has both sides, a single code one of them. */
  readonly dictionary?: { readonly shop?: string; readonly external?: string }
}

declare module 'zod' {
  interface ZodType<
    out Output = unknown,
    out Input = unknown,
    out Internals extends core.$ZodTypeInternals<Output, Input> = core.$ZodTypeInternals<Output, Input>,
  > {
    /** Title and hint for the settings page, in both languages. */
    meta(data: SettingMeta): this
  }
}

/** A text that becomes a `Secret`: it is never printed, not even by accident. */
export function secret() {
  return z
    .union([z.string().trim().min(1), z.instanceof(Secret)])
    .transform((value) => (value instanceof Secret ? value : new Secret(value)))
    .meta(kind('secret'))
}

/**
 * An address as an administrator types it, without a slash at the end. Plain http passes here and is refused by the
 * client unless `security.allowHosts` names the host.
 */
export function httpsUrl() {
  return z
    .string()
    .trim()
    .refine(isWebAddress, {
      error: 'must be a full address that begins with https://, without user and password',
      abort: true,
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .meta(kind('url'))
}

/** Codes of one side → codes of the other. Name both dictionaries in `.meta({ dictionary })`. */
export function mapping() {
  return z.record(z.string().min(1), z.string().min(1)).meta(kind('mapping'))
}

/**
 * Settings by their schema.
 * @throws ConfigError `SETTINGS_INVALID`: every problem by path and what to do; never a value
 */
export function parseSettings<Settings>(schema: ZodType<Settings>, raw: unknown, where: string): Settings {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, raw))
  throw new ConfigError(
    'SETTINGS_INVALID',
    `${where} is not right: ${problems.map(({ text }) => text).join('; ')}`,
    {
      facts: { field: problems.map(({ path }) => path).join(', ') },
    },
  )
}

/** One thing that is wrong with settings, for the field it belongs to. */
export interface SettingProblem {
  /** Dotted; "" = the whole. */
  readonly path: string
  /** With the path in it; never a value. */
  readonly text: string
  readonly isMissing: boolean
}

/** What `parseSettings` would throw about, by field; empty = right. */
export function findProblems(schema: ZodType, raw: unknown): readonly SettingProblem[] {
  const result = schema.safeParse(raw)
  return result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, raw))
}

/** Own words per kind of problem: Zod's texts may be replaced by a locale and custom ones may quote the input. */
function problemsOf(issue: core.$ZodIssue, raw: unknown): readonly SettingProblem[] {
  const place = issue.path
  const path = place.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = [...place.map(String), key].join('.')
      return { path: name, text: `${name} is unknown: remove it or correct its name`, isMissing: false }
    })
  }
  const shown = path === '' ? 'the whole' : path
  const isMissing = valueAt(raw, place) === undefined
  const text = `${shown} ${isMissing ? 'is missing: add it' : advice(issue, valueAt(raw, place))}`
  return [{ path, text, isMissing }]
}

function advice(issue: core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be a ${issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty or so short'
        : `must be ${String(issue.minimum)} or more`
    case 'too_big':
      return issue.origin === 'string' ? 'is too long' : `must be ${String(issue.maximum)} or less`
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`
    case 'invalid_format':
      return 'has a wrong format'
    case 'invalid_union':
      return 'has a wrong type'
    case 'invalid_key':
    case 'invalid_element':
      return 'has a wrong entry'
    case 'custom':
      // A connector's own text is trusted unless it repeats the value.
      return typeof value === 'string' && issue.message.includes(value) ? 'is not right' : issue.message
    case 'unrecognized_keys':
      return 'has an unknown name'
  }
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  )
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.hash === ''
  )
}

/** Read by `describeSettings`. */
function kind(settingKind: 'secret' | 'url' | 'mapping'): { readonly settingKind: string } {
  return { settingKind }
}
