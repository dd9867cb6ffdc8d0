import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import type { StreamEvents } from '../../src/api/types/journal.ts'
import { Refusal } from './refusal.ts'
import { answer } from './routes.ts'
import { Sessions } from './sessions.ts'
import { sampleState, type MockOptions, type MockState } from './state.ts'

/** The policy that a real Mufta sends with the page. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface MockServer extends AsyncDisposable {
  readonly url: string
  readonly state: MockState
  /** Fresh sample data; everybody is signed out and every stream ends. */
  reset(options?: MockOptions): void
  /** Sends a server-sent event to every open page. */
  emit<K extends keyof StreamEvents>(name: K, event: StreamEvents[K]): void
  /** Drops every open stream, as a restart would. */
  dropStreams(): void
  close(): Promise<void>
}

/** A stand-in for a running Mufta: the API of the page over sample data, and the built page itself. */
export async function startMock(options: MockOptions & { readonly port?: number } = {}): Promise<MockServer> {
  let state = sampleState(options)
  let sessions = new Sessions()
  const streams = new Set<ServerResponse>()

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      const { status, body } =
        error instanceof Refusal
          ? error
          : { status: 500, body: { error: 'MOCK_BUG', message: String(error) } }
      send(response, status, body)
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock')
    if (!url.pathname.startsWith('/api/')) return sendFile(url.pathname, response)
    const body = await readBody(request)
    state.seen.push({ method: request.method ?? '', path: url.pathname, body })
    const session = sessions.open(request, response)
    if (url.pathname === '/api/stream') {
      if (session.login === null) throw new Refusal(401, 'SESSION_NEEDED', 'Sign in')
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': hello\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    const result = answer(state, session, {
      method: request.method ?? 'GET',
      path: url.pathname.slice('/api'.length),
      query: url.searchParams,
      csrf: String(request.headers['x-csrf-token'] ?? ''),
      body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
    })
    if (typeof result === 'string') {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(result)
      return
    }
    send(response, 200, result)
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dropStreams = () => {
    for (const stream of streams) stream.destroy()
  }
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    get state() {
      return state
    },
    reset: (fresh = options) => {
      state = sampleState(fresh)
      sessions = new Sessions()
      dropStreams()
    },
    emit: (name, event) => {
      for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`)
    },
    dropStreams,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  if (path === '/' || path === '/admin') {
    response.writeHead(302, { location: '/admin/' }).end()
    return
  }
  const name = path === '/admin/' ? 'index.html' : normalize(path.replace(/^\/admin\//, ''))
  try {
    const content = await readFile(join(dist, name))
    response.writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
    })
    response.end(content)
  } catch {
    response.writeHead(404).end()
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
