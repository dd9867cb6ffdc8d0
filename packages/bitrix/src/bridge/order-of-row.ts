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
 * The order of a row. Written out member by member: a loop over their names takes five times as long.
 * @throws PermanentError `BRIDGE_ANSWER_SHAPE` where a property is of no kind in the list
 */
export function orderOfRow(row: OrderRow, kinds: Kinds): Order {
  const [
    id,
    number,
    siteId,
    xmlId,
    version,
    createdAt,
    updatedAt,
    status,
    canceled,
    cancelReason,
    paid,
    personType,
    totalText,
    discount,
    tax,
    userId,
    customerComment,
    managerComment,
    items,
    propertyRows,
    payments,
    shipments,
  ] = row
  const total = moneyOf(totalText, '')
  const { currency } = total
  const properties = propertyRows.map((property) => propertyOf(property, kinds))
  return {
    id,
    number,
    siteId,
    xmlId,
    version,
    createdAt,
    updatedAt,
    status,
    canceled,
    cancelReason,
    paid,
    personType,
    total,
    discount: moneyOf(discount, currency),
    tax: tax === null ? null : moneyOf(tax, currency),
    customer: customerOf(userId, properties),
    customerComment,
    managerComment,
    items: items.map((item) => itemOf(item, currency)),
    properties,
    payments: payments.map((payment) => paymentOf(payment, currency)),
    shipments: shipments.map((shipment) => shipmentOf(shipment, currency)),
  }
}

function itemOf(
  [
    id,
    productId,
    productXmlId,
    name,
    quantity,
    price,
    basePrice,
    discount,
    vatRate,
    vatIncluded,
    measureCode,
    measureName,
    properties,
  ]: OrderRow[18][number],
  currency: string,
): BasketItem {
  return {
    id,
    productId,
    productXmlId,
    name,
    quantity,
    price: moneyOf(price, currency),
    basePrice: moneyOf(basePrice, currency),
    discount: moneyOf(discount, currency),
    vatRate,
    vatIncluded,
    measureCode,
    measureName,
    properties: properties.map(itemPropertyOf),
  }
}

function itemPropertyOf([
  code,
  name,
  value,
]: OrderRow[18][number][12][number]): BasketItem['properties'][number] {
  return { code, name, value }
}

function propertyOf([place, value]: OrderRow[19][number], kinds: Kinds): OrderProperty {
  const kind = kinds[place]
  if (kind === undefined) throw noKind()
  const [id, code, name, role] = kind
  return { id, code, name, role, value }
}

function paymentOf(
  [id, number, paySystemId, paySystemName, sum, paid, paidAt, isReturn, xmlId]: OrderRow[20][number],
  currency: string,
): Payment {
  return {
    id,
    number,
    paySystemId,
    paySystemName,
    sum: moneyOf(sum, currency),
    paid,
    paidAt,
    isReturn,
    xmlId,
  }
}

function shipmentOf(
  [
    id,
    number,
    deliveryId,
    deliveryName,
    status,
    price,
    allowDelivery,
    deducted,
    canceled,
    trackingNumber,
    storeId,
    items,
  ]: OrderRow[21][number],
  currency: string,
): Shipment {
  return {
    id,
    number,
    deliveryId,
    deliveryName,
    status,
    price: moneyOf(price, currency),
    allowDelivery,
    deducted,
    canceled,
    trackingNumber,
    storeId,
    items: items.map(shipmentItemOf),
  }
}

function shipmentItemOf([
  basketItemId,
  quantity,
]: OrderRow[21][number][11][number]): Shipment['items'][number] {
  return { basketItemId, quantity }
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
