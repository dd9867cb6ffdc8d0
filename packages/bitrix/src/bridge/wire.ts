import { propertyRoles, type Order, type OrderPatch, type Price, type Product, type Stock } from '@mufta/kit'
import { z } from 'zod'

/**
 * Records as the module sends them: the kit's own shapes. Ids and decimals are text, money has its currency, times
 * are ISO 8601 with their offset, null = the shop holds nothing. The JSON schema of the contract is made from these.
 */
export const id = z.string().regex(/^[1-9]\d{0,19}$/)
export const decimalText = z.string().regex(/^-?(0|[1-9]\d*)(\.\d+)?$/)
export const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
const money = z.object({ amount: decimalText, currency: z.string().regex(/^[A-Z]{3}$/) })
const text = z.string()
const code = z.string().min(1)
const name = z.string()
/** Optional in a patch; left out = not touched. */
const version = z.int().min(0)

const customer = z.object({
  id: id.nullable(),
  email: text.nullable(),
  phone: text.nullable(),
  name: text.nullable(),
  address: text.nullable(),
  zip: text.nullable(),
})

const basketItem = z.object({
  id,
  productId: id.nullable(),
  productXmlId: text.nullable(),
  name,
  quantity: decimalText,
  price: money,
  basePrice: money,
  discount: money,
  vatRate: decimalText.nullable(),
  vatIncluded: z.boolean(),
  measureCode: text.nullable(),
  measureName: text.nullable(),
  properties: z.array(z.object({ code: text, name: text, value: text })),
})

const orderProperty = z.object({
  id,
  code: text.nullable(),
  name,
  role: z.enum(propertyRoles).nullable(),
  value: z.union([text, z.array(text)]).nullable(),
})

const payment = z.object({
  id,
  number: text,
  paySystemId: code,
  paySystemName: text,
  sum: money,
  paid: z.boolean(),
  paidAt: isoTime.nullable(),
  isReturn: z.boolean(),
  xmlId: text.nullable(),
})

const shipment = z.object({
  id,
  number: text,
  deliveryId: code,
  deliveryName: text,
  status: code,
  price: money,
  allowDelivery: z.boolean(),
  deducted: z.boolean(),
  canceled: z.boolean(),
  trackingNumber: text.nullable(),
  /** A module that was built before stores were read does not send it. */
  storeId: id.nullable().default(null),
  items: z.array(z.object({ basketItemId: id, quantity: decimalText })),
})

export const wireOrder = z.object({
  id,
  number: text,
  siteId: code,
  xmlId: text.nullable(),
  version: version.nullable(),
  createdAt: isoTime,
  updatedAt: isoTime,
  status: code,
  canceled: z.boolean(),
  cancelReason: text.nullable(),
  paid: z.boolean(),
  personType: code,
  total: money,
  discount: money,
  tax: money.nullable(),
  customer,
  customerComment: text.nullable(),
  managerComment: text.nullable(),
  items: z.array(basketItem),
  properties: z.array(orderProperty),
  payments: z.array(payment),
  shipments: z.array(shipment),
}) satisfies z.ZodType<Order>

export const wireOrderPatch = z.strictObject({
  status: code.exactOptional(),
  canceled: z.boolean().exactOptional(),
  cancelReason: text.nullable().exactOptional(),
  managerComment: text.nullable().exactOptional(),
  customerComment: text.nullable().exactOptional(),
  payments: z.array(z.strictObject({ id, paid: z.boolean().exactOptional() })).exactOptional(),
  shipments: z
    .array(
      z.strictObject({
        id,
        trackingNumber: text.nullable().exactOptional(),
        status: code.exactOptional(),
        allowDelivery: z.boolean().exactOptional(),
        deducted: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
}) satisfies z.ZodType<OrderPatch>

export const wireProduct = z.object({
  id,
  xmlId: text.nullable(),
  name,
  code: text.nullable(),
  active: z.boolean(),
  parentId: id.nullable(),
  measureCode: text.nullable(),
  vatRate: decimalText.nullable(),
  vatIncluded: z.boolean(),
  updatedAt: isoTime,
}) satisfies z.ZodType<Product>

export const wirePrice = z.object({
  productId: id,
  priceTypeId: id,
  price: money,
  quantityFrom: decimalText.nullable(),
  quantityTo: decimalText.nullable(),
}) satisfies z.ZodType<Price>

export const wireStock = z.object({
  productId: id,
  storeId: id,
  amount: decimalText,
  reserved: decimalText,
}) satisfies z.ZodType<Stock>

export const wireEntry = z.object({ code, name, active: z.boolean() })
