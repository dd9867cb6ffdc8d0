import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OrderLife } from '../src/insight/order-life.ts'
import type { OrderPage } from '../src/store/reads.ts'
import { NAME } from './fakes/bench.ts'
import { startApi } from './fakes/api.ts'

const EMAIL = 'ivan.sentinel@example.ru'
const buyer = {
  id: '7',
  email: EMAIL,
  phone: '+7 (912) 345-67-89',
  name: 'Иван Петров',
  address: null,
  zip: null,
}

describe('orders', () => {
  it('are listed newest first, page by page, each once', async (t) => {
    const bench = await startApi(t)
    const ids = Array.from({ length: 7 }, (_, index) => String(5001 + index))
    for (const id of ids) bench.shop.place(id)
    for (const id of ids) await bench.sync(id)
    const seen: string[] = []
    let before: string | null = ''
    while (before !== null) {
      const page: OrderPage = (await bench.viewer.get<OrderPage>(`/orders?limit=3&before=${before}`)).body
      seen.push(...page.rows.map(({ shopId }) => shopId))
      before = page.next
    }
    assert.deepEqual(seen, ids.toReversed())
  })

  it('are found by their number, their id on either side, and by the state of their lane', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('5012')
    bench.shop.place('5013', { status: 'X' })
    await bench.sync('5012', '5013')
    const found = async (query: string): Promise<readonly string[]> => {
      const { status, body, text } = await bench.viewer.get<OrderPage>(`/orders?${query}`)
      assert.equal(status, 200, text)
      return body.rows.map(({ shopId, state, number }) => `${shopId} ${state} ${number}`)
    }
    const synced = '5012 synced A-5012'
    assert.deepEqual(await found('q=A-5012'), [synced])
    assert.deepEqual(await found('q=5012'), [synced])
    assert.deepEqual(await found(`q=${bench.crm.of('5012').id}`), [synced])
    assert.deepEqual(await found('q=5013'), ['5013 parked null'])
    assert.deepEqual(await found('state=parked'), ['5013 parked null'])
    assert.deepEqual(await found('state=synced&q='), [synced])
    assert.deepEqual(await found('state=dead'), [])
    assert.deepEqual(await found('q=nothing'), [])
    assert.deepEqual(await found('connection=other'), [])
    assert.equal((await bench.viewer.get('/orders?state=odd')).status, 422)
    assert.equal((await bench.viewer.get('/orders?limit=100000')).status, 422)
  })

  it('that were never sent are found too, by what the shop says of them: number, e-mail, phone, name', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('5013', { status: 'X', customer: buyer })
    bench.shop.place('5014', { status: 'X' })
    await bench.sync('5013', '5014')
    const found = async (who: typeof bench.viewer, q: string, more = ''): Promise<readonly string[]> => {
      const { body } = await who.get<OrderPage>(`/orders?q=${encodeURIComponent(q)}${more}`)
      return body.rows.map(({ shopId, state, number }) => `${shopId} ${state} ${number}`)
    }
    const parked = '5013 parked A-5013'
    for (const whole of ['A-5013', EMAIL, '89123456789', 'Иван Петров'])
      assert.deepEqual(await found(bench.viewer, whole), [parked], whole)
    assert.deepEqual(await found(bench.operator, 'ivan.sent', '&state=parked'), [parked])
    assert.deepEqual(await found(bench.viewer, 'ivan.sent'), [])
    assert.deepEqual(await found(bench.operator, EMAIL, '&state=dead'), [])
    assert.deepEqual(await found(bench.operator, '5013'), ['5013 parked null'])
    bench.shop.faults.before = () => {
      throw new Error('down')
    }
    assert.deepEqual(await found(bench.operator, EMAIL), [])
  })

  it('show their whole life: events, writes, the binding, both sides as they are now', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1')
    await bench.sync('1')
    bench.crm.edit(bench.crm.of('1').id, { note: 'ring twice' })
    const { status, body, text } = await bench.viewer.get<OrderLife>(`/orders/${NAME}/1`)
    assert.equal(status, 200, text)
    assert.equal(body.binding?.externalId, bench.crm.of('1').id)
    assert.equal(body.lane, null)
    const created = body.steps.find(({ kind, code }) => kind === 'write' && code === 'CREATED')
    const read = created?.detail?.['read'] as { readonly shop: { readonly updatedAt: string } } | undefined
    assert.equal(read?.shop.updatedAt, bench.shop.orders.get('1')?.updatedAt)
    assert.equal(body.values.external?.['note'], 'ring twice')
    assert.notEqual(body.values.baseExternal?.['note'], 'ring twice')
    assert.equal(body.values.shop?.['statusId'], 'N')
    const byExternal = await bench.viewer.get<OrderLife>(`/orders/${NAME}/${bench.crm.of('1').id}`)
    assert.equal(byExternal.body.binding?.shopId, '1')
    assert.equal((await bench.viewer.get(`/orders/${NAME}/404`)).status, 404)
  })

  it('tell at each update what stood in a field and what was written there; of a buyer only to who may see it', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1', { customerComment: 'call first' })
    await bench.sync('1')
    bench.shop.edit('1', { status: 'P', customerComment: `write to ${EMAIL}` })
    await bench.sync('1')
    const written = async (who: typeof bench.viewer): Promise<unknown> => {
      const { steps } = (await who.get<OrderLife>(`/orders/${NAME}/1`)).body
      return steps.find(({ code }) => code === 'UPDATED')?.detail?.['written']
    }
    const side = 'external'
    assert.deepEqual(await written(bench.operator), [
      { field: 'statusId', side, from: 'new', to: 'paid' },
      { field: 'buyerNote', side, from: 'call first', to: `write to ${EMAIL}` },
    ])
    const shown = JSON.stringify(await written(bench.viewer))
    assert.ok(shown.includes('"paid"') && !shown.includes('sentinel'), shown)
  })

  it('show why one of them is held, and what is known when a side cannot be read', async (t) => {
    const bench = await startApi(t)
    bench.shop.place('1', { status: 'X' })
    await bench.sync('1')
    bench.shop.faults.before = () => {
      throw new Error('down')
    }
    const { body } = await bench.viewer.get<OrderLife>(`/orders/${NAME}/1`)
    assert.equal(body.lane?.failure?.code, 'STATUS_UNMAPPED')
    assert.equal(body.values.shop, null)
  })

  it('hide the buyer from viewers, who cannot guess one letter by letter either', async (t) => {
    const bench = await startApi(t)
    const known = { email: EMAIL, phone: buyer.phone, lastName: 'Петров' }
    const base = { shop: new Map(Object.entries(known)), external: new Map() }
    const pair = {
      connection: NAME,
      entity: 'order',
      shopId: '9',
      externalId: 'x9',
      intentKey: null,
      mapperVersion: '1',
    }
    await bench.store.push([], { bindings: [{ ...pair, base }] })
    const found = async (who: typeof bench.viewer, q: string): Promise<number> =>
      (await who.get<OrderPage>(`/orders?q=${encodeURIComponent(q)}`)).body.rows.length
    for (const whole of [EMAIL, EMAIL.toUpperCase(), '89123456789', '+7 912 345 67 89', 'петров']) {
      assert.equal(await found(bench.viewer, whole), 1, whole)
      assert.equal(await found(bench.operator, whole), 1, whole)
    }
    for (const part of ['ivan.sent', '34567', '(912) 345', 'петро']) {
      assert.equal(await found(bench.viewer, part), 0, part)
      assert.equal(await found(bench.operator, part), 1, part)
    }
    const shown = await bench.viewer.get<OrderLife>(`/orders/${NAME}/9`)
    assert.equal(shown.body.values.base?.['email'], '•••')
    for (const sentinel of [EMAIL, '345-67-89', 'Петров']) assert.ok(!shown.text.includes(sentinel))
    assert.ok((await bench.operator.get(`/orders/${NAME}/9`)).text.includes(EMAIL))
  })

  it('with script in every field come as data, of a type that nothing runs', async (t) => {
    const bench = await startApi(t)
    const hostile = '</script><img src=x onerror=alert(1)>'
    bench.shop.place('1', { customerComment: hostile, number: hostile })
    await bench.sync('1')
    const { headers, body } = await bench.operator.get<OrderPage>('/orders')
    assert.match(headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.equal(body.rows[0]?.number, hostile)
  })
})
