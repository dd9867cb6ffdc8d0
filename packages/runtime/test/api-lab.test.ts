import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ReplayReport } from '../src/insight/replay.ts'
import { NAME } from './fakes/bench.ts'
import { startApi, type ApiBench } from './fakes/api.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'

interface Lab {
  readonly shop: { readonly number: string; readonly customer: Readonly<Record<string, string | null>> }
  readonly external: Readonly<Record<string, unknown>> | null
  readonly out: Readonly<Record<string, unknown>> & { readonly error?: { readonly code: string } }
  readonly back: Readonly<Record<string, unknown>> | null
  readonly decision: Readonly<Record<string, unknown>>
}

const buyer = {
  id: '7',
  email: 'ivan.sentinel@example.ru',
  phone: '+79123456789',
  name: 'Сентинелов',
  address: null,
  zip: null,
}

async function lab(bench: ApiBench, id: string, who = bench.operator): Promise<Lab> {
  const { status, body, text } = await who.get<Lab>(`/lab/${NAME}/${id}`)
  assert.equal(status, 200, text)
  return body
}

function writes(bench: ApiBench): number {
  const writing = ['create', 'createMany', 'update', 'remove', 'writeOrder']
  return [...bench.crm.faults.calls, ...bench.shop.faults.calls].filter(({ method }) =>
    writing.includes(method),
  ).length
}

describe('the mapper lab', () => {
  it('shows an order, what would be sent, the way back and the decision, and writes nothing', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1')
    const fresh = await lab(bench, '1')
    assert.deepEqual([fresh.external, fresh.back, fresh.decision], [null, null, { kind: 'create' }])
    assert.deepEqual(fresh.out, { ref: '1', statusId: 'new', note: '', buyerNote: 'call first' })
    assert.equal(writes(bench), 0)
    await bench.sync('1')
    bench.shop.edit('1', { customerComment: 'at noon' })
    bench.crm.edit(bench.crm.of('1').id, { statusId: 'paid' })
    const before = writes(bench)
    const bound = await lab(bench, '1')
    assert.equal(bound.shop.number, 'A-1')
    assert.equal(bound.back?.['status'], 'P')
    assert.deepEqual(bound.decision, { kind: 'change', out: ['buyerNote'], in: ['statusId'], conflicts: [] })
    assert.equal(writes(bench), before)
  })

  it('says what is not mapped in place of what cannot be made', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1', { status: 'X' })
    const view = await lab(bench, '1')
    assert.equal(view.out.error?.code, 'STATUS_UNMAPPED')
    assert.equal(view.shop.number, 'A-1')
  })

  it('hides the buyer from viewers', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1', { customer: buyer })
    assert.equal((await lab(bench, '1')).shop.customer['email'], buyer.email)
    const text = JSON.stringify(await lab(bench, '1', bench.viewer))
    for (const sentinel of [buyer.email, buyer.phone, buyer.name]) assert.ok(!text.includes(sentinel))
    assert.equal((await bench.operator.get(`/lab/${NAME}/404`)).status, 404)
  })
})

describe('a replay', () => {
  const replayed = async (bench: ApiBench, body: object = { days: 7, limit: 100 }): Promise<ReplayReport> => {
    const answer = await bench.operator.post<ReplayReport>(`/lab/${NAME}/replay`, body)
    assert.equal(answer.status, 200, answer.text)
    return answer.body
  }
  const remap = async (bench: ApiBench, statuses: object): Promise<void> => {
    const settings = { url: 'https://crm.example', statuses }
    const saved = await bench.administrator.put(`/connections/${NAME}`, { version: 1, settings })
    assert.equal(saved.status, 200, saved.text)
  }

  it('finds nothing while the mapper is the same, whatever was edited since', async (t) => {
    const bench = await startApi(t)
    for (const id of ['1', '2', '3']) bench.shop.place(id)
    await bench.sync('1', '2', '3')
    bench.shop.edit('2', { customerComment: 'at noon', status: 'P' })
    bench.shop.remove('3')
    assert.deepEqual(await replayed(bench), { looked: 2, skipped: 1, differs: [] })
  })

  it('finds nothing in a field that the other side took but does not show', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1', { customerComment: 'ring twice' })
    await bench.sync('1')
    const { id, buyerNote, ...shown } = bench.crm.of('1')
    assert.equal(buyerNote, 'ring twice')
    bench.crm.records.set(id, shown as Parameters<typeof bench.crm.records.set>[1])
    assert.deepEqual(await replayed(bench), { looked: 1, skipped: 0, differs: [] })
  })

  it('names the orders and fields that another mapping would send differently, and writes nothing', async (t) => {
    const bench = await startApi(t, { systems: { shop: new FakeShop(), crm: new FakeCrm() } })
    bench.shop.place('1')
    bench.shop.place('2', { status: 'P' })
    await bench.sync('1', '2')
    await remap(bench, { N: 'fresh', P: 'paid' })
    const before = writes(bench)
    assert.deepEqual((await replayed(bench)).differs, [
      { shopId: '1', fields: [{ field: 'statusId', way: 'out', was: 'new', would: 'fresh' }] },
    ])
    assert.equal(writes(bench), before)
  })

  it('names what would not be mapped any more', async (t) => {
    const bench = await startApi(t, { systems: { shop: new FakeShop(), crm: new FakeCrm() } })
    bench.shop.place('1')
    await bench.sync('1')
    await remap(bench, { P: 'paid' })
    assert.deepEqual((await replayed(bench)).differs[0]?.fields[0]?.would, { error: 'STATUS_UNMAPPED' })
  })

  it('looks back so many days and at so many orders as it is told', async (t) => {
    const bench = await startApi(t)
    for (const id of ['1', '2', '3']) bench.shop.place(id)
    await bench.sync('1', '2')
    bench.clock.now += 3 * 86_400_000
    await bench.operator.signIn('operator')
    await bench.sync('3')
    assert.equal((await replayed(bench, { days: 1, limit: 100 })).looked, 1)
    assert.equal((await replayed(bench, { days: 7, limit: 100 })).looked, 3)
    assert.equal((await replayed(bench, { days: 7, limit: 2 })).looked, 2)
    assert.equal((await bench.viewer.post(`/lab/${NAME}/replay`, {})).status, 401)
  })
})
