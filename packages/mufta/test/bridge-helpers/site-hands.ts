import { fileURLToPath } from 'node:url'
import { decimal } from '@mufta/kit'
import type { ItemInput, OrderInput, PaymentInput, ShipmentInput } from '@mufta/testing'
import type { ShopHands } from '@mufta/testing/shop'
import { phpValue, type Site } from './site.ts'

const HANDS = fileURLToPath(new URL('php/hands.php', import.meta.url))

/** Buyers and managers of a site of the stand-in kernel. */
export function siteHands(site: Site): ShopHands {
  const call = async <Result>(method: string, ...args: readonly unknown[]): Promise<Result> =>
    await site.eval<Result>(`require_once '${HANDS}';\nreturn Hands::${method}(...${phpValue(args)});`)
  const change = async (method: string, ...args: readonly unknown[]): Promise<void> => {
    const errors = await call<readonly string[]>(method, ...args)
    if (errors.length > 0) throw new Error(`${method}: ${errors.join('; ')}`)
  }
  return {
    place: async (orders, { secondsAgo = 0 } = {}) => await call('place', orders.map(orderOf), secondsAgo),
    edit: async (id, { statusId, managerComment }, { secondsAgo = 0 } = {}) => {
      const fields = given({ STATUS_ID: statusId, COMMENTS: managerComment })
      await change('edit', id, fields, secondsAgo)
    },
    delete: async (id) => await change('delete', id),
    statuses: async () => {
      const rows = await site.rows('SELECT ID, STATUS_ID FROM b_sale_order ORDER BY ID')
      return new Map(rows.map((row) => [String(row['ID']), String(row['STATUS_ID'])]))
    },
  }
}

function orderOf(order: OrderInput): object {
  const { personTypeId = 1, userId = 2, siteId = 's1', properties = {}, items = [] } = order
  return {
    personTypeId,
    userId,
    siteId,
    fields: given({
      STATUS_ID: order.statusId,
      ACCOUNT_NUMBER: order.number,
      XML_ID: order.xmlId,
      USER_DESCRIPTION: order.comment,
      COMMENTS: order.managerComment,
    }),
    properties,
    items: items.map(itemOf),
    shipments: (order.shipments ?? [{}]).map(shipmentOf),
    payments: (order.payments ?? [{}]).map(paymentOf),
  }
}

function itemOf(item: ItemInput): object {
  const { price, basePrice = price, productId = 0, vatPercent = null, properties = [] } = item
  return {
    fields: given({
      PRODUCT_ID: productId,
      PRODUCT_XML_ID: item.productXmlId ?? (productId === 0 ? '' : String(1_000_000_000 + productId)),
      NAME: item.name,
      QUANTITY: Number(item.quantity ?? 1),
      PRICE: Number(price),
      BASE_PRICE: Number(basePrice),
      DISCOUNT_PRICE: Number(decimal.subtract(basePrice, price)),
      VAT_RATE: vatPercent === null ? null : Number(decimal.divide(vatPercent, '100')),
      VAT_INCLUDED: yesNo(item.vatIncluded ?? true),
      MEASURE_CODE: item.measureCode,
      MEASURE_NAME: item.measureName,
    }),
    properties: properties.map(({ code, name, value }) => ({ CODE: code, NAME: name, VALUE: value })),
  }
}

function shipmentOf({ deliveryId = 2, price = '0', ...shipment }: ShipmentInput): object {
  return given({
    DELIVERY_ID: deliveryId,
    PRICE_DELIVERY: Number(price),
    STATUS_ID: shipment.statusId,
    ALLOW_DELIVERY: yesNo(shipment.allowDelivery ?? false),
    DEDUCTED: yesNo(shipment.deducted ?? false),
    TRACKING_NUMBER: shipment.trackingNumber,
  })
}

function paymentOf({ paySystemId = 1, sum, paid = false }: PaymentInput): object {
  return { system: paySystemId, sum: sum === undefined ? null : Number(sum), paid }
}

function yesNo(value: boolean): 'Y' | 'N' {
  return value ? 'Y' : 'N'
}

/** Without the fields nobody gave. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
