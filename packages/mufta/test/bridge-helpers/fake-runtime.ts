import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What the fake runtime does with a request; without an answer the request hangs. */
export type Behaviour = (request: Received, response: ServerResponse) => void

/** An HTTP server in the runtime's place. */
export class FakeRuntime implements AsyncDisposable {
  readonly received: Received[] = []
  behaviour: Behaviour
  readonly #server

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  static async start(behaviour: Behaviour = accept): Promise<FakeRuntime> {
    const runtime = new FakeRuntime(behaviour)
    await new Promise<void>((resolve) => runtime.#server.listen(0, '127.0.0.1', resolve))
    return runtime
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Ids of all events received, in order. */
  events(): readonly string[] {
    return this.received.flatMap(({ body }) =>
      (JSON.parse(body) as { events: { id: string }[] }).events.map(({ id }) => id),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const received = {
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    this.received.push(received)
    this.behaviour(received, response)
  }
}

export const accept: Behaviour = ({ body }, response) => {
  const { events } = JSON.parse(body) as { events: unknown[] }
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ v: 1, accepted: events.length }))
}

export function refuse(
  status: number,
  text = '{}',
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }
}

/** Takes the request and never says a word. */
export const silence: Behaviour = () => {}
