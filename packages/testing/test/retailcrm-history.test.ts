import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startRetailCrm } from '../src/retailcrm/index.ts'
import { TestClient, type Answer } from './retailcrm-client.ts'

interface Entry {
  readonly id: number
  readonly field: string
  readonly source: string
  readonly createdAt: string
  readonly oldValue: unknown
  readonly newValue: unknown
  readonly created?: true
  readonly apiKey?: { readonly current: boolean }
  readonly order: { readonly id: number; readonly externalId?: string; readonly status: string }
  readonly [part: string]: unknown
}

const idOf = (part: unknown): number => (part as { id: number }).id
const entriesOf = (answer: Answer): Entry[] => answer.body['history'] as Entry[]

describe('simulated RetailCRM: history', () => {
  it('a cursor by the last id reads every entry once, in order, page by page', async () => {
    await using crm = await startRetailCrm({ requestsPerSecond: 0 })
    const client = new TestClient(crm)
    for (let at = 0; at < 30; at++) await client.post('orders/create', { order: { externalId: `${at}` } })
    for (let at = 0; at < 30; at++) crm.userEdit(`${at}`, { managerComment: `c${at}` })
    const seen: number[] = []
    for (let sinceId = 0; ; sinceId = seen.at(-1) ?? 0) {
      const answer = await client.get('orders/history', { filter: { sinceId }, limit: 20 })
      const page = entriesOf(answer)
      if (page.length === 0) break
      seen.push(...page.map((entry) => entry.id))
      const left = 60 - (seen.length - page.length)
      assert.deepEqual(answer.body['pagination'], {
        limit: 20,
        totalCount: left,
        currentPage: 1,
        totalPageCount: Math.ceil(left / 20),
      })
    }
    assert.equal(new Set(seen).size, 60)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
  })

  it('startDate cuts by the time of the entry', async () => {
    let clock = Date.UTC(2026, 4, 14, 15, 0, 0)
    await using crm = await startRetailCrm({ clock: () => clock })
    crm.userCreate({ externalId: '1' })
    clock += 60_000
    crm.userEdit('1', { status: 'assembling' })
    const client = new TestClient(crm)
    const late = await client.get('orders/history', { filter: { startDate: '2026-05-14 18:00:30' } })
    assert.deepEqual(
      entriesOf(late).map((entry) => [entry.field, entry.createdAt]),
      [['status', '2026-05-14 18:01:00']],
    )
    assert.equal(
      (await client.get('orders/history', { filter: { startDate: '2026-05-14T18:00:30' } })).status,
      400,
    )
    assert.equal((await client.get('orders/history', { limit: 10 })).status, 400)
  })

  it('apiKey.current is true for the key that wrote and false for another; a manager has neither', async () => {
    await using crm = await startRetailCrm({ keys: [{ key: 'other' }] })
    const [own, other] = [new TestClient(crm), new TestClient(crm, 'other')]
    await own.post('orders/create', { order: { externalId: '1' } })
    await other.post('orders/1/edit', { order: { status: 'assembling' } })
    crm.userEdit('1', { status: 'complete' })
    const current = async (client: TestClient) =>
      entriesOf(await client.get('orders/history')).map((entry) => [entry.source, entry.apiKey?.current])
    assert.deepEqual(await current(own), [
      ['api', true],
      ['api', false],
      ['user', undefined],
    ])
    assert.deepEqual(await current(other), [
      ['api', false],
      ['api', true],
      ['user', undefined],
    ])
  })

  it('each changed field is an entry with its old and new value; what did not change is not told', async () => {
    await using crm = await startRetailCrm({ requestsPerSecond: 0 })
    const order = {
      externalId: '1',
      phone: '+1',
      items: [{ externalIds: [{ code: 'b', value: 'a' }], productName: 'A', initialPrice: 100 }],
      payments: [{ type: 'cash', externalId: 'p1' }],
    }
    crm.userCreate(order)
    const client = new TestClient(crm)
    const [created] = entriesOf(await client.get('orders/history'))
    assert.equal(created?.created, true)
    assert.equal('items' in created.order, true)

    const news = async () => {
      const { body } = await client.get('orders/history', { filter: { sinceId: created?.id }, limit: 100 })
      return (body['history'] as Entry[]).map(({ field, oldValue, newValue }) => [field, oldValue, newValue])
    }
    await client.post('orders/1/edit', {
      order: { ...order, phone: '+2', items: [{ ...order.items[0], quantity: 2.5 }] },
    })
    assert.deepEqual(await news(), [
      ['phone', '+1', '+2'],
      ['order_product.quantity', 1, 2.5],
    ])
    crm.userEdit('1', { paid: true, trackNumber: 'TR1', deliveryCode: 'courier', deliveryCost: '300.50' })
    assert.deepEqual(
      (await news())
        .slice(2)
        .map(([field]) => String(field))
        .toSorted((a, b) => a.localeCompare(b)),
      [
        'delivery_cost',
        'delivery_type',
        'integration_delivery_data.track_number',
        'payments.paid_at',
        'payments.status',
      ],
    )
  })

  it('a row that goes has an empty new value, one that comes an empty old value', async () => {
    await using crm = await startRetailCrm()
    const { items } = crm.userCreate({
      externalId: '1',
      items: [{ offer: { externalId: 'x' }, initialPrice: 1 }],
    })
    crm.userEdit('1', {
      items: [
        { id: items[0]!.id, remove: true },
        { offer: 'y', initialPrice: 2, quantity: 3 },
      ],
    })
    const [, gone, come, ...rest] = entriesOf(await new TestClient(crm).get('orders/history'))
    const added = crm.order('1')!.items[0]!
    assert.deepEqual(rest, [])
    assert.deepEqual([gone?.field, gone?.newValue], ['order_product', null])
    assert.equal(idOf(gone?.['item']), items[0]!.id)
    assert.deepEqual([come?.field, come?.oldValue], ['order_product', null])
    assert.equal(idOf(come?.['item']), added.id)
    assert.equal(added.quantity, 3)
  })

  it('an entry keeps the order facts of its own moment', async () => {
    await using crm = await startRetailCrm()
    crm.userCreate({ externalId: '1' })
    crm.userEdit('1', { managerComment: 'x' })
    crm.userEdit('1', { status: 'complete' })
    const entries = entriesOf(await new TestClient(crm).get('orders/history'))
    assert.deepEqual(
      entries.map((entry) => entry.order.status),
      ['new', 'new', 'complete'],
    )
  })

  it('customers have a history too, with the whole story of an edit', async () => {
    await using crm = await startRetailCrm()
    const client = new TestClient(crm)
    const created = await client.post('customers/create', {
      customer: { externalId: '57', firstName: 'Иван' },
    })
    assert.equal(created.status, 201)
    assert.equal(
      (await client.post('customers/create', { customer: { externalId: '57' } })).body.errorMsg,
      'Customer already exists.',
    )
    await client.post('customers/57/edit', { customer: { firstName: 'Пётр', phones: [{ number: '+7495' }] } })
    const fetched = (await client.get('customers/57')).body['customer'] as Record<string, unknown>
    assert.deepEqual([fetched['firstName'], fetched['phones']], ['Пётр', [{ number: '+7495' }]])
    const found = await client.get('customers', { filter: { name: '+7495' } })
    assert.equal((found.body['customers'] as unknown[]).length, 1)
    const entries = entriesOf(await client.get('customers/history'))
    assert.deepEqual(
      entries.map((entry) => [entry.field, entry.newValue]),
      [
        ['id', created.body.id],
        ['first_name', 'Пётр'],
        ['phones', '+7495'],
      ],
    )
  })
})
