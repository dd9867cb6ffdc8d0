import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NAME, partsOf, startBench, StillClock, until } from './fakes/bench.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'
import { deliver, eventForm } from './fakes/http.ts'

describe('a connection changed while it runs', () => {
  it('lets a run come to its end, then goes on with the new parts, and closes the old ones', async (t) => {
    const bench = await startBench(t)
    let letGo = (): void => undefined
    const inside = new Promise<void>((resolve) => {
      letGo = resolve
    })
    bench.shop.place('1')
    bench.crm.faults.before = ({ method }) => (method === 'create' ? inside : undefined)
    await bench.tell('1')
    await until(() => bench.store.laneInfo(NAME, 'order/1')?.state === 'running', 'the run')
    const crm = new FakeCrm()
    const swap = bench.runtime.setConnection(partsOf(bench.shop, crm, { parts: { fingerprint: 'second' } }))
    bench.shop.place('2')
    await bench.tell('2')
    letGo()
    await swap
    await bench.idle()
    assert.equal(bench.crm.records.size, 1, 'the old run came to its end on the old side')
    assert.equal(crm.records.size, 1, 'what came meanwhile went to the new side')
    assert.equal(bench.crm.closed, 1)
    assert.equal(crm.closed, 0)
  })

  it('cuts off a run that takes too long and gives it back, to be done by the new parts', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    bench.shop.faults.before = () => new Promise(() => undefined)
    await bench.tell('1')
    await until(() => bench.store.laneInfo(NAME, 'order/1')?.state === 'running', 'the run')
    const [shop, crm] = [new FakeShop(), new FakeCrm()]
    shop.place('1')
    await bench.runtime.setConnection(partsOf(shop, crm), { deadlineMs: 5 })
    await bench.idle()
    assert.equal(crm.records.size, 1)
    assert.ok(
      !bench.life('1').some(({ kind }) => kind === 'retry' || kind === 'dead'),
      'no attempt was counted',
    )
  })

  it('tries again what was parked, because a mapping may have been added', async (t) => {
    const bench = await startBench(t, { settings: { statuses: { N: 'new' } } })
    bench.shop.place('1', { status: 'P' })
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.store.laneInfo(NAME, 'order/1')?.state, 'parked')
    const parts = partsOf(bench.shop, bench.crm, { parts: { fingerprint: 'with a mapping' } })
    await bench.runtime.setConnection(parts)
    await bench.idle()
    assert.equal(bench.crm.records.size, 1)
  })

  it('looks for changes at its new pace at once, and no oftener', async (t) => {
    const clock = new StillClock()
    const pace = (seconds: number) => ({
      pollSeconds: seconds,
      sweepSeconds: seconds,
      fingerprint: `every ${seconds}`,
    })
    const bench = await startBench(t, { clock, parts: pace(3600), runtime: { schedules: true } })
    const lanes = () => ['sweep/-', 'poll-shop/-'].map((lane) => bench.store.laneInfo(NAME, lane))
    const isSet = (seconds: number): boolean =>
      lanes().every((lane) => lane?.state === 'waiting' && lane.due === clock.now + seconds * 1000)
    await until(() => isSet(3600), 'the long pace')
    await bench.runtime.setConnection(partsOf(bench.shop, bench.crm, { parts: pace(5) }))
    await until(() => isSet(5), 'the short pace')
    assert.deepEqual(
      lanes().map((lane) => lane?.pending),
      [1, 1],
    )
  })

  it('is tried at once when it had paused itself', async (t) => {
    const bench = await startBench(t)
    await bench.store.pause(NAME, { code: 'CRM_KEY_REVOKED', message: 'The key is refused' }, false)
    await bench.runtime.setConnection(partsOf(bench.shop, bench.crm))
    await until(() => !bench.store.connectionState(NAME).paused, 'the resume')
  })

  it('can be opened and closed without touching another; what waits for it stays', async (t) => {
    const bench = await startBench(t, { runtime: { http: { host: '127.0.0.1', port: 0 } } })
    const [shop, crm] = [new FakeShop(), new FakeCrm()]
    await bench.runtime.setConnection({ ...partsOf(shop, crm), name: 'second' })
    shop.place('7')
    const path = '/hooks/second/site'
    assert.equal((await deliver(bench.runtime.url, eventForm('7'), { path })).status, 200)
    await until(() => crm.records.size === 1, 'the order to arrive')
    await bench.store.pause('second', { code: 'TEST', message: 'wait' }, true)
    await deliver(bench.runtime.url, eventForm('8'), { path })
    await bench.runtime.removeConnection('second')
    await bench.runtime.removeConnection('second')
    assert.equal((await deliver(bench.runtime.url, eventForm('7'), { path })).status, 404)
    assert.equal(crm.closed, 1)
    assert.equal(bench.store.laneInfo('second', 'order/8')?.pending, 1)
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.records.size, 1)
  })

  it('refuses new parts once the stop has begun, and closes them', async (t) => {
    const bench = await startBench(t)
    const stop = bench.runtime.stop()
    const crm = new FakeCrm()
    await assert.rejects(bench.runtime.setConnection(partsOf(new FakeShop(), crm)), {
      code: 'RUNTIME_STOPPING',
    })
    assert.equal(crm.closed, 1)
    assert.ok(bench.runtime.stopping.aborted)
    await stop
  })
})
