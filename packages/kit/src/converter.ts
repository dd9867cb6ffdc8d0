import { decimal, toDecimal, type Money } from './money.ts'

/**
 * Translates one value both ways. null passes through unconverted and absent stays absent, unless `nulls` is true.
 * `toShop` is needed only where the field flows in. Throw ParkError for a value that a person must map first.
 */
export interface Converter<Shop, External> {
  // Method syntax on purpose: a converter of a narrower type (a closed set of codes) fits a wider field.
  toExternal(value: Shop): External
  toShop?(value: External): Shop
  /** Whether two external values mean the same ("20" and "20.00"). @default deep equality */
  readonly sameExternal?: (a: unknown, b: unknown) => boolean
  /** true = the converter gets null itself. @default false */
  readonly nulls?: boolean
}

function sameNumber(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if ((typeof a !== 'number' && typeof a !== 'string') || (typeof b !== 'number' && typeof b !== 'string'))
    return false
  try {
    return decimal.compare(toDecimal(a), toDecimal(b)) === 0
  } catch {
    return false // not numbers: plain inequality
  }
}

/** Needs no rounding. */
const WHOLE_KOPECKS = /^-?\d+(?:\.\d\d?)?$/

/** Money as a JSON number of main units, rounded to kopecks: for systems that take 1990.5. */
export const moneyNumber: Converter<Money, number> = {
  toExternal: ({ amount }) => Number(WHOLE_KOPECKS.test(amount) ? amount : decimal.round(amount, 2)),
  sameExternal: sameNumber,
}

/** A decimal text as a JSON number (quantities). */
export const decimalNumber: Converter<string, number> = {
  toExternal: (value) => Number(value),
  toShop: (value) => toDecimal(value),
  sameExternal: sameNumber,
}

/** A decimal text as text that may come back with other trailing zeros ("20", "20.00"). */
export const decimalText: Converter<string, string> = {
  toExternal: (value) => value,
  toShop: (value) => toDecimal(value),
  sameExternal: sameNumber,
}
