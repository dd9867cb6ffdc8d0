import { isDeepStrictEqual } from 'node:util'
import type { Json, Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import { concernsAll } from '../errors.ts'
import type { Binding, Store } from '../store/store.ts'

export interface ReplayedField {
  readonly field: string
  readonly way: 'out' | 'in'
  /** As agreed when it was last written; of a field that flows one way, as it stands at its receiver. */
  readonly was: unknown
  /** As the present mapper makes it; `{error}` where it cannot. */
  readonly would: unknown
}

export interface ReplayReport {
  readonly looked: number
  /** Orders that something happened to, but that were never bound or cannot be read. */
  readonly skipped: number
  readonly differs: readonly { readonly shopId: string; readonly fields: readonly ReplayedField[] }[]
}

const PACK = 50

/**
 * The orders of the last days on the present mapper, against what was agreed with the mapper of then: what would come
 * out differently. A change that an order itself has had since is no difference. Reads both sides, writes nothing.
 */
export async function replay(
  store: Store,
  connection: Connection,
  { since, limit }: { readonly since: number; readonly limit: number },
  signal: AbortSignal,
): Promise<ReplayReport> {
  const ids = await store.reads.subjects({ connection: connection.name, since, limit })
  const differs: { shopId: string; fields: readonly ReplayedField[] }[] = []
  let skipped = 0
  for (let at = 0; at < ids.length; at += PACK) {
    signal.throwIfAborted()
    const pack = ids.slice(at, at + PACK)
    const results = await Promise.all(pack.map((id) => replayOne(store, connection, id, signal)))
    for (const [index, fields] of results.entries()) {
      if (fields === null) skipped++
      else if (fields.length > 0) differs.push({ shopId: pack[index] as string, fields })
    }
  }
  return { looked: ids.length - skipped, skipped, differs }
}

async function replayOne(
  store: Store,
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<readonly ReplayedField[] | null> {
  const bound = store.binding(connection.name, 'order', id)
  if (bound === null || bound.externalId === null) return null
  try {
    const [order, external] = await Promise.all([
      connection.orders.load(id, signal),
      connection.external.load(bound.externalId, signal),
    ])
    if (order === undefined || external === undefined) return null
    return differences(connection, { order, external }, bound)
  } catch (error) {
    if (concernsAll(error)) throw error
    return null
  }
}

/** Field by field of what is kept of the pair, and of what the present mapper knows beside it. */
function differences(
  connection: Connection,
  { order, external }: { readonly order: Order; readonly external: External },
  { base, mapperVersion }: Pick<Binding, 'base' | 'mapperVersion'>,
): readonly ReplayedField[] {
  const { mapper } = connection
  const now = mapper.shopValues(order)
  const there = mapper.externalValues(external)
  const names = new Set([...now.keys(), ...base.shop.keys(), ...base.external.keys()])
  return [...names].flatMap((field): readonly ReplayedField[] => {
    const { direction } = mapper.rule(field)
    if (direction === 'check' || direction === 'create-only') return []
    if (direction === 'in') return wayIn(connection, field, base.external.get(field), now.get(field))
    // A base holds no second copy of what flows one way.
    const was = direction === 'out' ? there.get(field) : base.external.get(field)
    // Agreed by the present mapper though the other side shows nothing there: an empty text, a name that it drops.
    if (was === undefined && mapperVersion === mapper.version) return []
    // Read in another way than then: what the shop holds now is all there is to compare.
    const value = mapperVersion !== mapper.version ? now.get(field) : (base.shop.get(field) ?? now.get(field))
    if (value === undefined) return []
    const would = attempt(connection, () => mapper.convertOut(field, value))
    if (isSame(connection, field, direction, value, was, would)) return []
    return [{ field, way: 'out', was, would }]
  })
}

function wayIn(
  connection: Connection,
  field: string,
  external: Json | undefined,
  was: Json | undefined,
): readonly ReplayedField[] {
  if (external === undefined) return []
  const would = attempt(connection, () => connection.mapper.convertIn(field, external))
  return isDeepStrictEqual(would, was) ? [] : [{ field, way: 'in', was, would }]
}

/** Where several values of one side mean one of the other, either way back counts as agreed. */
function isSame(
  { mapper }: Connection,
  field: string,
  direction: 'out' | 'both',
  value: Json,
  was: Json | undefined,
  would: unknown,
): boolean {
  if (isFailure(would)) return false
  if (mapper.sameExternal(field, would as Json, was)) return true
  if (direction === 'out' || was === undefined) return false
  try {
    return isDeepStrictEqual(mapper.convertIn(field, was), value)
  } catch {
    return false // not mapped any more: that is the difference
  }
}

interface Failure {
  readonly error: string
}

function attempt(connection: Connection, make: () => Json): Json | Failure {
  try {
    return make()
  } catch (error) {
    return { error: connection.failure(error).code }
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'error' in value
}
