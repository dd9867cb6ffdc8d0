import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface FakeCall {
  readonly method: string
  readonly params: readonly unknown[]
  readonly authorization: string | undefined
}

/** What to answer: the body's `result` or `error`, an HTTP status, or "hang-up" = the connection breaks. */
export type FakeAnswer =
  | { readonly result: unknown }
  | { readonly error: unknown }
  | { readonly status: number; readonly html?: string }
  | 'hang-up'

/** Answers that a real Tryton gives too rarely for a test. Logins succeed and count as sessions s1, s2 … */
export class FakeTryton implements AsyncDisposable {
  readonly calls: FakeCall[] = []
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #answer: (call: FakeCall, number: number) => FakeAnswer
  logins = 0

  private constructor(answer: (call: FakeCall, number: number) => FakeAnswer) {
    this.#answer = answer
  }

  /** `number` counts the calls of the same method, from 1. */
  static async start(answer: (call: FakeCall, number: number) => FakeAnswer): Promise<FakeTryton> {
    const fake = new FakeTryton(answer)
    fake.#server.listen(0, '127.0.0.1')
    await once(fake.#server, 'listening')
    return fake
  }

  get host(): string {
    const address = this.#server.address()
    return address === null || typeof address === 'string' ? '' : `127.0.0.1:${address.port}`
  }

  countOf(method: string): number {
    return this.calls.filter((call) => call.method === method).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      id: number
      method: string
      params: unknown[]
    }
    const call = { method: body.method, params: body.params, authorization: request.headers.authorization }
    this.calls.push(call)
    const answer =
      call.method === 'common.db.login' ? this.#logIn() : this.#answer(call, this.countOf(call.method))
    if (answer === 'hang-up') return void request.socket.destroy()
    if ('status' in answer) {
      response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.html ?? '<h1>No</h1>')
      return
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: body.id, ...answer }))
  }

  #logIn(): FakeAnswer {
    return { result: [1, `s${++this.logins}`] }
  }
}
