import { decimal, type Decimal } from '@mufta/kit'
import type { OrderBook } from './order-book.ts'
import { amountOf } from './order-money.ts'
import {
  addItem,
  causeOf,
  defined,
  flag,
  paymentFields,
  shipmentFields,
  type ItemInput,
  type PaymentInput,
  type ShipmentInput,
} from './placing.ts'
import { missingParameter } from './refusal.ts'
import { int, type Row } from './rows.ts'

/** What a person changes in the admin panel. What is left out stays. */
export interface OrderChange {
  readonly statusId?: string
  readonly canceled?: boolean
  readonly cancelReason?: string
  readonly comment?: string
  readonly managerComment?: string
  readonly responsibleId?: number
  /** By property id; null erases the value. Properties that are left out stay. */
  readonly properties?: Readonly<Record<string, string | readonly string[] | null>>
  readonly items?: readonly {
    readonly id: number
    readonly quantity?: Decimal | number
    readonly price?: Decimal
  }[]
  readonly addItems?: readonly ItemInput[]
  readonly removeItems?: readonly number[]
  readonly payments?: readonly (PaymentInput & { readonly id: number })[]
  readonly addPayments?: readonly PaymentInput[]
  readonly shipments?: readonly (ShipmentInput & { readonly id: number })[]
  /** @default 'user' */
  readonly by?: 'user' | 'agent'
}

/** One save with everything in it. @throws Refusal as the portal would refuse the same by REST */
export function editOrder(book: OrderBook, orderId: number, change: OrderChange): void {
  const order = book.require(orderId)
  const payments = (change.payments ?? []).map(({ id, ...fields }) => {
    book.writePayment(requirePart(book.payments.get(id), orderId, 'payments'), paymentFields(fields))
    return id
  })
  book.writeOrder(order, orderFields(change))
  const shipments = (change.shipments ?? []).map(({ id, ...fields }) => {
    book.writeShipment(requirePart(book.shipments.get(id), orderId, 'shipments'), shipmentFields(fields))
    return id
  })
  const hasNewBasket = editBasket(book, orderId, change)
  for (const payment of change.addPayments ?? []) {
    payments.push(book.addPayment(orderId, paymentFields({ paySystemId: 1, sum: '0', ...payment })))
  }
  const values = change.properties === undefined ? [] : mergeValues(book, orderId, change.properties)
  book.save(orderId, causeOf(change.by), {
    payments,
    shipments,
    values,
    money: hasNewBasket || shipments.length > 0,
  })
}

function editBasket(book: OrderBook, orderId: number, change: OrderChange): boolean {
  for (const { id, quantity, price } of change.items ?? []) {
    const item = requirePart(book.items.get(id), orderId, 'items')
    if (quantity !== undefined) item['quantity'] = Number(quantity)
    if (price !== undefined) {
      const discountPrice = Number(decimal.subtract(amountOf(item['basePrice']), price))
      Object.assign(item, { price: Number(price), discountPrice, customPrice: 'Y' })
    }
    item['dateUpdate'] = book.now
  }
  for (const id of change.removeItems ?? []) {
    requirePart(book.items.get(id), orderId, 'removeItems')
    book.items.delete(id)
  }
  for (const item of change.addItems ?? []) addItem(book, orderId, item)
  const hasChanged = [change.items, change.removeItems, change.addItems].some(
    (list) => (list ?? []).length > 0,
  )
  const first = book.shipments.owned(orderId)[0]
  if (hasChanged && first !== undefined) book.fillShipment(first)
  return hasChanged
}

function mergeValues(
  book: OrderBook,
  orderId: number,
  properties: NonNullable<OrderChange['properties']>,
): number[] {
  const wanted = new Map<number, unknown>(
    book.values.ownedRows(orderId).map((row) => [int(row['orderPropsId']), row['value']]),
  )
  for (const [id, value] of Object.entries(properties)) {
    if (value === null) wanted.delete(int(id))
    else wanted.set(int(id), value)
  }
  return book.setValues(
    orderId,
    [...wanted].map(([orderPropsId, value]) => ({ orderPropsId, value })),
  )
}

function orderFields(change: OrderChange): Row {
  return defined({
    statusId: change.statusId,
    canceled: flag(change.canceled),
    reasonCanceled: change.cancelReason,
    userDescription: change.comment,
    comments: change.managerComment,
    responsibleId: change.responsibleId,
  })
}

function requirePart(row: Row | undefined, orderId: number, name: string): Row {
  if (row === undefined || row['orderId'] !== orderId) throw missingParameter(name)
  return row
}
