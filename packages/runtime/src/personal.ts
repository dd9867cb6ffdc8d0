import { createRedactor } from '@mufta/kit'

/** What stands in place of a personal value for those who may not see it. */
export const HIDDEN = '•••'

const WORDS =
  /^(?:e[_-]?mails?|mails?|phones?|tel|telephones?|mobiles?|fio|patronymic|(?:first|last|middle|second|full|sur)_?name|(?:customer|buyer|client|contact|person|recipient|user)_?(?:name|e?mail|phone|address|fio)|(?:[a-z]+_)?address(?:es)?|zip|zip_?code|postcode|postal_?code|birth_?(?:day|date)?|passport)$/i
const PEOPLE = /^(?:customer|contragent|buyer|client|contact|person|recipient|user)s?$/i
/** Of a person, but nobody can be told by it. */
const HARMLESS = /^(?:id|external_?id|contragent_?type|type)$/i
/** Names that say which field the values beside them are of. */
const NAMERS = ['field', 'path', 'role', 'code'] as const
const VALUES: ReadonlySet<string> = new Set([
  ...['value', 'from', 'to', 'was', 'would', 'shop', 'external', 'before', 'after'],
])

/** Whether a field ("customer.phone", "lastName", "delivery.address.text", "items[4].name") holds personal data. */
export function isPersonal(field: string): boolean {
  const steps = field.split(/[.[\]]+/).filter((step) => step !== '')
  return steps.some(
    (step, index) => isWord(step) || (/^name$/i.test(step) && PEOPLE.test(steps[index - 1] ?? '')),
  )
}

function isWord(step: string): boolean {
  // "customerPhone" is read as "customer_Phone", so that "addressee" or "email2x" stay what they are.
  return WORDS.test(step) || WORDS.test(step.replace(/([a-z])([A-Z])/g, '$1_$2'))
}

const PATTERNS = createRedactor()

/** The same value with everything personal hidden: by the names of fields, and by pattern inside every text. */
export function withoutPersonal(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return isPersonal(field) ? hidden(value) : PATTERNS(value)
  if (typeof value === 'number') return isPersonal(field) ? HIDDEN : value
  if (Array.isArray(value)) return value.map((each) => withoutPersonal(each, field))
  if (typeof value !== 'object' || value === null) return value
  const record = value as Readonly<Record<string, unknown>>
  const named = NAMERS.map((name) => record[name]).find(
    (name): name is string => typeof name === 'string' && isPersonal(name),
  )
  return Object.fromEntries(
    Object.entries(record).map(([name, inner]) => {
      const path = named !== undefined && VALUES.has(name) ? named : pathOf(field, name)
      return [name, withoutPersonal(inner, path)]
    }),
  )
}

function pathOf(field: string, name: string): string {
  return HARMLESS.test(name) ? name : `${field}.${name}`
}

function hidden(text: string): string {
  return text === '' ? '' : HIDDEN
}
