import type { BasketItem, Customer, Money, Order, OrderProperty, Payment, Shipment } from '@mufta/kit'
import type { z } from 'zod'
import type { orderRow } from './order-row.ts'

type OrderRow = z.output<typeof orderRow>

/** The order of a row. Written out member by member: a loop over their names takes five times as long. */
export function orderOfRow([
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
  discount,
  tax,
  customer,
  customerComment,
  managerComment,
  items,
  properties,
  payments,
  shipments,
]: OrderRow): Order {
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
    total: moneyOf(total),
    discount: moneyOf(discount),
    tax: tax === null ? null : moneyOf(tax),
    customer: customerOf(customer),
    customerComment,
    managerComment,
    items: items.map(itemOf),
    properties: properties.map(propertyOf),
    payments: payments.map(paymentOf),
    shipments: shipments.map(shipmentOf),
  }
}

function customerOf([id, email, phone, name, address, zip]: OrderRow[15]): Customer {
  return { id, email, phone, name, address, zip }
}

function itemOf([
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
]: OrderRow[18][number]): BasketItem {
  return {
    id,
    productId,
    productXmlId,
    name,
    quantity,
    price: moneyOf(price),
    basePrice: moneyOf(basePrice),
    discount: moneyOf(discount),
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

function propertyOf([id, code, name, role, value]: OrderRow[19][number]): OrderProperty {
  return { id, code, name, role, value }
}

function paymentOf([
  id,
  number,
  paySystemId,
  paySystemName,
  sum,
  paid,
  paidAt,
  isReturn,
  xmlId,
]: OrderRow[20][number]): Payment {
  return { id, number, paySystemId, paySystemName, sum: moneyOf(sum), paid, paidAt, isReturn, xmlId }
}

function shipmentOf([
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
]: OrderRow[21][number]): Shipment {
  return {
    id,
    number,
    deliveryId,
    deliveryName,
    status,
    price: moneyOf(price),
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

/** A currency has three letters. */
function moneyOf(text: string): Money {
  return { amount: text.slice(0, -4), currency: text.slice(-3) }
}
