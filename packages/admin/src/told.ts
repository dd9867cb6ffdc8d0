import type { Reason, Tree } from './api/types/basics.ts'
import { codeTable, factTable } from './codes.ts'
import { language } from './i18n/language.ts'

/** A refusal or a failure in the page's language. */
export interface Told {
  readonly text: string
  /** Its values in words, where `text` is the documented meaning, which has none; "" = `text` says it all. */
  readonly facts: string
  /** What was said in English, where `text` is the documented meaning in Russian. */
  readonly detail: string
}

/** The reason's own words in the language, else what the documentation says of its code, with its facts. */
export function tell({ code, message, ru, facts }: Reason): Told {
  const own = language.value === 'ru' ? ru : message
  const meaning = codeTable.value?.[code]?.[language.value].means
  if (own !== undefined || meaning === undefined) return { text: own ?? message, facts: '', detail: '' }
  return { text: meaning, facts: factsIn(facts), detail: message }
}

/** In one line of a list whose heading tells the code: the reason's own words, in Russian at least its values. */
export function tellShort({ message, ru, facts, code }: Reason): string {
  if (language.value === 'en') return message
  if (ru !== undefined) return ru
  // Which record it is about, the line tells already.
  const { entity: _entity, id: _id, ...rest } = facts ?? {}
  return codeTable.value?.[code] === undefined ? message : factsIn(rest) || tell({ code, message }).text
}

/** The reason in a line of the journal, which keeps it among its details. */
export function reasonIn(code: string, { message, ru, facts }: Tree & { readonly message: string }): Reason {
  return {
    code,
    message,
    ru: typeof ru === 'string' ? ru : undefined,
    facts: typeof facts === 'object' && facts !== null ? (facts as Tree) : {},
  }
}

/** "поле: statuses; значение: X" */
export function factsIn(facts: Reason['facts']): string {
  return Object.entries(facts ?? {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${factName(name)}: ${factText(name, value)}`)
    .join('; ')
}

export function factName(name: string): string {
  return factTable.value?.[name]?.[language.value] ?? name
}

export function factText(name: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return name === 'side' || name === 'entity' ? factName(value) : value
}
