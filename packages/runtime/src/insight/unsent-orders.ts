import type { Order } from '@mufta/kit'
import type { Runtime } from '../runtime.ts'
import { baseText, NO_BASE } from '../store/base.ts'
import { orderMatcher, type SearchedRow } from '../store/order-match.ts'
import type { OrderQuery, OrderRow } from '../store/reads.ts'
import type { Store } from '../store/store.ts'

/** Orders looked at in each state: a handful of reads. */
const MOST = 200
/** A look at the shop is an extra: what the store knows is shown without it. */
const READ_MS = 8_000
const STATES = ['parked', 'dead', 'waiting'] as const

/**
 * Orders that were never sent, found by number, e-mail, phone or name. The store keeps nothing but the id of such an
 * order, so the shop is asked for those that are held or dead.
 */
export async function unsentOrders(
  { store, runtime }: { readonly store: Store; readonly runtime: Runtime },
  { q = '', state, wholePersonal = false, connection }: OrderQuery,
  signal: AbortSignal,
): Promise<readonly OrderRow[]> {
  const text = q.trim()
  if (text === '') return []
  const { matches } = orderMatcher(text, wholePersonal)
  const limited = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)])
  const states = STATES.filter((each) => state === undefined || state === each)
  const filter = connection === undefined ? {} : { connection }
  const pages = await Promise.all(
    states.map((each) => store.reads.orders({ ...filter, state: each, limit: MOST })),
  )
  const unsent = new Map(
    pages.flatMap(({ rows }) => rows.filter(isUnsent).map((row) => [`${row.connection}/${row.shopId}`, row])),
  )
  const found = await Promise.all(
    [...unsent.values()].map(async (row) => {
      const opened = runtime.connections.get(row.connection)
      const order = await opened?.orders.load(row.shopId, limited).catch(() => undefined)
      // Its id alone was found in the store already.
      return order !== undefined && order.id !== text && matches(searched(order))
        ? [{ ...row, number: order.number }]
        : []
    }),
  )
  return found.flat()
}

function isUnsent({ shopId, externalId, number }: OrderRow): boolean {
  return externalId === null && number === null && !shopId.startsWith('~')
}

function searched({ id, number, customer: { email, phone, name } }: Order): SearchedRow {
  return {
    shop_id: id,
    external_id: null,
    number,
    base: baseText({
      ...NO_BASE,
      shop: new Map(
        Object.entries({ 'customer.email': email, 'customer.phone': phone, 'customer.name': name }),
      ),
    }),
  }
}
