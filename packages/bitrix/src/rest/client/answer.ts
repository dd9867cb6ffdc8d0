import { decodeJson, type TransportAnswer } from '@mufta/kit'
import { explainFailure, type PortalFailure } from '../../errors.ts'

/** The envelope of a good answer (Bitrix24 REST docs: *Data types*, `time`). */
export interface Envelope {
  readonly result: unknown
  readonly total: number | undefined
  readonly next: number | undefined
  readonly time: PortalTime | undefined
}

/** Of an answer's `time`, what is used. Every field may be missing (Bitrix24 REST docs: *Data types*). */
export interface PortalTime {
  /** Unix seconds of the portal's clock. */
  readonly finish?: number
  /** ISO 8601 with the portal's offset. */
  readonly date_start?: string
  /** Seconds that this method has cost in the present ten minutes. */
  readonly operating?: number
  /** Unix seconds. */
  readonly operating_reset_at?: number
}

export function timeOf(value: unknown): PortalTime | undefined {
  if (!isObject(value)) return undefined
  const { finish, date_start, operating, operating_reset_at } = value
  return {
    ...(typeof finish === 'number' ? { finish } : {}),
    ...(typeof date_start === 'string' ? { date_start } : {}),
    ...(typeof operating === 'number' ? { operating } : {}),
    ...(typeof operating_reset_at === 'number' ? { operating_reset_at } : {}),
  }
}

export type Reading =
  | { readonly kind: 'ok'; readonly envelope: Envelope }
  | { readonly kind: 'refused'; readonly failure: PortalFailure }
  /** Not an answer of the REST interface: a proxy's page, a login form, a cut body. */
  | { readonly kind: 'noise'; readonly what: string }

export function readAnswer(answer: TransportAnswer): Reading {
  const body = answer.isWellEncoded ? parse(answer.text) : undefined
  if (body === undefined) return { kind: 'noise', what: describe(answer) }
  const refusal = refusalIn(body)
  if (refusal !== undefined) return { kind: 'refused', failure: explainFailure(refusal, answer.status) }
  if (!('result' in body) || answer.status < 200 || answer.status > 299) {
    return { kind: 'noise', what: `answered HTTP ${answer.status} without a result` }
  }
  return {
    kind: 'ok',
    envelope: {
      result: body['result'],
      total: countOf(body['total']),
      next: countOf(body['next']),
      time: timeOf(body['time']),
    },
  }
}

/**
 * The error of an answer: its key decides, for the code may be 0 or "" (old crm methods), and a method may hand its
 * own error out with HTTP 200, also inside `result`.
 */
export function refusalIn(body: JsonObject): JsonObject | undefined {
  if ('error' in body) return body
  const result = body['result']
  if (isObject(result) && 'error' in result && 'error_description' in result) return result
  return undefined
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function parse(text: string): JsonObject | undefined {
  // Pages of proxies are not worth a parse; the portal always answers with an object.
  if (!/^\uFEFF?\s*\{/.test(text)) return undefined
  try {
    const body = decodeJson(text)
    return isObject(body) ? body : undefined
  } catch {
    return undefined // Cut or broken JSON: for the caller the same as a proxy's page.
  }
}

function describe(answer: TransportAnswer): string {
  const type = answer.headers['content-type']?.split(';')[0] ?? 'nothing named'
  const size = answer.text.length
  return `answered HTTP ${answer.status} with something that is not its JSON (${type}, ${size} characters)`
}
