import { decimal, type Decimal } from '@mufta/kit'
import type { CrmItem, CrmOrder } from './model.ts'

export interface PricedItem {
  readonly discountTotal: Decimal
  readonly discounts: readonly {
    readonly type: 'manual_product' | 'manual_order'
    readonly amount: Decimal
  }[]
  readonly prices: readonly { readonly price: Decimal; readonly quantity: Decimal }[]
  readonly sum: Decimal
}

export interface OrderTotals {
  readonly items: readonly PricedItem[]
  /** Goods after all discounts. */
  readonly summ: Decimal
  /** With delivery. */
  readonly totalSumm: Decimal
  readonly purchaseSumm: Decimal
  readonly prepaySum: Decimal
}

const KOPECK = '0.01'

/**
 * A unit's price is rounded half up to kopecks before it is multiplied; a line is rounded again (fractional
 * quantities). The order's own discount is spread over the lines by their sums, to the kopeck: a line of whole units
 * then shows two prices. How the real CRM spreads it over fractional quantities is unverified.
 */
export function totalsOf(order: CrmOrder, isComplete: (paymentStatus: string) => boolean): OrderTotals {
  const lines = order.items.map(priceLine)
  const goods = decimal.sum(lines.map((line) => line.sum))
  const byPercent = percentOf(goods, order.discountManualPercent)
  const wanted = decimal.round(decimal.add(order.discountManualAmount, byPercent), 2)
  const discount = decimal.compare(wanted, goods) > 0 ? goods : wanted
  const items = decimal.isZero(discount) ? lines : spread(order.items, lines, goods, discount)
  const summ = decimal.sum(items.map((item) => item.sum))
  return {
    items,
    summ,
    totalSumm: decimal.add(summ, order.delivery.cost),
    purchaseSumm: decimal.sum(order.items.map((item) => decimal.multiply(item.purchasePrice, item.quantity))),
    prepaySum: decimal.sum(order.payments.filter((one) => isComplete(one.status)).map((one) => one.amount)),
  }
}

function priceLine(item: CrmItem): PricedItem {
  const perUnit = decimal.add(
    item.discountManualAmount,
    percentOf(item.initialPrice, item.discountManualPercent),
  )
  const exact = decimal.subtract(item.initialPrice, perUnit)
  const price = decimal.compare(exact, '0') < 0 ? '0' : decimal.round(exact, 2)
  const discountTotal = decimal.subtract(item.initialPrice, price)
  const amount = decimal.multiply(discountTotal, item.quantity)
  return {
    discountTotal,
    discounts: decimal.isZero(discountTotal) ? [] : [{ type: 'manual_product', amount }],
    prices: [{ price, quantity: item.quantity }],
    sum: decimal.round(decimal.multiply(price, item.quantity), 2),
  }
}

function spread(items: readonly CrmItem[], lines: readonly PricedItem[], goods: Decimal, discount: Decimal) {
  const shares = lines.map((line) =>
    decimal.round(decimal.divide(decimal.multiply(discount, line.sum), goods), 2),
  )
  const largest = lines.reduce(
    (best, line, at) => (decimal.compare(line.sum, lines[best]?.sum ?? '0') > 0 ? at : best),
    0,
  )
  const rest = decimal.subtract(discount, decimal.sum(shares))
  return lines.map((line, at) => {
    const share = shares[at] ?? '0'
    return reprice(items[at]!, line, at === largest ? decimal.add(share, rest) : share)
  })
}

function reprice(item: CrmItem, line: PricedItem, share: Decimal): PricedItem {
  if (decimal.isZero(share)) return line
  const sum = decimal.subtract(line.sum, share)
  return {
    discountTotal: decimal.round(decimal.subtract(item.initialPrice, decimal.divide(sum, item.quantity)), 2),
    discounts: [...line.discounts, { type: 'manual_order', amount: share }],
    prices: splitPrices(sum, item.quantity),
    sum,
  }
}

/** 100.00 for 3 pieces = 2 at 33.33 and 1 at 33.34; a fractional quantity gets one rounded price. */
function splitPrices(sum: Decimal, quantity: Decimal): PricedItem['prices'] {
  const average = decimal.divide(sum, quantity)
  const nearest = decimal.round(average, 2)
  const isWhole = !quantity.includes('.')
  if (!isWhole || decimal.compare(decimal.multiply(nearest, quantity), sum) === 0)
    return [{ price: nearest, quantity }]
  const low = decimal.compare(nearest, average) > 0 ? decimal.subtract(nearest, KOPECK) : nearest
  const dearer = decimal.divide(decimal.subtract(sum, decimal.multiply(low, quantity)), KOPECK)
  return [
    { price: low, quantity: decimal.subtract(quantity, dearer) },
    { price: decimal.add(low, KOPECK), quantity: dearer },
  ]
}

function percentOf(amount: Decimal, percent: Decimal): Decimal {
  return decimal.divide(decimal.multiply(amount, percent), '100')
}
