import type { Tree, Words } from './types/basics.ts'
import { ApiError, isAbort, offlineCode, strangeAnswerCode } from './errors.ts'

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly query?: Query
  /** Time limit. @default 30_000 */
  readonly timeoutMs?: number
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One door to the API: the session's CSRF token on writes, a time limit on every call, one kind of error. */
export class Http {
  #csrf = ''
  #onSignedOut: () => void = () => {}

  set csrf(token: string) {
    this.#csrf = token
  }

  /** Called when a call finds the session gone. */
  set onSignedOut(listener: () => void) {
    this.#onSignedOut = listener
  }

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call('GET', path, undefined, options)
  }

  send<T>(
    method: Exclude<Method, 'GET'>,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<T> {
    return this.#call(method, path, body, options)
  }

  async #call<T>(method: Method, path: string, body: unknown, options: CallOptions): Promise<T> {
    const answer = await this.#fetch(method, path, body, options)
    if (answer.status === 204) return undefined as T
    const json = await readJson(answer)
    if (answer.ok) return json as T
    const error = toError(answer.status, json)
    if (answer.status === 401) this.#onSignedOut()
    throw error
  }

  async #fetch(method: Method, path: string, body: unknown, options: CallOptions): Promise<Response> {
    const limit = AbortSignal.timeout(options.timeoutMs ?? 30_000)
    const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit])
    const headers: Record<string, string> = { accept: 'application/json' }
    if (method !== 'GET') headers['x-csrf-token'] = this.#csrf
    if (body !== undefined) headers['content-type'] = 'application/json'
    try {
      return await fetch(apiUrl(path, options.query), {
        method,
        headers,
        credentials: 'same-origin',
        redirect: 'error',
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      if (isAbort(error)) throw error
      throw new ApiError(0, offlineCode, 'The server does not answer')
    }
  }
}

/** Address under /api with a query; parts that are undefined, null or "" are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return `/api${path}${text === '' ? '' : `?${text}`}`
}

async function readJson(answer: Response): Promise<unknown> {
  try {
    return await answer.json()
  } catch (error) {
    if (isAbort(error)) throw error
    throw new ApiError(answer.status, strangeAnswerCode, `The server answered ${answer.status} without JSON`)
  }
}

function toError(status: number, json: unknown): ApiError {
  const body = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  const code = typeof body['error'] === 'string' ? body['error'] : strangeAnswerCode
  const message = typeof body['message'] === 'string' ? body['message'] : `The server answered ${status}`
  const { ru } = body
  return new ApiError(status, code, message, {
    ru: typeof ru === 'string' ? ru : undefined,
    facts: treeOf(body['facts']),
    fields: fieldsOf(body['fields']),
  })
}

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {}
}

function fieldsOf(value: unknown): ApiError['fields'] {
  return Object.fromEntries(Object.entries(treeOf(value)).map(([path, words]) => [path, wordsIn(words)]))
}

function wordsIn(value: unknown): Words {
  const { en, ru } = treeOf(value)
  return typeof en === 'string' && typeof ru === 'string' ? { en, ru } : String(value)
}
