import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AcmeChange, AcmeOrder } from '../src/wire.ts'

/** A stand-in for Acme: as strict as its documentation, so that a wrong call fails here and not in production. */
export class AcmeServer {
  readonly key = 'acme-key-of-the-test'
  readonly orders = new Map<string, AcmeOrder>()
  readonly changes: AcmeChange[] = []
  readonly statuses = ['new', 'work', 'done']
  loseNextAnswer = false
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  edit(id: string, changes: Partial<AcmeOrder>, author: AcmeChange['author']): AcmeOrder {
    const order = { ...(this.orders.get(id) as AcmeOrder), ...changes }
    const stored = { ...order, total: totalOf(order) }
    this.orders.set(id, stored)
    for (const field of Object.keys(changes))
      this.changes.push({
        seq: this.changes.length + 1,
        orderId: id,
        externalId: order.externalId,
        field,
        author,
      })
    return stored
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { status, data } = this.#route(request, body === '' ? {} : (JSON.parse(body) as Partial<AcmeOrder>))
    if (this.loseNextAnswer && request.method !== 'GET') {
      this.loseNextAnswer = false
      request.socket.destroy()
      return
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data))
  }

  #route(
    request: IncomingMessage,
    body: Partial<AcmeOrder>,
  ): { readonly status: number; readonly data: unknown } {
    if (request.headers.authorization !== `Bearer ${this.key}`) return refuse(401, 'The key is wrong')
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://acme')
    if (body.statusId !== undefined && !this.statuses.includes(body.statusId))
      return refuse(422, 'Unknown statusId')
    if (request.method === 'POST' && pathname === '/orders') return this.#create(body)
    if (request.method === 'PATCH' && this.orders.has(pathname.slice('/orders/'.length)))
      return { status: 200, data: this.edit(pathname.slice('/orders/'.length), body, 'api') }
    if (pathname === '/orders') {
      const values = [...searchParams.values()]
      const by = [...searchParams.keys()][0]?.startsWith('externalIds') === true ? 'externalId' : 'id'
      return {
        status: 200,
        data: { orders: [...this.orders.values()].filter((order) => values.includes(order[by])) },
      }
    }
    if (pathname === '/statuses')
      return { status: 200, data: { statuses: this.statuses.map((code) => ({ code, name: code })) } }
    if (pathname !== '/changes') return refuse(404, 'No such address')
    const since = searchParams.get('since')
    const changes = since === null ? [] : this.changes.filter((change) => change.seq > Number(since))
    return { status: 200, data: { changes, last: this.changes.length, more: false } }
  }

  #create(body: Partial<AcmeOrder>): { readonly status: number; readonly data: unknown } {
    if (body.externalId === undefined || body.items === undefined)
      return refuse(422, 'externalId and items are required')
    if ([...this.orders.values()].some((order) => order.externalId === body.externalId))
      return refuse(409, 'externalId is taken')
    const id = String(this.orders.size + 1)
    this.orders.set(id, { ...body, id } as AcmeOrder)
    return { status: 201, data: this.edit(id, body, 'api') }
  }
}

function totalOf(order: AcmeOrder): number {
  const items = order.items.reduce((sum, item) => sum + Math.round(item.price * item.quantity * 100), 0)
  return (items + Math.round(order.deliveryCost * 100)) / 100
}

function refuse(status: number, message: string): { readonly status: number; readonly data: unknown } {
  return { status, data: { message } }
}
