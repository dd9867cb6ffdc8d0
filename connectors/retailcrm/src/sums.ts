import { decimal, deliveryCost, withVat, type BasketItem, type Decimal, type Order } from '@mufta/kit'

/** One item as the CRM counts it: prices with VAT, in whole kopecks. */
export interface OrderLine {
  readonly id: string
  readonly productId: string | null
  readonly productXmlId: string | null
  readonly name: string
  readonly quantity: Decimal
  readonly vatRate: Decimal | null
  readonly properties: BasketItem['properties']
  readonly initialPrice: Decimal
  /** Off one unit, never negative. */
  readonly unitDiscount: Decimal
}

export interface OrderSums {
  readonly lines: readonly OrderLine[]
  /** Off the whole order, never negative: what no whole-kopeck unit price can express. */
  readonly orderDiscount: Decimal
}

/** Id of the line that carries what the buyer pays above goods and delivery (a payment system's fee). */
const surchargeId = 'surcharge'

const kopeck = '0.01'
const known = new WeakMap<Order, OrderSums>()

/**
 * Splits the shop's total into numbers from which RetailCRM computes exactly that total again.
 *
 * The CRM rounds each unit price to kopecks, half up, multiplies by the quantity and rounds the line (seen in answers
 * and in the SDK's fixtures; the rounding of lines with fractional quantities is unverified, `totalSumm` is compared
 * after every write). Unit prices are therefore chosen so that the goods come out at, or just above, the shop's sum;
 * the few kopecks above go into one discount on the order. A shop total above goods and delivery becomes a line.
 */
export function orderSums(order: Order): OrderSums {
  const present = known.get(order)
  if (present !== undefined) return present
  const sums = compute(order)
  known.set(order, sums)
  return sums
}

/** What RetailCRM shows as the line's sum. */
function lineSum(line: Pick<OrderLine, 'initialPrice' | 'unitDiscount' | 'quantity'>): Decimal {
  const unit = decimal.subtract(line.initialPrice, line.unitDiscount)
  return decimal.round(decimal.multiply(decimal.round(unit, 2), line.quantity), 2)
}

function compute(order: Order): OrderSums {
  const lines = order.items.map(toLine)
  const goods = decimal.subtract(
    decimal.round(order.total.amount, 2),
    decimal.round(deliveryCost(order).amount, 2),
  )
  const lacking = decimal.subtract(goods, decimal.sum(lines.map(lineSum)))
  const complete = decimal.compare(lacking, '0') > 0 ? [...cover(lines, lacking)] : lines
  const above = decimal.subtract(decimal.sum(complete.map(lineSum)), goods)
  return { lines: complete, orderDiscount: decimal.compare(above, '0') > 0 ? above : '0' }
}

function toLine(item: BasketItem): OrderLine {
  const unit = unitPrice(
    decimal.compare(item.quantity, '0') > 0 ? item.quantity : '1',
    withVat(item, item.price).amount,
  )
  const base = decimal.round(withVat(item, item.basePrice).amount, 2)
  // A markup has no place in the CRM: the unit price itself becomes the initial one.
  const initialPrice = decimal.compare(base, unit) > 0 ? base : unit
  return {
    id: item.id,
    productId: item.productId,
    productXmlId: item.productXmlId,
    name: item.name,
    quantity: item.quantity,
    vatRate: item.vatRate,
    properties: item.properties,
    initialPrice,
    unitDiscount: decimal.subtract(initialPrice, unit),
  }
}

/** The whole-kopeck price whose line equals the shop's, else the next one above. */
function unitPrice(quantity: Decimal, exact: Decimal): Decimal {
  const wanted = decimal.round(decimal.multiply(exact, quantity), 2)
  const near = decimal.round(decimal.divide(wanted, quantity), 2)
  if (decimal.compare(decimal.round(decimal.multiply(near, quantity), 2), wanted) === 0) return near
  return kopecksUp(exact)
}

/** Raises the goods by at least what is lacking: a kopeck a line by rounding, anything more by a line of its own. */
function cover(lines: readonly OrderLine[], lacking: Decimal): readonly OrderLine[] {
  const largest = lines.reduce<OrderLine | undefined>(
    (best, line) => (best === undefined || decimal.compare(line.quantity, best.quantity) > 0 ? line : best),
    undefined,
  )
  const byRounding = decimal.multiply(kopeck, String(lines.length))
  if (
    largest === undefined ||
    decimal.compare(lacking, byRounding) > 0 ||
    decimal.compare(largest.quantity, '0') <= 0
  ) {
    return [...lines, surcharge(lacking)]
  }
  const step = kopecksUp(decimal.divide(lacking, largest.quantity))
  return lines.map((line) => (line === largest ? raise(line, step) : line))
}

function raise(line: OrderLine, step: Decimal): OrderLine {
  const fromDiscount = decimal.compare(line.unitDiscount, step) >= 0
  return fromDiscount
    ? { ...line, unitDiscount: decimal.subtract(line.unitDiscount, step) }
    : { ...line, initialPrice: decimal.add(line.initialPrice, step) }
}

function surcharge(amount: Decimal): OrderLine {
  return {
    id: surchargeId,
    productId: null,
    productXmlId: null,
    name: 'Наценка (комиссия, налог) / Surcharge',
    quantity: '1',
    vatRate: null,
    properties: [],
    initialPrice: amount,
    unitDiscount: '0',
  }
}

function kopecksUp(amount: Decimal): Decimal {
  const rounded = decimal.round(amount, 2)
  return decimal.compare(rounded, amount) < 0 ? decimal.add(rounded, kopeck) : rounded
}
