import type { Json, Values } from '@mufta/kit'
import type { Lease, Store, Work } from '@mufta/runtime'

export const CONNECTION = 'shop-crm'
/** Lanes that a worker has in hand at once. */
const SIDE_BY_SIDE = 64

/** Orders with these ids, one job each: push → lease → done with one binding and one journal row. */
export async function workOff(
  store: Store,
  ids: readonly number[],
  sideBySide = SIDE_BY_SIDE,
): Promise<void> {
  for (let start = 0; start < ids.length; start += sideBySide) {
    const some = ids.slice(start, start + sideBySide)
    await Promise.all(some.map((id) => store.push([jobOf(id)])))
    const leases = await store.lease({
      limit: some.length,
      owner: 'bench',
      leaseMs: 30_000,
      connections: [CONNECTION],
    })
    if (leases.length !== some.length) throw new Error(`${leases.length} lanes instead of ${some.length}`)
    await Promise.all(leases.map((lease) => store.done(lease, finished(lease, true))))
  }
}

/** As `workOff`, in big transactions: fills a store. `isBound` says which orders get a binding. */
export async function fill(
  store: Store,
  count: number,
  isBound: (id: number) => boolean,
  progress: (done: number) => void,
): Promise<void> {
  const size = 1000
  for (let first = 1; first <= count; first += size) {
    const ids = Array.from({ length: Math.min(size, count + 1 - first) }, (_, index) => first + index)
    await store.push(ids.map(jobOf))
    const options = { limit: ids.length, owner: 'bench', leaseMs: 30_000, connections: [CONNECTION] }
    const leases = await store.lease(options)
    await Promise.all(leases.map((lease) => store.done(lease, finished(lease, isBound(idOf(lease))))))
    progress(first + ids.length - 1)
  }
}

function jobOf(id: number) {
  return {
    connection: CONNECTION,
    lane: `order/${id}`,
    kind: 'sync',
    payload: { source: 'site', reason: 'ONSALEORDERSAVED' },
  }
}

function idOf(lease: Lease): number {
  return Number(lease.lane.slice('order/'.length))
}

function finished(lease: Lease, isBound: boolean): Work {
  const id = idOf(lease)
  const shopId = String(id)
  const events = lease.jobs.map((job) => ({ job: job.id, at: job.createdAt, reason: job.payload['reason'] }))
  const detail = { out: ['status', 'payments'], in: [], attempt: lease.attempt, events }
  return {
    journal: [
      { connection: CONNECTION, entity: 'order', id: shopId, kind: 'write', code: 'UPDATED', detail },
    ],
    bindings: isBound ? [bindingOf(shopId, lease.token)] : [],
  }
}

/** About as large as the base of a real order. */
function bindingOf(shopId: string, version: number) {
  const side: Values = new Map<string, Json>([
    ['status', 'N'],
    ['managerComment', null],
    ['phone', `+7900${shopId}`],
    ['email', `buyer${shopId}@example.com`],
    ['total', { amount: `${version}.00`, currency: 'RUB' }],
    ['items', [{ productXmlId: '1000000300', quantity: '2', price: '1990.00' }]],
  ])
  return {
    connection: CONNECTION,
    entity: 'order',
    shopId,
    externalId: `9${shopId}`,
    base: { shop: side, external: side },
    intentKey: null,
    mapperVersion: '1',
  }
}
