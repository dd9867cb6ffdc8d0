import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TestServer {
  readonly url: string
  readonly seen: SeenRequest[]
}

export type Answer = (request: SeenRequest, response: ServerResponse, socket: Socket) => void

/** A real server on a free loopback port; answers the nth request by the nth answer, the last one for all others. */
export async function startServer(t: TestContext, ...answers: readonly Answer[]): Promise<TestServer> {
  const seen: SeenRequest[] = []
  const listener: RequestListener = (request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '', headers } = request
      const answer = answers[Math.min(seen.length, answers.length - 1)]
      const entry = { method, url, headers, body }
      seen.push(entry)
      answer?.(entry, response, request.socket)
    })
  }
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, seen }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return raw(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers })
}

export function raw(body: string | Buffer, status = 200, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, headers).end(body)
  }
}

/** Reads the request, answers nothing, cuts the line. */
export const reset: Answer = (_request, _response, socket) => {
  socket.destroy()
}

/** Accepts the request and never answers. */
export const silence: Answer = () => {}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // The client gave up while sending: the test asks for nothing more.
  }
  return Buffer.concat(chunks).toString()
}
