export const nameOrders = ['last-first-patronymic', 'first-patronymic-last'] as const
/** The order in which buyers of this shop type their full name into one field. */
export type NameOrder = (typeof nameOrders)[number]

export interface PersonName {
  readonly lastName: string | null
  readonly firstName: string | null
  readonly patronymic: string | null
}

const none: PersonName = { lastName: null, firstName: null, patronymic: null }

/** Splits a full name into the CRM's three fields; one word is a first name. No word is lost. */
export function splitName(name: string | null, order: NameOrder): PersonName {
  const words = (name ?? '').split(/\s+/u).filter((word) => word !== '')
  const first = words[0]
  if (first === undefined) return none
  if (words.length === 1) return { ...none, firstName: first }
  if (order === 'last-first-patronymic') {
    return { lastName: first, firstName: words[1] ?? null, patronymic: joined(words.slice(2)) }
  }
  return { lastName: words.at(-1) ?? null, firstName: first, patronymic: joined(words.slice(1, -1)) }
}

function joined(words: readonly string[]): string | null {
  return words.length === 0 ? null : words.join(' ')
}
