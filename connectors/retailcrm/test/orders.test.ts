import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { money, MuftaError, ParkError, RetryableError, UnknownOutcomeError, type Order } from '@mufta/kit'
import fc from 'fast-check'
import { createOrders } from '../src/bulk.ts'
import { pullHistory } from '../src/history.ts'
import { findOrder } from '../src/orders.ts'
import { openBench, openClient, type Bench } from './crm.ts'
import { anyOrder, item, order, payment, shipment } from './orders.ts'

const rub = (amount: string) => money(amount, 'RUB')

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return error instanceof MuftaError ? error.code : String(error)
  }
  return 'done'
}

function drafts(bench: Bench, orders: readonly Order[]) {
  return orders.map((source) => ({ order: source, draft: bench.mapper.toExternal(source) }))
}

function guest(id: string, change: Partial<Order> = {}): Order {
  return order({
    id,
    number: id,
    customer: { ...order().customer, id: null },
    payments: [payment({ id: `7${id}` })],
    ...change,
  })
}

describe('creation of an order', () => {
  it('puts order, customer and payment into the CRM in two requests, and in one when the customer is known', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    assert.equal(bench.crm.stats.requests, 2)
    await bench.create(order({ id: '1025', number: '1025', payments: [payment({ id: '772' })] }))
    assert.equal(bench.crm.stats.requests, 3)
    const stored = bench.crm.order('1024')
    assert.equal(String(stored?.id), id)
    assert.equal(stored?.totalSumm, 3882)
    assert.deepEqual(
      bench.crm.customers().map((one) => [one.externalId, one.ordersCount]),
      [['57', 2]],
    )
  })

  it('keeps a customer that the CRM has already', async (t) => {
    const bench = await openBench(t)
    await bench.client.createCustomer({ externalId: '57', firstName: 'Иван' })
    await bench.create(order())
    assert.equal(bench.crm.customers().length, 1)
  })

  it('sends customers of orders created side by side in one request', async (t) => {
    const bench = await openBench(t)
    const many = Array.from({ length: 20 }, (_, index) =>
      order({
        id: `${index}`,
        number: `${index}`,
        customer: { ...order().customer, id: `c${index}` },
        payments: [],
      }),
    )
    await Promise.all(many.map((source) => bench.create(source)))
    assert.equal(bench.crm.stats.requests, 21)
    assert.equal(bench.crm.customers().length, 20)
  })

  it('says that the order is there already, so that the runtime binds it instead of making a second', async (t) => {
    const bench = await openBench(t)
    await bench.create(order())
    assert.equal(await codeOf(bench.create(order())), 'EXTERNAL_ALREADY_EXISTS')
    assert.equal(bench.crm.orders().length, 1)
  })

  it('is found by the shop id after a lost answer, and not found when nothing arrived', async (t) => {
    const bench = await openBench(t)
    bench.crm.faults.rate = 1
    bench.crm.faults.kinds = ['reset-after']
    const lost = guest('1')
    await assert.rejects(bench.create(lost), UnknownOutcomeError)
    bench.crm.faults.rate = 0
    const found = await findOrder(bench.client, lost, bench.context)
    assert.equal(found?.record.externalId, '1')
    assert.equal(await findOrder(bench.client, guest('2/../x?'), bench.context), null)
  })

  it('waits for a product that the CRM lacks', async (t) => {
    const bench = await openBench(t, {}, { offers: ['1'] })
    await assert.rejects(
      bench.create(order()),
      (error) => error instanceof ParkError && error.code === 'PRODUCT_MISSING',
    )
  })

  it('waits for a person when the delivery does not take the payment type', async (t) => {
    const bench = await openBench(t, {
      deliveryTypes: { '2': 'russian-post' },
      paymentTypes: { '3': 'cash' },
    })
    assert.equal(await codeOf(bench.create(order())), 'PAYMENT_TYPE_NOT_ALLOWED')
  })

  it('takes an item that no catalogue knows by its name', async (t) => {
    const bench = await openBench(t, {}, { offers: ['1'] })
    await bench.create(order({ items: [item({ productId: null, productXmlId: null })] }))
    assert.equal(bench.crm.orders().length, 1)
  })

  it('refuses to turn one currency into another', async (t) => {
    const bench = await openBench(t, { currency: 'RUB' })
    const dollars = guest('1', { total: money('10', 'USD') })
    assert.equal(await codeOf(bench.create(dollars)), 'CURRENCY_MISMATCH')
    assert.equal(bench.crm.stats.requests, 0)
  })

  it('leaves a return to the buyer out of the payments', async (t) => {
    const bench = await openBench(t)
    await bench.create(order({ payments: [payment(), payment({ id: '9', isReturn: true })] }))
    const payments = Object.values(bench.crm.order('1024')?.payments ?? {})
    assert.deepEqual(
      payments.map((one: { externalId?: string }) => one.externalId),
      ['771'],
    )
  })

  it('shows the shop total in the CRM to the kopeck, and sees no difference afterwards', async (t) => {
    const bench = await openBench(t)
    let next = 0
    await fc.assert(
      fc.asyncProperty(anyOrder, async (any) => {
        const id = String(++next)
        const source: Order = {
          ...any,
          id,
          number: id,
          payments: [payment({ id: `p${id}`, sum: any.total })],
        }
        const { record } = await bench.create(source)
        assert.ok(record !== undefined)
        assert.deepEqual(bench.mapper.mismatches(source, record), [])
        const expected = bench.mapper.expectedExternal(source)
        const actual = bench.mapper.externalValues(record)
        const differing = [...actual.keys()].filter(
          (name) =>
            bench.mapper.rule(name).direction !== 'create-only' &&
            !bench.mapper.sameExternal(name, expected.get(name), actual.get(name)),
        )
        assert.deepEqual(differing, [])
      }),
      { numRuns: 80 },
    )
  })
})

describe('several sites', () => {
  const sites = { s1: 'shop-ru', s2: 'shop-kz' }
  const crm = { sites: ['shop-ru', 'shop-kz'] }
  const open = (t: TestContext) => openBench(t, { site: undefined, sites }, crm)

  it('each order lives in the shop of its site: made, found, edited, paid, with its customer', async (t) => {
    const bench = await open(t)
    const shown = (id: string) => bench.crm.order(Number(id))
    for (const siteId of ['s1', 's2']) {
      const source = order({ id: `1${siteId}`, number: `1${siteId}`, siteId })
      const { id } = await bench.create(source)
      assert.equal(shown(id)?.site, sites[siteId as keyof typeof sites])
      assert.equal((await findOrder(bench.client, source, bench.context))?.id, id)
      const paid = [payment({ paid: true })]
      const customer = { ...source.customer, phone: '+74950000002' }
      await bench.update(id, { ...source, customer, payments: paid }, ['phone', 'payments[771].status'])
      assert.equal(shown(id)?.['phone'], '+74950000002')
      assert.deepEqual(
        Object.values(shown(id)?.payments ?? {}).map(({ status }) => status),
        ['paid'],
      )
    }
    assert.deepEqual(
      bench.crm.customers().map((one) => [one.externalId, one.ordersCount]),
      [
        ['57', 1],
        ['57', 1],
      ],
    )
  })

  it('an order from before the sites were mapped stays in reach where "site" names its shop', async (t) => {
    const bench = await openBench(t, { site: 'shop-ru' }, { sites: ['shop-ru', 'shop-kz'] })
    const { id } = await bench.create(order())
    const later = { site: 'shop-ru', sites: { s1: 'shop-kz' } }
    const { client, settings } = openClient(t, bench.crm.url, later)
    assert.equal((await client.readOrders([id])).get(id)?.site, 'shop-ru')
    const { changes } = await pullHistory(client, '0', { ...bench.context, settings })
    assert.deepEqual([...new Set(changes.map((change) => change.id))], [id])
  })

  for (const [change, later] of [
    ['leads to another shop now', { sites: { s1: 'shop-kz' } }],
    ['is not mapped any more', { sites: { s2: 'shop-kz' } }],
    ['is not mapped any more, nor is any other', { site: 'shop-kz' }],
  ] as const) {
    it(`an unanswered order whose site ${change} is found where it was sent`, async (t) => {
      const bench = await open(t)
      bench.crm.faults.rate = 1
      bench.crm.faults.kinds = ['reset-after']
      await assert.rejects(bench.create(guest('1')), UnknownOutcomeError)
      bench.crm.faults.rate = 0
      const { client, settings } = openClient(t, bench.crm.url, { site: undefined, ...later })
      const found = await findOrder(client, guest('1'), { ...bench.context, settings })
      assert.deepEqual([found?.record.site, found?.record.externalId], ['shop-ru', '1'])
    })
  }

  it("another site's order with the same id is not taken for an unanswered one", async (t) => {
    const bench = await open(t)
    await bench.create(guest('1', { siteId: 's2', createdAt: '2026-05-14T18:03:28+03:00' }))
    for (const siteId of ['s1', 's9'])
      assert.equal(await findOrder(bench.client, guest('1', { siteId }), bench.context), null)
  })

  it('the first load tells each order the outcome of its own request', async (t) => {
    const bench = await open(t)
    const many = ['s1', 's2', 's1'].map((siteId, index) => guest(`${index}`, { siteId }))
    // No fault in the first request; the answer to the second is lost.
    const dice = [1, 0, 0]
    Object.assign(bench.crm.faults, { rate: 1, kinds: ['reset-after'], random: () => dice.shift() ?? 1 })
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    assert.deepEqual(
      outcomes.map(({ created, error }) => created?.id ?? error?.name),
      [String(bench.crm.order('0')?.id), 'UnknownOutcomeError', String(bench.crm.order('2')?.id)],
    )
  })

  it('the first load goes on with the next shop when one cannot be reached', async (t) => {
    const bench = await open(t)
    const many = ['s1', 's2'].map((siteId, index) => guest(`${index}`, { siteId }))
    const { client } = openClient(t, bench.crm.url, {})
    client.customersOf('shop-ru').ensure = () => Promise.reject(new RetryableError('CRM_DOWN', 'Not sent'))
    const outcomes = await createOrders(client, drafts(bench, many), bench.context)
    assert.deepEqual(
      outcomes.map(({ created, error }) => created?.id ?? error?.name),
      ['RetryableError', String(bench.crm.order('1')?.id)],
    )
  })

  it('the first load takes each shop for itself', async (t) => {
    const bench = await open(t)
    await bench.create(guest('1', { siteId: 's2' }))
    const many = ['s1', 's2', 's1', 's2'].map((siteId, index) => guest(`${index}`, { siteId }))
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    assert.deepEqual(
      outcomes.map(({ shopId, error }) => [shopId, error instanceof MuftaError ? error.code : 'created']),
      [
        ['0', 'created'],
        ['1', 'EXTERNAL_ALREADY_EXISTS'],
        ['2', 'created'],
        ['3', 'created'],
      ],
    )
    assert.deepEqual(
      bench.crm
        .orders()
        .map((one) => [one.externalId, one.site])
        .toSorted(),
      [
        ['0', 'shop-ru'],
        ['1', 'shop-kz'],
        ['2', 'shop-ru'],
        ['3', 'shop-kz'],
      ],
    )
  })
})

describe('first load', () => {
  it('takes fifty orders with their customers in two requests', async (t) => {
    const bench = await openBench(t)
    const many = Array.from({ length: 50 }, (_, index) =>
      guest(`${index}`, { customer: { ...order().customer, id: `c${index % 7}` } }),
    )
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    assert.equal(bench.crm.stats.requests, 2)
    assert.deepEqual(
      outcomes.map((one) => one.shopId),
      many.map((one) => one.id),
    )
    for (const { shopId, created } of outcomes) assert.equal(created?.id, String(bench.crm.order(shopId)?.id))
  })

  it('gives each order its own outcome', async (t) => {
    const bench = await openBench(t, { currency: 'RUB' }, { offers: ['4501'] })
    await bench.create(guest('1'))
    const many = [
      guest('1'),
      guest('2'),
      guest('3', { items: [item({ productId: '7', productXmlId: null })] }),
      guest('4', { total: money('5', 'USD') }),
    ]
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    const codes = outcomes.map(({ error }) => (error instanceof MuftaError ? error.code : 'created'))
    assert.deepEqual(codes, [
      'EXTERNAL_ALREADY_EXISTS',
      'created',
      'RETAILCRM_NOT_LOADED',
      'CURRENCY_MISMATCH',
    ])
    assert.deepEqual(
      bench.crm.orders().map((one) => one.externalId),
      ['1', '2'],
    )
  })

  it('keeps those that were stored when the look for the others fails', async (t) => {
    const bench = await openBench(t)
    await bench.create(guest('1'))
    bench.client.readByExternalId = () => Promise.reject(new RetryableError('CRM_DOWN', 'No answer'))
    const many = [guest('1'), guest('2')]
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    assert.deepEqual(
      outcomes.map(({ created, error }) => created?.id ?? error?.name),
      ['RetryableError', String(bench.crm.order('2')?.id)],
    )
  })

  it('waits for the missing product of the one order that was refused', async (t) => {
    const bench = await openBench(t, {}, { offers: ['4501'] })
    const many = [guest('1'), guest('2', { items: [item({ productId: '7', productXmlId: null })] })]
    const outcomes = await createOrders(bench.client, drafts(bench, many), bench.context)
    assert.ok(outcomes[1]?.error instanceof ParkError)
  })

  it('is unknown for all when the answer is lost', async (t) => {
    const bench = await openBench(t)
    bench.crm.faults.rate = 1
    bench.crm.faults.kinds = ['reset-after']
    const outcomes = await createOrders(bench.client, drafts(bench, [guest('1'), guest('2')]), bench.context)
    for (const { error } of outcomes) assert.ok(error instanceof UnknownOutcomeError)
  })
})

describe('update of an order', () => {
  it('sends only what changed', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    bench.crm.userEdit(Number(id), { managerComment: 'от менеджера', firstName: 'Пётр' })
    const stored = await bench.update(id, order({ status: 'A', managerComment: 'старый' }), ['status'])
    assert.equal(stored?.status, 'assembling')
    const crm = bench.crm.order(Number(id))
    assert.deepEqual(
      [crm?.status, crm?.['managerComment'], crm?.['firstName']],
      ['assembling', 'от менеджера', 'Пётр'],
    )
  })

  it('cancels with the reason', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    const stored = await bench.update(id, order({ canceled: true, cancelReason: 'Передумал' }), [
      'status',
      'statusComment',
    ])
    assert.deepEqual([stored?.status, stored?.statusComment], ['cancel-other', 'Передумал'])
  })

  it('marks a payment paid, makes a missing one and deletes the one that the shop deleted, and may be repeated', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order({ payments: [payment(), payment({ id: '772' })] }))
    const now = order({ payments: [payment({ paid: true }), payment({ id: '773', sum: rub('10.10') })] })
    const changed = [
      'payments[771].status',
      'payments[772]',
      'payments[772].status',
      'payments[773]',
      'payments[773].amount',
    ]
    const expected = [
      ['771', 'paid', 3882],
      ['773', 'not-paid', 10.1],
    ]
    for (let round = 0; round < 2; round++) {
      const record = await bench.update(id, now, changed)
      const rows = Object.values(bench.crm.order(Number(id))?.payments ?? {}) as {
        externalId?: string
        status: string
        amount: number
      }[]
      assert.deepEqual(
        rows.map((row) => [row.externalId, row.status, row.amount]),
        expected,
      )
      assert.deepEqual(
        record?.payments.map((row) => [row.externalId, row.status, row.amount]),
        expected,
      )
    }
  })

  it('leaves the step of a manager alone when the sum of a payment changes', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    bench.crm.userEdit(Number(id), { payments: [{ externalId: '771', status: 'invoice' }] })
    await bench.update(id, order({ payments: [payment({ sum: rub('10') })] }), ['payments[771].amount'])
    const [row] = Object.values(bench.crm.order(Number(id))?.payments ?? {}) as {
      status: string
      amount: number
    }[]
    assert.deepEqual([row?.status, row?.amount], ['invoice', 10])
  })

  it('edits a payment that a lost answer had created', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(guest('1', { payments: [] }))
    await bench.client.createPayment(id, { externalId: '5', type: 'cash', status: 'not-paid', amount: 10 })
    await bench.client.createPayment(id, { externalId: '5', type: 'cash', status: 'paid', amount: 10 })
    const rows = Object.values(bench.crm.order(Number(id))?.payments ?? {}) as { status: string }[]
    assert.deepEqual(
      rows.map((row) => row.status),
      ['paid'],
    )
  })

  it('replaces the items and keeps the row that a manager added', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order({ items: [item(), item({ id: '1894', productId: '4502' })] }))
    bench.crm.userEdit(Number(id), { items: [{ offer: '9000', quantity: 1, initialPrice: 50 }] })
    await bench.update(id, order({ items: [item({ quantity: '3' })] }), [
      'items[1893].quantity',
      'items[1894]',
    ])
    const rows = bench.crm.order(Number(id))?.items ?? []
    assert.deepEqual(
      rows.map((row) => [(row['offer'] as { externalId?: string }).externalId, row.quantity]),
      [
        ['4501', 3],
        ['9000', 1],
      ],
    )
  })

  it('carries changed contacts to the card of the customer', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    await bench.update(id, order({ customer: { ...order().customer, phone: '+74950000002' } }), ['phone'])
    assert.equal(bench.crm.stats.byPath.get('/api/v5/customers/57/edit'), 1)
    assert.equal(bench.crm.order(Number(id))?.['phone'], '+74950000002')
  })

  it('tells the store, moves the order to another one, and is refused a store that the CRM lacks', async (t) => {
    const bench = await openBench(t, { stores: { '1': 'main', '2': 'shop-center', '3': 'gone' } })
    const from = (storeId: string) => order({ shipments: [shipment({ storeId })] })
    const { id } = await bench.create(from('1'))
    assert.equal(bench.crm.order(Number(id))?.['shipmentStore'], 'main')
    await bench.update(id, from('2'), ['shipmentStore'])
    assert.equal(bench.crm.order(Number(id))?.['shipmentStore'], 'shop-center')
    assert.equal(bench.mapper.externalValues(await bench.read(id)).get('shipmentStore'), 'shop-center')
    await assert.rejects(bench.update(id, from('3'), ['shipmentStore']), /shipmentStore|Store/)
  })

  it('writes a tracking number and reads back the one of a manager', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    await bench.update(id, order({ shipments: [shipment({ trackingNumber: 'RA1' })] }), [
      'delivery.data.trackNumber',
    ])
    bench.crm.userEdit(Number(id), { trackNumber: 'RA2' })
    assert.equal(bench.mapper.externalValues(await bench.read(id)).get('delivery.data.trackNumber'), 'RA2')
  })
})
