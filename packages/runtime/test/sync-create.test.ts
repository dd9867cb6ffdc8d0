import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PermanentError, RetryableError, UnknownOutcomeError } from '@mufta/kit'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Store } from '../src/store/store.ts'
import { NAME, pause, startBench, StillClock, tempPath, until } from './fakes/bench.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { failing, Gate } from './fakes/faults.ts'

const lost = (): Error => new UnknownOutcomeError('CRM_ANSWER_LOST', 'The CRM went silent')

for (const uniqueRef of [true, false]) {
  describe(`a creation whose answer is lost, ${uniqueRef ? 'with' : 'without'} a unique reference`, () => {
    it('is found and not doubled', async (t) => {
      const bench = await startBench(t, { crm: new FakeCrm({ uniqueRef }) })
      bench.crm.faults.after = failing('create', lost, { times: 1 })
      bench.shop.place('1')
      await bench.tell('1')
      await bench.idle()
      assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, bench.crm.of('1').id)
      assert.equal(bench.crm.faults.count('create'), 1)
      assert.deepEqual(
        bench.life('1').map(({ kind, code }) => `${kind} ${code}`),
        ['retry CRM_ANSWER_LOST', 'bind FOUND', 'echo ECHO'],
      )
    })

    it('is not doubled when it lands only after a while, within the settle time', async (t) => {
      const crm = new FakeCrm({ uniqueRef })
      const clock = new StillClock()
      const bench = await startBench(t, { crm, clock, backoff: { firstMs: 1, maxMs: 1, settleMs: 2_000 } })
      crm.lateCreates = 1
      bench.shop.place('1')
      await bench.tell('1')
      await until(() => bench.life('1').length === 1, 'the lost answer')
      clock.now += 1_999
      // Events meanwhile do not make the probe come earlier.
      await bench.tell('1')
      await pause(10)
      assert.equal(crm.faults.count('find'), 0, 'the probe came before the settle time')
      crm.late[0]?.()
      clock.now += 10
      await bench.tell('1')
      await bench.idle()
      assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, crm.of('1').id)
      assert.deepEqual(
        bench
          .life('1')
          .slice(0, 3)
          .map(({ kind, code }) => `${kind} ${code}`),
        ['retry CRM_ANSWER_LOST', 'bind FOUND', 'echo ECHO'],
      )
    })

    it('is not doubled by a start right after the process died', async (t) => {
      const path = await tempPath(t)
      const crm = new FakeCrm({ uniqueRef })
      const clock = new StillClock()
      const timed = { crm, clock, backoff: { firstMs: 1, maxMs: 1, settleMs: 2_000 } }
      const open = (): Promise<Store> => openSqliteStore({ path, clock: clock.read })
      const first = await startBench(t, { ...timed, store: await open() })
      const gate = new Gate()
      crm.lateCreates = 1
      crm.faults.before = ({ method }) => (method === 'create' ? gate.pass() : undefined)
      first.shop.place('1')
      await first.tell('1')
      await until(() => gate.waiting === 1, 'the creation to be sent')
      // The process dies: the store never hears how the run ended.
      await first.store.close()
      crm.faults.clear()
      gate.open()
      await until(() => crm.late.length === 1, 'the creation to be accepted')

      clock.now += 500
      const second = await startBench(t, { ...timed, shop: first.shop, store: await open() })
      await until(() => second.life('1').length === 1, 'the first look')
      assert.equal(crm.faults.count('find'), 0, 'the probe came before the settle time')
      assert.equal(second.life('1')[0]?.code, 'CREATION_UNSETTLED')
      assert.equal(second.store.laneInfo(NAME, 'order/1')?.attempts, 1, 'to wait is no failure')
      crm.late[0]?.()
      clock.now += 2_001
      await second.tell('1')
      await second.idle()
      assert.equal(second.store.binding(NAME, 'order', '1')?.externalId, crm.of('1').id)
      assert.equal(crm.faults.count('create'), 1)
    })

    it('whose order was edited meanwhile sends the edit to the found record', async (t) => {
      const bench = await startBench(t, { crm: new FakeCrm({ uniqueRef }) })
      bench.crm.faults.after = failing('create', lost, { times: 1 })
      bench.shop.place('1', { managerComment: 'first' })
      await bench.tell('1')
      await until(() => bench.crm.byRef('1').length === 1, 'the record')
      bench.shop.edit('1', { managerComment: 'second', customerComment: 'other' })
      await bench.idle()
      const { note, buyerNote } = bench.crm.of('1')
      assert.deepEqual({ note, buyerNote }, { note: 'second', buyerNote: 'other' })
    })
  })
}

describe('a record that the system has already', () => {
  it('is adopted, and gets what is new in the shop', async (t) => {
    const bench = await startBench(t)
    await bench.crm.create({ ref: '1', statusId: 'new', note: '', buyerNote: 'written before' })
    bench.shop.place('1', { customerComment: 'present text' })
    await bench.tell('1')
    await bench.idle()
    const { id, buyerNote } = bench.crm.of('1')
    assert.equal(bench.store.binding(NAME, 'order', '1')?.externalId, id)
    assert.equal(buyerNote, 'present text')
    assert.ok(bench.life('1').some(({ kind, code }) => kind === 'bind' && code === 'FOUND'))
  })

  it('and that lands between the probe and the repeat gets the edit made meanwhile', async (t) => {
    const bench = await startBench(t)
    bench.crm.lateCreates = 1
    bench.shop.place('1', { customerComment: 'first text' })
    bench.crm.faults.before = ({ method }) => {
      if (method !== 'create' || bench.crm.late.length === 0) return
      bench.crm.late.splice(0).forEach((land) => land())
    }
    await bench.tell('1')
    await until(() => bench.crm.late.length === 1, 'the creation to be accepted')
    bench.shop.edit('1', { customerComment: 'second text' })
    await bench.idle()
    assert.equal(bench.crm.of('1').buyerNote, 'second text')
  })

  it('and that lands after two attempts gets the edit made between them', async (t) => {
    const bench = await startBench(t)
    bench.crm.lateCreates = 1
    bench.shop.place('1', { customerComment: 'first text' })
    bench.crm.faults.before = ({ method }) => {
      if (method !== 'create' || bench.crm.late.length === 0) return
      bench.crm.late.splice(0).forEach((land) => land())
      throw new RetryableError('CRM_DOWN', 'Not sent')
    }
    await bench.tell('1')
    await until(() => bench.crm.late.length === 1, 'the creation to be accepted')
    bench.shop.edit('1', { customerComment: 'second text' })
    await bench.idle()
    assert.equal(bench.crm.of('1').buyerNote, 'second text')
  })

  it('is looked for first where the system has no unique reference', async (t) => {
    const crm = new FakeCrm({ uniqueRef: false })
    const bench = await startBench(t, { crm, settings: { findFirst: true } })
    await crm.create({ ref: '1', statusId: 'paid', note: 'old', buyerNote: 'old' })
    bench.shop.place('1', { managerComment: 'new' })
    await bench.tell('1')
    await bench.idle()
    assert.equal(crm.byRef('1').length, 1)
    assert.equal(bench.shop.orders.get('1')?.status, 'P', 'the status belongs to the CRM')
    assert.equal(crm.of('1').note, 'new', 'the note belongs to the shop')
  })
})

describe('a write whose answer is lost', () => {
  for (const method of ['update', 'writeOrder'] as const) {
    it(`of ${method} is taken for our own when it is seen again`, async (t) => {
      const bench = await startBench(t)
      bench.shop.place('1')
      await bench.tell('1')
      await bench.idle()
      const { id } = bench.crm.of('1')
      bench.crm.faults.after = failing('update', lost, { times: 1 })
      bench.shop.faults.after = failing('writeOrder', lost, { times: 1 })
      if (method === 'update') bench.shop.edit('1', { managerComment: 'ours' })
      else bench.crm.edit(id, { statusId: 'paid' })
      await bench.tell('1')
      await bench.idle()
      const writes = bench.shop.writes.length + bench.crm.faults.count('update')
      assert.equal(writes, 1)
      assert.equal(bench.life('1').filter(({ kind }) => kind === 'conflict').length, 0)
      assert.equal(bench.crm.of('1').note, bench.shop.orders.get('1')?.managerComment)
      assert.equal(bench.crm.of('1').statusId === 'paid', bench.shop.orders.get('1')?.status === 'P')
    })
  }

  for (const [side, after] of [
    ['shop', { shop: 'F', crm: 'done' }],
    ['crm', { shop: 'F', crm: 'done' }],
  ] as const) {
    it(`is not mistaken for a conflict when the ${side} changes the field once more`, async (t) => {
      const bench = await startBench(t)
      bench.shop.place('1')
      await bench.tell('1')
      await bench.idle()
      const { id } = bench.crm.of('1')
      // The same status is edited twice on one side; in between our write of the first edit loses its answer.
      const loseAnswer = failing(side === 'shop' ? 'update' : 'writeOrder', lost, { times: 1 })
      let edited = false
      bench.crm.faults.after = bench.shop.faults.after = async (call) => {
        if ((call.method === 'update' || call.method === 'writeOrder') && !edited) {
          edited = true
          if (side === 'shop') bench.shop.edit('1', { status: 'F' })
          else bench.crm.edit(id, { statusId: 'done' })
        }
        await loseAnswer(call)
      }
      if (side === 'shop') bench.shop.edit('1', { status: 'P' })
      else bench.crm.edit(id, { statusId: 'paid' })
      await bench.tell('1')
      await bench.idle()
      assert.deepEqual({ shop: bench.shop.orders.get('1')?.status, crm: bench.crm.of('1').statusId }, after)
      assert.equal(bench.life('1').filter(({ kind }) => kind === 'conflict').length, 0)
    })
  }

  it('and an edit of the same field in that very moment end with both sides equal', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    const { id } = bench.crm.of('1')
    const loseAnswer = failing('update', lost, { times: 1 })
    bench.crm.faults.after = (call) => {
      if (call.method === 'update' && bench.crm.faults.count('update') === 1)
        bench.crm.edit(id, { note: 'the manager was faster' })
      return loseAnswer(call)
    }
    bench.shop.edit('1', { customerComment: 'x', managerComment: 'ours' })
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.of('1').note, bench.shop.orders.get('1')?.managerComment)
    assert.equal(bench.crm.of('1').buyerNote, 'x')
  })

  it('that was refused is repeated', async (t) => {
    const bench = await startBench(t)
    bench.crm.faults.before = failing('create', () => new RetryableError('CRM_DOWN', 'Not sent'), {
      times: 2,
    })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
  })
})

describe('a first load', () => {
  const place = (bench: { shop: { place: (id: string) => unknown } }, count: number): void => {
    for (let id = 1; id <= count; id++) bench.shop.place(`${id}`)
  }

  it('creates in packs, and every order gets its own outcome', async (t) => {
    const refuse = (ref: string): Error | null =>
      ref === '3' ? new PermanentError('CRM_BAD_ORDER', 'The CRM refused the order') : null
    const bench = await startBench(t, { settings: { bulkSize: 5, refuse } })
    place(bench, 10)
    await bench.runtime.backfill(NAME)
    await until(() => bench.store.countBindings(NAME) >= 10, 'the intents')
    await bench.idle()
    assert.equal(bench.crm.faults.count('create'), 0)
    assert.ok(bench.crm.faults.count('createMany') <= 3)
    assert.equal(bench.crm.records.size, 9)
    assert.deepEqual(
      bench.store.deadJobs({ connection: NAME }).map(({ lane, failure }) => [lane, failure.code]),
      [['order/3', 'CRM_BAD_ORDER']],
    )
    for (const ref of ['1', '2', '4', '5', '6', '7', '8', '9', '10'])
      assert.equal(bench.store.binding(NAME, 'order', ref)?.externalId, bench.crm.of(ref).id)
  })

  it('looks every order of a pack up when its answer is lost', async (t) => {
    const crm = new FakeCrm({ uniqueRef: false })
    const bench = await startBench(t, { crm, settings: { bulkSize: 10 } })
    crm.faults.after = failing('createMany', lost, { times: 1 })
    place(bench, 10)
    await bench.runtime.backfill(NAME)
    await until(() => crm.records.size === 10, 'the records')
    await bench.idle()
    for (const ref of bench.shop.orders.keys()) {
      assert.equal(crm.faults.count('find', ref), 1)
      assert.equal(bench.store.binding(NAME, 'order', ref)?.externalId, crm.of(ref).id)
    }
    assert.equal(crm.faults.count('createMany'), 1)
  })

  it('goes behind live events', async (t) => {
    const bench = await startBench(t, { runtime: { concurrency: 1 } })
    const gate = new Gate()
    place(bench, 20)
    bench.crm.faults.before = ({ method }) =>
      method === 'create' && bench.crm.records.size === 0 ? gate.pass() : undefined
    await bench.runtime.backfill(NAME)
    await until(() => gate.waiting === 1, 'the first creation')
    await bench.tell('17')
    gate.open()
    await bench.idle()
    const created = bench.crm.faults.calls.filter(({ method }) => method === 'create')
    assert.equal(
      created.findIndex(({ ids }) => ids[0] === '17'),
      1,
    )
    assert.equal(created.length, 20)
  })

  it('stopped in the middle goes on after the last order that was stored', async (t) => {
    const path = await tempPath(t)
    const first = await startBench(t, { store: await openSqliteStore({ path }) })
    place(first, 450)
    const gate = new Gate()
    first.shop.faults.before = ({ method, ids: [id] }) =>
      method === 'orderIds' && id === '300' ? gate.pass() : undefined
    await first.runtime.backfill(NAME, { since: '2026-01-01T00:00:00+03:00' })
    await until(() => gate.waiting === 1, 'the middle of the list')
    const stopped = first.runtime.stop({ deadlineMs: 1 })
    await pause(5)
    gate.open()
    await stopped
    await first.store.close()
    assert.equal(first.shop.faults.count('orderIds', '299'), 1)

    first.shop.faults.clear()
    const second = await startBench(t, {
      shop: first.shop,
      crm: first.crm,
      store: await openSqliteStore({ path }),
    })
    await until(() => second.crm.records.size === 450, 'all orders', 10_000)
    await second.idle()
    assert.equal(first.shop.faults.count('orderIds', '199'), 1, 'what was stored was listed again')
    assert.equal(first.shop.faults.count('orderIds', '201'), 2)
    for (const ref of first.shop.orders.keys()) assert.equal(second.crm.byRef(ref).length, 1)
  })

  it('and a stop do not wait for a pack that does not answer', async (t) => {
    const bench = await startBench(t, { settings: { bulkSize: 5 } })
    const gate = new Gate()
    bench.crm.faults.before = ({ method }) => (method === 'createMany' ? gate.pass() : undefined)
    place(bench, 5)
    await bench.runtime.backfill(NAME)
    await until(() => gate.waiting === 1, 'the pack to be sent')
    const started = performance.now()
    await bench.runtime.stop({ deadlineMs: 5 })
    assert.ok(performance.now() - started < 500)
    assert.equal(bench.store.laneInfo(NAME, 'order/1')?.state, 'waiting')
    gate.open()
  })
})
