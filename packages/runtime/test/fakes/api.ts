import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { shopJobs } from '../../src/feeds.ts'
import { newConnection, startAdmin, type Place, type PlaceOptions, type Visitor } from './admin.ts'
import { NAME, until } from './bench.ts'
import type { FakeCrm } from './fake-crm.ts'
import type { FakeShop } from './fake-shop.ts'

export interface ApiBench extends Place {
  readonly shop: FakeShop
  readonly crm: FakeCrm
  readonly operator: Visitor
  readonly viewer: Visitor
  readonly administrator: Visitor
  /** Events of the shop about these orders, worked off. */
  readonly sync: (...ids: readonly string[]) => Promise<void>
  readonly idle: () => Promise<void>
}

/** The admin backend with one open connection between a fake shop and a fake CRM. */
export async function startApi(
  t: TestContext,
  { statuses = { N: 'new', P: 'paid' }, ...options }: PlaceOptions & { readonly statuses?: object } = {},
): Promise<ApiBench> {
  const place = await startAdmin(t, options)
  const administrator = await place.as('admin')
  const settings = { url: 'https://crm.example', apiKey: 'sentinel-right-key-4471', statuses }
  const made = await administrator.post('/connections', newConnection(NAME, { settings }))
  assert.equal(made.status, 200, made.text)
  const { shop, crm } = place.last(NAME)
  // The store's clock stands still and the runtime's does not: what the runtime puts off to now must be due.
  place.clock.now += 60_000
  const idle = async (): Promise<void> => {
    await place.store.journal([])
    await until(() => busy(place) === 0, 'the order lanes')
  }
  return {
    ...place,
    shop,
    crm,
    administrator,
    operator: await place.as('operator'),
    viewer: await place.as('viewer'),
    idle,
    sync: async (...ids) => {
      const events = ids.map((id) => ({ entity: 'order' as const, id, reason: 'told' }))
      await place.store.push(shopJobs(NAME, events, 'site'))
      await idle()
    },
  }
}

function busy({ store }: Place): number {
  return store
    .lanes({ connection: NAME, limit: 100_000 })
    .filter(({ lane, state }) => lane.startsWith('order/') && (state === 'waiting' || state === 'running'))
    .length
}
