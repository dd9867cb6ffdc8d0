import { connect, type Socket } from 'node:net'

/** What is needed of an answer. */
export interface BareAnswer {
  readonly status: number
}

/**
 * One keep-alive connection that sends ready-made requests, one at a time, and looks at nothing of an answer but its
 * status and its end. It costs so little that what it meets is what is measured.
 */
export class BareConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (answer: BareAnswer) => void; reject: (error: Error) => void } | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection')))
  }

  static open(url: string): Promise<BareConnection> {
    const { hostname, port } = new URL(url)
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new BareConnection(socket))
      })
    })
  }

  send(request: string | Buffer): Promise<BareAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const head = this.#received.indexOf('\r\n\r\n')
    if (head < 0) return
    const text = this.#received.toString('latin1', 0, head)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) return this.#waiting?.reject(new Error('An answer without content-length'))
    if (this.#received.length < head + 4 + length) return
    const waiting = this.#waiting
    this.#waiting = null
    this.#received = Buffer.alloc(0)
    waiting?.resolve({ status: Number(text.slice(9, 12)) })
  }
}

/** A whole POST as bytes to be sent. */
export function postRequest(url: string, contentType: string, body: string): string {
  const { host, pathname } = new URL(url)
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
