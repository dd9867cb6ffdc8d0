import type { DictionaryEntry } from '@mufta/kit'
import { isRecord, rows } from './answers.ts'

/** Our names of RetailCRM's dictionaries and their paths under reference/. */
export const dictionaryNames = {
  statuses: 'statuses',
  paymentTypes: 'payment-types',
  paymentStatuses: 'payment-statuses',
  deliveryTypes: 'delivery-types',
  orderTypes: 'order-types',
  orderMethods: 'order-methods',
  sites: 'sites',
  stores: 'stores',
} as const
export type DictionaryName = keyof typeof dictionaryNames

/** A dictionary's row with what `check` looks at. */
export interface CrmDictionaryEntry extends DictionaryEntry {
  /** Of a status: "cancel" = the order is cancelled. */
  readonly group?: string
  /** Of a site. */
  readonly currency?: string
}

export type CrmDictionaries = Readonly<Record<DictionaryName, readonly CrmDictionaryEntry[]>>

/** Rows of a dictionary's answer: the one member that is a map or a list, whatever its name. */
export function readDictionary(answer: Readonly<Record<string, unknown>>): readonly CrmDictionaryEntry[] {
  const table = Object.values(answer).find((value) => Array.isArray(value) || isRecord(value))
  return rows(table).map((row) => ({
    code: String(row['code']),
    name: String(row['name'] ?? row['code']),
    active: row['active'] !== false,
    ...(typeof row['group'] === 'string' ? { group: row['group'] } : {}),
    ...(typeof row['currency'] === 'string' ? { currency: row['currency'] } : {}),
  }))
}
