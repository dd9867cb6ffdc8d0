import { z, type ZodType } from 'zod'
import type { core } from 'zod'
import { ConfigError } from './errors.ts'
import { Secret } from './secret.ts'
import { placed, problemsIn, rule, type SettingProblem } from './setting-problems.ts'
import type { Language, Title } from './words.ts'

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
      ...rule({
        en: 'must be a full address that begins with https://, without user and password',
        ru: 'нужен полный адрес, который начинается с https://, без имени и пароля',
      }),
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
  const problems = problemsIn(result.error, raw)
  const told = (language: Language): string => problems.map((each) => placed(each)[language]).join('; ')
  throw new ConfigError(
    'SETTINGS_INVALID',
    { en: `${where} is not right: ${told('en')}`, ru: `В ${where} ошибки: ${told('ru')}` },
    { facts: { field: problems.map(({ path }) => path).join(', ') } },
  )
}

/** What `parseSettings` would throw about, by field; empty = right. */
export function findProblems(schema: ZodType, raw: unknown): readonly SettingProblem[] {
  const result = schema.safeParse(raw)
  return result.success ? [] : problemsIn(result.error, raw)
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
