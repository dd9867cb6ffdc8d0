import { z } from 'zod'
import { idText, rows } from './answer.ts'
import { readOptionalRows, readRecord, readRows, type Fields, type Whole } from './wire-record.ts'
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

export type WireOrder = Whole<ReturnType<typeof readOrder>>
export type WireBasketItem = Whole<ReturnType<typeof readBasketItem>>
export type WirePropertyValue = Whole<ReturnType<typeof readPropertyValue>>
export type WirePayment = Whole<ReturnType<typeof readPayment>>
export type WireShipment = Whole<ReturnType<typeof readShipment>>

/** `result` of sale.order.get. Bitrix24 REST docs: sale.order.get, sale.order.getFields. */
export function readOrderAnswer(answer: Fields) {
  return { order: readRecord(answer['order'], readOrder) }
}

/** `result` of sale.shipment.get: what an update must repeat to leave the shipment as it is. */
export function readShipmentAnswer(answer: Fields) {
  return { shipment: readRecord(answer['shipment'], readShipment) }
}

function readOrder(order: Fields) {
  return {
    id: readId(order['id']),
    accountNumber: readText(order['accountNumber']),
    lid: readString(order['lid']),
    xmlId: readTextOrNull(order['xmlId']),
    version: readVersion(order['version']),
    dateInsert: readTime(order['dateInsert']),
    dateUpdate: readTime(order['dateUpdate']),
    statusId: readCode(order['statusId']),
    canceled: readFlag(order['canceled']),
    reasonCanceled: readTextOrNull(order['reasonCanceled']),
    payed: readFlag(order['payed']),
    personTypeId: readId(order['personTypeId']),
    price: readDecimal(order['price']),
    currency: readCode(order['currency']),
    discountValue: readDecimalOrNull(order['discountValue']),
    taxValue: readDecimalOrNull(order['taxValue']),
    userId: readIdOrNull(order['userId']),
    userDescription: readTextOrNull(order['userDescription']),
    comments: readTextOrNull(order['comments']),
    basketItems: readRows(order['basketItems'], readBasketItem),
    propertyValues: readRows(order['propertyValues'], readPropertyValue),
    payments: readRows(order['payments'], readPayment),
    shipments: readRows(order['shipments'], readShipment),
  }
}

function readBasketItem(item: Fields) {
  return {
    id: readId(item['id']),
    productId: readIdOrNull(item['productId']),
    productXmlId: readTextOrNull(item['productXmlId']),
    name: readString(item['name']),
    quantity: readDecimal(item['quantity']),
    price: readDecimal(item['price']),
    basePrice: readDecimalOrNull(item['basePrice']),
    discountPrice: readDecimalOrNull(item['discountPrice']),
    currency: readCode(item['currency']),
    vatRate: readDecimalOrNull(item['vatRate']),
    vatIncluded: readLooseFlag(item['vatIncluded']),
    measureCode: readTextOrNull(item['measureCode']),
    measureName: readTextOrNull(item['measureName']),
    setParentId: readIdOrNull(item['setParentId']),
    properties: readOptionalRows(item['properties'], readItemProperty),
    reservations: readOptionalRows(item['reservations'], readReservation),
  }
}

function readItemProperty(property: Fields) {
  return {
    code: readTextOrNull(property['code']),
    name: readTextOrNull(property['name']),
    value: readTextOrNull(property['value']),
  }
}

function readReservation(reservation: Fields) {
  return { storeId: readIdOrNull(reservation['storeId']) }
}

function readPropertyValue(property: Fields) {
  return {
    orderPropsId: readId(property['orderPropsId']),
    code: readTextOrNull(property['code']),
    name: readTextOrNull(property['name']),
    /** Text, number, null, a list (multiple) or a file object. */
    value: property['value'] ?? null,
  }
}

function readPayment(payment: Fields) {
  return {
    id: readId(payment['id']),
    accountNumber: readTextOrNull(payment['accountNumber']),
    paySystemId: readId(payment['paySystemId']),
    paySystemName: readTextOrNull(payment['paySystemName']),
    sum: readDecimal(payment['sum']),
    currency: readCode(payment['currency']),
    paid: readFlag(payment['paid']),
    datePaid: readTimeOrNull(payment['datePaid']),
    /** Y, N, or P (returned to the buyer's account). */
    isReturn: readTextOrNull(payment['isReturn']),
    xmlId: readTextOrNull(payment['xmlId']),
  }
}

function readShipment(shipment: Fields) {
  return {
    id: readId(shipment['id']),
    accountNumber: readTextOrNull(shipment['accountNumber']),
    deliveryId: readId(shipment['deliveryId']),
    deliveryName: readTextOrNull(shipment['deliveryName']),
    statusId: readString(shipment['statusId']),
    priceDelivery: readDecimalOrNull(shipment['priceDelivery']),
    currency: readTextOrNull(shipment['currency']),
    allowDelivery: readFlag(shipment['allowDelivery']),
    deducted: readFlag(shipment['deducted']),
    canceled: readLooseFlag(shipment['canceled']),
    system: readLooseFlag(shipment['system']),
    trackingNumber: readTextOrNull(shipment['trackingNumber']),
    shipmentItems: readOptionalRows(shipment['shipmentItems'], readShipmentItem),
  }
}

function readShipmentItem(item: Fields) {
  return { basketId: readId(item['basketId']), quantity: readDecimal(item['quantity']) }
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
