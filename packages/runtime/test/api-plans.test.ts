import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AuthError } from '@mufta/kit'
import type { BackfillView } from '../src/insight/backfill-view.ts'
import type { PlanRun } from '../src/insight/plan-runs.ts'
import { NAME, until } from './fakes/bench.ts'
import { startApi, type ApiBench } from './fakes/api.ts'
import { Gate } from './fakes/faults.ts'

async function begin(bench: ApiBench, more: object = {}): Promise<string> {
  const { status, body, text } = await bench.operator.post<{ id: string }>('/plans', {
    connection: NAME,
    ...more,
  })
  assert.equal(status, 200, text)
  return body.id
}

async function look(bench: ApiBench, id: string, query = ''): Promise<PlanRun> {
  const { status, body, text } = await bench.viewer.get<PlanRun>(`/plans/${id}${query}`)
  assert.equal(status, 200, text)
  return body
}

async function ended(bench: ApiBench, id: string): Promise<PlanRun> {
  for (;;) {
    const run = await look(bench, id)
    if (run.state !== 'running') return run
  }
}

function place(bench: ApiBench, count: number): void {
  for (let id = 1; id <= count; id++) bench.shop.place(String(id))
}

describe('a plan', () => {
  it('says field by field what a load would do, and does nothing of it', async (t) => {
    const bench = await startApi(t)
    place(bench, 3)
    await bench.sync('1', '2')
    bench.shop.edit('2', { customerComment: 'at noon' })
    bench.shop.place('4', { status: 'X' })
    const run = await ended(bench, await begin(bench))
    assert.deepEqual([run.state, run.done, run.total], ['done', 4, 4])
    assert.deepEqual(run.totals, { create: 1, change: 1, skip: 1, park: 1, missing: 0 })
    const changed = run.rows.find(({ shopId }) => shopId === '2')
    assert.deepEqual(changed?.fields, [{ field: 'buyerNote', way: 'out', from: 'call first', to: 'at noon' }])
    assert.equal(run.rows.find(({ shopId }) => shopId === '4')?.reason?.code, 'STATUS_UNMAPPED')
    assert.equal(bench.crm.records.size, 2)
    assert.equal(bench.shop.writes.length, 0)
  })

  it('looks at no more orders than it was told, and gives its rows in pages', async (t) => {
    const bench = await startApi(t)
    place(bench, 130)
    const id = await begin(bench, { limit: 120 })
    assert.equal((await ended(bench, id)).done, 120)
    const second = await look(bench, id, '?after=100&limit=100')
    assert.deepEqual([second.rows.length, second.rows[0]?.shopId], [20, '101'])
  })

  it('can be stopped, and keeps what it had', async (t) => {
    const bench = await startApi(t)
    place(bench, 130)
    const gate = new Gate()
    bench.shop.faults.before = ({ method, ids: [id] }) =>
      method === 'orderIds' && id === '80' ? gate.pass() : undefined
    const id = await begin(bench)
    await until(() => gate.waiting === 1, 'the listing')
    assert.equal((await look(bench, id)).total, null)
    assert.equal((await bench.viewer.post(`/plans/${id}/stop`)).status, 403)
    assert.equal((await bench.operator.post(`/plans/${id}/stop`)).status, 200)
    gate.open()
    const run = await look(bench, id)
    assert.deepEqual([run.state, run.rows.length], ['stopped', 50])
  })

  it('that a side refuses fails with its reason; the third at once is asked to wait', async (t) => {
    const bench = await startApi(t)
    place(bench, 1)
    bench.crm.faults.before = () => {
      throw new AuthError('CRM_KEY_REVOKED', 'The key was revoked')
    }
    const run = await ended(bench, await begin(bench))
    assert.deepEqual([run.state, run.reason?.code], ['failed', 'CRM_KEY_REVOKED'])
    const gate = new Gate()
    bench.shop.faults.before = () => gate.pass()
    await begin(bench)
    await begin(bench)
    const third = await bench.operator.post('/plans', { connection: NAME })
    assert.deepEqual([third.status, third.body['error']], [429, 'PLANS_BUSY'])
    gate.open()
  })

  it('of nothing known is told apart', async (t) => {
    const bench = await startApi(t)
    assert.equal((await bench.operator.post('/plans', { connection: 'other' })).status, 404)
    assert.equal((await bench.operator.post('/plans', { connection: NAME, since: 'yesterday' })).status, 422)
    assert.equal((await bench.viewer.get('/plans/4d4c1a5e-3f52-4f6b-8f57-0f2f6d3f1a11')).status, 404)
  })
})

describe('a load', () => {
  const view = async (bench: ApiBench): Promise<BackfillView> =>
    (await bench.viewer.get<BackfillView>(`/backfills/${NAME}`)).body

  it('is begun, counted and over', async (t) => {
    const bench = await startApi(t)
    assert.equal((await bench.viewer.get(`/backfills/${NAME}`)).status, 404)
    place(bench, 250)
    assert.equal((await bench.operator.post('/backfills', { connection: NAME })).status, 200)
    await until(() => bench.crm.records.size === 250, 'the load')
    await bench.idle()
    assert.deepEqual(await view(bench), {
      listing: false,
      total: 250,
      left: 0,
      parked: 0,
      dead: 0,
      paused: false,
    })
  })

  it('is held while live events go on, and goes on when it is let', async (t) => {
    const bench = await startApi(t)
    place(bench, 40)
    await bench.operator.post(`/backfills/${NAME}/pause`)
    await bench.runtime.backfill(NAME)
    await until(
      () => bench.store.journalTail({}).some(({ code }) => code === 'BACKFILL_LISTED'),
      'the listing',
    )
    await bench.store.push([
      { connection: NAME, lane: 'order/7', kind: 'sync', payload: { source: 'site', reason: 'told' } },
    ])
    await until(() => bench.crm.byRef('7').length === 1, 'the live order')
    assert.equal(bench.crm.records.size, 1)
    const held = await view(bench)
    assert.deepEqual([held.left, held.paused], [39, true])
    await bench.operator.post(`/backfills/${NAME}/resume`)
    await until(() => bench.crm.records.size === 40, 'the rest')
  })

  it('is thrown away, but for what a live event asks for', async (t) => {
    const bench = await startApi(t)
    place(bench, 600)
    await bench.operator.post(`/backfills/${NAME}/pause`)
    await bench.runtime.backfill(NAME)
    await until(
      () => bench.store.journalTail({}).some(({ code }) => code === 'BACKFILL_LISTED'),
      'the listing',
    )
    assert.equal((await bench.operator.post(`/backfills/${NAME}/stop`)).status, 200)
    const { left, paused } = await view(bench)
    assert.deepEqual([left, paused], [0, false])
    const note = bench.store.journalTail({}).find(({ code }) => code === 'BACKFILL_STOPPED')
    assert.deepEqual(note?.detail, { dropped: 600 })
    await bench.sync('5')
    assert.equal(bench.crm.records.size, 1)
  })

  it('stopped while it is being listed stores nothing more', async (t) => {
    const bench = await startApi(t)
    place(bench, 450)
    const gate = new Gate()
    bench.shop.faults.before = ({ method, ids: [id] }) =>
      method === 'orderIds' && id === '300' ? gate.pass() : undefined
    await bench.operator.post(`/backfills/${NAME}/pause`)
    await bench.runtime.backfill(NAME)
    await until(() => gate.waiting === 1, 'the middle of the list')
    assert.equal((await view(bench)).listing, true)
    await bench.operator.post(`/backfills/${NAME}/stop`)
    gate.open()
    await until(() => bench.lines.some((line) => line.includes('Lease lost')), 'the end of the listing')
    const { listing, left } = await view(bench)
    assert.deepEqual([listing, left], [false, 0])
  })
})
