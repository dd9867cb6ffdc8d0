import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { UnknownOutcomeError } from '@mufta/kit'
import { accounted, NAME, pause, startBench, until, type Bench } from './fakes/bench.ts'
import { Gate } from './fakes/faults.ts'

/** The bench with one order that both sides hold. */
async function bound(bench: Bench, id = '5012'): Promise<string> {
  bench.shop.place(id)
  await bench.tell(id)
  await bench.idle()
  return bench.crm.of(id).id
}

const reads = ({ shop }: Bench, id: string): number => shop.faults.count('readOrders', id)
const kindsOf = (bench: Bench, id: string): readonly string[] =>
  bench.life(id).map(({ kind, code }) => `${kind} ${code}`)

describe('an order on its way', () => {
  it('goes out once and its status comes back', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    assert.equal(bench.crm.of('5012').statusId, 'new')

    bench.crm.edit(externalId, { statusId: 'paid' })
    await bench.tellCrm(externalId)
    await bench.idle()

    assert.equal(bench.shop.orders.get('5012')?.status, 'P')
    assert.deepEqual(bench.shop.writes, [{ id: '5012', patch: { status: 'P' } }])
    assert.equal(bench.store.binding(NAME, 'order', '5012')?.externalId, externalId)
    assert.equal(bench.store.bindingByExternal(NAME, 'order', externalId)?.shopId, '5012')
    assert.equal(bench.crm.faults.count('create'), 1)
  })

  it('tells in the journal which state of both sides each run read, and no value of them', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    const { updatedAt, version } = bench.shop.orders.get('5012') ?? {}
    const shop = version === null ? { updatedAt } : { updatedAt, version }
    const read = (code: string) =>
      bench.life('5012').find((entry) => entry.code === code)?.detail?.['read'] as { at: number }
    const { at, ...first } = read('CREATED')
    assert.deepEqual(first, { shop })
    bench.crm.edit(externalId, { note: 'ring twice' })
    await bench.tellCrm(externalId)
    await bench.idle()
    const { at: later, ...second } = read('UPDATED')
    assert.deepEqual(second, { shop, external: externalId })
    const written = bench.life('5012').find(({ code }) => code === 'UPDATED')?.at ?? 0
    assert.ok(at > 0 && at <= later && later <= written)
  })

  it('costs one or two reads for a thousand events, and each of them is accounted for', async (t) => {
    const bench = await startBench(t)
    bench.shop.place('5012')
    const jobs = Array.from({ length: 1000 }, () => ({
      connection: NAME,
      lane: 'order/5012',
      kind: 'sync',
      payload: { source: 'site', reason: 'told' },
    }))
    const pushed = (await Promise.all(jobs.map((job) => bench.store.push([job])))).flat()
    await bench.idle()

    assert.equal(pushed.length, 1000)
    assert.ok(reads(bench, '5012') <= 2, `${reads(bench, '5012')} reads`)
    const seen = accounted(bench.life('5012'))
    assert.deepEqual(
      pushed.filter((id) => !seen.has(id)),
      [],
    )
  })

  it('is read again when an event arrives while it is being worked on', async (t) => {
    const bench = await startBench(t)
    const gate = new Gate()
    bench.shop.place('5012')
    bench.crm.faults.before = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    await bench.tell('5012')
    await until(() => gate.waiting === 1, 'the creation to be under way')
    bench.shop.edit('5012', { managerComment: 'changed meanwhile' })
    await bench.tell('5012')
    gate.open()
    await bench.idle()
    assert.equal(bench.crm.of('5012').note, 'changed meanwhile')
    assert.equal(reads(bench, '5012'), 2)
  })

  it('runs beside others, and never twice at once', async (t) => {
    const bench = await startBench(t)
    const running = new Map<string, number>()
    let together = 0
    let twice = 0
    bench.crm.faults.before = async ({ method, ids: [id = ''] }) => {
      if (method === 'read') return
      running.set(id, (running.get(id) ?? 0) + 1)
      if ((running.get(id) ?? 0) > 1) twice++
      together = Math.max(together, running.size)
      await pause(2)
      running.set(id, (running.get(id) ?? 0) - 1)
      if (running.get(id) === 0) running.delete(id)
    }
    for (const id of ['1', '2', '3', '4', '5', '6']) bench.shop.place(id)
    for (let round = 0; round < 12; round++) {
      for (const id of bench.shop.orders.keys()) {
        bench.shop.edit(id, { managerComment: `round ${round}` })
        await bench.tell(id)
      }
      await pause(1)
    }
    await bench.idle()
    assert.equal(twice, 0)
    assert.ok(together > 1, 'lanes ran one after another')
    for (const id of bench.shop.orders.keys()) assert.equal(bench.crm.of(id).note, 'round 11')
  })

  it('takes up its own echo without a write', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.crm.edit(externalId, { statusId: 'paid' })
    await bench.tellCrm(externalId)
    await bench.idle()
    const writes = bench.shop.writes.length + bench.crm.faults.count('update')

    await bench.tell('5012')
    await bench.idle()
    assert.equal(bench.shop.writes.length + bench.crm.faults.count('update'), writes)
    assert.equal(kindsOf(bench, '5012').filter((line) => line === 'echo ECHO').length, 1)
  })

  it('that an event of an unknown record names no order of is skipped with a line', async (t) => {
    const bench = await startBench(t)
    await bench.tellCrm('9999')
    await bench.idle()
    assert.deepEqual(
      bench.store.life(NAME, 'order', '~ext:9999').map(({ code }) => code),
      ['NOT_BOUND'],
    )
    assert.equal(bench.crm.faults.calls.length, 0)
  })

  it('gets the events of its record that came before it was bound', async (t) => {
    const bench = await startBench(t)
    const gate = new Gate()
    bench.shop.place('5012')
    bench.crm.faults.after = ({ method }) => (method === 'create' ? gate.pass() : undefined)
    await bench.tell('5012')
    await until(() => gate.waiting === 1, 'the record to be there')
    const { id } = bench.crm.of('5012')
    bench.crm.edit(id, { statusId: 'done' })
    await bench.store.push([
      {
        connection: NAME,
        lane: `order/~ext:${id}`,
        kind: 'sync',
        payload: { source: 'external', reason: 'told', shopId: '5012' },
      },
    ])
    await until(() => bench.store.life(NAME, 'order', `~ext:${id}`).length > 0, 'the event to be moved')
    gate.open()
    await bench.idle()
    assert.equal(bench.shop.orders.get('5012')?.status, 'F')
  })
})

describe('changes on both sides', () => {
  it('of different fields both survive', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.shop.edit('5012', { managerComment: 'ring twice' })
    bench.crm.edit(externalId, { statusId: 'paid' })
    await Promise.all([bench.tell('5012'), bench.tellCrm(externalId)])
    await bench.idle()

    assert.equal(bench.shop.orders.get('5012')?.status, 'P')
    assert.equal(bench.shop.orders.get('5012')?.managerComment, 'ring twice')
    const { statusId, note } = bench.crm.of('5012')
    assert.deepEqual({ statusId, note }, { statusId: 'paid', note: 'ring twice' })
    assert.equal(bench.life('5012').filter(({ kind }) => kind === 'conflict').length, 0)
  })

  it('of the same field follow its owner and are journalled', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.shop.edit('5012', { status: 'P', managerComment: 'from the shop' })
    bench.crm.edit(externalId, { statusId: 'done', note: 'from the CRM' })
    await bench.tell('5012')
    await bench.idle()

    assert.equal(bench.shop.orders.get('5012')?.status, 'F', 'the status belongs to the CRM')
    assert.equal(bench.crm.of('5012').statusId, 'done')
    assert.equal(bench.crm.of('5012').note, 'from the shop', 'the note belongs to the shop')
    assert.equal(bench.shop.orders.get('5012')?.managerComment, 'from the shop')
    const conflicts = bench.life('5012').filter(({ kind }) => kind === 'conflict')
    assert.deepEqual(
      conflicts.map(({ detail }) => detail),
      [
        { field: 'statusId', winner: 'external' },
        { field: 'note', winner: 'shop' },
      ],
    )
  })

  it('never bring an old status back with an unrelated edit', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.crm.edit(externalId, { statusId: 'paid' })
    bench.shop.edit('5012', { customerComment: 'leave it at the door' })
    await bench.tell('5012')
    await bench.idle()
    assert.equal(bench.crm.of('5012').statusId, 'paid')
    assert.equal(bench.crm.of('5012').buyerNote, 'leave it at the door')
  })

  it('end in silence: after the last outside edit writes stop within two rounds and both sides are equal', async (t) => {
    await fc.assert(
      fc.asyncProperty(storms, async (storm) => {
        const bench = await startBench(t)
        const externalId = await bound(bench)
        await rage(bench, externalId, storm)
        const before = writesOf(bench)
        await bench.idle()
        const after = writesOf(bench)
        assert.ok(after.shop - before.shop <= 2, `${after.shop - before.shop} writes to the shop`)
        assert.ok(after.crm - before.crm <= 2, `${after.crm - before.crm} writes to the CRM`)
        await assertCalm(bench, externalId)
      }),
      { numRuns: 25 },
    )
  })

  it('end in silence also when every third answer to a write is lost', async (t) => {
    await fc.assert(
      fc.asyncProperty(storms, fc.nat(2), async (storm, first) => {
        const bench = await startBench(t, { backoff: { attempts: 1_000, firstMs: 1, maxMs: 1, settleMs: 1 } })
        const externalId = await bound(bench)
        let writes = first
        bench.crm.faults.after = bench.shop.faults.after = ({ method }) => {
          if ((method === 'update' || method === 'writeOrder') && ++writes % 3 === 0)
            throw new UnknownOutcomeError('ANSWER_LOST', 'Silence')
        }
        await rage(bench, externalId, storm)
        await bench.idle()
        await assertCalm(bench, externalId)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a deletion', () => {
  it('announced before it happens is waited for', async (t) => {
    const bench = await startBench(t, { settings: { removes: true }, backoff: { firstMs: 20, maxMs: 20 } })
    await bound(bench)
    bench.shop.announceDeletion('5012')
    await bench.tell('5012', { deleted: true })
    await until(() => bench.life('5012').some(({ code }) => code === 'ORDER_STILL_THERE'), 'the first look')
    bench.shop.remove('5012')
    await bench.idle()
    assert.deepEqual(bench.crm.byRef('5012'), [])
    assert.equal(bench.store.binding(NAME, 'order', '5012'), null)
    assert.ok(kindsOf(bench, '5012').includes('write REMOVED'))
  })

  it('announced and not done leaves the order alive', async (t) => {
    const bench = await startBench(t, { settings: { removes: true } })
    await bound(bench)
    bench.shop.edit('5012', { managerComment: 'changed my mind' })
    await bench.tell('5012', { deleted: true })
    await bench.idle()
    assert.equal(bench.crm.of('5012').note, 'changed my mind')
  })

  it('is journalled and touches nothing where the connector does not remove', async (t) => {
    const bench = await startBench(t)
    await bound(bench)
    bench.shop.remove('5012')
    await bench.tell('5012', { deleted: true })
    await bench.idle()
    assert.equal(bench.crm.byRef('5012').length, 1)
    const skip = bench.life('5012').find(({ kind }) => kind === 'skip')
    assert.equal(skip?.detail?.['reason'], 'DELETED_IN_SHOP')
  })

  it('is not guessed from an order that cannot be read', async (t) => {
    const bench = await startBench(t, { settings: { removes: true } })
    await bound(bench)
    bench.shop.remove('5012')
    await bench.tell('5012')
    await bench.idle()
    assert.equal(bench.crm.byRef('5012').length, 1)
    const skip = bench.life('5012').find(({ kind }) => kind === 'skip')
    assert.equal(skip?.detail?.['reason'], 'ORDER_NOT_FOUND')
  })

  it('of the external record parks the order instead of creating it again', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.crm.records.delete(externalId)
    await bench.tellCrm(externalId)
    await bench.idle()
    const lane = bench.store.laneInfo(NAME, 'order/5012')
    assert.equal(lane?.state, 'parked')
    assert.equal(lane?.failure?.code, 'EXTERNAL_MISSING')
    assert.deepEqual(bench.crm.byRef('5012'), [])
  })
})

describe('a check field', () => {
  it('that differs is shown in the journal and never copied', async (t) => {
    const bench = await startBench(t)
    const externalId = await bound(bench)
    bench.crm.edit(externalId, { total: 2000 })
    await bench.tellCrm(externalId)
    await bench.idle()
    const check = bench.life('5012').find(({ kind }) => kind === 'check')
    assert.deepEqual(check?.detail, { field: 'total', shop: 1990, external: 2000 })
    assert.equal(bench.crm.of('5012').total, 2000)
  })
})

function writesOf({ shop, crm }: Bench): { readonly shop: number; readonly crm: number } {
  return { shop: shop.writes.length, crm: crm.faults.count('update') }
}

const storms = fc.array(
  fc.record({
    side: fc.constantFrom('shop', 'crm'),
    field: fc.constantFrom('status', 'note'),
    value: fc.nat(2),
    wait: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)
type Storm = typeof storms extends fc.Arbitrary<infer Value> ? Value : never

/** People edit one order on both sides; both systems tell about every save, also about ours. */
async function rage(bench: Bench, externalId: string, storm: Storm): Promise<void> {
  bench.shop.onEvent = ({ id }) => void bench.tell(id)
  bench.crm.onChange = ({ id }) => void bench.tellCrm(id)
  for (const { side, field, value, wait } of storm) {
    const note = `note ${value}`
    const status = (['N', 'P', 'F'] as const)[value] ?? 'N'
    if (side === 'shop') bench.shop.edit('5012', field === 'status' ? { status } : { managerComment: note })
    else bench.crm.edit(externalId, field === 'status' ? { statusId: CRM_STATUS[status] } : { note })
    if (wait) await pause(0)
  }
}

const CRM_STATUS = { N: 'new', P: 'paid', F: 'done' } as const

/** Both sides hold the same, and further events make nobody write. */
async function assertCalm(bench: Bench, externalId: string): Promise<void> {
  const order = bench.shop.orders.get('5012')
  const record = bench.crm.of('5012')
  assert.equal(CRM_STATUS[order?.status as keyof typeof CRM_STATUS], record.statusId)
  assert.equal(order?.managerComment, record.note)
  const writes = writesOf(bench)
  await Promise.all([bench.tell('5012'), bench.tellCrm(externalId)])
  await bench.idle()
  assert.deepEqual(writesOf(bench), writes, 'a further event wrote again')
  await bench.runtime.stop()
}
