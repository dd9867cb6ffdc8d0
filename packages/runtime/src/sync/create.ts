import { MuftaError, type ExternalRecord, type Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import { kinds } from '../lanes.ts'
import { NO_BASE } from '../store/base.ts'
import type { Binding, BindingInput, JournalEntry, Lease, Store } from '../store/store.ts'
import type { CreationBatcher } from './creation-batcher.ts'
import { checkEntries } from './checks.ts'
import { watched } from './decide.ts'

export interface CreateDeps {
  readonly store: Store
  readonly connection: Connection
  readonly newKey: () => string
  /** Gathers creations of a backfill into bulk requests; null where the connector has none. */
  readonly creations: CreationBatcher | null
}

export interface CreateResult {
  readonly binding: BindingInput
  readonly fields: { readonly externalId: string; readonly bulk: boolean }
  readonly journal: readonly JournalEntry[]
  /** The system said that it has the order already: bind this one instead. */
  readonly found?: ExternalRecord<External>
}

/** Code that a connector gives when the reference is taken: the order is there already. */
export const ALREADY_EXISTS = 'EXTERNAL_ALREADY_EXISTS'

/** Records the intent, creates, and says what to bind. After a lost answer the intent makes the next run look first. */
export async function createExternal(
  deps: CreateDeps,
  lease: Lease,
  order: Order,
  earlier: Binding | null,
  signal: AbortSignal,
): Promise<CreateResult> {
  const { store, connection } = deps
  const { mapper, flow, client } = connection
  const draft = mapper.toExternal(order)
  const base = {
    shop: mapper.shopValues(order, watched.shop),
    external: mapper.externalValues(draft, watched.external),
  }
  // An earlier attempt may still land: what it sent stays the base until we know which record is there.
  const intent: BindingInput = {
    connection: connection.name,
    entity: 'order',
    shopId: order.id,
    number: order.number,
    externalId: null,
    base: earlier?.base ?? base,
    intentKey: earlier?.intentKey ?? deps.newKey(),
    mapperVersion: mapper.version,
  }
  await store.record(lease, { bindings: [intent] })
  const bulk = deps.creations !== null && isBackfill(lease)
  const context = { ...connection.context(signal, intent.intentKey ?? ''), order }
  try {
    const created = bulk
      ? await deps.creations.create(order, draft, signal)
      : await flow.create(client, draft, context)
    const stored = created.record
    const answered = stored === undefined ? [] : mapper.externalValues(stored, watched.external)
    const external = new Map(base.external)
    for (const [name, value] of answered) external.set(name, value)
    return {
      binding: { ...intent, externalId: created.id, base: { shop: base.shop, external } },
      fields: { externalId: created.id, bulk },
      journal: stored === undefined ? [] : checkEntries(connection, order, stored),
    }
  } catch (error) {
    if (!(error instanceof MuftaError) || error.code !== ALREADY_EXISTS) throw error
    const found = await flow.find(client, order, context)
    if (found === null) throw error
    // Without an earlier attempt of ours somebody else made it: nothing is known of its past.
    const binding = { ...intent, base: earlier?.base ?? NO_BASE }
    return { binding, fields: { externalId: found.id, bulk }, journal: [], found }
  }
}

function isBackfill(lease: Lease): boolean {
  return lease.jobs.every((job) => job.payload['reason'] === kinds.backfill)
}
