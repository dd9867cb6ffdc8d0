import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'

/** Stands before the real server and, when told to, loses the answer of a call that was carried out. */
export class LosingProxy implements AsyncDisposable {
  readonly #port: number
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  /** The next call whose body names this method loses its answer. */
  loseAnswerOf: string | null = null

  private constructor(port: number) {
    this.#port = port
  }

  /** `target` is the "host:port" of the real server. */
  static async start(target: string): Promise<LosingProxy> {
    const proxy = new LosingProxy(Number(target.split(':')[1]))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get host(): string {
    const address = this.#server.address()
    return address === null || typeof address === 'string' ? '' : `127.0.0.1:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const isLost = this.loseAnswerOf !== null && body.includes(`"${this.loseAnswerOf}"`)
    if (isLost) this.loseAnswerOf = null
    const { method, url: path, headers } = request
    const onward = forward({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: false })
    onward.on('error', () => request.socket.destroy())
    onward.on('response', (answer) => {
      if (!isLost) {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
        return
      }
      // Read to the end first: only then is it sure that the server has done it.
      answer.resume().on('end', () => request.socket.destroy())
    })
    onward.end(body)
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
