import { ConfigError } from '@mufta/kit'
import type { JsonObject } from './answer.ts'

/** Ids more than `after` and at most `upTo`. */
export interface IdRange {
  readonly after: number
  readonly upTo: number
}

export interface SplitFilter extends IdRange {
  /** What remains for the portal. */
  readonly filter: JsonObject
  /** Exactly these ids were asked for. */
  readonly ids: readonly number[] | undefined
  /** "One of" nothing: no row can match. */
  readonly isEmpty: boolean
}

/**
 * Takes the id's own bounds out of a filter, so that windows can be laid inside them.
 * @throws ConfigError `PORTAL_LIST` when a bound is no whole number
 */
export function splitFilter(filter: JsonObject, idField: string): SplitFilter {
  let after = 0
  let upTo = Infinity
  let ids: readonly number[] | undefined
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(filter)) {
    const [, operator = '', field = ''] = /^([^\p{L}\d_]*)(.*)$/u.exec(key) ?? []
    if (operator === '@' && Array.isArray(value) && value.length === 0) {
      return { after, upTo, ids: [], filter: {}, isEmpty: true }
    }
    if (field.toLowerCase() !== idField.toLowerCase()) rest[key] = value
    else if (operator === '>') after = Math.max(after, wholeNumber(key, value))
    else if (operator === '>=') after = Math.max(after, wholeNumber(key, value) - 1)
    else if (operator === '<') upTo = Math.min(upTo, wholeNumber(key, value) - 1)
    else if (operator === '<=') upTo = Math.min(upTo, wholeNumber(key, value))
    else if (operator === '' || operator === '=' || operator === '@') {
      const given = (Array.isArray(value) ? value : [value]).map((id: unknown) => wholeNumber(key, id))
      const allowed = new Set(given)
      ids = ids === undefined ? given : ids.filter((id) => allowed.has(id))
    } else rest[key] = value
  }
  return { after, upTo, ids, filter: rest, isEmpty: false }
}

function wholeNumber(key: string, value: unknown): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw new ConfigError('PORTAL_LIST', `list: the filter "${key}" must be a whole number`)
}
