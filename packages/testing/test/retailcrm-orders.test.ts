import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startRetailCrm, type SimulatedRetailCrm } from '../src/retailcrm/index.ts'
import { orderOf, TestClient } from './retailcrm-client.ts'

const row = (id: string, more: object = {}) => ({
  externalIds: [{ code: 'bitrix', value: id }],
  offer: { externalId: `offer-${id}` },
  productName: `Товар ${id}`,
  initialPrice: 100,
  quantity: 1,
  ...more,
})

const ORDER = {
  externalId: '5012',
  status: 'new',
  firstName: 'Иван',
  phone: '+74950000001',
  customerComment: 'Позвоните',
  items: [row('a'), row('b')],
  payments: [{ externalId: '771', type: 'bank-card', amount: 200 }],
}

async function start(): Promise<{ crm: SimulatedRetailCrm; client: TestClient }> {
  const crm = await startRetailCrm({ requestsPerSecond: 0 })
  return { crm, client: new TestClient(crm) }
}

describe('simulated RetailCRM: orders', () => {
  it('a JSON body is not read: the parameter is missing', async () => {
    const { crm } = await start()
    await using _ = crm
    const answer = await fetch(`${crm.url}/api/v5/orders/create`, {
      method: 'POST',
      headers: { 'x-api-key': crm.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ order: ORDER }),
    })
    assert.deepEqual(await answer.json(), { success: false, errorMsg: "Parameter 'order' is missing" })
    assert.equal(answer.status, 400)
  })

  const wrong: [string, object, string][] = [
    ['an unknown status', { status: 'nope' }, 'status'],
    ['an empty status', { status: '' }, 'status'],
    ['an unknown order type', { orderType: 'nope' }, 'orderType'],
    ['an unknown delivery type', { delivery: { code: 'nope' } }, 'delivery.code'],
    ['an unknown payment type', { payments: [{ type: 'nope' }] }, 'payments[0].type'],
    ['a payment without a type', { payments: [{ amount: 1 }] }, 'payments[0].type'],
    ['an ISO date', { createdAt: '2026-05-14T18:03:27+03:00' }, 'createdAt'],
    ['a day that does not exist', { createdAt: '2026-06-31 10:00:00' }, 'createdAt'],
    ['a time in a date', { delivery: { date: '2026-05-14 10:00:00' } }, 'delivery.date'],
    ['money with a comma', { items: [row('a', { initialPrice: '10,50' })] }, 'items[0].initialPrice'],
    ['a quantity of zero', { items: [row('a', { quantity: 0 })] }, 'items[0].quantity'],
    ['an unknown VAT rate', { items: [row('a', { vatRate: '20%' })] }, 'items[0].vatRate'],
    ['a row of nothing', { items: [{ initialPrice: 1 }] }, 'items[0].productName'],
    ['an unknown customer', { customer: { externalId: '404' } }, 'customer.externalId'],
    ['a list where an object belongs', { delivery: ['x'] }, 'delivery'],
    [
      'a payment type that the delivery type does not take',
      { delivery: { code: 'russian-post' }, payments: [{ type: 'cash' }] },
      'payments',
    ],
  ]
  it('what the CRM does not know or cannot read is refused by its field, and nothing is stored', async () => {
    const { crm, client } = await start()
    await using _ = crm
    for (const [name, change, field] of wrong) {
      const { status, body } = await client.post('orders/create', { order: { ...ORDER, ...change } })
      assert.deepEqual(
        [status, body.errorMsg, Object.keys(body.errors ?? {})],
        [400, 'Order is not loaded', [field]],
        name,
      )
    }
    assert.equal(crm.orders().length, 0)
    assert.equal(crm.customers().length, 0)
  })

  it('a closed catalogue refuses rows with products it does not know', async () => {
    await using crm = await startRetailCrm({ offers: ['offer-a'] })
    const client = new TestClient(crm)
    const { body } = await client.post('orders/create', { order: ORDER })
    assert.deepEqual(body.errors, { 'items[1].offer.externalId': 'Offer with externalId offer-b not found.' })
  })

  it('an edit changes what it names, clears by null and keeps the rest; its payments are not looked at', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    const change = {
      status: 'assembling',
      customerComment: null,
      payments: [{ type: 'cash' }],
      customFields: { a: 1 },
    }
    const { status, body } = await client.post('orders/5012/edit', { order: change, by: 'externalId' })
    assert.equal(status, 200)
    const order = crm.order('5012')!
    assert.equal(body.id, order.id)
    assert.equal(order.status, 'assembling')
    assert.equal('customerComment' in order, false)
    assert.equal(order['firstName'], 'Иван')
    assert.deepEqual(order.customFields, { a: 1 })
    assert.deepEqual(
      Object.values(order.payments).map((payment) => payment.type),
      ['bank-card'],
    )
  })

  it('a refused edit changes nothing and an order that is not there is 404', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    const before = crm.order('5012')
    assert.equal(
      (await client.post('orders/5012/edit', { order: { phone: '1', status: 'nope' } })).status,
      400,
    )
    assert.deepEqual(crm.order('5012'), before)
    const missing = await client.post('orders/404/edit', { order: { phone: '1' } })
    assert.deepEqual([missing.status, missing.body.errorMsg], [404, 'Not found'])
    assert.equal((await client.get(`orders/${before?.id}`)).status, 404, 'an id is not an externalId')
    assert.equal((await client.get(`orders/${before?.id}`, { by: 'id' })).status, 200)
  })

  it('the rows of an edit replace the list: known by externalIds or id they keep their id, the others come and go', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    const [a, b] = crm.order('5012')!.items
    const items = [{ id: b?.id, quantity: 2 }, row('c'), row('c')]
    await client.post('orders/5012/edit', { order: { items } })
    const [first, second, third] = crm.order('5012')!.items
    assert.deepEqual([first?.id, first?.quantity, first?.initialPrice], [b?.id, 2, 100])
    assert.equal(new Set([a?.id, b?.id, second?.id, third?.id]).size, 4)
  })

  it('two rows of one key in an edit stay two rows with ids of their own', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    await client.post('orders/5012/edit', { order: { items: [row('a'), row('a')] } })
    const [first, second] = crm.order('5012')!.items
    assert.notEqual(first?.id, second?.id)
  })

  it('empty collections are written as PHP does: []', async () => {
    const { crm, client } = await start()
    await using _ = crm
    const order = orderOf(await client.post('orders/create', { order: { externalId: '1', status: 'new' } }))
    assert.deepEqual([order['payments'], order['customFields'], order['items']], [[], [], []])
  })

  it('without a named customer the one with the same e-mail or phone is taken, else a new one made', async () => {
    const { crm, client } = await start()
    await using _ = crm
    for (const [externalId, phone] of [
      ['1', '+7495'],
      ['2', '+7495'],
      ['3', '+7812'],
    ]) {
      await client.post('orders/create', { order: { externalId, phone } })
    }
    assert.deepEqual(
      crm.customers().map((customer) => customer.ordersCount),
      [2, 1],
    )
  })

  it('the list filters by ids, externalIds and numbers, pages newest first, and refuses other limits and filters', async () => {
    const { crm, client } = await start()
    await using _ = crm
    for (let at = 1; at <= 25; at++) {
      await client.post('orders/create', { order: { externalId: `${at}`, number: `N${at}` } })
    }
    const pick = async (query: Record<string, unknown>) =>
      ((await client.get('orders', query)).body['orders'] as { externalId: string }[]).map(
        (one) => one.externalId,
      )
    assert.deepEqual(await pick({ filter: { externalIds: ['3', '5', 'none'] } }), ['5', '3'])
    assert.deepEqual(await pick({ filter: { ids: [crm.order('7')?.id] } }), ['7'])
    assert.deepEqual(await pick({ filter: { numbers: ['N9'] } }), ['9'])
    assert.deepEqual(await pick({ page: 2 }), ['5', '4', '3', '2', '1'])
    assert.deepEqual((await client.get('orders', { limit: 20 })).body['pagination'], {
      limit: 20,
      totalCount: 25,
      currentPage: 1,
      totalPageCount: 2,
    })
    assert.equal((await client.get('orders', { limit: 30 })).status, 400)
    assert.equal((await client.get('orders', { filter: { externalId: '3' } })).status, 400)
  })

  it('an upload takes up to 50 orders, each by itself', async () => {
    const { crm, client } = await start()
    await using _ = crm
    const orders = Array.from({ length: 50 }, (_unused, at) => ({ externalId: `${at}` }))
    const { status, body } = await client.post('orders/upload', { orders })
    assert.equal(status, 201)
    assert.equal((body['uploadedOrders'] as unknown[]).length, 50)
    const again = await client.post('orders/upload', { orders: [{ externalId: '7' }, { externalId: '50' }] })
    assert.equal(again.status, 460)
    assert.deepEqual(again.body['failedOrders'], [{ externalId: '7' }])
    assert.deepEqual(again.body.errors, ['Order already exists.'])
    assert.equal((await client.post('orders/upload', { orders: [...orders, {}] })).status, 400)
    assert.equal(crm.orders().length, 51)
  })

  it('fix-external-ids links an order made by hand, and refuses an external id that is taken', async () => {
    const { crm, client } = await start()
    await using _ = crm
    const made = crm.userCreate({ phone: '+7495' })
    assert.equal('externalId' in made, false)
    await client.post('orders/fix-external-ids', { orders: [{ id: made.id, externalId: '900' }] })
    assert.equal(crm.order('900')?.id, made.id)
    await client.post('orders/create', { order: { externalId: '901' } })
    const taken = await client.post('orders/fix-external-ids', {
      orders: [{ id: made.id, externalId: '901' }],
    })
    assert.equal(taken.status, 400)
    assert.equal((await client.get('orders/900')).status, 200)
  })

  it('an external id that was given up, by an order or a payment, is free again', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    await client.post('orders/5012/edit', { order: { externalId: 'renamed' } })
    assert.equal((await client.get('orders/5012')).status, 404)
    const [payment] = Object.values(crm.order('renamed')!.payments)
    await client.post(`orders/payments/${payment?.id}/delete`)
    assert.equal((await client.post('orders/create', { order: ORDER })).status, 201)
  })

  it('payments have methods of their own: create, edit by id or externalId, delete', async () => {
    const { crm, client } = await start()
    await using _ = crm
    await client.post('orders/create', { order: ORDER })
    const payments = () => Object.values(crm.order('5012')!.payments)
    const created = await client.post('orders/payments/create', {
      payment: { externalId: '772', type: 'cash', amount: '50.50', order: { externalId: '5012' } },
    })
    assert.equal(created.status, 201)
    assert.deepEqual(payments()[1], {
      id: created.body.id,
      type: 'cash',
      externalId: '772',
      amount: 50.5,
      status: 'not-paid',
    })

    await client.post('orders/payments/772/edit', { payment: { status: 'paid' }, by: 'externalId' })
    assert.equal(payments()[1]?.status, 'paid')
    assert.match(payments()[1]?.paidAt ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    assert.equal(crm.order('5012')?.prepaySum, 50.5)

    const double = await client.post('orders/payments/create', {
      payment: { externalId: '771', type: 'cash', order: { externalId: '5012' } },
    })
    assert.equal(double.status, 400)
    assert.equal(
      (await client.post('orders/payments/772/edit', { payment: { status: 'nope' }, by: 'externalId' }))
        .status,
      400,
    )
    assert.equal((await client.post(`orders/payments/${created.body.id}/delete`)).status, 200)
    assert.deepEqual(
      payments().map((payment) => payment.externalId),
      ['771'],
    )
  })
})
