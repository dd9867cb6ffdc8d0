import { connect, type Socket } from 'node:net'
import { NAME } from './bench.ts'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** What a portal sends when an order was saved. */
export function eventForm(id: string, { event = 'ONSALEORDERSAVED', token = 'shop-token' } = {}): string {
  const form = new URLSearchParams({
    event,
    'data[FIELDS][ID]': id,
    'auth[application_token]': token,
    'auth[domain]': 'portal.example',
  })
  return form.toString()
}

/** Delivers to a hook of the connection. */
export async function deliver(
  url: string | null,
  body: string | Uint8Array<ArrayBuffer>,
  {
    path = `/hooks/${NAME}/site`,
    type = 'application/x-www-form-urlencoded',
    method = 'POST',
  }: { readonly path?: string; readonly type?: string; readonly method?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': type, connection: 'close' },
    ...(method === 'GET' ? {} : { body }),
  })
  return { status: response.status, body: await response.text() }
}

/** A client that a test drives byte by byte. */
export class RawClient {
  readonly socket: Socket
  received = ''
  closed = false

  constructor(url: string | null) {
    const { hostname, port } = new URL(url ?? '')
    this.socket = connect(Number(port), hostname)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.received += text
    })
    this.socket.on('error', () => undefined) // a reset is an end like any other
    this.socket.on('close', () => {
      this.closed = true
    })
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1] ?? 0)
  }

  head(headers: Readonly<Record<string, string>>, path = `/hooks/${NAME}/site`): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(`POST ${path} HTTP/1.1\r\nhost: mufta\r\n${lines.join('')}\r\n`)
  }
}
