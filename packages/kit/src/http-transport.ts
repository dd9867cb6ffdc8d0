import { Pool, type Dispatcher } from 'undici'
import { decodeBody } from './decode-body.ts'
import { toTransportError, TransportError } from './transport-error.ts'
import { checkUrl, createLookup } from './url-policy.ts'

export interface TransportOptions {
  /** Checked by the URL policy; only its origin is used. */
  readonly baseUrl: string | URL
  readonly allowHosts?: readonly string[]
  readonly connectMs: number
  /** Longest silence before and inside an answer. */
  readonly idleMs: number
  readonly maxBodyBytes: number
}

export interface TransportRequest {
  readonly method: Dispatcher.HttpMethod
  /** Path with query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Until when the whole answer must be here. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface TransportAnswer {
  readonly status: number
  /** Names in lower case; a repeated header is joined by ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** false = the body was not valid in its character set; `text` holds replacement marks. */
  readonly isWellEncoded: boolean
}

/** One origin, one pool of connections. Follows no redirect, repeats nothing. */
export class HttpTransport {
  readonly #pool: Pool
  readonly #maxBodyBytes: number

  /** @throws ConfigError the codes of `checkUrl` */
  constructor(options: TransportOptions) {
    const { origin } = checkUrl(options.baseUrl, options.allowHosts)
    this.#maxBodyBytes = options.maxBodyBytes
    this.#pool = new Pool(origin, {
      connections: 64,
      pipelining: 1,
      allowH2: false,
      connect: { timeout: options.connectMs, lookup: createLookup(options.allowHosts) },
      headersTimeout: options.idleMs,
      bodyTimeout: options.idleMs,
    })
  }

  /** @throws TransportError when no whole answer came */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const raw = await this.#exchange(request)
    try {
      const { text, isWellEncoded } = await decodeBody(raw.body, raw.headers, this.#maxBodyBytes)
      return { status: raw.status, headers: raw.headers, text, isWellEncoded }
    } catch (error) {
      throw toTransportError(error, true)
    }
  }

  /** Cuts what is under way. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#pool.destroyed) await this.#pool.destroy()
  }

  #exchange(request: TransportRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(request, this.#maxBodyBytes, resolve, reject)
      if (exchange.isOver) return
      const { method, path, headers, body } = request
      const accepts = { 'accept-encoding': 'gzip, deflate, br', ...headers }
      try {
        this.#pool.dispatch(
          { method, path, headers: accepts, ...(body === undefined ? {} : { body }) },
          exchange,
        )
      } catch (error) {
        exchange.onResponseError(undefined, error instanceof Error ? error : new Error('dispatch failed'))
      }
    })
  }
}

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** Listens to one request; the first of answer, failure, deadline and abort decides. */
class Exchange implements Dispatcher.DispatchHandler {
  isOver = false
  readonly #resolve: (answer: RawAnswer) => void
  readonly #reject: (error: TransportError) => void
  readonly #maxBodyBytes: number
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.#fail('aborted')
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Record<string, string | undefined> = {}
  #chunks: Buffer[] = []
  #size = 0

  constructor(
    request: TransportRequest,
    maxBodyBytes: number,
    resolve: (answer: RawAnswer) => void,
    reject: (error: TransportError) => void,
  ) {
    this.#resolve = resolve
    this.#reject = reject
    this.#maxBodyBytes = maxBodyBytes
    this.#signal = request.signal
    this.#timer = setTimeout(() => this.#fail('timeout'), Math.max(0, request.timeoutMs))
    if (this.#signal?.aborted === true) this.#fail('aborted')
    else this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Called right before the first byte is written: from here on the other side may act. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.isOver) controller.abort(new Error('given up before it was sent'))
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    for (const name in headers) {
      const value = headers[name]
      this.#headers[name] = Array.isArray(value) ? value.join(', ') : value
    }
    if (Number(this.#headers['content-length'] ?? 0) > this.#maxBodyBytes) this.#fail('too-large')
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.isOver) return
    this.#size += chunk.length
    if (this.#size > this.#maxBodyBytes) this.#fail('too-large')
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (!this.#finish()) return
    const [only] = this.#chunks
    const body =
      only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#size)
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#finish()) this.#reject(toTransportError(error, this.#controller !== undefined))
  }

  #fail(reason: 'aborted' | 'timeout' | 'too-large'): void {
    if (!this.#finish()) return
    const error = new TransportError(reason, this.#controller !== undefined)
    this.#reject(error)
    this.#controller?.abort(error)
  }

  #finish(): boolean {
    if (this.isOver) return false
    this.isOver = true
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}
