import type { ProblemGroup } from './api/types.ts'
import { codeTable } from './codes.ts'
import { t, type MessageKey } from './i18n/index.ts'
import { language } from './i18n/language.ts'

const unmapped: Readonly<Record<string, MessageKey>> = {
  STATUS_UNMAPPED: 'cause.STATUS_UNMAPPED',
  PAYMENT_TYPE_UNMAPPED: 'cause.PAYMENT_TYPE_UNMAPPED',
  DELIVERY_TYPE_UNMAPPED: 'cause.DELIVERY_TYPE_UNMAPPED',
}

/** What stands in the way of a group of orders, in the page's language, with the value that is concerned. */
export function causeOf({ code, message, facts }: ProblemGroup): string {
  const key = unmapped[code]
  const name = text(facts['name']) ?? text(facts['value'])
  if (key !== undefined && name !== null) return t(key, { value: name })
  if (language.value === 'en') return message
  return codeTable.value?.[code]?.ru.means ?? message
}

export function cureOf({ code }: ProblemGroup): string {
  return codeTable.value?.[code]?.[language.value].todo ?? ''
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
