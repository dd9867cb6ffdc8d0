import { RetryableError, type ExternalRecord, type Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import { UnsettledError } from '../errors.ts'
import { orderLane, parseLane, kinds } from '../lanes.ts'
import { NO_BASE } from '../store/base.ts'
import type { Binding, Lease, Store } from '../store/store.ts'
import { externalMissing } from './external-missing.ts'
import { createExternal, type CreateDeps } from './create.ts'
import { jobIds, lineOf, readOf, runLine, type RunOutcome } from './journal-lines.ts'
import { mergePair, type Pair } from './merge.ts'

export interface SynchronizerOptions {
  readonly store: Store
  readonly connection: Connection
  readonly newKey: () => string
  readonly creations: CreateDeps['creations']
  /** When this process started, Unix ms: a creation begun before may still be under way. */
  readonly startedAt: number
  /** How long such a creation rests before the other side is asked. */
  readonly settleMs: number
  readonly clock: () => number
}

/** Runs that wait for an announced deletion before the order counts as alive again. */
const DELETION_ATTEMPTS = 3

/**
 * Carries out the one fixed sequence for one lane: read → map → compare with the binding → decide → record the intent
 * → call → bind → journal. Errors go up to the worker, which retries, parks or buries by their class.
 */
export class Synchronizer {
  readonly #store: Store
  readonly #connection: Connection
  readonly #options: SynchronizerOptions

  constructor(options: SynchronizerOptions) {
    this.#store = options.store
    this.#connection = options.connection
    this.#options = options
  }

  async run(lease: Lease, signal: AbortSignal): Promise<RunOutcome> {
    const { id, externalId } = parseLane(lease.lane)
    if (externalId !== null) return this.#resolveExternal(lease, externalId, signal)
    const binding = this.#store.binding(this.#connection.name, 'order', id)
    const known = binding?.externalId ?? null
    const [order, external] = await Promise.all([
      this.#connection.orders.load(id, signal),
      known === null ? undefined : this.#connection.external.load(known, signal),
    ])
    if (order === undefined) return this.#orderGone(lease, id, binding, signal)
    if (isDeletion(lease) && lease.attempt <= DELETION_ATTEMPTS) {
      // The portal tells of a deletion before it happens.
      throw new RetryableError(
        'ORDER_STILL_THERE',
        `Order ${id} is announced as deleted but can still be read; looking again`,
      )
    }
    if (binding === null || known === null) return this.#unbound(lease, order, binding, signal)
    if (external === undefined) throw externalMissing(id, known)
    return this.#merge(lease, { order, binding, externalId: known, external }, signal)
  }

  async #unbound(
    lease: Lease,
    order: Order,
    binding: Binding | null,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const { flow } = this.#connection
    const read = readOf(order, this.#options.clock())
    if (binding !== null) this.#requireSettled(order.id, binding)
    if (binding !== null || flow.findFirst === true) {
      const context = this.#connection.context(signal, binding?.intentKey ?? '')
      const found = await flow.find(this.#connection.client, order, context)
      if (found !== null) return this.#adopt(lease, order, binding, found, signal)
    }
    const created = await createExternal(
      {
        store: this.#store,
        connection: this.#connection,
        newKey: this.#options.newKey,
        creations: this.#options.creations,
      },
      lease,
      order,
      binding,
      signal,
    )
    if (created.found !== undefined) return this.#adopt(lease, order, created.binding, created.found, signal)
    await this.#store.done(lease, {
      bindings: [created.binding],
      journal: [
        runLine(this.#connection.name, lease, order.id, 'created', { read, ...created.fields }),
        ...created.journal,
      ],
    })
    return 'created'
  }

  /** A process that died while it created left no word of the outcome, and the record may appear a moment later. */
  #requireSettled(id: string, { updatedAt }: Binding): void {
    const { startedAt, settleMs, clock } = this.#options
    if (updatedAt >= startedAt || clock() - updatedAt >= settleMs) return
    throw new UnsettledError(
      'CREATION_UNSETTLED',
      `The creation of order ${id} was cut off by a stop; it will be looked up before any repeat`,
      { facts: { entity: 'order', id } },
    )
  }

  /** The record exists although we never saw the answer: bind it, then merge what changed since. */
  async #adopt(
    lease: Lease,
    order: Order,
    intent: Omit<Binding, 'updatedAt'> | null,
    found: ExternalRecord<External>,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const binding: Omit<Binding, 'updatedAt'> = {
      connection: this.#connection.name,
      entity: 'order',
      shopId: order.id,
      externalId: found.id,
      base: intent?.base ?? NO_BASE,
      intentKey: intent?.intentKey ?? null,
      mapperVersion: this.#connection.mapper.version,
    }
    const note = lineOf(this.#connection.name, order.id, 'bind', 'FOUND', { externalId: found.id })
    await this.#store.record(lease, { bindings: [binding], journal: [note] })
    return this.#merge(lease, { order, binding, externalId: found.id, external: found.record }, signal)
  }

  #merge(lease: Lease, justRead: Omit<Pair, 'read'>, signal: AbortSignal): Promise<RunOutcome> {
    const pair = { ...justRead, read: readOf(justRead.order, this.#options.clock(), justRead.externalId) }
    return mergePair({ store: this.#store, connection: this.#connection }, lease, pair, signal)
  }

  /** An event of an external record: goes to the lane of the order it belongs to. */
  async #resolveExternal(lease: Lease, externalId: string, signal: AbortSignal): Promise<RunOutcome> {
    const name = this.#connection.name
    const bound = this.#store.bindingByExternal(name, 'order', externalId)
    const hinted = lease.jobs.map((job) => job.payload['shopId']).find((value) => typeof value === 'string')
    const shopId = bound?.shopId ?? hinted
    const place = `~ext:${externalId}`
    const jobs = jobIds(lease)
    if (typeof shopId !== 'string') {
      await this.#store.done(lease, {
        journal: [{ ...lineOf(name, place, 'skip', 'NOT_BOUND', { jobs }), accountsFor: jobs }],
      })
      return 'skipped'
    }
    signal.throwIfAborted()
    const movedJobs = lease.jobs.map((job) => ({
      connection: name,
      lane: orderLane(shopId),
      kind: kinds.sync,
      payload: { ...job.payload, from: externalId },
    }))
    const moved = { ...lineOf(name, place, 'note', 'MOVED', { shopId, jobs }), accountsFor: jobs }
    await this.#store.done(lease, { jobs: movedJobs, journal: [moved] })
    return 'moved'
  }

  async #orderGone(
    lease: Lease,
    shopId: string,
    binding: Binding | null,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const { flow, client, name } = this.#connection
    const deleted = isDeletion(lease)
    const externalId = binding?.externalId ?? null
    if (!deleted || externalId === null) {
      // A list omits what the user may not see, so "missing" alone is no proof of a deletion.
      await this.#store.done(lease, {
        journal: [
          runLine(name, lease, shopId, 'skipped', {
            reason: deleted ? 'DELETED_UNBOUND' : 'ORDER_NOT_FOUND',
          }),
        ],
      })
      return 'skipped'
    }
    if (flow.remove === undefined) {
      await this.#store.done(lease, {
        journal: [runLine(name, lease, shopId, 'skipped', { reason: 'DELETED_IN_SHOP', externalId })],
      })
      return 'skipped'
    }
    await flow.remove(client, externalId, this.#connection.context(signal, ''))
    await this.#store.done(lease, {
      unbind: [{ connection: name, entity: 'order', shopId }],
      journal: [runLine(name, lease, shopId, 'removed', { externalId })],
    })
    return 'removed'
  }
}

function isDeletion(lease: Lease): boolean {
  return lease.jobs.some((job) => job.payload['deleted'] === true)
}
