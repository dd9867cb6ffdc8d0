import type { CallOptions, Order } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import type { CrmOrder, CrmPayment } from './wire.ts'

/** Payments that the CRM keeps: a return to the buyer is not one of them. */
export function sentPayments(order: Order, payments: readonly CrmPayment[]): readonly CrmPayment[] {
  const returns = new Set(order.payments.filter((payment) => payment.isReturn).map((payment) => payment.id))
  return payments.filter(
    (payment) => typeof payment.externalId !== 'string' || !returns.has(payment.externalId),
  )
}

export interface PaymentChanges {
  readonly id: string
  readonly order: Order
  readonly current: CrmOrder
  /** All payments of the shop's order, as drafts. */
  readonly payments: readonly CrmPayment[]
  /** Flat names of the changed fields: "payments[771].status". */
  readonly changed: readonly string[]
}

/**
 * Writes payments by their own methods (an edit of the order does not touch them): changed ones edited, missing ones
 * created, ones deleted in the shop deleted. Matched by the shop's id, so a repeat changes nothing more.
 * @returns the order's payments as they are now
 */
export async function writePayments(
  client: RetailCrmClient,
  changes: PaymentChanges,
  options: CallOptions,
): Promise<readonly CrmPayment[]> {
  const { id, order, current, payments, changed } = changes
  const named = changedRows(changed)
  const present = new Map(
    current.payments.map((payment) => [payment.externalId ?? payment.id ?? '', payment]),
  )
  for (const payment of sentPayments(order, payments)) {
    const key = payment.externalId ?? ''
    if (!named.has(key)) continue
    const known = present.get(key)
    if (known?.id === undefined) await client.createPayment(id, payment, options)
    else await client.editPayment(known.id, payment, options)
    present.set(key, { ...known, ...payment })
  }
  const kept = new Set(order.payments.map((payment) => payment.id))
  for (const { id: crmId, externalId } of current.payments) {
    // Without our id it was made in the CRM and is not ours to delete.
    if (
      typeof externalId !== 'string' ||
      crmId === undefined ||
      kept.has(externalId) ||
      !named.has(externalId)
    )
      continue
    await client.deletePayment(crmId, options)
    present.delete(externalId)
  }
  return [...present.values()]
}

function changedRows(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => /^payments\[(.*?)\]/.exec(name)?.[1] ?? []))
}
