import type { Connection } from '../connection.ts'
import { orderLane } from '../lanes.ts'
import { asRecord, type ShownValues } from './shown-values.ts'
import type { Binding, LaneInfo, Store, StoredJournalEntry } from '../store/store.ts'

export interface OrderLife {
  readonly binding: Omit<Binding, 'base' | 'connection' | 'entity'> | null
  readonly lane: LaneInfo | null
  readonly steps: readonly StoredJournalEntry[]
  readonly values: {
    /** As read just now; null = it could not be read. */
    readonly shop: ShownValues | null
    readonly external: ShownValues | null
    /** What both sides last agreed on, in the shop's terms and in the other system's. */
    readonly base: ShownValues | null
    readonly baseExternal: ShownValues | null
  }
}

/** Steps shown; an order with more of them is watched in the journal. */
const MAX_STEPS = 1_000
/** A look at the two systems is an extra: the rest is shown without it. */
const READ_MS = 8_000

/** Everything about one order, by its shop id or its external id; null = nothing is known of it. */
export async function orderLife(
  store: Store,
  name: string,
  connection: Connection | undefined,
  id: string,
  signal: AbortSignal,
): Promise<OrderLife | null> {
  const bound = store.binding(name, 'order', id) ?? store.bindingByExternal(name, 'order', id)
  const shopId = bound?.shopId ?? id
  const lane = store.laneInfo(name, orderLane(shopId))
  const steps = store.life(name, 'order', shopId, { limit: MAX_STEPS })
  if (bound === null && lane === null && steps.length === 0) return null
  const live = connection === undefined ? NOTHING : await liveValues(connection, shopId, bound, signal)
  return {
    binding: bound === null ? null : pickBinding(bound),
    lane,
    steps,
    values: {
      ...live,
      base: bound === null ? null : asRecord(bound.base.shop),
      baseExternal: bound === null ? null : asRecord(bound.base.external),
    },
  }
}

const NOTHING = { shop: null, external: null }

async function liveValues(
  connection: Connection,
  shopId: string,
  bound: Binding | null,
  signal: AbortSignal,
): Promise<{ readonly shop: ShownValues | null; readonly external: ShownValues | null }> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)])
  const { mapper } = connection
  const externalId = bound?.externalId ?? null
  const [order, record] = await Promise.allSettled([
    shopId.startsWith('~ext:') ? undefined : connection.orders.load(shopId, limited),
    externalId === null ? undefined : connection.external.load(externalId, limited),
  ])
  return {
    shop:
      order.status === 'fulfilled' && order.value !== undefined
        ? asRecord(mapper.shopValues(order.value))
        : null,
    external:
      record.status === 'fulfilled' && record.value !== undefined
        ? asRecord(mapper.externalValues(record.value))
        : null,
  }
}

function pickBinding({
  shopId,
  externalId,
  intentKey,
  mapperVersion,
  updatedAt,
}: Binding): OrderLife['binding'] {
  return { shopId, externalId, intentKey, mapperVersion, updatedAt }
}
