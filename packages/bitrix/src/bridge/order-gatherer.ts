import { AbortedError, MuftaError, PermanentError, type CallOptions, type Order } from '@mufta/kit'
import type { BridgeClient } from './bridge-client.ts'
import { orderOfRow } from './order-of-row.ts'

/** Ids per request: the module's most. */
const MOST = 500

/**
 * Reads whole orders, 500 in a request; reads asked for at the same time share requests. An order that spoils its
 * request (the module fails on it, or its answer is malformed) is found by halving, so that it fails alone.
 */
export class OrderGatherer {
  readonly #client: Pick<BridgeClient, 'call'>
  #wanted = new Map<string, Pack>()
  #open: Pack | null = null

  constructor(client: Pick<BridgeClient, 'call'>) {
    this.#client = client
  }

  /** Ids that are no ids of the shop, and missing orders, are absent. Throws the first error after all have ended. */
  async read(ids: readonly string[], { signal }: CallOptions = {}): Promise<ReadonlyMap<string, Order>> {
    const asked = [...new Set(ids)].filter((id) => /^[1-9]\d{0,18}$/.test(id))
    if (asked.length === 0) return new Map()
    if (signal?.aborted === true) throw aborted()
    const reader = new Reader(asked)
    const packs = new Set<Pack>()
    for (const id of asked) packs.add(this.#packFor(id).add(id, reader))
    const leave = (): void => {
      for (const pack of packs) pack.leave(reader)
      reader.leave()
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return await reader.orders
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  /** The pack that leaves next: one that already asks for this id, else the open one. */
  #packFor(id: string): Pack {
    const known = this.#wanted.get(id)
    if (known !== undefined) return known
    if (this.#open === null || this.#open.size >= MOST) this.#open = this.#newPack()
    this.#wanted.set(id, this.#open)
    return this.#open
  }

  #newPack(): Pack {
    const pack = new Pack()
    setImmediate(() => {
      // From here on a new reader needs a new request: it asks for a later state.
      if (this.#open === pack) this.#open = null
      for (const id of pack.ids()) this.#wanted.delete(id)
      void this.#fetch(pack, pack.ids())
    })
    return pack
  }

  async #fetch(pack: Pack, ids: readonly string[]): Promise<void> {
    try {
      const { signal } = pack
      // Halving is the repeat.
      const options = ids.length > 1 ? { signal, giveUpOn: SPOILED } : { signal }
      const { orders, kinds, missing } = await this.#client.call('orders.read', { ids: [...ids] }, options)
      const found = new Map(orders.map((row) => [row[0], orderOfRow(row, kinds)]))
      const absent = new Set(missing)
      for (const id of ids) pack.settle(id, found.get(id) ?? (absent.has(id) ? null : notTold(id)))
    } catch (error) {
      if (ids.length > 1 && isSpoiled(error)) {
        const half = ids.length >> 1
        await Promise.all([this.#fetch(pack, ids.slice(0, half)), this.#fetch(pack, ids.slice(half))])
        return
      }
      for (const id of ids) pack.settle(id, error instanceof Error ? error : new Error('unreadable order'))
    }
  }
}

/** Orders of one request and who waits for them. Its signal fires when nobody waits any more. */
class Pack {
  readonly #readers = new Map<string, Set<Reader>>()
  readonly #abort = new AbortController()

  get size(): number {
    return this.#readers.size
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  ids(): readonly string[] {
    return [...this.#readers.keys()]
  }

  add(id: string, reader: Reader): this {
    const readers = this.#readers.get(id)
    if (readers === undefined) this.#readers.set(id, new Set([reader]))
    else readers.add(reader)
    return this
  }

  leave(reader: Reader): void {
    let isWaitedFor = false
    for (const readers of this.#readers.values()) {
      readers.delete(reader)
      isWaitedFor ||= readers.size > 0
    }
    if (!isWaitedFor) this.#abort.abort()
  }

  settle(id: string, outcome: Order | null | Error): void {
    const readers = this.#readers.get(id)
    if (readers === undefined) return
    for (const reader of readers) reader.settle(id, outcome)
    readers.clear()
  }
}

/** One read of many orders: a promise for each of them would cost as much as taking the order out of its answer. */
class Reader {
  readonly orders: Promise<ReadonlyMap<string, Order>>
  readonly #asked: readonly string[]
  readonly #outcomes = new Map<string, Order | null | Error>()
  readonly #resolve: (orders: ReadonlyMap<string, Order>) => void
  readonly #reject: (error: Error) => void

  constructor(asked: readonly string[]) {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, Order>>()
    this.orders = promise
    this.#asked = asked
    this.#resolve = resolve
    this.#reject = reject
  }

  settle(id: string, outcome: Order | null | Error): void {
    this.#outcomes.set(id, outcome)
    if (this.#outcomes.size === this.#asked.length) this.#finish()
  }

  leave(): void {
    this.#reject(aborted())
  }

  #finish(): void {
    const orders = new Map<string, Order>()
    for (const id of this.#asked) {
      const outcome = this.#outcomes.get(id) ?? null
      if (outcome instanceof Error) {
        this.#reject(outcome)
        return
      }
      if (outcome !== null) orders.set(id, outcome)
    }
    this.#resolve(orders)
  }
}

/** Failures that one order among many can cause. */
const SPOILED = new Set(['BRIDGE_ANSWER_SHAPE', 'BRIDGE_SERVER', 'BRIDGE_TIME_OVER', 'BRIDGE_NOISE'])

function isSpoiled(error: unknown): boolean {
  return error instanceof MuftaError && SPOILED.has(error.code)
}

function aborted(): AbortedError {
  return new AbortedError('BRIDGE_ABORTED', 'Reading orders was aborted')
}

/** Neither among the orders nor among the missing ones. */
function notTold(id: string): PermanentError {
  return new PermanentError(
    'BRIDGE_ANSWER_SHAPE',
    'The module neither sent the order nor called it missing; update the module',
    { facts: { system: 'site', method: 'orders.read', entity: 'order', id } },
  )
}
