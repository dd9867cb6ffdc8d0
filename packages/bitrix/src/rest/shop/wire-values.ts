import { toDecimal } from '@mufta/kit'

/** A value of an answer as we keep it; undefined = not of the documented shape. */
export type ReadValue<Value> = (value: unknown) => Value | undefined

/** Ids come as numbers and as text, mixed within one answer. */
export const readId: ReadValue<string> = (value) => (isId(value) && value !== '' ? String(value) : undefined)

/** 0, "0", "" and null all mean "no such record". */
export const readIdOrNull: ReadValue<string | null> = (value) => {
  if (isNothing(value)) return null
  if (!isId(value)) return undefined
  return Number(value) === 0 ? null : String(value)
}

const NUMERIC = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

export const readDecimal: ReadValue<string> = (value) => {
  if (typeof value === 'string') return NUMERIC.test(value) ? toDecimal(value) : undefined
  return typeof value === 'number' && Number.isFinite(value) ? toDecimal(value) : undefined
}

/** null, absent and "" = no value; 0 is a value. */
export const readDecimalOrNull: ReadValue<string | null> = (value) =>
  isNothing(value) ? null : readDecimal(value)

export const readFlag: ReadValue<boolean> = (value) =>
  value === 'Y' ? true : value === 'N' ? false : undefined

/** A flag that old records may lack. */
export const readLooseFlag: ReadValue<boolean> = (value) => {
  if (value === null || value === undefined) return false
  if (typeof value === 'string') return value === 'Y'
  return typeof value === 'boolean' ? value : undefined
}

export const readText: ReadValue<string> = (value) => (isText(value) ? String(value) : undefined)

export const readTextOrNull: ReadValue<string | null> = (value) =>
  value === null || value === undefined ? null : readText(value)

export const readString: ReadValue<string> = (value) => (typeof value === 'string' ? value : undefined)

/** A code or a currency is never empty. */
export const readCode: ReadValue<string> = (value) =>
  typeof value === 'string' && value !== '' ? value : undefined

/** ISO 8601 as the portal prints it, offset kept. */
export const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

export const readTime: ReadValue<string> = (value) =>
  typeof value === 'string' && ISO_DATE.test(value) ? value : undefined

export const readTimeOrNull: ReadValue<string | null> = (value) => (isNothing(value) ? null : readTime(value))

export const readVersion: ReadValue<number | null> = (value) => {
  if (value === null || value === undefined) return null
  return isText(value) && Number.isSafeInteger(Number(value)) ? Number(value) : undefined
}

function isNothing(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || value === ''
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value)
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isFinite(value)
}
