import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RetryableError } from '@mufta/kit'
import { NAME, pause, startBench, until, withCalls } from './fakes/bench.ts'
import { Gate } from './fakes/faults.ts'

describe('a worker', () => {
  it('lives on when the store cannot give out work for a while', async (t) => {
    let refused = 0
    const bench = await startBench(t, {
      wrap: (store) =>
        withCalls(store, {
          lease: (options) => {
            if (refused++ < 2) return Promise.reject(new RetryableError('STORE_IO', 'The disk is full'))
            return store.lease(options)
          },
        }),
    })
    bench.shop.place('1')
    await pause(5)
    await bench.tell('1')
    await pause(5)
    await bench.tell('1')
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
    assert.ok(bench.lines.some((line) => line.includes('STORE_IO')))
  })

  it('does not spin while the store cannot give out work', async (t) => {
    let asked = 0
    const bench = await startBench(t, {
      wrap: (store) =>
        withCalls(store, {
          lease: () => {
            asked++
            return Promise.reject(new RetryableError('STORE_IO', 'The disk is full'))
          },
        }),
    })
    await bench.tell('1')
    await pause(20)
    assert.ok(asked <= 3, `asked ${asked} times`)
  })

  it('takes no more lanes at once than it was told', async (t) => {
    const bench = await startBench(t, { runtime: { concurrency: 3 } })
    const gate = new Gate()
    bench.crm.faults.before = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    for (let id = 1; id <= 10; id++) {
      bench.shop.place(`${id}`)
      await bench.tell(`${id}`)
    }
    await until(() => gate.waiting === 3, 'three creations to be under way')
    await pause(5)
    assert.equal(gate.waiting, 3)
    assert.equal(bench.store.lanes({ connection: NAME, state: 'running' }).length, 3)
    gate.open()
    await bench.idle()
    assert.equal(bench.crm.records.size, 10)
  })

  it('keeps its lease while a run takes longer than the lease', async (t) => {
    const bench = await startBench(t, { runtime: { leaseMs: 120 } })
    const gate = new Gate()
    bench.shop.place('1')
    bench.crm.faults.before = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    await bench.tell('1')
    await until(() => gate.waiting === 1, 'the creation to be under way')
    await pause(300)
    gate.open()
    await bench.idle()
    assert.equal(bench.crm.faults.count('create'), 1)
    assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, bench.crm.of('1').id)
  })

  it('whose lease was lost settles nothing, and the order is not doubled', async (t) => {
    const bench = await startBench(t, {
      runtime: { leaseMs: 20 },
      wrap: (store) => withCalls(store, { heartbeat: () => Promise.resolve([]) }),
    })
    const gate = new Gate()
    bench.shop.place('1')
    bench.crm.faults.after = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    await bench.tell('1')
    await until(
      () => bench.life('1').some(({ code }) => code === 'FOUND'),
      'the second run to find the record',
    )
    gate.open()
    await until(() => bench.lines.some((line) => line.includes('STORE_LEASE_LOST')), 'the first run to end')
    await bench.idle()
    assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, bench.crm.of('1').id)
    assert.equal(bench.crm.faults.count('create'), 1)
    assert.deepEqual(bench.store.deadJobs({}), [])
  })
})
