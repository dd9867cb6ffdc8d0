import type { core } from 'zod'
import type { Title } from './words.ts'

/** One thing that is wrong with settings, for the field it belongs to. */
export interface SettingProblem {
  /** Dotted; "" = the whole. */
  readonly path: string
  /** What is wrong and what to do; never a value. */
  readonly text: Title
  readonly isMissing: boolean
}

/**
 * The words of a rule of your own, in both languages, after the name of the field:
 * `z.string().refine(isRight, rule({ en: 'must be …', ru: 'нужно …' }))`.
 */
export function rule({ en, ru }: Title): {
  readonly error: string
  readonly params: { readonly ru: string }
} {
  return { error: en, params: { ru } }
}

/** What Zod found, in our words: its own speak English alone, and those of a connector may quote the value. */
export function problemsIn(
  { issues }: { readonly issues: readonly core.$ZodIssue[] },
  raw: unknown,
): readonly SettingProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, raw))
}

function problemsOf(issue: core.$ZodIssue, raw: unknown): readonly SettingProblem[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problem(path === '' ? key : `${path}.${key}`, UNKNOWN))
  }
  const value = valueAt(raw, issue.path)
  const isMissing = value === undefined
  return [problem(path, isMissing && issue.code !== 'custom' ? MISSING : wordsOf(issue, value), isMissing)]
}

/** One of several problems in a sentence about them all. */
export function placed({ path, text: { en, ru } }: SettingProblem): Title {
  return { en: `${path || 'the whole'} ${en}`, ru: `${path || 'целиком'} — ${ru}` }
}

function problem(path: string, text: Title, isMissing = false): SettingProblem {
  return { path, text, isMissing }
}

const UNKNOWN: Title = {
  en: 'is unknown: remove it or correct its name',
  ru: 'такой настройки нет: уберите или исправьте имя',
}
const MISSING: Title = { en: 'is missing: add it', ru: 'не задано: добавьте' }

function wordsOf(issue: core.$ZodIssue, value: unknown): Title {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? { en: `must be a ${issue.expected}`, ru: `нужно ${issue.expected}` }
    case 'invalid_value':
      return oneOf(issue.values)
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'not_multiple_of':
      return {
        en: `must be a multiple of ${String(issue.divisor)}`,
        ru: `должно делиться на ${String(issue.divisor)}`,
      }
    case 'invalid_format':
      return issue.format === 'url'
        ? {
            en: 'must be a full address such as https://shop.example',
            ru: 'нужен полный адрес, как https://shop.example',
          }
        : { en: 'has a wrong format', ru: 'неверный вид' }
    case 'invalid_union':
      return ofUnion(issue, value)
    case 'invalid_key':
    case 'invalid_element':
      return ofEntry(issue)
    case 'custom':
      return ofRule(issue, value)
    case 'unrecognized_keys':
      return { en: 'has an unknown name', ru: 'внутри есть неизвестное имя' }
  }
}

/** Keyed by what Zod calls the expected type. */
const TYPES: Readonly<Record<string, Title>> = {
  string: { en: 'must be a string', ru: 'нужен текст' },
  number: { en: 'must be a number', ru: 'нужно число' },
  int: { en: 'must be a whole number', ru: 'нужно целое число' },
  boolean: { en: 'must be true or false', ru: 'нужно true или false' },
  array: { en: 'must be a list [ … ]', ru: 'нужен список [ … ]' },
  object: { en: 'must be an object { … }', ru: 'нужен объект { … }' },
  record: { en: 'must be an object { … }', ru: 'нужен объект { … }' },
}

function oneOf(values: readonly unknown[]): Title {
  const all = values.map(String).join(', ')
  return values.length === 1
    ? { en: `must be ${all}`, ru: `нужно ${all}` }
    : { en: `must be one of ${all}`, ru: `нужно одно из: ${all}` }
}

function tooSmall({ origin, minimum, inclusive }: core.$ZodIssueTooSmall): Title {
  const least = String(minimum)
  if (origin === 'string')
    return least === '1'
      ? { en: 'must not be empty', ru: 'не должно быть пустым' }
      : { en: `must have ${least} characters or more`, ru: `длина не меньше ${least}` }
  if (COUNTED.has(origin))
    return { en: `must have ${least} entries or more`, ru: `записей не меньше ${least}` }
  return inclusive === false
    ? { en: `must be more than ${least}`, ru: `должно быть больше ${least}` }
    : { en: `must be ${least} or more`, ru: `не меньше ${least}` }
}

function tooBig({ origin, maximum, inclusive }: core.$ZodIssueTooBig): Title {
  const most = String(maximum)
  if (origin === 'string')
    return { en: `must have ${most} characters at most`, ru: `длина не больше ${most}` }
  if (COUNTED.has(origin)) return { en: `must have ${most} entries at most`, ru: `записей не больше ${most}` }
  return inclusive === false
    ? { en: `must be less than ${most}`, ru: `должно быть меньше ${most}` }
    : { en: `must be ${most} or less`, ru: `не больше ${most}` }
}

const COUNTED: ReadonlySet<string> = new Set(['array', 'set', 'map'])

/** Which kind of site it is, or what is wrong within the one kind that fits. */
function ofUnion(issue: core.$ZodIssueInvalidUnion, value: unknown): Title {
  if ('options' in issue && issue.options !== undefined) return oneOf(issue.options)
  const inside = issue.errors.map(([first]) => first).find((first) => first && first.code !== 'invalid_type')
  return inside === undefined || inside.path.length > 0
    ? { en: 'has a wrong type', ru: 'неверный тип' }
    : wordsOf(inside, value)
}

/** Of a wrong name, what is wrong with it. */
function ofEntry({ issues: [inside] }: { readonly issues: readonly core.$ZodIssue[] }): Title {
  return inside?.code === 'custom'
    ? ofRule(inside, undefined)
    : { en: 'has a wrong entry', ru: 'неверная запись внутри' }
}

/** A connector's own text is trusted unless it repeats the value. */
function ofRule({ message, params }: core.$ZodIssueCustom, value: unknown): Title {
  const ru: unknown = params?.['ru']
  const said = { en: message, ru: typeof ru === 'string' ? ru : message }
  const isQuoting = typeof value === 'string' && value !== '' && `${said.en} ${said.ru}`.includes(value)
  return isQuoting ? { en: 'is not right', ru: 'неверно' } : said
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  )
}
