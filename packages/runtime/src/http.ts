import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { HookError, MuftaError, type ConnectorLog } from '@mufta/kit'
import { Hono } from 'hono'
import { MAX_HOOK_BYTES, takeIn, type HookSide, type IntakeDeps } from './intake.ts'
import type { RuntimeMetrics } from './metrics.ts'

export interface HttpOptions {
  readonly host: string
  readonly port: number
  readonly intake: IntakeDeps
  readonly metrics: RuntimeMetrics
  readonly log: ConnectorLog
  /** Store and workers answer. */
  readonly isReady: () => boolean
  /** How long a client may take to send its whole delivery. @default 30_000 */
  readonly requestTimeoutMs?: number
  /** Further routes (the admin page's API) mounted by the caller. */
  readonly routes?: (app: Hono) => void
}

export interface HttpServer {
  readonly url: string
  close(deadlineMs: number): Promise<void>
}

const DEFAULT_REQUEST_TIMEOUT_MS = 30_000
const MAX_HEADERS_TIMEOUT_MS = 10_000

/**
 * The runtime's HTTP face. Hooks are answered straight from the socket, before any framework: they come by the
 * thousand and are the only thing that must never be slow.
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const fallback = getRequestListener(pages(options).fetch)
  const requestTimeout = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS
  const server = createServer(
    {
      requestTimeout,
      headersTimeout: Math.min(MAX_HEADERS_TIMEOUT_MS, requestTimeout),
      // Node looks only every 30 s by default, so that a slow sender would hold its socket twice as long.
      connectionsCheckingInterval: Math.min(1_000, requestTimeout / 2),
      keepAliveTimeout: 30_000,
    },
    (request, response) => {
      const hook = /^\/hooks\/([^/?]+)\/(site|external)\/?(?:\?(.*))?$/.exec(request.url ?? '')
      if (hook === null) return void fallback(request, response)
      void answerHook(
        options,
        request,
        response,
        decodeURIComponentSafe(hook[1] as string),
        hook[2] as HookSide,
        hook[3] ?? '',
      )
    },
  )
  await listen(server, options.port, options.host)
  const { port } = server.address() as AddressInfo
  return { url: `http://${options.host}:${port}`, close: (deadlineMs) => closeServer(server, deadlineMs) }
}

function pages({ metrics, isReady, routes }: HttpOptions): Hono {
  const app = new Hono()
  app.get('/healthz', (context) => context.json({ status: 'alive' }))
  app.get('/readyz', (context) =>
    context.json({ status: isReady() ? 'ready' : 'not ready' }, isReady() ? 200 : 503),
  )
  app.get('/metrics', async (context) =>
    context.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  )
  routes?.(app)
  app.notFound((context) => context.json({ error: 'NOT_FOUND', message: 'No such address' }, 404))
  return app
}

async function answerHook(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  side: HookSide,
  query: string,
): Promise<void> {
  try {
    if (request.method !== 'POST')
      return answer(options, request, response, 405, 'HOOK_NOT_POST', 'A hook is delivered by POST')
    const body = await readBody(request)
    const accepted = await takeIn(options.intake, name, side, {
      contentType: request.headers['content-type'] ?? '',
      headers: request.headers as Record<string, string | undefined>,
      query: query === '' ? {} : Object.fromEntries(new URLSearchParams(query)),
      target: request.url ?? '',
      body,
    })
    options.metrics.http(ROUTES[side], 200)
    const { headers, body: text } = accepted === 1 ? ACCEPTED_ONE : acceptance(accepted)
    response.writeHead(200, headers).end(text)
  } catch (error) {
    refuse(options, request, response, error)
  }
}

const ROUTES = { site: 'hook-site', external: 'hook-external' } as const satisfies Record<HookSide, string>

/** What nearly every delivery is answered. */
const ACCEPTED_ONE = acceptance(1)

function acceptance(events: number): { readonly headers: OutgoingHttpHeaders; readonly body: string } {
  const body = `{"status":"accepted","v":1,"accepted":${events}}`
  return { headers: { 'content-type': 'application/json', 'content-length': String(body.length) }, body }
}

function refuse(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (error instanceof HookError)
    return answer(options, request, response, error.status, error.code, error.message)
  const code = error instanceof MuftaError ? error.code : 'UNEXPECTED'
  // Not stored, so not 2xx: a sender that repeats will repeat, and the sweep finds the rest.
  options.log.error({ code }, 'A hook could not be stored')
  answer(options, request, response, 503, 'HOOK_NOT_STORED', 'The event could not be stored; send it again')
}

function answer(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  options.metrics.http('hook-refused', status)
  if (response.headersSent || response.destroyed) return
  // The rest of a body that nobody will read must not keep the socket.
  const close = !request.complete
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(close ? { connection: 'close' } : {}),
  })
  response.end(JSON.stringify({ error: code, message }), () => {
    if (close) request.destroy()
  })
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_HOOK_BYTES) return reject(tooLarge())
    const chunks: Buffer[] = []
    let size = 0
    let isWhole = false
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_HOOK_BYTES) {
        request.pause()
        return reject(tooLarge())
      }
      chunks.push(chunk)
    })
    request.on('end', () => {
      isWhole = true
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    // Every end comes to this, an error too: Node tells a request's error only to those who listen for it.
    request.on('close', () => {
      if (!isWhole) reject(new HookError(400, 'HOOK_CUT_OFF', 'The delivery ended before its end'))
    })
  })
}

function tooLarge(): HookError {
  return new HookError(413, 'HOOK_TOO_LARGE', `A delivery may hold at most ${MAX_HOOK_BYTES} bytes`)
}

function decodeURIComponentSafe(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // no connection has this name, so the caller gets 404
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearTimeout(timer)
}
