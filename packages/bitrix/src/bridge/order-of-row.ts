import {
  PermanentError,
  type BasketItem,
  type Money,
  type Order,
  type OrderProperty,
  type Payment,
  type Shipment,
} from '@mufta/kit'
import type { z } from 'zod'
import { customerOf } from '../customer.ts'
import type { orderRow, propertyKind } from './order-row.ts'

type OrderRow = z.output<typeof orderRow>
type Kinds = readonly z.output<typeof propertyKind>[]

/**
 * The order of a row. Written out member by member, each by its place: a loop over their names takes five times as
 * long, and taking a row apart into names walks an iterator.
 * @throws PermanentError `BRIDGE_ANSWER_SHAPE` where a property is of no kind in the list
 */
export function orderOfRow(row: OrderRow, kinds: Kinds): Order {
  const total = moneyOf(row[12], '')
  const { currency } = total
  const properties = row[19].map((property) => propertyOf(property, kinds))
  return {
    id: row[0],
    number: row[1],
    siteId: row[2],
    xmlId: row[3],
    version: row[4],
    createdAt: row[5],
    updatedAt: row[6],
    status: row[7],
    canceled: row[8],
    cancelReason: row[9],
    paid: row[10],
    personType: row[11],
    total,
    discount: moneyOf(row[13], currency),
    tax: row[14] === null ? null : moneyOf(row[14], currency),
    customer: customerOf(row[15], properties),
    customerComment: row[16],
    managerComment: row[17],
    items: row[18].map((item) => itemOf(item, currency)),
    properties,
    payments: row[20].map((payment) => paymentOf(payment, currency)),
    shipments: row[21].map((shipment) => shipmentOf(shipment, currency)),
  }
}

function itemOf(row: OrderRow[18][number], currency: string): BasketItem {
  return {
    id: row[0],
    productId: row[1],
    productXmlId: row[2],
    name: row[3],
    quantity: row[4],
    price: moneyOf(row[5], currency),
    basePrice: moneyOf(row[6], currency),
    discount: moneyOf(row[7], currency),
    vatRate: row[8],
    vatIncluded: row[9],
    measureCode: row[10],
    measureName: row[11],
    properties: row[12].map(itemPropertyOf),
  }
}

function itemPropertyOf(row: OrderRow[18][number][12][number]): BasketItem['properties'][number] {
  return { code: row[0], name: row[1], value: row[2] }
}

function propertyOf(row: OrderRow[19][number], kinds: Kinds): OrderProperty {
  const kind = kinds[row[0]]
  if (kind === undefined) throw noKind()
  return { id: kind[0], code: kind[1], name: kind[2], role: kind[3], value: row[1] }
}

function paymentOf(row: OrderRow[20][number], currency: string): Payment {
  return {
    id: row[0],
    number: row[1],
    paySystemId: row[2],
    paySystemName: row[3],
    sum: moneyOf(row[4], currency),
    paid: row[5],
    paidAt: row[6],
    isReturn: row[7],
    xmlId: row[8],
  }
}

function shipmentOf(row: OrderRow[21][number], currency: string): Shipment {
  return {
    id: row[0],
    number: row[1],
    deliveryId: row[2],
    deliveryName: row[3],
    status: row[4],
    price: moneyOf(row[5], currency),
    allowDelivery: row[6],
    deducted: row[7],
    canceled: row[8],
    trackingNumber: row[9],
    storeId: row[10],
    items: row[11].map(shipmentItemOf),
  }
}

function shipmentItemOf(row: OrderRow[21][number][11][number]): Shipment['items'][number] {
  return { basketItemId: row[0], quantity: row[1] }
}

/** "100.5 USD", or "100.5" in the given currency; one has three letters. */
function moneyOf(text: string, currency: string): Money {
  const end = text.length - 4
  return text.charCodeAt(end) === SPACE
    ? { amount: text.slice(0, end), currency: text.slice(-3) }
    : { amount: text, currency }
}

const SPACE = 32

function noKind(): PermanentError {
  return new PermanentError(
    'BRIDGE_ANSWER_SHAPE',
    'An order has a property that the answer does not describe; update the module',
    { facts: { system: 'site', method: 'orders.read' } },
  )
}
