import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { NAME, partsOf, startBench, tempPath, until, withCalls } from './fakes/bench.ts'
import { Gate } from './fakes/faults.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'

describe('a stop', () => {
  it('takes no time while nothing is to be done, whenever it comes', async (t) => {
    for (let round = 0; round < 5; round++) {
      const bench = await startBench(t)
      if (round > 0) await bench.tell('1')
      for (let turn = 1; turn < round; turn++) await new Promise(setImmediate)
      const started = performance.now()
      await bench.runtime.stop()
      assert.ok(performance.now() - started < 500, `round ${round}`)
    }
  })

  it('lets the running attempt finish and takes nothing new', async (t) => {
    const bench = await startBench(t)
    const gate = new Gate()
    bench.shop.place('1')
    bench.shop.place('2')
    bench.crm.faults.before = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    await bench.tell('1')
    await until(() => gate.waiting === 1, 'the creation to be under way')
    const stopped = bench.runtime.stop({ deadlineMs: 5_000 })
    await bench.tell('2')
    gate.open()
    await stopped
    assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, bench.crm.of('1').id)
    assert.equal(bench.shop.faults.count('readOrders', '2'), 0)
    assert.equal(bench.store.laneInfo(NAME, 'order/2')?.state, 'waiting')
  })

  it('gives back what was taken in the moment of the stop', async (t) => {
    const gate = new Gate()
    const bench = await startBench(t, {
      wrap: (store) =>
        withCalls(store, {
          lease: async (options) => {
            const leases = await store.lease(options)
            if (leases.length > 0) await gate.pass()
            return leases
          },
        }),
    })
    bench.shop.place('1')
    await bench.tell('1')
    await until(() => gate.waiting === 1, 'the lane to be taken')
    const stopped = bench.runtime.stop()
    gate.open()
    await stopped
    const { state, attempts } = bench.store.laneInfo(NAME, 'order/1') ?? {}
    assert.deepEqual({ state, attempts }, { state: 'waiting', attempts: 0 })
    assert.equal(bench.shop.faults.calls.length, 0)
  })

  it('gives back what has not finished at the deadline, and the attempt is not counted', async (t) => {
    const bench = await startBench(t)
    const gate = new Gate()
    bench.shop.place('1')
    bench.shop.faults.before = ({ method }) => (method === 'readOrders' ? gate.pass() : undefined)
    await bench.tell('1')
    await until(() => gate.waiting === 1, 'the read to be under way')
    await bench.runtime.stop({ deadlineMs: 5 })
    const lane = bench.store.laneInfo(NAME, 'order/1')
    assert.equal(lane?.state, 'waiting')
    assert.equal(lane.attempts, 0)
    assert.equal(lane.pending, 1)
    gate.open()
  })

  it('twice is one stop', async (t) => {
    const bench = await startBench(t)
    const first = bench.runtime.stop()
    assert.equal(bench.runtime.stop(), first)
    await first
    await bench.runtime[Symbol.asyncDispose]()
    assert.equal(bench.shop.closed, 1)
    assert.equal(bench.crm.closed, 1)
  })

  it('and a start on the same store go on where the work was left', async (t) => {
    const path = await tempPath(t)
    const first = await startBench(t, { store: await openSqliteStore({ path }) })
    first.shop.place('1')
    await first.tell('1')
    await first.idle()
    await first.runtime.stop()
    first.shop.edit('1', { managerComment: 'while we were away' })
    await first.tell('1')
    await first.store.close()

    const { shop, crm } = first
    const second = await startBench(t, { shop, crm, store: await openSqliteStore({ path }) })
    await second.idle()
    assert.equal(crm.of('1').note, 'while we were away')
  })

  it('leaves nothing that would keep the process alive', async (t) => {
    const child = new URL('fakes/start-and-stop.ts', import.meta.url).pathname
    const run = promisify(execFile)(process.execPath, [child, await tempPath(t)], { timeout: 15_000 })
    assert.match((await run).stdout, /^stopped\n$/)
  })
})

describe('a start', () => {
  it('that fails leaves nothing open', async (t) => {
    const bench = await startBench(t, { runtime: { http: { host: '127.0.0.1', port: 0 } } })
    const { port } = new URL(bench.runtime.url ?? '')
    const { startRuntime } = await import('../src/runtime.ts')
    await using store = await openSqliteStore({ path: ':memory:' })
    const { shop, crm } = { shop: bench.shop, crm: bench.crm }
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const start = startRuntime({
      store,
      connections: [partsOf(shop, crm)],
      log,
      http: { host: '127.0.0.1', port: Number(port) },
    })
    await assert.rejects(start, { code: 'EADDRINUSE' })
    assert.equal(shop.closed, 1)
    assert.equal(crm.closed, 1)
  })
})
