import { AbortedError, MuftaError, PermanentError, type CallOptions, type Order } from '@mufta/kit'
import type { BridgeClient } from './bridge-client.ts'
import { orderOfRow } from './order-of-row.ts'

interface Waiter {
  readonly resolve: (order: Order | null) => void
  readonly reject: (error: unknown) => void
}

/** Ids per request: the module's most. */
const MOST = 250

/**
 * Reads whole orders, 250 in a request; reads asked for at the same time share requests. An order that spoils its
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
    const read = await Promise.allSettled(asked.map((id) => this.#one(id, signal)))
    const orders = new Map<string, Order>()
    for (const [index, one] of read.entries()) {
      if (one.status === 'rejected') throw one.reason
      if (one.value !== null) orders.set(asked[index] as string, one.value)
    }
    return orders
  }

  #one(id: string, signal: AbortSignal | undefined): Promise<Order | null> {
    return this.#packFor(id).add(id, signal)
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
      const { orders, missing } = await this.#client.call('orders.read', { ids: [...ids] }, options)
      const found = new Map(orders.map(orderOfRow).map((order) => [order.id, order]))
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
  readonly #waiters = new Map<string, Set<Waiter>>()
  readonly #abort = new AbortController()
  #alive = 0

  get size(): number {
    return this.#waiters.size
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  ids(): readonly string[] {
    return [...this.#waiters.keys()]
  }

  add(id: string, signal: AbortSignal | undefined): Promise<Order | null> {
    const waiters = this.#waiters.get(id) ?? new Set<Waiter>()
    this.#waiters.set(id, waiters)
    this.#alive++
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (!waiters.delete(waiter)) return
        signal?.removeEventListener('abort', leave)
        reject(new AbortedError('BRIDGE_ABORTED', 'Reading orders was aborted'))
        if (--this.#alive === 0) this.#abort.abort()
      }
      const waiter: Waiter = {
        resolve: (order) => {
          signal?.removeEventListener('abort', leave)
          resolve(order)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', leave)
          reject(error instanceof Error ? error : new Error('unreadable order'))
        },
      }
      waiters.add(waiter)
      if (signal?.aborted === true) leave()
      else signal?.addEventListener('abort', leave, { once: true })
    })
  }

  settle(id: string, outcome: Order | null | Error): void {
    const waiters = this.#waiters.get(id) ?? new Set<Waiter>()
    for (const waiter of waiters) {
      this.#alive--
      if (outcome instanceof Error) waiter.reject(outcome)
      else waiter.resolve(outcome)
    }
    waiters.clear()
  }
}

/** Failures that one order among many can cause. */
const SPOILED = new Set(['BRIDGE_ANSWER_SHAPE', 'BRIDGE_SERVER', 'BRIDGE_TIME_OVER', 'BRIDGE_NOISE'])

function isSpoiled(error: unknown): boolean {
  return error instanceof MuftaError && SPOILED.has(error.code)
}

/** Neither among the orders nor among the missing ones. */
function notTold(id: string): PermanentError {
  return new PermanentError(
    'BRIDGE_ANSWER_SHAPE',
    'The module neither sent the order nor called it missing; update the module',
    { facts: { system: 'site', method: 'orders.read', entity: 'order', id } },
  )
}
