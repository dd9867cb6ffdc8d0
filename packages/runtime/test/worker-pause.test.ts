import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AuthError } from '@mufta/kit'
import { NAME, pause, startBench, until, type Bench } from './fakes/bench.ts'
import { failing, Gate } from './fakes/faults.ts'

const revoked = (): Error => new AuthError('CRM_KEY_REVOKED', 'The key was revoked; enter a new one')
const isPaused = ({ store }: Bench): boolean => store.connectionState(NAME).paused

describe('a dead connection', () => {
  it('pauses itself with the reason and is not hammered', async (t) => {
    const bench = await startBench(t, { runtime: { concurrency: 4 } })
    bench.crm.faults.before = failing('create', revoked)
    for (let id = 1; id <= 40; id++) bench.shop.place(`${id}`)
    await Promise.all([...bench.shop.orders.keys()].map((id) => bench.tell(id)))
    await until(() => isPaused(bench), 'the pause')
    await pause(20)

    const state = bench.store.connectionState(NAME)
    assert.equal(state.byOperator, false)
    assert.equal(state.reason?.code, 'CRM_KEY_REVOKED')
    assert.ok(bench.crm.faults.count('create') <= 8, `${bench.crm.faults.count('create')} calls`)
    const calls = bench.crm.faults.calls.length + bench.shop.faults.calls.length
    await bench.tell('1')
    await pause(20)
    assert.equal(bench.crm.faults.calls.length + bench.shop.faults.calls.length, calls)
    assert.deepEqual(bench.store.deadJobs({}), [])
    const notes = bench.store.life(NAME, 'connection', NAME).filter(({ kind }) => kind === 'pause')
    assert.equal(notes.length, 1)
  })

  it('does not use up attempts, and goes on when it is resumed', async (t) => {
    const bench = await startBench(t, { backoff: { attempts: 2 } })
    bench.crm.faults.before = failing('create', revoked, { times: 3 })
    bench.shop.place('1')
    await bench.tell('1')
    for (let round = 0; round < 3; round++) {
      await until(() => isPaused(bench), 'the pause')
      await until(() => bench.store.laneInfo(NAME, 'order/1')?.state === 'waiting', 'the lane given back')
      await bench.store.resume(NAME)
      await until(() => bench.crm.faults.count('create') > round + 1, 'the next attempt')
    }
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
  })

  it('is tried rarely and resumed when both sides answer', async (t) => {
    const bench = await startBench(t, { runtime: { probeMs: 10 } })
    bench.crm.faults.before = async (call) => {
      await failing('create', revoked, { times: 1 })(call)
      await failing('dictionaries', revoked)(call)
    }
    bench.shop.place('1')
    await bench.tell('1')
    await until(() => bench.crm.faults.count('dictionaries') >= 2, 'two probes')
    assert.ok(isPaused(bench))
    assert.equal(bench.crm.faults.count('create'), 1)
    bench.crm.faults.clear()
    await until(() => !isPaused(bench), 'the resume')
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
  })

  it('is not probed by several rounds at once', async (t) => {
    const bench = await startBench(t, { runtime: { probeMs: 3 } })
    const gate = new Gate()
    bench.shop.faults.before = ({ method }) => (method === 'dictionaries' ? gate.pass() : undefined)
    await bench.store.pause(NAME, { code: 'X', message: 'x' }, false)
    await until(() => gate.waiting > 0, 'the probe')
    await pause(20)
    assert.equal(gate.waiting, 1)
    gate.open()
  })
})

describe("an operator's pause", () => {
  it('holds everything and is not ended by the prober', async (t) => {
    const bench = await startBench(t, { runtime: { probeMs: 2 } })
    await bench.store.pause(NAME, { code: 'OPERATOR', message: 'Maintenance' }, true)
    bench.shop.place('1')
    await bench.tell('1')
    await pause(25)
    assert.ok(isPaused(bench))
    assert.equal(bench.shop.faults.calls.length + bench.crm.faults.calls.length, 0)
    await bench.store.resume(NAME)
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
  })

  it('that comes during a probe stands', async (t) => {
    const bench = await startBench(t, { runtime: { probeMs: 2 } })
    const gate = new Gate()
    bench.shop.faults.before = ({ method }) => (method === 'dictionaries' ? gate.pass() : undefined)
    await bench.store.pause(NAME, { code: 'X', message: 'x' }, false)
    await until(() => gate.waiting > 0, 'the probe')
    await bench.store.pause(NAME, { code: 'OPERATOR', message: 'Maintenance' }, true)
    gate.open()
    await pause(15)
    assert.ok(isPaused(bench))
  })

  it('is not turned into an automatic one by a run that was under way', async (t) => {
    const bench = await startBench(t)
    const gate = new Gate()
    bench.crm.faults.before = async ({ method }) => {
      if (method !== 'create') return
      await gate.pass()
      throw revoked()
    }
    bench.shop.place('1')
    await bench.tell('1')
    await until(() => gate.waiting === 1, 'the run')
    await bench.store.pause(NAME, { code: 'OPERATOR', message: 'Maintenance' }, true)
    gate.open()
    await until(() => bench.store.laneInfo(NAME, 'order/1')?.state === 'waiting', 'the lane given back')
    assert.equal(bench.store.connectionState(NAME).byOperator, true)
    assert.equal(bench.store.connectionState(NAME).reason?.code, 'OPERATOR')
  })
})
