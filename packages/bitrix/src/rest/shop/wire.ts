import { z } from 'zod'
import { idText, rows } from './answer.ts'
import type { WireRecord } from './wire-record.ts'
import {
  ISO_DATE,
  readCode,
  readDecimal,
  readDecimalOrNull,
  readFlag,
  readId,
  readIdOrNull,
  readLooseFlag,
  readString,
  readText,
  readTextOrNull,
  readTime,
  readTimeOrNull,
  readVersion,
} from './wire-values.ts'

export type WireOrder = ReturnType<typeof readOrder>
export type WireBasketItem = ReturnType<typeof readBasketItem>
export type WirePropertyValue = ReturnType<typeof readPropertyValue>
export type WirePayment = ReturnType<typeof readPayment>
export type WireShipment = ReturnType<typeof readShipment>

/** `result` of sale.order.get. Bitrix24 REST docs: sale.order.get, sale.order.getFields. */
export function readOrderAnswer(answer: WireRecord) {
  return answer.record('order', readOrder)
}

/** `result` of sale.shipment.get: what an update must repeat to leave the shipment as it is. */
export function readShipmentAnswer(answer: WireRecord) {
  return answer.record('shipment', readShipment)
}

function readOrder(order: WireRecord) {
  return {
    id: order.get('id', readId),
    accountNumber: order.get('accountNumber', readText),
    lid: order.get('lid', readString),
    xmlId: order.get('xmlId', readTextOrNull),
    version: order.get('version', readVersion),
    dateInsert: order.get('dateInsert', readTime),
    dateUpdate: order.get('dateUpdate', readTime),
    statusId: order.get('statusId', readCode),
    canceled: order.get('canceled', readFlag),
    reasonCanceled: order.get('reasonCanceled', readTextOrNull),
    payed: order.get('payed', readFlag),
    personTypeId: order.get('personTypeId', readId),
    price: order.get('price', readDecimal),
    currency: order.get('currency', readCode),
    discountValue: order.get('discountValue', readDecimalOrNull),
    taxValue: order.get('taxValue', readDecimalOrNull),
    userId: order.get('userId', readIdOrNull),
    userDescription: order.get('userDescription', readTextOrNull),
    comments: order.get('comments', readTextOrNull),
    basketItems: order.rows('basketItems', readBasketItem),
    propertyValues: order.rows('propertyValues', readPropertyValue),
    payments: order.rows('payments', readPayment),
    shipments: order.rows('shipments', readShipment),
  }
}

function readBasketItem(item: WireRecord) {
  return {
    id: item.get('id', readId),
    productId: item.get('productId', readIdOrNull),
    productXmlId: item.get('productXmlId', readTextOrNull),
    name: item.get('name', readString),
    quantity: item.get('quantity', readDecimal),
    price: item.get('price', readDecimal),
    basePrice: item.get('basePrice', readDecimalOrNull),
    discountPrice: item.get('discountPrice', readDecimalOrNull),
    currency: item.get('currency', readCode),
    vatRate: item.get('vatRate', readDecimalOrNull),
    vatIncluded: item.get('vatIncluded', readLooseFlag),
    measureCode: item.get('measureCode', readTextOrNull),
    measureName: item.get('measureName', readTextOrNull),
    setParentId: item.get('setParentId', readIdOrNull),
    properties: item.optionalRows('properties', readItemProperty),
    reservations: item.optionalRows('reservations', readReservation),
  }
}

function readItemProperty(property: WireRecord) {
  return {
    code: property.get('code', readTextOrNull),
    name: property.get('name', readTextOrNull),
    value: property.get('value', readTextOrNull),
  }
}

function readReservation(reservation: WireRecord) {
  return { storeId: reservation.get('storeId', readIdOrNull) }
}

function readPropertyValue(property: WireRecord) {
  return {
    orderPropsId: property.get('orderPropsId', readId),
    code: property.get('code', readTextOrNull),
    name: property.get('name', readTextOrNull),
    /** Text, number, null, a list (multiple) or a file object. */
    value: property.raw('value'),
  }
}

function readPayment(payment: WireRecord) {
  return {
    id: payment.get('id', readId),
    accountNumber: payment.get('accountNumber', readTextOrNull),
    paySystemId: payment.get('paySystemId', readId),
    paySystemName: payment.get('paySystemName', readTextOrNull),
    sum: payment.get('sum', readDecimal),
    currency: payment.get('currency', readCode),
    paid: payment.get('paid', readFlag),
    datePaid: payment.get('datePaid', readTimeOrNull),
    /** Y, N, or P (returned to the buyer's account). */
    isReturn: payment.get('isReturn', readTextOrNull),
    xmlId: payment.get('xmlId', readTextOrNull),
  }
}

function readShipment(shipment: WireRecord) {
  return {
    id: shipment.get('id', readId),
    accountNumber: shipment.get('accountNumber', readTextOrNull),
    deliveryId: shipment.get('deliveryId', readId),
    deliveryName: shipment.get('deliveryName', readTextOrNull),
    statusId: shipment.get('statusId', readString),
    priceDelivery: shipment.get('priceDelivery', readDecimalOrNull),
    currency: shipment.get('currency', readTextOrNull),
    allowDelivery: shipment.get('allowDelivery', readFlag),
    deducted: shipment.get('deducted', readFlag),
    canceled: shipment.get('canceled', readLooseFlag),
    system: shipment.get('system', readLooseFlag),
    trackingNumber: shipment.get('trackingNumber', readTextOrNull),
    shipmentItems: shipment.optionalRows('shipmentItems', readShipmentItem),
  }
}

function readShipmentItem(item: WireRecord) {
  return { basketId: item.get('basketId', readId), quantity: item.get('quantity', readDecimal) }
}

/** Row of the change feed. */
export const changeRows = z.object({
  orders: rows(
    z.object({
      id: idText,
      dateUpdate: z.string().regex(ISO_DATE),
      version: z
        .union([z.number(), z.string()])
        .nullish()
        .transform((value) => (value ?? '').toString()),
    }),
  ),
})
export type ChangeRow = z.output<typeof changeRows>['orders'][number]
