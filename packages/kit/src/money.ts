import { Big } from 'big.js'
import { ConfigError } from './errors.ts'

/** Decimal amount as text ("1990.00"), never a float, with its ISO 4217 currency. */
export interface Money {
  readonly amount: string
  readonly currency: string
}

/** A decimal number as text: digits, optional sign and fraction, no exponent. */
export type Decimal = string

/**
 * Reads a number or numeric text from an outside system as an exact decimal.
 * A float such as 0.1+0.2 is taken by its shortest text, then cut to 10 decimals to drop binary noise.
 * @throws ConfigError `MONEY_NOT_A_NUMBER`
 */
export function toDecimal(value: number | string): Decimal {
  const text = String(value)
  if (SHORT_DECIMAL.test(text)) return text
  try {
    return new Big(value).round(10).toFixed()
  } catch (cause) {
    throw new ConfigError('MONEY_NOT_A_NUMBER', `Expected a decimal number, got ${JSON.stringify(value)}`, {
      cause,
    })
  }
}

/** What would come out as it went in. */
const SHORT_DECIMAL = /^(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d{0,9}[1-9]))$/

export function money(amount: number | string, currency: string): Money {
  return { amount: toDecimal(amount), currency }
}

const HUNDREDTH = new Big('0.01')

/** Divides to ten decimals, half up; Big itself goes on to twenty. */
const Quotient = Big()
Quotient.DP = 10

export const decimal = {
  add: (a: Decimal, b: Decimal): Decimal => new Big(a).plus(b).toFixed(),
  subtract: (a: Decimal, b: Decimal): Decimal => new Big(a).minus(b).toFixed(),
  multiply: (a: Decimal, b: Decimal): Decimal => new Big(a).times(b).toFixed(),
  /** Quotient with at most 10 decimals, half up. */
  divide: (a: Decimal, b: Decimal): Decimal => new Quotient(a).div(b).toFixed(),
  /** The amount and so many percent of it. Not rounded. */
  addPercent: (a: Decimal, percent: Decimal): Decimal =>
    new Big(percent).times(HUNDREDTH).plus(1).times(a).toFixed(),
  /** Half up, as shops and CRMs round kopecks. */
  round: (a: Decimal, places: number): Decimal => new Big(a).toFixed(places, Big.roundHalfUp),
  compare: (a: Decimal, b: Decimal): number => new Big(a).cmp(b),
  isZero: (a: Decimal): boolean => new Big(a).eq(0),
  sum: (values: readonly Decimal[]): Decimal => {
    const [only] = values
    if (only !== undefined && values.length === 1) return shortest(only)
    return values.reduce((total, value) => total.plus(value), new Big(0)).toFixed()
  },
}

/** Without trailing zeros and whatever else a sum leaves out. */
function shortest(value: Decimal): Decimal {
  return SHORT_DECIMAL.test(value) ? value : new Big(value).toFixed()
}

/** Same currency and the same number, whatever the trailing zeros. */
export function sameMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && decimal.compare(a.amount, b.amount) === 0
}
