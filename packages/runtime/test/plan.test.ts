import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { planOrders, type PlannedOrder } from '../src/plan.ts'
import { NAME, startBench, type Bench } from './fakes/bench.ts'

async function planned(bench: Bench, id: string): Promise<PlannedOrder> {
  const connection = bench.runtime.connection(NAME)
  const [plan] = await planOrders(bench.store, connection, [id], new AbortController().signal)
  assert.ok(plan)
  return plan
}

describe('a plan', () => {
  it('of a new order names every field that would be created', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    const plan = await planned(bench, '1')
    assert.equal(plan.action, 'create')
    assert.equal(plan.number, 'A-1')
    assert.deepEqual(
      plan.fields.find(({ field }) => field === 'statusId'),
      { field: 'statusId', way: 'out', from: undefined, to: 'new' },
    )
    assert.deepEqual(plan.fields.map(({ field }) => field).sort(), ['buyerNote', 'note', 'ref', 'statusId'])
  })

  it('of a bound order names the changed fields, their way and both values', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    const { id } = bench.crm.of('1')
    bench.shop.edit('1', { customerComment: 'ring twice' })
    bench.crm.edit(id, { statusId: 'paid' })
    const plan = await planned(bench, '1')
    assert.deepEqual(plan, {
      shopId: '1',
      number: 'A-1',
      externalId: id,
      action: 'change',
      fields: [
        { field: 'buyerNote', way: 'out', from: 'call first', to: 'ring twice' },
        { field: 'statusId', way: 'in', from: 'N', to: 'P' },
      ],
    })
  })

  it('says skip where both sides agree, park with the reason, and missing', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    bench.shop.place('2', { status: 'X' })
    await bench.tell('1')
    await bench.idle()
    assert.equal((await planned(bench, '1')).action, 'skip')
    const parked = await planned(bench, '2')
    assert.equal(parked.action, 'park')
    assert.equal(parked.reason?.code, 'STATUS_UNMAPPED')
    assert.equal((await planned(bench, '404')).action, 'missing')
  })

  it('of an order that the system holds unbound compares with what is there', async (t) => {
    const bench = await startBench(t)
    const { id } = await bench.crm.create({ ref: '1', statusId: 'new', note: '', buyerNote: 'old' })
    bench.shop.place('1')
    const plan = await planned(bench, '1')
    assert.equal(plan.externalId, id)
    assert.deepEqual(plan.fields, [{ field: 'buyerNote', way: 'out', from: 'old', to: 'call first' }])
  })

  it('says park where the bound record is gone, as the sync would', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    bench.crm.records.clear()
    const plan = await planned(bench, '1')
    assert.equal(plan.action, 'park')
    assert.equal(plan.reason?.code, 'EXTERNAL_MISSING')
  })

  it('comes true: the sync then does exactly that', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    bench.shop.edit('1', { customerComment: 'a', managerComment: 'b', status: 'P' })
    const plan = await planned(bench, '1')
    await bench.tell('1')
    await bench.idle()
    const record = bench.crm.of('1') as unknown as Record<string, unknown>
    assert.equal(plan.fields.length, 3)
    for (const { field, to } of plan.fields) assert.equal(record[field], to)
    assert.equal((await planned(bench, '1')).action, 'skip')
  })

  it('writes nothing anywhere', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    await planned(bench, '1')
    assert.deepEqual(bench.store.journalTail({}), [])
    assert.equal(bench.store.binding(NAME, 'order', '1'), null)
    const writing = ['create', 'createMany', 'update', 'remove', 'writeOrder']
    const calls = [...bench.crm.faults.calls, ...bench.shop.faults.calls]
    assert.deepEqual(
      calls.filter(({ method }) => writing.includes(method)),
      [],
    )
  })
})
