import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RetryableError } from '@mufta/kit'
import { kinds } from '../src/lanes.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Lease, Store } from '../src/store/store.ts'
import { NAME, startBench, tempPath, until, withCalls, type Bench } from './fakes/bench.ts'
import { FakeShop } from './fakes/fake-shop.ts'
import { failing } from './fakes/faults.ts'

/** Polls so rarely that only the test asks for one. */
const RARELY = { pollSeconds: 100_000, sweepSeconds: 100_000 }

/** Feeds run because the test puts their job into their lane. */
async function pull(bench: Bench, kind: string): Promise<void> {
  await bench.store.push([{ connection: NAME, lane: `${kind}/-`, kind, payload: {} }])
  await until(() => {
    const lane = bench.store.laneInfo(NAME, `${kind}/-`)
    return lane !== null && lane.state === 'waiting' && (lane.due ?? 0) > Date.now() + 1_000
  }, `${kind} to be done`)
}

/** A store whose nth call of this method is refused, as by a full disk; the process then goes on or is killed. */
function refusing(method: 'record' | 'done', when: (lease: Lease) => boolean): (store: Store) => Store {
  let refused = false
  return (store) =>
    withCalls(store, {
      [method]: (lease: Lease, work: never) => {
        if (refused || !when(lease)) return store[method](lease, work)
        refused = true
        return Promise.reject(new RetryableError('STORE_IO', 'The disk is full'))
      },
    })
}

const ids = (shop: FakeShop, count: number): void => {
  for (let id = 1; id <= count; id++) shop.place(`${id}`)
}

describe('the poll of the shop', () => {
  it('starts at the present moment and then finds every change, page by page', async (t) => {
    const shop = new FakeShop()
    shop.pageSize = 3
    shop.place('100')
    const bench = await startBench(t, { shop, parts: RARELY })
    await pull(bench, kinds.pollShop)
    assert.equal(bench.crm.records.size, 0)
    ids(shop, 10)
    await pull(bench, kinds.pollShop)
    await bench.idle()
    assert.equal(bench.crm.records.size, 10)
    assert.equal(bench.store.cursor(NAME, 'poll'), '11')
    assert.equal(shop.faults.count('changedOrders'), 1 + 4)
  })

  for (const method of ['record', 'done'] as const) {
    it(`repeats a page whose ${method} failed, and loses nothing`, async (t) => {
      const shop = new FakeShop()
      shop.pageSize = 3
      let armed = false
      const wrap = refusing(method, (lease) => armed && lease.lane.startsWith('poll-shop'))
      const bench = await startBench(t, { shop, wrap, parts: RARELY })
      await pull(bench, kinds.pollShop)
      armed = true
      ids(shop, 5)
      await pull(bench, kinds.pollShop)
      await bench.idle()
      assert.equal(bench.crm.records.size, 5)
      assert.equal(bench.store.cursor(NAME, 'poll'), '5')
      const retries = bench.store.life(NAME, kinds.pollShop, '-').filter(({ kind }) => kind === 'retry')
      assert.equal(retries.length, 1)
    })
  }

  it('moves its cursor in the very transaction that stores the work', async (t) => {
    const shop = new FakeShop()
    const works: (readonly [number, number])[] = []
    const bench = await startBench(t, {
      shop,
      parts: RARELY,
      wrap: (store) =>
        withCalls(store, {
          setCursor: () => Promise.reject(new Error('A cursor moved by itself')),
          done: (lease, work) => {
            if (lease.lane.startsWith('poll-shop'))
              works.push([work?.jobs?.length ?? 0, work?.cursors?.length ?? 0])
            return store.done(lease, work)
          },
        }),
      runtime: { schedules: false },
      store: await storeThatKnows('first'),
    })
    await pull(bench, kinds.pollShop)
    ids(shop, 2)
    await pull(bench, kinds.pollShop)
    assert.deepEqual(works, [
      [1, 1],
      [3, 1],
    ])
  })

  it('and the sweep keep their own cursors', async (t) => {
    const bench = await startBench(t, { parts: RARELY })
    await pull(bench, kinds.pollShop)
    ids(bench.shop, 2)
    await pull(bench, kinds.sweep)
    assert.equal(bench.store.cursor(NAME, 'poll'), '0')
    assert.equal(bench.store.cursor(NAME, 'sweep'), '2')
    await pull(bench, kinds.pollShop)
    await bench.idle()
    assert.equal(bench.crm.records.size, 2)
  })

  it('stops between two pages when the deadline has passed, and goes on from there', async (t) => {
    const path = await tempPath(t)
    const shop = new FakeShop()
    shop.pageSize = 1
    const first = await startBench(t, { shop, parts: RARELY, store: await openSqliteStore({ path }) })
    await pull(first, kinds.pollShop)
    ids(shop, 5)
    let reads = 0
    let waits = false
    // The third page comes although its caller has given up.
    shop.faults.before = async ({ method, signal }) => {
      if (method !== 'changedOrders' || ++reads !== 3 || signal === undefined) return
      waits = true
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    await first.store.push([{ connection: NAME, lane: 'poll-shop/-', kind: 'poll-shop', payload: {} }])
    await until(() => waits, 'the third page')
    await first.runtime.stop({ deadlineMs: 1 })
    assert.ok(Number(first.store.cursor(NAME, 'poll')) < 5, 'a page was pulled after the deadline')
    await first.store.close()
    shop.faults.clear()
    const second = await startBench(t, {
      shop,
      crm: first.crm,
      parts: RARELY,
      store: await openSqliteStore({ path }),
    })
    await until(() => second.crm.records.size === 5, 'all orders')
  })
})

describe('the poll of the external system', () => {
  it('brings foreign changes in and journals our own as echoes that start no work', async (t) => {
    const bench = await startBench(t, { settings: { pollSeconds: 100_000 } })
    await pull(bench, kinds.pollExternal)
    ids(bench.shop, 2)
    await bench.tell('1')
    await bench.tell('2')
    await bench.idle()
    bench.crm.edit(bench.crm.of('1').id, { statusId: 'paid' })
    const reads = bench.crm.faults.count('read')
    await pull(bench, kinds.pollExternal)
    await bench.idle()

    assert.equal(bench.shop.orders.get('1')?.status, 'P')
    const echoes = bench.life('2').filter(({ kind }) => kind === 'echo')
    assert.deepEqual(
      echoes.map(({ code, detail }) => [code, detail]),
      [['OWN_CHANGE', { fields: ['created'] }]],
    )
    assert.equal(bench.shop.faults.count('readOrders', '2'), 1, 'an echo started work')
    assert.equal(bench.crm.faults.count('read'), reads + 1)
  })

  it('takes up every page, and repeats the one whose commit failed', async (t) => {
    let armed = false
    const wrap = refusing('record', (lease) => armed && lease.lane.startsWith('poll-external'))
    const bench = await startBench(t, { wrap, settings: { pollSeconds: 100_000 } })
    bench.crm.pageSize = 2
    await pull(bench, kinds.pollExternal)
    ids(bench.shop, 4)
    for (const id of bench.shop.orders.keys()) await bench.tell(id)
    await bench.idle()
    for (const id of bench.shop.orders.keys()) bench.crm.edit(bench.crm.of(id).id, { statusId: 'done' })
    armed = true
    await pull(bench, kinds.pollExternal)
    await bench.idle()
    for (const order of bench.shop.orders.values()) assert.equal(order.status, 'F')
    assert.equal(bench.store.cursor(NAME, 'external'), '8')
  })
})

describe('the queue of offline events', () => {
  const queued = async (t: Parameters<typeof startBench>[0], wrap?: (store: Store) => Store) => {
    const shop = new FakeShop({ queue: true })
    return startBench(t, { shop, parts: RARELY, ...(wrap === undefined ? {} : { wrap }) })
  }

  it('is emptied, many reservations in one pull', async (t) => {
    const bench = await queued(t)
    ids(bench.shop, 120)
    await pull(bench, kinds.pullEvents)
    await bench.idle()
    assert.equal(bench.crm.records.size, 120)
    assert.equal(bench.shop.eventQueue?.left, 0)
    assert.equal(bench.store.cursor(NAME, 'reservation'), '')
  })

  it('keeps the reservation before the work, so that a stop in between repeats the events', async (t) => {
    const wrap = refusing('record', (lease) => lease.lane.startsWith('pull-events'))
    const bench = await queued(t, wrap)
    ids(bench.shop, 3)
    const kept: (string | null)[] = []
    bench.shop.faults.before = ({ method }) => {
      if (method === 'reserve') kept.push(bench.store.cursor(NAME, 'reservation'))
    }
    await pull(bench, kinds.pullEvents)
    await bench.idle()
    assert.deepEqual(kept, [null, 'process-1', ''])
    assert.equal(bench.crm.records.size, 3)
    assert.equal(bench.shop.eventQueue?.left, 0)
  })

  it('is cleared only after the commit; a lost answer of that repeats the events, never loses them', async (t) => {
    const bench = await queued(t)
    ids(bench.shop, 3)
    const committed: boolean[] = []
    bench.shop.faults.before = ({ method }) => {
      if (method === 'clear')
        committed.push(bench.store.laneInfo(NAME, 'order/1') !== null || bench.crm.records.size > 0)
    }
    bench.shop.faults.after = failing('clear', () => new RetryableError('SITE_DOWN', 'No answer'), {
      times: 1,
    })
    await pull(bench, kinds.pullEvents)
    await bench.idle()
    assert.ok(committed.length > 0 && committed.every(Boolean))
    assert.equal(bench.crm.records.size, 3)
    assert.equal(bench.shop.eventQueue?.left, 0)
  })

  it('goes on with new events when the portal has forgotten a reservation', async (t) => {
    const bench = await queued(t)
    await bench.store.setCursor(NAME, 'reservation', 'process-of-last-year')
    ids(bench.shop, 3)
    await pull(bench, kinds.pullEvents)
    await bench.idle()
    assert.equal(bench.crm.records.size, 3)
  })
})

describe('the schedules', () => {
  it('of a connection start with the runtime and come again by themselves', async (t) => {
    const shop = new FakeShop({ queue: true })
    const parts = { pollSeconds: 0.005, sweepSeconds: 0.005 }
    const runtime = { schedules: true }
    const bench = await startBench(t, { shop, parts, runtime, settings: { pollSeconds: 0.005 } })
    await until(() => shop.faults.count('changedOrders') >= 6, 'polls and sweeps')
    await until(() => bench.crm.faults.count('history') >= 3, 'polls of the CRM')
    await until(() => shop.faults.count('reserve') >= 3, 'pulls of the queue')
  })

  it('are not doubled by a second start', async (t) => {
    const path = await tempPath(t)
    const runtime = { schedules: true }
    const parts = RARELY
    const first = await startBench(t, { runtime, parts, store: await openSqliteStore({ path }) })
    await until(() => first.store.cursor(NAME, 'sweep') !== null, 'the first sweep')
    await first.runtime.stop()
    await first.store.close()
    const second = await startBench(t, { runtime, parts, store: await openSqliteStore({ path }) })
    for (const kind of [kinds.sweep, kinds.pollShop, kinds.pollExternal])
      assert.equal(second.store.laneInfo(NAME, `${kind}/-`)?.pending, 1)
  })
})

/** A store that holds this fingerprint of the configuration already, so that a start sets no cursor. */
async function storeThatKnows(fingerprint: string): Promise<Store> {
  const store = await openSqliteStore({ path: ':memory:' })
  await store.setCursor(NAME, 'fingerprint', fingerprint)
  return store
}
