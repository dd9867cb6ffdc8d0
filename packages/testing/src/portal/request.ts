import { HookError, parsePhpForm } from '@mufta/kit'
import type { SimRequest } from '../sim/http.ts'
import { isRow, text, type Row } from './rows.ts'

export interface RestRequest {
  /** As written, without `.json`. */
  readonly method: string
  /** Set for an inbound webhook. */
  readonly webhook?: { readonly userId: string; readonly secret: string }
  readonly params: Row
}

/** Names that never reach a method. Of these `start`, `auth` and `auth_connector` are read by the server itself. */
export const RESERVED = [
  'auth',
  'access_token',
  'auth_connector',
  'start',
  'state',
  'token',
  'method',
  'aplogin',
  'ap',
] as const

/** null = the path is no REST v2 call. */
export function readRestRequest(request: SimRequest): RestRequest | null {
  const parts = request.path.split('/').filter((part) => part !== '')
  if (parts[0] !== 'rest') return null
  const method = (parts.at(-1) ?? '').replace(/\.json$/i, '')
  const params = readParams(request)
  if (parts.length === 2) return { method, params }
  const [, userId, secret] = parts
  if (parts.length !== 4 || userId === undefined || secret === undefined || !/^\d+$/.test(userId)) return null
  return { method, webhook: { userId, secret }, params }
}

/** Query and body merged, the body wins. A malformed body is no error: it counts as "no parameters". */
export function readParams(request: SimRequest): Row {
  const query = parseForm(request.query)
  if (request.body.length === 0) return query
  return { ...query, ...readBody(request) }
}

/** A query or a form body; what PHP could not read either becomes nothing. */
export function parseForm(source: string): Row {
  if (source === '') return {}
  try {
    return parsePhpForm(source, { maxFields: 100_000 })
  } catch (error) {
    if (error instanceof HookError) return {}
    throw error
  }
}

function readBody(request: SimRequest): Row {
  const type = request.headers['content-type'] ?? ''
  const body = request.body.toString('utf8')
  if (type.startsWith('application/x-www-form-urlencoded')) return parseForm(body)
  if (!type.startsWith('application/json')) return {}
  try {
    const parsed: unknown = JSON.parse(body)
    return isRow(parsed) ? parsed : {}
  } catch {
    // Server code: json_decode's failure leaves the call without parameters.
    return {}
  }
}

/** Token of an application's call: `auth`, `access_token` or the Bearer header. '' = none. */
export function accessTokenOf(request: SimRequest, params: Row): string {
  const named = text(params['auth'] ?? params['access_token'])
  if (named !== '') return named
  const header = /^Bearer (\S+)$/i.exec(request.headers['authorization'] ?? '')
  return header?.[1] ?? ''
}

export function withoutReserved(params: Row): Row {
  const rest = { ...params }
  for (const name of RESERVED) delete rest[name]
  return rest
}
