import { MuftaError, type Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import type { Binding, Failure, Store } from '../store/store.ts'
import { decide, type Conflict } from '../sync/decide.ts'
import { asRecord, type ShownValues } from './shown-values.ts'

/** What the mapper could not do, in place of what it would have made. */
export interface LabFailure {
  readonly error: Failure
}

export type LabDecision =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'change' | 'skip'
      readonly out: readonly string[]
      readonly in: readonly string[]
      readonly conflicts: readonly Conflict[]
    }

export interface LabView {
  readonly shop: Order
  readonly externalId: string | null
  readonly external: External | null
  /** What a creation would send. */
  readonly out: Readonly<Record<string, unknown>> | LabFailure
  /** What the external record would write back to the shop; null while there is none. */
  readonly back: Readonly<Record<string, unknown>> | LabFailure | null
  readonly values: {
    readonly shop: ShownValues
    readonly external: ShownValues | null
    readonly expected: ShownValues | LabFailure
  }
  readonly decision: LabDecision | LabFailure
}

/** One real order through the mapper, both ways. Reads both sides, writes nothing anywhere. null = no such order. */
export async function labView(
  store: Store,
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<LabView | null> {
  const { mapper, name } = connection
  const order = await connection.orders.load(id, signal)
  if (order === undefined) return null
  const bound = store.binding(name, 'order', id)
  const found = await findExternal(connection, order, bound, signal)
  const external = found?.record ?? null
  const tried = <Result>(make: () => Result): Result | LabFailure => attempt(connection, make)
  return {
    shop: order,
    externalId: found?.id ?? null,
    external,
    out: tried(() => mapper.toExternal(order)),
    back: external === null ? null : tried(() => mapper.toShop(external, order)),
    values: {
      shop: asRecord(mapper.shopValues(order)),
      external: external === null ? null : asRecord(mapper.externalValues(external)),
      expected: tried(() => asRecord(mapper.expectedExternal(order))),
    },
    decision: tried(() => decisionOf(connection, order, external, bound)),
  }
}

async function findExternal(
  connection: Connection,
  order: Order,
  bound: Binding | null,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly record: External | null } | null> {
  const { flow, client } = connection
  if (bound?.externalId == null) return flow.find(client, order, connection.context(signal, ''))
  const record = await connection.external.load(bound.externalId, signal)
  return { id: bound.externalId, record: record ?? null }
}

function decisionOf(
  { mapper }: Connection,
  order: Order,
  external: External | null,
  bound: Binding | null,
): LabDecision {
  if (external === null) return { kind: 'create' }
  const base = bound?.base ?? null
  const shop = mapper.shopValues(order)
  const decision = decide({ mapper, shop, external: mapper.externalValues(external), base })
  const isChange = decision.out.length > 0 || decision.in.length > 0
  return { kind: isChange ? 'change' : 'skip', ...decision }
}

function attempt<Result>(connection: Connection, make: () => Result): Result | LabFailure {
  try {
    return make()
  } catch (error) {
    // An author tries a mapper here: the text of a foreign error is what helps, and the safe one is all we may show.
    const failure = connection.failure(error)
    const name = error instanceof MuftaError ? '' : ` (${error instanceof Error ? error.name : typeof error})`
    return { error: { ...failure, message: `${failure.message}${name}` } }
  }
}
