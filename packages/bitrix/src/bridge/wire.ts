import type { OrderPatch, Price, Product, Stock } from '@mufta/kit'
import { z } from 'zod'

/**
 * Records as the module sends them: the kit's own shapes, but for whole orders (order-row.ts). Ids and decimals are text, money has its currency, times
 * are ISO 8601 with their offset, null = the shop holds nothing. The JSON schema of the contract is made from these.
 */
export const id = z.string().regex(/^[1-9]\d{0,19}$/)
export const decimalText = z.string().regex(/^-?(0|[1-9]\d*)(\.\d+)?$/)
export const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
const money = z.object({ amount: decimalText, currency: z.string().regex(/^[A-Z]{3}$/) })
export const text = z.string()
export const code = z.string().min(1)
export const name = z.string()
/** Optional in a patch; left out = not touched. */
export const version = z.int().min(0)

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
