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

export const decimal = {
  add: (a: Decimal, b: Decimal): Decimal => new Big(a).plus(b).toFixed(),
  subtract: (a: Decimal, b: Decimal): Decimal => new Big(a).minus(b).toFixed(),
  multiply: (a: Decimal, b: Decimal): Decimal => new Big(a).times(b).toFixed(),
  /** Quotient with at most 10 decimals, half up. */
  divide: (a: Decimal, b: Decimal): Decimal => new Big(a).div(b).round(10).toFixed(),
  /** Half up, as shops and CRMs round kopecks. */
  round: (a: Decimal, places: number): Decimal => new Big(a).round(places, Big.roundHalfUp).toFixed(places),
  compare: (a: Decimal, b: Decimal): number => new Big(a).cmp(b),
  isZero: (a: Decimal): boolean => new Big(a).eq(0),
  sum: (values: readonly Decimal[]): Decimal =>
    values.reduce((total, value) => total.plus(value), new Big(0)).toFixed(),
}

/** Same currency and the same number, whatever the trailing zeros. */
export function sameMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && decimal.compare(a.amount, b.amount) === 0
}
