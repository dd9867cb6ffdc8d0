import type { Explanation } from './client.ts'

/**
 * What a JSON error body says, for the shapes most systems use: `message | errorMsg | error_description | error |
 * detail | title`, each text or an object with them, and `errors` as list or object. Says nothing about `kind`.
 */
export function explainBody(body: unknown): Explanation {
  if (typeof body === 'string') return { systemMessage: body }
  if (Array.isArray(body)) return explainBody(body.find((item) => isRecord(item)))
  if (!isRecord(body)) return {}
  const headline = headlineOf(body)
  const details = detailsOf(body['errors'])
  const systemMessage = [headline, details].filter((part) => part !== undefined && part !== '').join(': ')
  const systemCode = codeOf(body)
  return {
    ...(systemCode === undefined ? {} : { systemCode }),
    ...(systemMessage === '' ? {} : { systemMessage }),
  }
}

/** Milliseconds named by a `Retry-After` header: seconds or a date. The server's own `Date` is the reference. */
export function parseRetryAfter(
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  if (Number.isNaN(at)) return undefined
  const reference = Date.parse(headers['date'] ?? '')
  return Math.max(0, at - (Number.isNaN(reference) ? now : reference))
}

const HEADLINES = [
  'message',
  'errorMsg',
  'error_description',
  'errorMessage',
  'error_message',
  'error',
  'detail',
  'title',
]
const CODES = ['code', 'errorCode', 'error_code']
const MAX_DETAILS = 5

function headlineOf(body: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of HEADLINES) {
    const value = body[name]
    if (typeof value === 'string' && value !== '') return value
    if (isRecord(value)) {
      const inner = explainBody(value).systemMessage
      if (inner !== undefined) return inner
    }
    if (Array.isArray(value)) {
      const inner = detailsOf(value)
      if (inner !== undefined) return inner
    }
  }
  return undefined
}

/** errors: ["…"], [{ error, message, … }], { field: "…" }, { field: ["…"] } */
function detailsOf(errors: unknown): string | undefined {
  if (typeof errors === 'string') return errors
  if (!isRecord(errors) && !Array.isArray(errors)) return undefined
  const isList = Array.isArray(errors)
  const lines = Object.entries(errors).flatMap(([field, value]: [string, unknown]) => {
    const text = typeof value === 'string' ? value : isRecord(value) ? headlineOf(value) : detailsOf(value)
    if (text === undefined) return []
    return [isList ? text : `${field}: ${text}`]
  })
  const shown = lines.slice(0, MAX_DETAILS).join('; ')
  return lines.length > MAX_DETAILS ? `${shown}; and ${lines.length - MAX_DETAILS} more` : shown
}

function codeOf(body: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of CODES) {
    const value = body[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  const error = body['error']
  if (typeof error === 'string' && /^[\w.:-]+$/.test(error)) return error
  if (isRecord(error)) return codeOf(error)
  const errors = body['errors']
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  return isRecord(first) ? codeOf(first) : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
