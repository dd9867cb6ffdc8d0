import { encodeBody, requireRecord, type EncodedBody } from './api-body.ts'
import type { ApiCallOptions, HttpMethod } from './client.ts'
import type { TransportAnswer } from './http-transport.ts'
import { decodeJson } from './json.ts'

/** What of a call stays the same in every attempt. */
export interface Plan {
  readonly query: Readonly<Record<string, unknown>>
  readonly body: EncodedBody | undefined
}

export function planOf(
  method: HttpMethod,
  data: unknown,
  options: ApiCallOptions,
  encoding: 'json' | 'form',
): Plan {
  const query = options.query ?? {}
  if (data === undefined) return { query, body: undefined }
  const isQuery = method === 'GET' || (method === 'DELETE' && options.deleteData !== 'body')
  if (isQuery) return { query: { ...query, ...requireRecord(data) }, body: undefined }
  return { query, body: encodeBody(data, encoding) }
}

/** JSON was begun and did not come whole. */
export const BROKEN_OFF = 'JSON that breaks off'

/** The body of an answer, or what is wrong with it in words. */
export function decodeAnswer(answer: TransportAnswer): {
  readonly body: unknown
  readonly problem: string | null
  readonly cause?: Error
} {
  const text = answer.text.trim()
  if (text === '') return { body: undefined, problem: 'an empty body' }
  if (!answer.isWellEncoded) return { body: undefined, problem: 'text in a broken encoding' }
  if (text.startsWith('<')) return { body: undefined, problem: 'an HTML or XML page' }
  try {
    const body = decodeJson(text)
    return { body, problem: body === null ? 'null' : null }
  } catch (error) {
    const problem = /^[{[]/.test(text) ? BROKEN_OFF : 'invalid JSON'
    return { body: undefined, problem, ...(error instanceof Error ? { cause: error } : {}) }
  }
}
