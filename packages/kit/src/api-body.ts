import { PermanentError } from './errors.ts'
import { encodeQuery } from './query.ts'

export interface EncodedBody {
  readonly contentType: string
  readonly text: string
}

/**
 * Data of a POST, PUT, PATCH or DELETE as a body. `undefined` is left out, `{}` stays `{}`; nothing is changed on the
 * way silently: half characters, NaN, class instances (a Secret, a Map) are refused.
 * @throws PermanentError `DATA_NOT_UNICODE`, `DATA_NOT_ENCODABLE`
 */
export function encodeBody(data: unknown, encoding: 'json' | 'form'): EncodedBody {
  if (encoding === 'form') {
    return { contentType: 'application/x-www-form-urlencoded', text: encodeQuery(requireRecord(data)) }
  }
  return { contentType: 'application/json; charset=utf-8', text: encodeJson(data) }
}

/** @throws PermanentError `DATA_NOT_ENCODABLE` when the data is not a plain record of names */
export function requireRecord(data: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(data)) return data
  throw new PermanentError(
    'DATA_NOT_ENCODABLE',
    'Data of a query or form must be an object of names and values',
  )
}

function encodeJson(data: unknown): string {
  try {
    // A function, because `this` holds the value as it was before its toJSON.
    const text: string | undefined = JSON.stringify(
      data,
      function (this: unknown, key: string, value: unknown) {
        return checked(key, isIndexable(this) ? this[key] : value, value)
      },
    )
    if (text !== undefined) return text
  } catch (cause) {
    if (cause instanceof PermanentError) throw cause
    // Cycles, BigInt and depth: the engine's text may name fields, so it is not repeated.
  }
  throw new PermanentError(
    'DATA_NOT_ENCODABLE',
    'Data to be sent cannot be written as JSON (a cycle, a BigInt, a function?)',
  )
}

function checked(key: string, original: unknown, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
    throw new PermanentError(
      'DATA_NOT_UNICODE',
      'A text to be sent holds half of a character (lone surrogate)',
    )
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw notEncodable('NaN or Infinity')
  if (typeof value === 'function' || typeof value === 'symbol') throw notEncodable(`a ${typeof value}`)
  if (Array.isArray(value))
    return value.includes(undefined) ? value.filter((item) => item !== undefined) : value
  if (typeof original !== 'object' || original === null || isRecord(original)) return value
  // Dates and decimal numbers write themselves; a Secret would be sent as its mask, a Map as {}.
  const writesItself = 'toJSON' in original && original.constructor.name !== 'Secret'
  if (writesItself) return value
  throw notEncodable(`a value of type ${original.constructor.name}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function isIndexable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function notEncodable(what: string): PermanentError {
  return new PermanentError('DATA_NOT_ENCODABLE', `Data to be sent holds ${what}; give plain values`)
}
