import type { TestContext } from 'node:test'
import type { Failure, JobInput, Lease, Store } from '../../src/store/store.ts'

/** Where one test's data lives. Opening it twice finds the same data; only one may be open at a time. */
export interface Place {
  readonly open: (clock: () => number) => Promise<Store>
  readonly remove: () => Promise<void>
}
export type MakePlace = () => Promise<Place>

export const shop = 'shop-crm'
export const other = 'shop-erp'
export const failure: Failure = { code: 'CLIENT_REFUSED', message: 'The CRM refused the order' }
export const leaseMs = 30_000

/** A clock that stands still until told otherwise. */
export class FakeClock {
  now = 1_700_000_000_000
  readonly read = (): number => this.now
}

export interface Bench {
  readonly store: Store
  readonly clock: FakeClock
  /** Closes the store and opens it again, as after a stop or a crash. */
  readonly reopen: () => Promise<Store>
}

/** A fresh store for one test, gone with it. */
export async function bench(t: Pick<TestContext, 'after'>, makePlace: MakePlace): Promise<Bench> {
  const clock = new FakeClock()
  const place = await makePlace()
  let store = await place.open(clock.read)
  t.after(async () => {
    await store.close()
    await place.remove()
  })
  const reopen = async (): Promise<Store> => {
    await store.close()
    store = await place.open(clock.read)
    return store
  }
  return { store, clock, reopen }
}

export function job(lane: string, more: Partial<JobInput> = {}): JobInput {
  return { connection: shop, lane, kind: 'sync', payload: { reason: 'test' }, ...more }
}

export function take(
  store: Store,
  limit = 10,
  connections: readonly string[] = [shop],
): Promise<readonly Lease[]> {
  return store.lease({ limit, owner: 'worker-1', leaseMs, connections })
}

/** Takes exactly one lane. */
export async function takeOne(store: Store): Promise<Lease> {
  const [lease] = await take(store, 1)
  if (lease === undefined) throw new Error('no lane is due')
  return lease
}

export function jobIds(lease: Lease | undefined): readonly number[] {
  return lease?.jobs.map(({ id }) => id) ?? []
}
