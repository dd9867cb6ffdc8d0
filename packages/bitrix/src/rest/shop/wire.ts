import { z } from 'zod'
import {
  decimalOrNull,
  decimalValue,
  flag,
  idOrNull,
  idText,
  looseFlag,
  optionalRows,
  rows,
  text,
  textOrNull,
} from './answer.ts'

/** ISO 8601 as the portal prints it, offset kept. */
const isoDate = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d/)
const isoDateOrNull = z
  .union([isoDate, z.literal('')])
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value))

const basketItem = z.object({
  id: idText,
  productId: idOrNull,
  productXmlId: textOrNull,
  name: z.string(),
  quantity: decimalValue,
  price: decimalValue,
  basePrice: decimalOrNull,
  discountPrice: decimalOrNull,
  currency: z.string().min(1),
  vatRate: decimalOrNull,
  vatIncluded: looseFlag,
  measureCode: textOrNull,
  measureName: textOrNull,
  setParentId: idOrNull,
  properties: optionalRows(z.object({ code: textOrNull, name: textOrNull, value: textOrNull })),
  reservations: optionalRows(z.object({ storeId: idOrNull })),
})

const propertyValue = z.object({
  orderPropsId: idText,
  code: textOrNull,
  name: textOrNull,
  /** Text, number, null, a list (multiple) or a file object. */
  value: z.unknown(),
})

const payment = z.object({
  id: idText,
  accountNumber: textOrNull,
  paySystemId: idText,
  paySystemName: textOrNull,
  sum: decimalValue,
  currency: z.string().min(1),
  paid: flag,
  datePaid: isoDateOrNull,
  /** Y, N, or P (returned to the buyer's account). */
  isReturn: textOrNull,
  xmlId: textOrNull,
})

const shipmentItem = z.object({ basketId: idText, quantity: decimalValue })

const shipment = z.object({
  id: idText,
  accountNumber: textOrNull,
  deliveryId: idText,
  deliveryName: textOrNull,
  statusId: z.string(),
  priceDelivery: decimalOrNull,
  currency: textOrNull,
  allowDelivery: flag,
  deducted: flag,
  canceled: looseFlag,
  system: looseFlag,
  trackingNumber: textOrNull,
  shipmentItems: optionalRows(shipmentItem),
})

/** `result.order` of sale.order.get. Bitrix24 REST docs: sale.order.get, sale.order.getFields. */
const order = z.object({
  id: idText,
  accountNumber: text,
  lid: z.string(),
  xmlId: textOrNull,
  version: z
    .union([z.coerce.number().int()])
    .nullish()
    .transform((value) => value ?? null),
  dateInsert: isoDate,
  dateUpdate: isoDate,
  statusId: z.string().min(1),
  canceled: flag,
  reasonCanceled: textOrNull,
  payed: flag,
  personTypeId: idText,
  price: decimalValue,
  currency: z.string().min(1),
  discountValue: decimalOrNull,
  taxValue: decimalOrNull,
  userId: idOrNull,
  userDescription: textOrNull,
  comments: textOrNull,
  basketItems: rows(basketItem),
  propertyValues: rows(propertyValue),
  payments: rows(payment),
  shipments: rows(shipment),
})

export const orderAnswer = z.object({ order })
export type WireOrder = z.output<typeof order>
export type WireBasketItem = z.output<typeof basketItem>
export type WirePropertyValue = z.output<typeof propertyValue>
export type WirePayment = z.output<typeof payment>
export type WireShipment = z.output<typeof shipment>

/** `result.shipment` of sale.shipment.get: what an update must repeat to leave it as it is. */
export const shipmentAnswer = z.object({ shipment })

/** Row of the change feed. */
export const changeRows = z.object({
  orders: rows(
    z.object({
      id: idText,
      dateUpdate: isoDate,
      version: z
        .union([z.number(), z.string()])
        .nullish()
        .transform((value) => (value ?? '').toString()),
    }),
  ),
})
export type ChangeRow = z.output<typeof changeRows>['orders'][number]
