/**
 * Fills a store file with bound orders and as many undelivered ones, as a bad day would leave them, through the store's
 * own port: `node test/seed.ts FILE CONNECTION COUNT`. A program of its own, since the page's types know no Node store.
 */
import { openSqliteStore, type Store } from '@mufta/runtime'

type Pair = NonNullable<NonNullable<Parameters<Store['push']>[1]>['bindings']>[number]

const packSize = 1_000
const leaseMs = 60_000

const [path = '', connection = '', size = ''] = process.argv.slice(2)
const count = Number(size)

await using store = await openSqliteStore({ path, role: 'runtime' })
await fill()

async function fill(): Promise<void> {
  for (let from = 0; from < count; from += packSize) {
    const ids = Array.from({ length: Math.min(packSize, count - from) }, (_, index) =>
      String(10_001 + from + index),
    )
    await store.push(
      ids.map((id) => ({
        connection,
        lane: `order/${id}`,
        kind: 'sync',
        payload: { reason: 'ONSALEORDERSAVED' },
      })),
      { bindings: ids.map(bound) },
    )
    const leases = await store.lease({ limit: packSize, owner: 'seed', leaseMs, connections: [connection] })
    const failure = {
      code: 'CLIENT_REFUSED',
      message: 'RetailCRM refused the data: the delivery type is not active',
    }
    await Promise.all(leases.map((lease) => store.fail(lease, failure, { kind: 'dead' })))
  }
}

function bound(id: string): Pair {
  return {
    connection,
    entity: 'order',
    shopId: id,
    externalId: `9${id}`,
    number: `A-${id}`,
    base: { shop: new Map([['email', `buyer${id}@example.com`]]), external: new Map() },
    intentKey: null,
    mapperVersion: '1',
  }
}
