import type { Dictionaries } from './api/types/connections.ts'
import type { ProblemGroup } from './api/types/problems.ts'
import { codeTable } from './codes.ts'
import { t, type MessageKey } from './i18n/index.ts'
import { language } from './i18n/language.ts'
import { tell, type Told } from './told.ts'

/** Names of the values that stand in the way, by the group's key. */
export type Names = ReadonlyMap<string, string>

const unmapped: Readonly<Record<string, MessageKey>> = {
  STATUS_UNMAPPED: 'cause.STATUS_UNMAPPED',
  PAYMENT_TYPE_UNMAPPED: 'cause.PAYMENT_TYPE_UNMAPPED',
  DELIVERY_TYPE_UNMAPPED: 'cause.DELIVERY_TYPE_UNMAPPED',
  SHIPMENT_STORE_UNMAPPED: 'cause.SHIPMENT_STORE_UNMAPPED',
  ORDER_SITE_UNMAPPED: 'cause.ORDER_SITE_UNMAPPED',
}

/** What stands in the way of a group of orders, in the page's language, with the value that is concerned. */
export function causeOf(group: ProblemGroup, names: Names): string {
  const { code, facts } = group
  const key = unmapped[code]
  const name = names.get(group.key) ?? text(facts['value'])
  if (key !== undefined && name !== null) return t(key, { value: name })
  return tell(group).text
}

/** Values and English words, where the cause above them is the documented meaning. */
export function detailOf(group: ProblemGroup): Pick<Told, 'facts' | 'detail'> {
  return group.code in unmapped ? { facts: '', detail: '' } : tell(group)
}

/** The value's own name in the live dictionary, where there is one. */
export function nameOf({ action }: ProblemGroup, dictionaries: Dictionaries): string | null {
  if (action.type !== 'map') return null
  const lists = dictionaries[action.side]
  const list = lists[action.field] ?? lists[action.field.replace(/ToShop$/, '')] ?? []
  return list.find(({ code }) => code === action.value)?.name ?? null
}

/** What to do, where no button of the card does it. */
export function cureOf({ code, action }: ProblemGroup): string {
  if (action.type === 'map') return ''
  return codeTable.value?.[code]?.[language.value].todo ?? ''
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
