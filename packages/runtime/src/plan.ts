import type { Json, Order } from '@mufta/kit'
import { concernsAll } from './errors.ts'
import type { Connection } from './connection.ts'
import type { Base } from './store/base.ts'
import type { Failure, Store } from './store/store.ts'
import { externalMissing } from './sync/external-missing.ts'
import { decide, type DecideInput } from './sync/decide.ts'

export interface PlannedField {
  readonly field: string
  readonly way: 'out' | 'in'
  /** What the written side holds now; undefined = nothing. */
  readonly from: Json | undefined
  readonly to: Json | undefined
}

export interface PlannedOrder {
  readonly shopId: string
  readonly number: string
  readonly externalId: string | null
  readonly action: 'create' | 'change' | 'skip' | 'park' | 'missing'
  readonly fields: readonly PlannedField[]
  /** Why it would park. */
  readonly reason?: Failure
}

export interface PlanScope {
  /** Orders looked at. */
  readonly limit: number
  /** Orders changed since then: ISO 8601. */
  readonly since?: string | undefined
}

/** Orders planned together: as many as are read in one request. */
const PACK = 50

/** What a sync would do with the orders of the shop, pack by pack; see `planOrders`. */
export async function* planShop(
  store: Store,
  connection: Connection,
  { limit, since }: PlanScope,
  signal: AbortSignal,
): AsyncIterable<readonly PlannedOrder[]> {
  const ids = connection.shop.orderIds({ signal, ...(since === undefined ? {} : { since }) })
  for await (const pack of packs(ids, limit)) yield await planOrders(store, connection, pack, signal)
}

async function* packs(ids: AsyncIterable<string>, limit: number): AsyncIterable<readonly string[]> {
  if (limit === 0) return
  let pack: string[] = []
  let taken = 0
  for await (const id of ids) {
    pack.push(id)
    taken++
    if (pack.length === PACK || taken === limit) {
      yield pack
      pack = []
    }
    if (taken === limit) return
  }
  if (pack.length > 0) yield pack
}

/**
 * What a sync would do with these orders, field by field. Reads both sides, writes nothing anywhere. Throws when a
 * side is down or refuses us; what concerns one order alone is that order's reason.
 */
export async function planOrders(
  store: Store,
  connection: Connection,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly PlannedOrder[]> {
  return Promise.all(ids.map((id) => planOrder(store, connection, id, signal)))
}

async function planOrder(
  store: Store,
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<PlannedOrder> {
  const bound = store.binding(connection.name, 'order', id)
  let number = id
  try {
    const order = await connection.orders.load(id, signal)
    if (order === undefined) return { shopId: id, number, externalId: null, action: 'missing', fields: [] }
    number = order.number
    const pair = await findPair(connection, order, bound?.externalId ?? null, signal)
    if (pair === null) return plannedCreation(connection, order)
    return plannedChange(connection, order, pair.id, pair.record, bound?.base ?? null)
  } catch (error) {
    if (concernsAll(error)) throw error
    return {
      shopId: id,
      number,
      externalId: bound?.externalId ?? null,
      action: 'park',
      fields: [],
      reason: connection.failure(error),
    }
  }
}

async function findPair(
  connection: Connection,
  order: Order,
  externalId: string | null,
  signal: AbortSignal,
) {
  if (externalId === null)
    return connection.flow.find(connection.client, order, connection.context(signal, ''))
  const record = await connection.external.load(externalId, signal)
  if (record === undefined) throw externalMissing(order.id, externalId)
  return { id: externalId, record }
}

function plannedCreation(connection: Connection, order: Order): PlannedOrder {
  const fields = [...connection.mapper.expectedExternal(order)].map(([field, to]) => ({
    field,
    way: 'out' as const,
    from: undefined,
    to,
  }))
  return { shopId: order.id, number: order.number, externalId: null, action: 'create', fields }
}

function plannedChange(
  connection: Connection,
  order: Order,
  externalId: string,
  external: Readonly<Record<string, unknown>>,
  base: Base | null,
): PlannedOrder {
  const { mapper } = connection
  const input: DecideInput = {
    mapper,
    shop: mapper.shopValues(order),
    external: mapper.externalValues(external),
    base,
  }
  const decision = decide(input)
  const convertedOut = (name: string): Json | undefined => {
    const value = input.shop.get(name)
    return value === undefined ? undefined : mapper.convertOut(name, value)
  }
  const fields: PlannedField[] = [
    ...decision.out.map((field) => ({
      field,
      way: 'out' as const,
      from: input.external.get(field),
      to: convertedOut(field),
    })),
    ...decision.in.map((field) => ({
      field,
      way: 'in' as const,
      from: input.shop.get(field),
      to: mapper.convertIn(field, input.external.get(field) ?? null),
    })),
  ]
  return {
    shopId: order.id,
    number: order.number,
    externalId,
    action: fields.length === 0 ? 'skip' : 'change',
    fields,
  }
}
