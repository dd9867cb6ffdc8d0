import { decimal, deliveryCost, grossPrice, type BasketItem, type Decimal, type Order } from '@mufta/kit'
import type { TrytonSettings } from './settings.ts'

/** What becomes one line of the sale. */
export interface OrderRow {
  readonly id: string
  readonly product: string | null
  readonly name: string
  readonly quantity: Decimal
  readonly price: Decimal
}

/** Ids of the rows that are no basket items. */
export const deliveryId = 'delivery'
export const correctionId = 'correction'

/**
 * The basket, the delivery and, where rounding leaves a difference, a correction: Tryton's total is the shop's to the
 * kopeck. Prices are with VAT, so the lines carry no taxes.
 */
export function orderRows(order: Order, settings: TrytonSettings): readonly OrderRow[] {
  const rows = order.items.map((item) => itemRow(item, settings))
  const delivery = deliveryCost(order).amount
  if (!decimal.isZero(delivery)) rows.push(plainRow(deliveryId, settings.deliveryName, delivery))
  const difference = decimal.subtract(decimal.round(order.total.amount, 2), decimal.sum(rows.map(rowAmount)))
  if (!decimal.isZero(difference))
    rows.push(plainRow(correctionId, 'Округление, скидка или наценка', difference))
  return rows
}

/** What Tryton computes for the line: rounded to kopecks, half to even ("2.345" → "2.34"). */
export function rowAmount(row: Pick<OrderRow, 'quantity' | 'price'>): Decimal {
  const exact = decimal.multiply(row.quantity, row.price)
  const rounded = decimal.round(exact, 2)
  const excess = decimal.subtract(rounded, exact)
  const isTie = decimal.compare(excess.replace('-', ''), '0.005') === 0
  const isOdd = '13579'.includes(rounded.at(-1) ?? '')
  return isTie && isOdd ? decimal.subtract(rounded, decimal.multiply(excess, '2')) : rounded
}

/** The code by which Tryton knows the product, or null where the shop has none. */
function productCode(item: BasketItem, settings: TrytonSettings): string | null {
  if (settings.productBy === 'xmlId') return item.productXmlId
  if (settings.productBy === 'id') return item.productId
  const code = settings.productBy.slice('property:'.length)
  return item.properties.find((property) => property.code === code)?.value ?? null
}

function itemRow(item: BasketItem, settings: TrytonSettings): OrderRow {
  return {
    id: item.id,
    product: productCode(item, settings),
    name: item.name,
    quantity: item.quantity,
    // Tryton refuses a fifth decimal.
    price: decimal.round(grossPrice(item).amount, 4),
  }
}

function plainRow(id: string, name: string, price: Decimal): OrderRow {
  return { id, product: null, name, quantity: '1', price }
}
