import { RetryableError, type ExternalRecord, type Order, type Values } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import { UnsettledError } from '../errors.ts'
import { orderLane, parseLane, kinds } from '../lanes.ts'
import type { Binding, JournalEntry, Lease, Store, Work } from '../store/store.ts'
import {
  decide,
  effectiveBase,
  nextBase,
  pendingOf,
  writtenBy,
  type Base,
  type DecideInput,
  type Decision,
  type Written,
} from './decide.ts'
import { checkEntries } from './checks.ts'
import { externalMissing } from './external-missing.ts'
import { createExternal, type CreateDeps } from './create.ts'

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

/** What a run came to, for metrics and the log. */
export type RunOutcome = 'created' | 'updated' | 'echo' | 'skipped' | 'moved' | 'removed'

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
    return this.#merge(lease, order, binding, known, external, signal)
  }

  async #unbound(
    lease: Lease,
    order: Order,
    binding: Binding | null,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const { flow } = this.#connection
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
      journal: [this.#run(lease, order.id, 'created', created.fields), ...created.journal],
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
      base: intent?.base ?? { shop: {}, external: {} },
      intentKey: intent?.intentKey ?? null,
      mapperVersion: this.#connection.mapper.version,
    }
    const note = this.#entry(order.id, 'bind', 'FOUND', { externalId: found.id })
    await this.#store.record(lease, { bindings: [binding], journal: [note] })
    return this.#merge(lease, order, binding, found.id, found.record, signal)
  }

  async #merge(
    lease: Lease,
    order: Order,
    binding: Omit<Binding, 'updatedAt'>,
    externalId: string,
    external: External,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const input = this.#decideInput(order, external, binding)
    const decision = decide(input)
    if (decision.out.length === 0 && decision.in.length === 0) {
      const outcome = isEcho(lease) ? 'echo' : 'skipped'
      await this.#settle(lease, order, external, binding, nextBase(input, decision, null), decision, outcome)
      return outcome
    }
    const pending = pendingOf(input, decision)
    await this.#recordIntent(lease, order, binding, { ...effectiveBase(input), pending } as Base, decision)
    const stored = await this.#write(order, externalId, external, decision, signal)
    const after = stored === undefined ? external : stored
    const values = stored === undefined ? null : this.#connection.mapper.externalValues(stored)
    const base = nextBase(input, decision, values)
    const written = writtenBy(input, decision, pending)
    await this.#settle(lease, order, after, binding, base, { ...decision, written }, 'updated')
    return 'updated'
  }

  async #write(
    order: Order,
    externalId: string,
    external: External,
    decision: Decision,
    signal: AbortSignal,
  ): Promise<External | undefined> {
    const { flow, mapper, client, shop } = this.#connection
    let stored: External | undefined
    if (decision.out.length > 0) {
      const changes = mapper.draft(order, decision.out)
      const context = {
        ...this.#connection.context(signal, ''),
        order,
        current: external,
        changed: decision.out,
      }
      stored = await flow.update(client, externalId, changes, context)
    }
    if (decision.in.length > 0) {
      const patch = mapper.patch(external, order, decision.in)
      await shop.writeOrder(order, patch, { signal })
    }
    return stored
  }

  async #recordIntent(
    lease: Lease,
    order: Order,
    binding: Omit<Binding, 'updatedAt'>,
    base: Base,
    decision: Decision,
  ): Promise<void> {
    await this.#store.record(lease, {
      bindings: [{ ...binding, base }],
      journal: this.#conflicts(order.id, decision),
    })
  }

  async #settle(
    lease: Lease,
    order: Order,
    external: External,
    binding: Omit<Binding, 'updatedAt'>,
    base: Base,
    { out, in: into, written }: Pick<Decision, 'out' | 'in'> & { readonly written?: readonly Written[] },
    outcome: RunOutcome,
  ): Promise<void> {
    const mapperVersion = this.#connection.mapper.version
    const unchanged = sameBase(binding.base as Base, base) && binding.mapperVersion === mapperVersion
    const work: Work = {
      bindings: unchanged ? [] : [{ ...binding, number: order.number, base, mapperVersion }],
      journal: [
        this.#run(lease, order.id, outcome, { out, in: into, ...(written === undefined ? {} : { written }) }),
        ...checkEntries(this.#connection, order, external),
      ],
    }
    await this.#store.done(lease, work)
  }

  /** An event of an external record: goes to the lane of the order it belongs to. */
  async #resolveExternal(lease: Lease, externalId: string, signal: AbortSignal): Promise<RunOutcome> {
    const name = this.#connection.name
    const bound = this.#store.bindingByExternal(name, 'order', externalId)
    const hinted = lease.jobs.map((job) => job.payload['shopId']).find((value) => typeof value === 'string')
    const shopId = bound?.shopId ?? hinted
    if (typeof shopId !== 'string') {
      await this.#store.done(lease, {
        journal: [
          {
            connection: name,
            entity: 'order',
            id: `~ext:${externalId}`,
            kind: 'skip',
            code: 'NOT_BOUND',
            detail: { jobs: jobIds(lease) },
            accountsFor: jobIds(lease),
          },
        ],
      })
      return 'skipped'
    }
    signal.throwIfAborted()
    const jobs = lease.jobs.map((job) => ({
      connection: name,
      lane: orderLane(shopId),
      kind: kinds.sync,
      payload: { ...job.payload, from: externalId },
    }))
    const moved: JournalEntry = {
      connection: name,
      entity: 'order',
      id: `~ext:${externalId}`,
      kind: 'note',
      code: 'MOVED',
      detail: { shopId, jobs: jobIds(lease) },
      accountsFor: jobIds(lease),
    }
    await this.#store.done(lease, { jobs, journal: [moved] })
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
          this.#run(lease, shopId, 'skipped', { reason: deleted ? 'DELETED_UNBOUND' : 'ORDER_NOT_FOUND' }),
        ],
      })
      return 'skipped'
    }
    if (flow.remove === undefined) {
      await this.#store.done(lease, {
        journal: [this.#run(lease, shopId, 'skipped', { reason: 'DELETED_IN_SHOP', externalId })],
      })
      return 'skipped'
    }
    await flow.remove(client, externalId, this.#connection.context(signal, ''))
    await this.#store.done(lease, {
      unbind: [{ connection: name, entity: 'order', shopId }],
      journal: [this.#run(lease, shopId, 'removed', { externalId })],
    })
    return 'removed'
  }

  #decideInput(order: Order, external: External, binding: Omit<Binding, 'updatedAt'>): DecideInput {
    const { mapper } = this.#connection
    return {
      mapper,
      shop: mapper.shopValues(order),
      external: mapper.externalValues(external),
      base: binding.base as Base,
    }
  }

  #conflicts(shopId: string, decision: Decision): readonly JournalEntry[] {
    return decision.conflicts.map((conflict) =>
      this.#entry(shopId, 'conflict', 'BOTH_CHANGED', { ...conflict }),
    )
  }

  #run(
    lease: Lease,
    shopId: string,
    outcome: RunOutcome,
    detail: Readonly<Record<string, unknown>>,
  ): JournalEntry {
    const kind = outcome === 'echo' ? 'echo' : outcome === 'skipped' ? 'skip' : 'write'
    const events = lease.jobs.map((job) => ({
      job: job.id,
      at: job.createdAt,
      reason: job.payload['reason'] ?? job.kind,
    }))
    return {
      ...this.#entry(shopId, kind, outcome.toUpperCase(), { ...detail, attempt: lease.attempt, events }),
      accountsFor: jobIds(lease),
    }
  }

  #entry(id: string, kind: string, code: string, detail: Readonly<Record<string, unknown>>): JournalEntry {
    return { connection: this.#connection.name, entity: 'order', id, kind, code, detail }
  }
}

function jobIds(lease: Lease): readonly number[] {
  return lease.jobs.map((job) => job.id)
}

function isDeletion(lease: Lease): boolean {
  return lease.jobs.some((job) => job.payload['deleted'] === true)
}

function isEcho(lease: Lease): boolean {
  return lease.jobs.every((job) => job.payload['source'] === 'site' || job.payload['source'] === 'external')
}

function sameBase(a: Base, b: Base): boolean {
  return a.pending === undefined && sameValues(a.shop, b.shop) && sameValues(a.external, b.external)
}

function sameValues(a: Values, b: Values): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]))
  )
}
