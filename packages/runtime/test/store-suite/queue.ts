import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NO_BASE } from '../../src/store/base.ts'
import { ranks } from '../../src/store/store.ts'
import { bench, failure, job, jobIds, leaseMs, other, shop, take, takeOne, type MakePlace } from './place.ts'

export function queueTests(makePlace: MakePlace): void {
  describe('queue', () => {
    test('one run takes all jobs of a lane in the order they were pushed', async (t) => {
      const { store } = await bench(t, makePlace)
      const [first, second] = await store.push([job('order/1'), job('order/1', { payload: { reason: 'b' } })])
      const [third] = await store.push([job('order/1', { kind: 'later' })])
      const leases = await take(store)
      assert.equal(leases.length, 1)
      assert.deepEqual(jobIds(leases[0]), [first, second, third])
      assert.deepEqual(leases[0]?.jobs[1]?.payload, { reason: 'b' })
      assert.equal(leases[0]?.attempt, 1)
    })

    test('a lane in hand is given to nobody else', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1')])
      await takeOne(store)
      await store.push([job('order/1')])
      assert.deepEqual(await take(store), [])
    })

    test('a finished lane leaves nothing behind but its journal line', async (t) => {
      const { store } = await bench(t, makePlace)
      const ids = await store.push([job('order/1'), job('order/1')])
      await store.done(await takeOne(store))
      assert.equal(store.laneInfo(shop, 'order/1'), null)
      assert.equal(store.nextDue([shop]), null)
      const [line] = store.life(shop, 'order', '1')
      assert.equal(line?.kind, 'done')
      assert.equal(line?.job, ids[0])
      assert.deepEqual(line?.detail, { jobs: ids })
    })

    test('jobs which the work already names in the journal get no second line', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1')])
      const lease = await takeOne(store)
      const entry = { connection: shop, entity: 'order', id: '1', kind: 'write', code: 'created' }
      await store.done(lease, { journal: [{ ...entry, job: lease.jobs[0]?.id ?? 0 }] })
      assert.deepEqual(
        store.life(shop, 'order', '1').map(({ kind }) => kind),
        ['write'],
      )
    })

    test('jobs pushed during a run make the lane due again when it is done', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1')])
      const lease = await takeOne(store)
      const late = await store.push([job('order/1')])
      await store.done(lease)
      const next = await takeOne(store)
      assert.deepEqual(jobIds(next), late)
      assert.equal(next.attempt, 1)
    })

    test('a run takes at most 1,000 jobs and leaves the rest for the next', async (t) => {
      const { store } = await bench(t, makePlace)
      const ids = await store.push(Array.from({ length: 1500 }, () => job('order/1')))
      const lease = await takeOne(store)
      assert.deepEqual(jobIds(lease), ids.slice(0, 1000))
      await store.done(lease)
      assert.deepEqual(jobIds(await takeOne(store)), ids.slice(1000))
    })

    test('a delayed job is taken at its time, not before', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1', { due: clock.now + 500 })])
      assert.equal(store.nextDue([shop]), clock.now + 500)
      assert.deepEqual(await take(store), [])
      clock.now += 500
      assert.equal((await take(store)).length, 1)
    })

    test('a job that is due now does not take a delayed one of its lane along', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      const [delayed] = await store.push([job('order/1', { due: clock.now + 500 })])
      const [now] = await store.push([job('order/1')])
      const lease = await takeOne(store)
      assert.deepEqual(jobIds(lease), [now])
      await store.done(lease)
      assert.equal(store.nextDue([shop]), clock.now + 500)
      clock.now += 500
      assert.deepEqual(jobIds(await takeOne(store)), [delayed])
    })

    test('live work goes before backfill, whatever its age', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1', { rank: ranks.backfill }), job('order/2', { rank: ranks.backfill })])
      clock.now += 1000
      await store.push([job('order/3')])
      clock.now += 1000
      await store.push([job('order/2')])
      const leases = await take(store)
      assert.deepEqual(
        leases.map(({ lane }) => lane),
        ['order/2', 'order/3', 'order/1'],
      )
    })

    test('connections share a small limit fairly and leave nothing unused', async (t) => {
      const { store } = await bench(t, makePlace)
      const lanes = Array.from({ length: 9 }, (_, index) => `order/${index}`)
      await store.push(lanes.map((lane) => job(lane)))
      await store.push([job('order/1', { connection: other }), job('order/2', { connection: other })])
      const count = (leases: readonly { connection: string }[], connection: string): number =>
        leases.filter((lease) => lease.connection === connection).length
      const first = await take(store, 2, [shop, other])
      assert.deepEqual([count(first, shop), count(first, other)], [1, 1])
      const second = await take(store, 6, [shop, other])
      assert.deepEqual([count(second, shop), count(second, other)], [5, 1])
    })

    test('with one free place the connections take turns', async (t) => {
      const { store } = await bench(t, makePlace)
      const lanes = ['order/1', 'order/2', 'order/3']
      await store.push(lanes.flatMap((lane) => [job(lane), job(lane, { connection: other })]))
      const taken = []
      for (let round = 0; round < 4; round += 1) taken.push(...(await take(store, 1, [shop, other])))
      assert.equal(taken.filter((lease) => lease.connection === other).length, 2)
    })

    test('a failed run is repeated at its time, with its jobs and a counted attempt', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      const ids = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'retry', at: clock.now + 2000 })
      const info = store.laneInfo(shop, 'order/1')
      assert.deepEqual([info?.state, info?.attempts, info?.due], ['waiting', 1, clock.now + 2000])
      assert.deepEqual(info?.failure, failure)
      const later = await store.push([job('order/1')])
      assert.deepEqual(await take(store), [], 'a new event does not cut the backoff short')
      clock.now += 2000
      const again = await takeOne(store)
      assert.equal(again.attempt, 2)
      assert.deepEqual(jobIds(again), [...ids, ...later])
      await store.done(again)
      await store.push([job('order/1')])
      assert.equal((await takeOne(store)).attempt, 1, 'attempts start anew after a success')
    })

    test('a live event moves a backfill lane to the front, but not before its backoff ends', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1', { rank: ranks.backfill })])
      await store.fail(await takeOne(store), failure, { kind: 'retry', at: clock.now + 2000 })
      await store.push([job('order/2', { rank: ranks.backfill }), job('order/1')])
      assert.deepEqual(
        (await take(store)).map(({ lane }) => lane),
        ['order/2'],
      )
      await store.push([job('order/3', { rank: ranks.backfill })])
      clock.now += 2000
      assert.equal((await takeOne(store)).lane, 'order/1')
    })

    test('a hastened lane is due at once with its one job; a backoff is not cut short', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      const [failed] = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'retry', at: clock.now + 2000 })
      const [delayed] = await store.push([job('poll/-', { due: clock.now + 60_000 })])
      await store.push([job('sweep/-', { due: clock.now + 60_000 })])
      await store.hasten(shop, ['poll/-', 'order/1', 'nothing/-'])
      const hastened = await takeOne(store)
      assert.deepEqual([hastened.lane, jobIds(hastened)], ['poll/-', [delayed]])
      await store.done(hastened)
      clock.now += 2000
      assert.deepEqual(jobIds(await takeOne(store)), [failed])
    })

    test('a clock that was set back delays a job and loses none', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1')])
      const pushedAt = clock.now
      await store.fail(await takeOne(store), failure, { kind: 'retry', at: pushedAt - 500 })
      clock.now -= 400
      assert.deepEqual(await take(store), [])
      assert.equal(store.nextDue([shop]), pushedAt)
      clock.now = pushedAt
      assert.equal((await take(store)).length, 1)
    })

    test('a run that is given back costs no attempt', async (t) => {
      const { store } = await bench(t, makePlace)
      const ids = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'release' })
      const again = await takeOne(store)
      assert.equal(again.attempt, 1)
      assert.deepEqual(jobIds(again), ids)
    })

    test('a lease that ran out is taken by the next, and the first can write nothing more', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      const ids = await store.push([job('order/1')])
      const lost = await takeOne(store)
      assert.equal(store.nextDue([shop]), clock.now + leaseMs)
      clock.now += leaseMs
      const held = await takeOne(store)
      assert.deepEqual([held.attempt, jobIds(held)], [2, ids])
      const isLost = { code: 'STORE_LEASE_LOST' }
      await assert.rejects(store.record(lost, {}), isLost)
      await assert.rejects(store.fail(lost, failure, { kind: 'dead' }), isLost)
      await assert.rejects(store.done(lost, { journal: [], jobs: [job('order/2')] }), isLost)
      assert.equal(store.laneInfo(shop, 'order/2'), null)
      assert.equal(store.laneInfo(shop, 'order/1')?.pending, 1, 'its job belongs to the other run')
      await store.done(held)
      await assert.rejects(store.done(held), isLost)
    })

    test('a heartbeat keeps a lease and names those that are lost', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1'), job('order/2')])
      const [first, second] = await take(store)
      assert.ok(first && second)
      await store.done(second)
      clock.now += leaseMs - 1
      assert.deepEqual(await store.heartbeat([first, second], leaseMs), [second])
      clock.now += leaseMs - 1
      assert.deepEqual(await take(store), [])
    })

    test('a recorded intent survives although its run does not', async (t) => {
      const { store, reopen } = await bench(t, makePlace)
      await store.push([job('order/1')])
      const base = NO_BASE
      const intent = { connection: shop, entity: 'order', shopId: '1', externalId: null, base }
      await store.record(await takeOne(store), {
        bindings: [{ ...intent, intentKey: 'k1', mapperVersion: '1' }],
      })
      const again = await reopen()
      assert.equal(again.binding(shop, 'order', '1')?.intentKey, 'k1')
    })

    test('what ran when the runtime died is due at once after the start, its attempt counted', async (t) => {
      const { store, reopen } = await bench(t, makePlace)
      const ids = await store.push([job('order/1')])
      await takeOne(store)
      const again = await takeOne(await reopen())
      assert.deepEqual([again.attempt, jobIds(again)], [2, ids])
    })

    test('an attempt that the end of the runtime cut off, or that was not counted, is no failure', async (t) => {
      const { store, clock, reopen } = await bench(t, makePlace)
      await store.push([job('order/1')])
      assert.equal((await takeOne(store)).failures, 0)
      const second = await reopen()
      const cut = await takeOne(second)
      assert.deepEqual([cut.attempt, cut.failures], [2, 0])
      await second.fail(cut, failure, { kind: 'retry', at: clock.now, counted: false })
      const third = await takeOne(second)
      assert.equal(third.failures, 0)
      await second.fail(third, failure, { kind: 'retry', at: clock.now })
      const fourth = await takeOne(second)
      assert.equal(fourth.failures, 1)
      await second.fail(fourth, failure, { kind: 'park' })
      await second.unpark({})
      assert.equal((await takeOne(second)).failures, 0, 'who cured it begins anew')
    })

    test('job numbers and tokens are never given out twice', async (t) => {
      const { store, reopen } = await bench(t, makePlace)
      const [first] = await store.push([job('order/1')])
      const old = await takeOne(store)
      await store.done(old)
      const again = await reopen()
      const [second] = await again.push([job('order/1')])
      assert.ok((second ?? 0) > (first ?? 0))
      const present = await takeOne(again)
      assert.notEqual(present.token, old.token)
      await assert.rejects(again.done(old), { code: 'STORE_LEASE_LOST' })
    })

    test('work that adds to its own lane keeps it going', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('poll/external')])
      await store.done(await takeOne(store), { jobs: [job('poll/external', { due: clock.now + 60_000 })] })
      assert.equal(store.nextDue([shop]), clock.now + 60_000)
      assert.equal(store.laneInfo(shop, 'poll/external')?.pending, 1)
    })

    test('listeners hear of due lanes after the commit, until they leave', async (t) => {
      const { store } = await bench(t, makePlace)
      const seen: (number | null)[] = []
      const leave = store.onDue(() => seen.push(store.nextDue([shop])))
      await store.push([job('order/1')])
      assert.equal(seen.length, 1)
      assert.notEqual(seen[0], null)
      leave()
      await store.push([job('order/2')])
      assert.equal(seen.length, 1)
    })

    test('counts tell lanes by state and the age of the oldest that waits', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1'), job('order/2'), job('order/3'), job('order/4')])
      const [first, second, third] = await take(store, 3)
      assert.ok(first && second && third)
      await store.fail(first, failure, { kind: 'park' })
      await store.fail(second, failure, { kind: 'dead' })
      clock.now += 700
      assert.deepEqual(store.counts(), [
        { connection: shop, waiting: 1, running: 1, parked: 1, dead: 1, lagMs: 700 },
      ])
    })

    test('lanes are listed by state', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1'), job('order/2'), job('order/2')])
      await store.fail(await takeOne(store), failure, { kind: 'park' })
      const [parked, ...none] = store.lanes({ connection: shop, state: 'parked' })
      assert.deepEqual([parked?.lane, none.length], ['order/1', 0])
      assert.deepEqual(
        store.lanes({}).map(({ pending }) => pending),
        [1, 2],
      )
      assert.equal(store.lanes({ limit: 1 }).length, 1)
      assert.deepEqual(store.lanes({ connection: 'nobody' }), [])
    })

    test('calls of one turn are atomic each: one that fails does not touch its neighbours', async (t) => {
      const { store } = await bench(t, makePlace)
      const base = NO_BASE
      const pair = { connection: shop, entity: 'order', base, intentKey: null, mapperVersion: '1' }
      const results = await Promise.allSettled([
        store.push([job('order/1')], { bindings: [{ ...pair, shopId: '1', externalId: 'A' }] }),
        store.push([job('order/2')], { bindings: [{ ...pair, shopId: '2', externalId: 'A' }] }),
        store.push([job('order/3', { connection: other })]),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      assert.deepEqual([store.laneInfo(shop, 'order/2'), store.binding(shop, 'order', '2')], [null, null])
      assert.equal(store.laneInfo(shop, 'order/1')?.pending, 1)
      assert.equal(store.laneInfo(other, 'order/3')?.pending, 1)
    })

    test('after close nothing is taken and closing again is safe', async (t) => {
      const { store } = await bench(t, makePlace)
      const pushed = store.push([job('order/1')])
      await store.close()
      assert.equal((await pushed).length, 1, 'what was under way is stored')
      await store.close()
      await assert.rejects(store.push([job('order/2')]), { code: 'STORE_CLOSED' })
      assert.throws(() => store.nextDue([shop]), { code: 'STORE_CLOSED' })
    })
  })
}
