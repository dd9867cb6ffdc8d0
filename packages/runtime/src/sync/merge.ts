import type { Json, Order, Values } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import type { Base } from '../store/base.ts'
import type { Binding, Lease, Store, Work } from '../store/store.ts'
import { checkEntries } from './checks.ts'
import {
  decide,
  effectiveBase,
  nextBase,
  pendingOf,
  writtenBy,
  type DecideInput,
  type Decision,
  type Written,
} from './decide.ts'
import { lineOf, runLine, type RunOutcome, type RunRead } from './journal-lines.ts'

export interface MergeDeps {
  readonly store: Store
  readonly connection: Connection
}

/** An order and its record, both as just read, with what binds them. */
export interface Pair {
  readonly order: Order
  readonly binding: Omit<Binding, 'updatedAt'>
  readonly externalId: string
  readonly external: External
  readonly read: RunRead
}

/** Decides per field, records the intent, writes to either side, and settles with the new base. */
export async function mergePair(
  deps: MergeDeps,
  lease: Lease,
  pair: Pair,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { mapper } = deps.connection
  const input: DecideInput = {
    mapper,
    shop: mapper.shopValues(pair.order),
    external: mapper.externalValues(pair.external),
    base: pair.binding.base,
  }
  const decision = decide(input)
  if (decision.out.length === 0 && decision.in.length === 0) {
    const outcome = isEcho(lease) ? 'echo' : 'skipped'
    await settle(deps, lease, pair, nextBase(input, decision, null), decision, outcome)
    return outcome
  }
  const pending = pendingOf(input, decision)
  await recordIntent(deps, lease, pair, { ...effectiveBase(input), pending } as Base, decision)
  const stored = await write(deps.connection, pair, decision, signal)
  const after = stored === undefined ? pair : { ...pair, external: stored }
  const values = stored === undefined ? null : mapper.externalValues(stored)
  const written = writtenBy(input, decision, pending)
  await settle(deps, lease, after, nextBase(input, decision, values), { ...decision, written }, 'updated')
  return 'updated'
}

async function recordIntent(
  { store, connection }: MergeDeps,
  lease: Lease,
  { order, binding }: Pair,
  base: Base,
  decision: Decision,
): Promise<void> {
  await store.record(lease, {
    bindings: [{ ...binding, base }],
    journal: decision.conflicts.map((conflict) =>
      lineOf(connection.name, order.id, 'conflict', 'BOTH_CHANGED', { ...conflict }),
    ),
  })
}

async function write(
  connection: Connection,
  { order, externalId, external }: Pair,
  decision: Decision,
  signal: AbortSignal,
): Promise<External | undefined> {
  const { flow, mapper, client, shop } = connection
  let stored: External | undefined
  if (decision.out.length > 0) {
    const changes = mapper.draft(order, decision.out)
    const context = { ...connection.context(signal, ''), order, current: external, changed: decision.out }
    stored = await flow.update(client, externalId, changes, context)
  }
  if (decision.in.length > 0) {
    const patch = mapper.patch(external, order, decision.in)
    await shop.writeOrder(order, patch, { signal })
  }
  return stored
}

async function settle(
  { store, connection }: MergeDeps,
  lease: Lease,
  { order, binding, external, read }: Pair,
  base: Base,
  { out, in: into, written }: Pick<Decision, 'out' | 'in'> & { readonly written?: readonly Written[] },
  outcome: RunOutcome,
): Promise<void> {
  const mapperVersion = connection.mapper.version
  const unchanged = sameBase(binding.base, base) && binding.mapperVersion === mapperVersion
  const work: Work = {
    bindings: unchanged ? [] : [{ ...binding, number: order.number, base, mapperVersion }],
    journal: [
      runLine(connection.name, lease, order.id, outcome, {
        read,
        out,
        in: into,
        ...(written === undefined ? {} : { written }),
      }),
      ...checkEntries(connection, order, external),
    ],
  }
  await store.done(lease, work)
}

function isEcho(lease: Lease): boolean {
  return lease.jobs.every((job) => job.payload['source'] === 'site' || job.payload['source'] === 'external')
}

function sameBase(a: Base, b: Base): boolean {
  return a.pending === undefined && sameValues(a.shop, b.shop) && sameValues(a.external, b.external)
}

function isSame(a: Json, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function sameValues(a: Values, b: Values): boolean {
  return a.size === b.size && [...a].every(([name, value]) => isSame(value, b.get(name)))
}
