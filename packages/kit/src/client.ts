import type { ConnectorLog, RateBudget } from './connector.ts'
import type { CallOptions } from './shop.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ApiClientOptions {
  /** Name for messages, logs and metrics: "RetailCRM". */
  readonly system: string
  /** https base; endpoints are appended to its path. */
  readonly baseUrl: string
  /** How `data` of POST, PUT, PATCH (and DELETE) is sent. @default 'json' */
  readonly encoding?: 'json' | 'form'
  /** @default 10_000 */
  readonly connectMs?: number
  /** Longest silence inside an answer. @default 30_000 */
  readonly idleMs?: number
  /** Whole call with its retries and waits. @default 60_000 */
  readonly totalMs?: number
  /** Largest answer read. @default 32 MiB */
  readonly maxBodyBytes?: number
  /** Repeats of what is safe to repeat. @default 2 */
  readonly retries?: number
  readonly budget?: RateBudget
  /** "host", "host:port" or "host:*" that may be plain http or a private address. */
  readonly allowHosts?: readonly string[]
  /** Values that must never be printed; redacted from every message. */
  readonly secrets?: readonly string[]
  readonly log?: ConnectorLog
  /** Random in [0,1) for jitter. @default Math.random */
  readonly random?: () => number
}

export interface ApiCallOptions extends CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Query beside the data (for POST, DELETE with body …). Nested values become a[b][]=. */
  readonly query?: Readonly<Record<string, unknown>>
  /** The call may be repeated after a lost answer. @default GET, PUT, DELETE true; POST, PATCH false */
  readonly idempotent?: boolean
  /** Sent as Idempotency-Key; makes the call safe to repeat. */
  readonly idempotencyKey?: string
  /** DELETE: where `data` goes. @default 'query' */
  readonly deleteData?: 'query' | 'body'
  /** An empty 2xx (or 204) is a right answer; resolves to undefined. @default false */
  readonly allowEmpty?: boolean
}

/** The request as `authenticate` sees it: add headers or query, nothing else. */
export interface ApiRequest {
  readonly method: HttpMethod
  readonly endpoint: string
  readonly headers: Record<string, string>
  readonly query: Record<string, unknown>
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Decoded JSON (big integers as strings of digits), or undefined when the body is not JSON or empty. */
  readonly body: unknown
}

/** The system's own reading of an answer; undefined fields fall back to the HTTP status. */
export interface Explanation {
  readonly kind?: 'permanent' | 'retryable' | 'auth' | 'rate-limited'
  readonly systemCode?: string
  readonly systemMessage?: string
  readonly retryAfterMs?: number
}
