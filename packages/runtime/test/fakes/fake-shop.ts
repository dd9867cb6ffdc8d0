import {
  HookError,
  parsePhpForm,
  shopDictionaries,
  type CallOptions,
  type ChangePage,
  type EventQueue,
  type Finding,
  type HookRequest,
  type HookResult,
  type Order,
  type OrderPatch,
  type Shop,
  type ShopDictionaries,
  type ShopEvent,
  type Words,
} from '@mufta/kit'
import { Faults } from './faults.ts'
import { orderOf } from './order.ts'

/** The shop in memory: orders that people edit, a change log, a queue of offline events, hooks as a portal sends them. */
export class FakeShop implements Shop {
  readonly kind = 'rest'
  readonly orders = new Map<string, Order>()
  readonly writes: { readonly id: string; readonly patch: OrderPatch }[] = []
  readonly faults = new Faults()
  readonly token: string
  eventQueue?: FakeEventQueue
  /** Events per page of the change feed. */
  pageSize = 100
  /** What the site tells about every save, also about saves of ours. */
  onEvent: (event: ShopEvent) => void = () => undefined
  closed = 0
  readonly #log: string[] = []

  constructor({
    token = 'shop-token',
    queue = false,
  }: { readonly token?: string; readonly queue?: boolean } = {}) {
    this.token = token
    if (queue) this.eventQueue = new FakeEventQueue(this.faults)
  }

  /** Somebody places an order. */
  place(id: string, fields: Partial<Order> = {}): Order {
    const order = orderOf(id, fields)
    this.orders.set(id, order)
    this.#saved(id, 'ONSALEORDERSAVED')
    return order
  }

  /** Somebody edits an order. */
  edit(id: string, fields: Partial<Order>): void {
    const order = this.#require(id)
    this.orders.set(id, { ...order, ...fields, version: (order.version ?? 0) + 1 })
    this.#saved(id, 'ONSALEORDERSAVED')
  }

  /** The portal tells of a deletion before it happens: the order goes only with `remove`. */
  announceDeletion(id: string): void {
    this.#tell({ entity: 'order', id, reason: 'ONSALEBEFOREORDERDELETE', deleted: true })
  }

  remove(id: string): void {
    this.orders.delete(id)
  }

  readOrders(ids: readonly string[]): Promise<ReadonlyMap<string, Order>> {
    return this.faults.around({ method: 'readOrders', ids }, () => {
      const found = ids.flatMap((id) => {
        const order = this.orders.get(id)
        return order === undefined ? [] : [[id, order] as const]
      })
      return new Map(found)
    })
  }

  writeOrder(order: Order, patch: OrderPatch): Promise<void> {
    return this.faults.around({ method: 'writeOrder', ids: [order.id] }, () => {
      const { payments: _payments, shipments: _shipments, ...fields } = patch
      this.writes.push({ id: order.id, patch })
      this.edit(order.id, fields)
    })
  }

  changedOrders(cursor: string | null, { signal }: CallOptions = {}): Promise<ChangePage> {
    return this.faults.around({ method: 'changedOrders', ids: [], signal }, () => {
      if (cursor === null) return { events: [], cursor: String(this.#log.length), more: false }
      const from = Number(cursor)
      const page = this.#log.slice(from, from + this.pageSize)
      const next = from + page.length
      const events = page.map((id) => ({ entity: 'order' as const, id, reason: 'changed' }))
      return { events, cursor: String(next), more: next < this.#log.length }
    })
  }

  async *orderIds(options: CallOptions & { readonly after?: string; readonly since?: string } = {}) {
    const ids = [...this.orders.keys()].sort((a, b) => Number(a) - Number(b))
    for (const id of ids) {
      if (Number(id) <= Number(options.after ?? 0)) continue
      await this.faults.around({ method: 'orderIds', ids: [id] }, () => options.signal?.throwIfAborted())
      yield id
    }
  }

  dictionaries(): Promise<ShopDictionaries> {
    return this.faults.around(
      { method: 'dictionaries', ids: [] },
      () => Object.fromEntries(shopDictionaries.map((name) => [name, []])) as unknown as ShopDictionaries,
    )
  }

  check(): Promise<readonly Finding[]> {
    return Promise.resolve([])
  }

  /** As a portal sends them: a PHP form with event, data and auth[application_token]. */
  parseHook({ contentType, body }: HookRequest): HookResult {
    if (!/^application\/x-www-form-urlencoded\b/i.test(contentType))
      throw new HookError(415, 'HOOK_NOT_A_FORM', 'The site sends its events as a form')
    const form = parsePhpForm(decode(body))
    const { event, data, auth } = form as { event?: unknown; data?: unknown; auth?: unknown }
    if (field(auth, 'application_token') !== this.token)
      throw new HookError(403, 'HOOK_BAD_TOKEN', 'The application token is not the one of this connection')
    if (typeof event !== 'string') throw new HookError(400, 'HOOK_MALFORMED', 'The delivery names no event')
    const id = field(field(data, 'FIELDS'), 'ID')
    if (!event.startsWith('ONSALE')) return { events: [], ignored: [event] }
    if (typeof id !== 'string' || !/^\d+$/.test(id))
      throw new HookError(400, 'HOOK_MALFORMED', 'The delivery names no order')
    const deleted = event === 'ONSALEBEFOREORDERDELETE'
    return {
      events: [{ entity: 'order', id, reason: event, ...(deleted ? { deleted } : {}) }],
      ignored: [],
    }
  }

  subscribe(): Promise<readonly Words[]> {
    return Promise.resolve([])
  }

  unsubscribe(): Promise<readonly Words[]> {
    return Promise.resolve([])
  }

  close(): Promise<void> {
    this.closed++
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #saved(id: string, reason: string): void {
    this.#log.push(id)
    this.#tell({ entity: 'order', id, reason })
  }

  #tell(event: ShopEvent): void {
    this.eventQueue?.put(event)
    this.onEvent(event)
  }

  #require(id: string): Order {
    const order = this.orders.get(id)
    if (order === undefined) throw new Error(`The fake shop holds no order ${id}`)
    return order
  }
}

/** Offline events: reserved by a process id, given again under that id until they are cleared. */
export class FakeEventQueue implements EventQueue {
  readonly #faults: Faults
  readonly #reserved = new Map<string, readonly ShopEvent[]>()
  #waiting: ShopEvent[] = []
  #next = 1

  constructor(faults: Faults) {
    this.#faults = faults
  }

  put(event: ShopEvent): void {
    this.#waiting.push(event)
  }

  /** The portal forgets reservations, for instance when its event table is cleaned. */
  forget(): void {
    this.#reserved.clear()
  }

  get left(): number {
    return this.#waiting.length + [...this.#reserved.values()].flat().length
  }

  reserve({ limit = 50, reservation }: { readonly limit?: number; readonly reservation?: string }) {
    return this.#faults.around({ method: 'reserve', ids: [reservation ?? ''] }, () => {
      if (reservation !== undefined) return this.#given(reservation)
      const events = this.#waiting.splice(0, limit)
      if (events.length === 0) return NOTHING
      const id = `process-${this.#next++}`
      this.#reserved.set(id, events)
      return this.#given(id)
    })
  }

  clear(reservation: string): Promise<void> {
    return this.#faults.around({ method: 'clear', ids: [reservation] }, () => {
      this.#reserved.delete(reservation)
    })
  }

  #given(reservation: string) {
    const events = this.#reserved.get(reservation)
    return events === undefined ? NOTHING : { reservation, events, ignored: [] }
  }
}

const NOTHING: { reservation: string | null; events: readonly ShopEvent[]; ignored: readonly string[] } = {
  reservation: null,
  events: [],
  ignored: [],
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new HookError(400, 'HOOK_NOT_UTF8', 'The delivery is not UTF-8')
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
