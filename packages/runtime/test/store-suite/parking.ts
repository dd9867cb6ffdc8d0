import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bench, failure, job, jobIds, shop, take, takeOne, type MakePlace } from './place.ts'

export function parkingTests(makePlace: MakePlace): void {
  describe('parking, dead letters, pause', () => {
    test('a parked lane rests with its reason while others go on', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'park' })
      assert.equal(store.nextDue([shop]), null)
      assert.deepEqual(store.laneInfo(shop, 'order/1')?.failure, failure)
      await store.push([job('order/2')])
      assert.deepEqual(
        (await take(store)).map(({ lane }) => lane),
        ['order/2'],
      )
    })

    test('a new job wakes a parked lane, which then runs all of its jobs', async (t) => {
      const { store } = await bench(t, makePlace)
      const first = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'park' })
      const second = await store.push([job('order/1')])
      const lease = await takeOne(store)
      assert.deepEqual([lease.attempt, jobIds(lease)], [1, [...first, ...second]])
    })

    test('a job pushed while the run was about to park wakes the lane too', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/1')])
      const lease = await takeOne(store)
      await store.push([job('order/1')])
      await store.fail(lease, failure, { kind: 'park' })
      assert.equal(jobIds(await takeOne(store)).length, 2)
    })

    test('a lane of more than 1,000 jobs that parks stays parked', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push(Array.from({ length: 1001 }, () => job('order/1')))
      await store.fail(await takeOne(store), failure, { kind: 'park' })
      assert.equal(store.laneInfo(shop, 'order/1')?.state, 'parked')
      assert.deepEqual(await take(store), [])
    })

    test('a parked lane can be cleared before its delayed job is due', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([job('order/1'), job('order/1', { due: clock.now + 5000 })])
      await store.fail(await takeOne(store), failure, { kind: 'park' })
      assert.equal(store.nextDue([shop]), clock.now + 5000)
      assert.equal(await store.unpark({ code: failure.code }), 1)
      assert.equal(jobIds(await takeOne(store)).length, 1)
    })

    test('unpark clears by lane, by code, by connection', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push(['order/1', 'order/2', 'order/3'].map((lane) => job(lane)))
      for (const lease of await take(store)) {
        const code = lease.lane === 'order/3' ? 'STATUS_UNMAPPED' : failure.code
        await store.fail(lease, { ...failure, code }, { kind: 'park' })
      }
      assert.equal(await store.unpark({ connection: shop, lane: 'order/1' }), 1)
      assert.equal(await store.unpark({ code: 'STATUS_UNMAPPED' }), 1)
      assert.equal(await store.unpark({ connection: 'nobody' }), 0)
      assert.equal(await store.unpark({ connection: shop }), 1)
      assert.equal((await take(store)).length, 3)
    })

    test('a dead letter keeps its cause and the lane goes on with later jobs', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      const [first] = await store.push([job('order/1', { payload: { reason: 'a' } })])
      const lease = await takeOne(store)
      const [second] = await store.push([job('order/1')])
      clock.now += 10
      await store.fail(
        lease,
        { ...failure, facts: { field: 'status' } },
        { kind: 'dead', mapperVersion: 'v7' },
      )
      assert.deepEqual(store.deadJobs({}), [
        {
          id: first,
          connection: shop,
          lane: 'order/1',
          kind: 'sync',
          payload: { reason: 'a' },
          createdAt: clock.now - 10,
          diedAt: clock.now,
          attempts: 1,
          failure: { ...failure, facts: { field: 'status' } },
          mapperVersion: 'v7',
        },
      ])
      const next = await takeOne(store)
      assert.deepEqual([next.attempt, jobIds(next)], [1, [second]])
    })

    test('dead letters are found by code, connection, id and page', async (t) => {
      const { store } = await bench(t, makePlace)
      const ids = await store.push(['order/1', 'order/2', 'order/3'].map((lane) => job(lane)))
      for (const lease of await take(store)) await store.fail(lease, failure, { kind: 'dead' })
      const found = (filter: Parameters<typeof store.deadJobs>[0]): readonly number[] =>
        store.deadJobs(filter).map(({ id }) => id)
      assert.deepEqual(found({ code: failure.code, connection: shop }), ids)
      assert.deepEqual(found({ code: 'OTHER' }), [])
      assert.deepEqual(found({ id: ids[1] ?? 0 }), [ids[1]])
      assert.deepEqual(found({ limit: 1, after: ids[0] ?? 0 }), [ids[1]])
    })

    test('a redriven job keeps its number, its place in the lane and starts with fresh attempts', async (t) => {
      const { store } = await bench(t, makePlace)
      const [first] = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'dead' })
      const [second] = await store.push([job('order/1')])
      assert.equal(await store.redrive({ code: failure.code }), 1)
      const lease = await takeOne(store)
      assert.deepEqual([lease.attempt, jobIds(lease)], [1, [first, second]])
      assert.deepEqual(store.deadJobs({}), [])
      const [line] = store.life(shop, 'order', '1')
      assert.deepEqual([line?.kind, line?.code, line?.job], ['redrive', failure.code, first])
    })

    test('a dismissed job is gone and the journal says why', async (t) => {
      const { store } = await bench(t, makePlace)
      const [id] = await store.push([job('order/1')])
      await store.fail(await takeOne(store), failure, { kind: 'dead' })
      assert.equal(await store.dismiss({ id: id ?? 0 }, 'test order'), 1)
      assert.equal(await store.dismiss({ id: id ?? 0 }, 'test order'), 0)
      const [line] = store.life(shop, 'order', '1')
      assert.deepEqual([line?.kind, line?.job, line?.detail], ['dismiss', id, { reason: 'test order' }])
    })

    test('a paused connection takes pushes, gives out nothing, and resumes where it was', async (t) => {
      const { store, clock, reopen } = await bench(t, makePlace)
      await store.push([job('order/1')])
      await store.pause(shop, { code: 'CLIENT_AUTH', message: 'Key revoked' }, false)
      await store.push([job('order/2')])
      const again = await reopen()
      assert.deepEqual([await take(again), again.nextDue([shop])], [[], null])
      assert.deepEqual(again.connectionState(shop), {
        connection: shop,
        paused: true,
        reason: { code: 'CLIENT_AUTH', message: 'Key revoked' },
        byOperator: false,
        since: clock.now,
      })
      let heard = 0
      again.onDue(() => (heard += 1))
      await again.resume(shop)
      assert.equal(heard, 1)
      assert.equal((await take(again)).length, 2)
      assert.deepEqual(
        again.life(shop, 'connection', shop).map(({ kind, code }) => [kind, code]),
        [
          ['pause', 'CLIENT_AUTH'],
          ['resume', 'CLIENT_AUTH'],
        ],
      )
    })

    test('an automatic pause does not soften the one of a person', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.pause(shop, { code: 'OPERATOR', message: 'Stock-taking' }, true)
      await store.pause(shop, { code: 'CLIENT_AUTH', message: 'Key revoked' }, false)
      const state = store.connectionState(shop)
      assert.deepEqual([state.byOperator, state.reason?.code], [true, 'OPERATOR'])
    })

    test('a connection nobody wrote about runs', async (t) => {
      const { store } = await bench(t, makePlace)
      assert.equal(store.connectionState('nobody').paused, false)
      assert.deepEqual(await take(store, 1, ['nobody']), [])
    })
  })
}
