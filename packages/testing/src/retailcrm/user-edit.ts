import { notFound, Refusal } from './answers.ts'
import type { OrderBook } from './order-book.ts'
import type { Actor, CrmItem, CrmOrder, CrmPayment } from './model.ts'

/** What a manager does to an order in the CRM's own screens. Fields left out stay. */
export interface UserChange {
  readonly status?: string
  readonly statusComment?: string | null
  readonly managerComment?: string | null
  readonly customerComment?: string | null
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly phone?: string | null
  readonly email?: string | null
  readonly managerId?: number | null
  readonly trackNumber?: string | null
  readonly deliveryCode?: string
  readonly deliveryCost?: number | string
  readonly address?: Readonly<Record<string, string | null>>
  readonly discountManualAmount?: number | string
  readonly customFields?: Readonly<Record<string, unknown>>
  /** Marks every payment paid, or none. */
  readonly paid?: boolean
  readonly payments?: readonly UserPaymentChange[]
  /** Only the named rows change. */
  readonly items?: readonly UserItemChange[]
}

/** Without `id` and `externalId` a payment is added (then `type` is needed). */
export interface UserPaymentChange {
  readonly id?: number
  readonly externalId?: string
  readonly type?: string
  readonly status?: string
  readonly amount?: number | string
  readonly remove?: boolean
}

/** A row is named by its id or its offer's external id; an unknown offer adds a row. */
export interface UserItemChange {
  readonly id?: number
  readonly offer?: string
  readonly productName?: string
  readonly quantity?: number | string
  readonly initialPrice?: number | string
  readonly discountManualAmount?: number | string
  readonly remove?: boolean
}

/** A manager's edit: checked as the API's, written to history with its source. @throws Refusal */
export function editAsUser(orders: OrderBook, order: CrmOrder, change: UserChange, actor: Actor): CrmOrder {
  const { trackNumber, deliveryCode, deliveryCost, address, paid, payments, items, ...plain } = change
  const delivery = withoutUndefined({
    code: deliveryCode,
    cost: deliveryCost,
    address,
    data: trackNumber === undefined ? undefined : { trackNumber },
  })
  const rows = items === undefined ? undefined : mergedRows(order, items)
  const fields = withoutUndefined({ ...plain, items: rows })
  const hasDelivery = Object.keys(delivery).length > 0
  let edited = order
  if (hasDelivery || Object.keys(fields).length > 0) {
    edited = orders.edit(order, hasDelivery ? { ...fields, delivery } : fields, actor)
  }
  if (paid !== undefined) {
    const status = paid ? 'paid' : 'not-paid'
    for (const payment of edited.payments) edited = orders.editPayment(edited, payment, { status }, actor)
  }
  for (const one of payments ?? []) edited = changePayment(orders, edited, one, actor)
  return edited
}

function changePayment(
  orders: OrderBook,
  order: CrmOrder,
  change: UserPaymentChange,
  actor: Actor,
): CrmOrder {
  const { id, externalId, remove, ...fields } = change
  if (id === undefined && externalId === undefined) {
    orders.addPayment(order, withoutUndefined(fields), actor)
  } else {
    const payment = order.payments.find((one) => isNamed(one, id, externalId))
    if (payment === undefined) throw notFound()
    if (remove === true) orders.deletePayment(order, payment, actor)
    else orders.editPayment(order, payment, withoutUndefined(fields), actor)
  }
  return orders.byId(order.id) ?? order
}

function isNamed(payment: CrmPayment, id: number | undefined, externalId: string | undefined): boolean {
  return id === undefined ? payment.externalId === externalId : payment.id === id
}

/** The whole list as `orders/edit` wants it, with the named rows changed. */
function mergedRows(order: CrmOrder, changes: readonly UserItemChange[]): Record<string, unknown>[] {
  const rows = new Map<CrmItem | UserItemChange, Record<string, unknown>>(
    order.items.map((item) => [item, { id: item.id }]),
  )
  for (const change of changes) {
    const { id, offer, remove, ...fields } = change
    const item = order.items.find((one) =>
      id === undefined ? one.offer?.externalId === offer : one.id === id,
    )
    if (item === undefined && (id !== undefined || remove === true))
      throw new Refusal(400, 'No such row in the order')
    const known = item === undefined ? { offer: { externalId: offer } } : { id: item.id }
    if (remove === true && item !== undefined) rows.delete(item)
    else rows.set(item ?? change, { ...known, ...withoutUndefined(fields) })
  }
  return [...rows.values()]
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
