import type { Order } from '@mufta/kit'
import { sentPayments } from './payments.ts'
import type { CrmOrder } from './wire.ts'

export type Draft = Partial<CrmOrder>

/** A creation has nothing to clear, so null is left out; returns to the buyer are no payments of the CRM. */
export function forCreation(order: Order, draft: Draft): Draft {
  const payments = draft.payments === undefined ? {} : { payments: sentPayments(order, draft.payments) }
  return withoutNulls({ ...draft, ...payments }) as Draft
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      isNothing(inner) ? [] : [[key, withoutNulls(inner)] as const],
    ),
  )
}

/** null, or an object of nothing but null: `delivery.data` without a tracking number. */
function isNothing(value: unknown): boolean {
  if (value === null) return true
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isNothing)
}
