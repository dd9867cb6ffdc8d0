import { decimal, toDecimal, type Decimal } from '@mufta/kit'
import { text, type Row } from './rows.ts'

/** Amount out of a row or a parameter; absent and empty count as 0. */
export function amountOf(value: unknown): Decimal {
  if (typeof value === 'number') return toDecimal(value)
  const written = text(value).trim()
  return written === '' || Number.isNaN(Number(written)) ? '0' : toDecimal(written)
}

export interface OrderTotals {
  readonly price: Decimal
  readonly tax: Decimal
  readonly discount: Decimal
}

/** What the buyer pays: every basket line with VAT, rounded half up to kopecks, plus the shipments. */
export function orderTotals(items: readonly Row[], shipments: readonly Row[]): OrderTotals {
  const delivery = decimal.sum(shipments.map((shipment) => amountOf(shipment['priceDelivery'])))
  return {
    price: decimal.add(decimal.sum(items.map(lineTotal)), delivery),
    tax: decimal.sum(items.map(lineTax)),
    discount: decimal.sum(items.map(lineDiscount)),
  }
}

/** Quantity × unit price with VAT, to the kopeck. */
export function lineTotal(item: Row): Decimal {
  const net = decimal.multiply(amountOf(item['price']), amountOf(item['quantity']))
  if (item['vatIncluded'] === 'Y' || isUntaxed(item)) return decimal.round(net, 2)
  return decimal.round(decimal.multiply(net, decimal.add('1', amountOf(item['vatRate']))), 2)
}

function lineTax(item: Row): Decimal {
  if (isUntaxed(item)) return '0'
  const total = lineTotal(item)
  const net = decimal.divide(total, decimal.add('1', amountOf(item['vatRate'])))
  return decimal.round(decimal.subtract(total, net), 2)
}

function lineDiscount(item: Row): Decimal {
  return decimal.round(decimal.multiply(amountOf(item['discountPrice']), amountOf(item['quantity'])), 2)
}

function isUntaxed(item: Row): boolean {
  return item['vatRate'] === null || item['vatRate'] === ''
}
