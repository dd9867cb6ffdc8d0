import { deliveryCost, withVat, type BasketItem, type Decimal, type Order } from '@mufta/kit'
import { Big } from 'big.js'

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

const ONE = new Big(1)
const KOPECK = new Big('0.01')
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

/** A line while it is being counted. Exact decimals are read once here, not once an operation. */
interface Counting {
  readonly line: Omit<OrderLine, 'initialPrice' | 'unitDiscount'>
  readonly quantity: Big
  /** Before the discount of the unit, and after it. */
  readonly initialPrice: Big
  readonly price: Big
}

function compute(order: Order): OrderSums {
  const counted = order.items.map(count)
  const goods = kopecks(new Big(order.total.amount)).minus(kopecks(new Big(deliveryCost(order).amount)))
  const above = sum(counted).minus(goods)
  if (above.gte(0)) return { lines: counted.map(toLine), orderDiscount: above.toFixed() }
  const raised = cover(counted, above.neg())
  const discount = sum(raised).minus(goods)
  return { lines: raised.map(toLine), orderDiscount: discount.gt(0) ? discount.toFixed() : '0' }
}

function count(item: BasketItem): Counting {
  const { id, productId, productXmlId, name, vatRate, properties } = item
  const quantity = new Big(item.quantity)
  const exact = new Big(withVat(item, item.price).amount)
  const price = unitPrice(quantity.gt(0) ? quantity : ONE, exact)
  const isFull = item.basePrice.amount === item.price.amount
  const base = kopecks(isFull ? exact : new Big(withVat(item, item.basePrice).amount))
  return {
    line: { id, productId, productXmlId, name, quantity: item.quantity, vatRate, properties },
    quantity,
    // A markup has no place in the CRM: the unit price itself becomes the initial one.
    initialPrice: base.gt(price) ? base : price,
    price,
  }
}

function toLine({ line, initialPrice, price }: Counting): OrderLine {
  const unitDiscount = initialPrice === price ? '0' : initialPrice.minus(price).toFixed()
  return { ...line, initialPrice: initialPrice.toFixed(2), unitDiscount }
}

/** What RetailCRM shows as the sum of the goods. */
function sum(lines: readonly Counting[]): Big {
  return lines.reduce((total, { price, quantity }) => total.plus(kopecks(price.times(quantity))), new Big(0))
}

/** The whole-kopeck price whose line equals the shop's, else the next one above. */
function unitPrice(quantity: Big, exact: Big): Big {
  const rounded = kopecks(exact)
  if (rounded.eq(exact)) return rounded
  const wanted = kopecks(exact.times(quantity))
  const near = kopecks(wanted.div(quantity))
  return kopecks(near.times(quantity)).eq(wanted) ? near : kopecksUp(exact)
}

/** Raises the goods by at least what is lacking: a kopeck a line by rounding, anything more by a line of its own. */
function cover(lines: readonly Counting[], lacking: Big): readonly Counting[] {
  const largest = lines.reduce<Counting | undefined>(
    (best, line) => (best === undefined || line.quantity.gt(best.quantity) ? line : best),
    undefined,
  )
  const byRounding = KOPECK.times(lines.length)
  if (largest === undefined || lacking.gt(byRounding) || largest.quantity.lte(0)) {
    return [...lines, surcharge(lacking)]
  }
  const step = kopecksUp(lacking.div(largest.quantity))
  return lines.map((line) => (line === largest ? raise(line, step) : line))
}

function raise(line: Counting, step: Big): Counting {
  const price = line.price.plus(step)
  return {
    ...line,
    price,
    initialPrice: price.gt(line.initialPrice) ? line.initialPrice.plus(step) : line.initialPrice,
  }
}

function surcharge(amount: Big): Counting {
  return {
    line: {
      id: surchargeId,
      productId: null,
      productXmlId: null,
      name: 'Наценка (комиссия, налог) / Surcharge',
      quantity: '1',
      vatRate: null,
      properties: [],
    },
    quantity: ONE,
    initialPrice: amount,
    price: amount,
  }
}

/** Half up. */
function kopecks(amount: Big): Big {
  return decimalsOf(amount) <= 2 ? amount : amount.round(2, Big.roundHalfUp)
}

/** Digits after the point: `c` holds all digits, and the first stands for a power of ten, `e`. */
function decimalsOf({ c, e }: Big): number {
  return c.length - 1 - e
}

function kopecksUp(amount: Big): Big {
  const rounded = kopecks(amount)
  return rounded.lt(amount) ? rounded.plus(KOPECK) : rounded
}
