import type { Order } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import type { SiteOptions } from './sites.ts'
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
  options: SiteOptions,
): Promise<readonly CrmPayment[]> {
  const { id, order, current, payments } = changes
  const named = changedRows(changes.changed)
  const present = new Map(
    current.payments.map((payment) => [payment.externalId ?? payment.id ?? '', payment]),
  )
  for (const payment of sentPayments(order, payments)) {
    const key = payment.externalId ?? ''
    const names = named.get(key)
    if (names === undefined) continue
    const known = present.get(key)
    const fields = known === undefined ? payment : pick(payment, names)
    if (known?.id === undefined) await client.createPayment(id, payment, options)
    else if (Object.keys(fields).length > 0) await client.editPayment(known.id, fields, options)
    present.set(key, { ...known, ...fields })
  }
  for (const payment of deletedInShop(changes)) {
    await client.deletePayment(payment.id, options)
    present.delete(payment.externalId)
  }
  return [...present.values()]
}

/** Without our id a payment was made in the CRM and is not ours to delete. */
function deletedInShop({ order, current, changed }: PaymentChanges) {
  const kept = new Set(order.payments.map((payment) => payment.id))
  const named = changedRows(changed)
  return current.payments.flatMap(({ id, externalId }) => {
    if (typeof externalId !== 'string' || id === undefined) return []
    return named.has(externalId) && !kept.has(externalId) ? [{ id, externalId }] : []
  })
}

/** Changed fields by payment; "" = the row itself. */
function changedRows(names: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = new Map<string, Set<string>>()
  for (const name of names) {
    const match = /^payments\[(.*?)\](?:\.(.+))?$/.exec(name)
    if (match === null) continue
    const key = match[1] ?? ''
    rows.set(key, (rows.get(key) ?? new Set()).add(match[2] ?? ''))
  }
  return rows
}

/** The named fields alone: a step that a manager set meanwhile ("invoice") is not taken back by a new amount. */
function pick(payment: CrmPayment, names: ReadonlySet<string>): CrmPayment {
  return Object.fromEntries(Object.entries(payment).filter(([field]) => names.has(field)))
}
