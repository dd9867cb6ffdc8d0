import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createDial, drawFault, type FaultDial, type FaultKind } from './faults.ts'

export type { FaultDial }

export interface SimRequest {
  readonly method: string
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** The fault this request will meet after it is handled: its answer never arrives whole. */
  readonly fault?: 'reset-after' | 'truncated'
}

export interface SimAnswer {
  readonly status: number
  readonly body: string
  /** @default 'application/json' */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The answer is held so long. @default 0 */
  readonly delayMs?: number
}

export interface SimStats {
  /** Without the simulator's own /_sim/ paths. */
  requests: number
  faults: number
  /** By exact path; past MAX_PATHS different ones the rest is counted under "(other)". */
  readonly byPath: Map<string, number>
}

export interface SimServer {
  readonly url: string
  readonly port: number
  /** Turn `rate` or replace `kinds` at any time. */
  readonly faults: FaultDial
  readonly stats: SimStats
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface SimServerOptions {
  readonly handle: (request: SimRequest) => SimAnswer | Promise<SimAnswer>
  readonly faults?: Partial<FaultDial>
  /** The system's own answer over its limit, for the fault `rate-limit`. */
  readonly rateLimited: SimAnswer
  /** @default 0, a free one */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly host?: string
  /** Above it the request is answered 413. @default 32 MiB */
  readonly maxBodyBytes?: number
  /** Which requests the fault dial touches. @default all but /_sim/ */
  readonly isFaulty?: (request: SimRequest) => boolean
}

const MAX_PATHS = 10_000
const CONTROL_PREFIX = '/_sim/'
const EMPTY = Buffer.alloc(0)
const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n'

/** Starts a loopback server over one handler, with faults before or after it. `close` is safe to call twice. */
export async function startSimServer(options: SimServerOptions): Promise<SimServer> {
  const host = options.host ?? '127.0.0.1'
  const running = new Running(options)
  const server = createServer((request, response) => running.accept(request, response))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The simulator got no TCP port')

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      running.dropDelayed()
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closing
  }
  const shownHost = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    faults: running.faults,
    stats: running.stats,
    close,
    [Symbol.asyncDispose]: close,
  }
}

class Running {
  readonly faults: FaultDial
  readonly stats: SimStats = { requests: 0, faults: 0, byPath: new Map() }
  readonly #options: SimServerOptions
  readonly #maxBodyBytes: number
  readonly #delayed = new Set<NodeJS.Timeout>()

  constructor(options: SimServerOptions) {
    this.#options = options
    this.#maxBodyBytes = options.maxBodyBytes ?? 32 * 1024 * 1024
    this.faults = createDial(options.faults)
  }

  accept(incoming: IncomingMessage, response: ServerResponse): void {
    const headers = incoming.headers
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      void this.#serve(incoming, response, EMPTY)
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= this.#maxBodyBytes) {
        chunks.push(chunk)
      } else if (!response.headersSent) {
        send(response, {
          status: 413,
          body: '{"error":"Request body is too large"}',
          headers: { connection: 'close' },
        })
      } else if (size > this.#maxBodyBytes * 2) {
        incoming.destroy()
      }
    })
    incoming.on('end', () => {
      if (size > this.#maxBodyBytes) return
      void this.#serve(
        incoming,
        response,
        chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, size),
      )
    })
    incoming.on('error', () => {}) // The peer cut its request: nothing to answer, nothing was done.
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const request = readRequest(incoming, body)
    const fault = this.#meet(request)
    switch (fault) {
      case 'reset-before':
        incoming.socket.destroy()
        return
      case 'error-500':
        this.#answer(response, { status: 500, body: '{"error":"Internal Server Error"}' })
        return
      case 'html-502':
        this.#answer(response, { status: 502, body: BAD_GATEWAY, contentType: 'text/html' })
        return
      case 'rate-limit':
        this.#answer(response, this.#options.rateLimited)
        return
      case 'reset-after':
        await this.#handle({ ...request, fault })
        incoming.socket.destroy()
        return
      case 'truncated': {
        const answer = await this.#handle({ ...request, fault })
        this.#answer(response, { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) })
        return
      }
      case null: {
        const answer = this.#handle(request)
        this.#answer(response, answer instanceof Promise ? await answer : answer)
      }
    }
  }

  #meet(request: SimRequest): FaultKind | null {
    const isControl = request.path.startsWith(CONTROL_PREFIX)
    if (!isControl) count(this.stats, request.path)
    if (this.faults.rate <= 0) return null
    const isFaulty = this.#options.isFaulty?.(request) ?? true
    const fault = isControl || !isFaulty ? null : drawFault(this.faults)
    if (fault !== null) this.stats.faults += 1
    return fault
  }

  #handle(request: SimRequest): SimAnswer | Promise<SimAnswer> {
    try {
      const answer = this.#options.handle(request)
      return answer instanceof Promise ? answer.catch(brokenSimulator) : answer
    } catch (error) {
      return brokenSimulator(error)
    }
  }

  #answer(response: ServerResponse, answer: SimAnswer): void {
    if (answer.delayMs === undefined || answer.delayMs <= 0) return send(response, answer)
    const timer = setTimeout(() => {
      this.#delayed.delete(timer)
      send(response, answer)
    }, answer.delayMs)
    this.#delayed.add(timer)
  }

  dropDelayed(): void {
    for (const timer of this.#delayed) clearTimeout(timer)
    this.#delayed.clear()
  }
}

function readRequest(incoming: IncomingMessage, body: Buffer): SimRequest {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    // Repeated headers that Node keeps as arrays (set-cookie alone) are of no use to a server.
    headers: incoming.headers as Record<string, string | undefined>,
    body,
  }
}

function count(stats: SimStats, path: string): void {
  stats.requests += 1
  const known = stats.byPath.get(path)
  const key = known === undefined && stats.byPath.size >= MAX_PATHS ? '(other)' : path
  stats.byPath.set(key, (stats.byPath.get(key) ?? 0) + 1)
}

function send(response: ServerResponse, answer: SimAnswer): void {
  if (response.destroyed || response.headersSent) return
  const headers: Record<string, string | number> = {
    'content-type': answer.contentType ?? 'application/json',
    'content-length': Buffer.byteLength(answer.body),
  }
  if (answer.headers !== undefined) Object.assign(headers, answer.headers)
  response.writeHead(answer.status, headers)
  response.end(answer.body)
}

/** A throw in a handler is a bug of the simulator: say so loudly instead of playing a fault of the system. */
function brokenSimulator(error: unknown): SimAnswer {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { status: 500, body: `Simulator bug: ${message}`, contentType: 'text/plain' }
}
