import { InvalidArgumentError } from 'commander'
import type { Screen } from '../ui/screen.ts'

type Words = Screen['t']

export const toCount =
  (t: Words) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new InvalidArgumentError(t('It must be a whole number.', 'Нужно целое число.'))
  }

/** At least one. */
export const toSome =
  (t: Words) =>
  (text: string): number => {
    const count = toCount(t)(text)
    if (count > 0) return count
    throw new InvalidArgumentError(t('It must be 1 or more.', 'Нужно целое число от 1.'))
  }

export const toShare =
  (t: Words) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= 0 && value <= 0.5) return value
    throw new InvalidArgumentError(t('It must be from 0 to 0.5.', 'Нужно число от 0 до 0.5.'))
  }

/** ISO 8601; a date alone is meant as its first moment in UTC. */
export const toDate =
  (t: Words) =>
  (text: string): string => {
    if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)))
      return new Date(text).toISOString()
    throw new InvalidArgumentError(
      t('It must be a date such as 2026-11-01.', 'Нужна дата, например 2026-11-01.'),
    )
  }

export function named(connection: string | undefined): { connection?: string } {
  return connection === undefined ? {} : { connection }
}
