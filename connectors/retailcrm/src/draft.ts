import type { Order } from '@mufta/kit'
import { isRecord } from './answers.ts'
import { sentPayments } from './payments.ts'
import type { CrmOrder } from './wire.ts'

export type Draft = Partial<CrmOrder>

/** A creation has nothing to clear, so null is left out; returns to the buyer are no payments of the CRM. */
export function forCreation(order: Order, draft: Draft): Draft {
  const payments = draft.payments === undefined ? {} : { payments: sentPayments(order, draft.payments) }
  return withoutNulls({ ...draft, ...payments })
}

function withoutNulls(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!holdsNull(record)) return record
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(record)) {
    const present = isRecord(value) ? withoutNulls(value) : withoutNullsInRows(value)
    if (present !== null && !(isRecord(present) && isEmpty(present))) kept[key] = present
  }
  return kept
}

function withoutNullsInRows(value: unknown): unknown {
  return Array.isArray(value) ? value.map((row) => (isRecord(row) ? withoutNulls(row) : row)) : value
}

/** Most rows hold none and need no copy. */
function holdsNull(record: Readonly<Record<string, unknown>>): boolean {
  for (const key in record) {
    const value = record[key]
    if (value === null || (isRecord(value) && holdsNull(value))) return true
    if (Array.isArray(value) && value.some((row) => isRecord(row) && holdsNull(row))) return true
  }
  return false
}

/** An object of nothing but null was one: `delivery.data` without a tracking number. */
function isEmpty(record: object): boolean {
  for (const _key in record) return false
  return true
}
