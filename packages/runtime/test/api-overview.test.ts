import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Overview, OverviewConnection } from '../src/insight/overview.ts'
import { NAME } from './fakes/bench.ts'
import { startApi, type ApiBench } from './fakes/api.ts'
import { failing } from './fakes/faults.ts'
import { PermanentError } from '@mufta/kit'

async function card(bench: ApiBench, name = NAME): Promise<OverviewConnection> {
  const { status, body, text } = await bench.viewer.get<Overview>('/overview')
  assert.equal(status, 200, text)
  const found = body.connections.find((each) => each.name === name)
  assert.ok(found, text)
  return found
}

describe('the overview', () => {
  it('counts what was done, what waits for a person and what is dead, now and by hour', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1')
    bench.shop.place('2')
    bench.shop.place('3', { status: 'X' })
    bench.shop.place('4')
    bench.crm.faults.before = failing('create', () => new PermanentError('CRM_BAD_ORDER', 'No'), { id: '4' })
    await bench.sync('1', '2', '3', '4')
    const { counts, hours, state, connector, mode } = await card(bench)
    assert.deepEqual(counts, { waiting: 0, running: 0, parked: 1, dead: 1, doneToday: 2 })
    assert.equal(hours.length, 24)
    assert.deepEqual(hours.at(-1), {
      at: bench.clock.now - (bench.clock.now % 3_600_000),
      done: 2,
      failed: 2,
    })
    assert.ok(hours.slice(0, -1).every(({ done, failed }) => done + failed === 0))
    assert.deepEqual([state, mode], ['running', 'production'])
    assert.deepEqual(connector, {
      id: 'fake.crm',
      version: '1.2.3',
      title: { en: 'Fake CRM', ru: 'Пробная CRM' },
    })
  })

  it('counts orders alone: its own polls and sweeps are nothing that waits', async (t) => {
    const bench = await startApi(t)
    const job = { connection: NAME, payload: {} }
    await bench.store.push([
      ...['poll-shop', 'poll-external', 'sweep'].map((kind) => ({ ...job, kind, lane: `${kind}/-` })),
      { ...job, kind: 'sync', lane: 'order/7' },
    ])
    const { counts } = await card(bench)
    assert.deepEqual([counts.waiting, counts.running], [1, 0])
  })

  it('says who paused a connection and why', async (t) => {
    const bench = await startApi(t)
    await bench.operator.post(`/connections/${NAME}/pause`, { reason: 'stocktaking' })
    const { state, byOperator, reason } = await card(bench)
    assert.deepEqual([state, byOperator, reason?.message], ['paused', true, 'stocktaking'])
  })

  it('forgets an hour after a day, and the day at midnight', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1')
    await bench.sync('1')
    bench.clock.now += 25 * 3_600_000
    await bench.viewer.signIn('viewer')
    const { counts, hours } = await card(bench)
    assert.equal(counts.doneToday, 0)
    assert.ok(hours.every(({ done }) => done === 0))
  })
})
