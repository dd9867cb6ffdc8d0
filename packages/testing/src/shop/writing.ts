import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetryableError, UnknownOutcomeError } from '@mufta/kit'
import { orderSamples } from '../portal/samples.ts'
import { placed, read } from './orders.ts'
import type { Road } from './road.ts'

export function testWriting(road: Road): void {
  test('a patch is written as asked, and nothing else of the order changes', async (context) => {
    const site = await road.open(context)
    const order = await placed(site, {
      shipments: [{ deliveryId: 2, price: '350.50', allowDelivery: true }],
      comment: 'позвоните заранее',
    })
    const [payment] = order.payments
    const [shipment] = order.shipments
    assert.ok(payment && shipment)

    await site.shop.writeOrder(order, {
      status: 'P',
      managerComment: 'проверено & «готово» 😀',
      payments: [{ id: payment.id, paid: true }],
      shipments: [{ id: shipment.id, trackingNumber: 'RB 123+456' }],
    })

    const now = await read(site, order.id)
    assert.equal(now.status, 'P')
    assert.equal(now.managerComment, 'проверено & «готово» 😀')
    assert.equal(now.paid, true)
    assert.deepEqual(now.shipments, [{ ...shipment, trackingNumber: 'RB 123+456' }])
    assert.deepEqual(now.total, order.total)
    assert.deepEqual(now.properties, order.properties)
    assert.deepEqual(now.items, order.items)
    assert.equal(now.customerComment, 'позвоните заранее')
    assert.deepEqual(site.warnings, [])
  })

  test('an order is paid once its last payment is, and no longer when one is taken back', async (context) => {
    const site = await road.open(context)
    const order = await placed(site, {
      payments: [{ paySystemId: 2, sum: '100.10' }, { paySystemId: 3 }],
    })
    const [first, second] = order.payments
    assert.ok(first && second)
    const seen: unknown[] = []
    for (const payment of [
      { id: first.id, paid: true },
      { id: second.id, paid: true },
      { id: first.id, paid: false },
    ]) {
      await site.shop.writeOrder(await read(site, order.id), { payments: [payment] })
      const now = await read(site, order.id)
      seen.push([now.paid, ...now.payments.map(({ paid }) => paid)])
      assert.deepEqual(
        now.payments.map(({ sum }) => sum),
        order.payments.map(({ sum }) => sum),
      )
    }
    assert.deepEqual(seen, [
      [false, true, false],
      [true, true, true],
      [false, false, true],
    ])
  })

  test('a shipment is allowed, sent, given a status and called back, and keeps its price', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)
    const [before] = order.shipments
    assert.ok(before)
    const steps = [
      { allowDelivery: true, status: 'DF', deducted: true, trackingNumber: '0080512' },
      // To a language that compares numbers in texts this is the same number as before.
      { trackingNumber: '080512' },
      { deducted: false, status: 'DN' },
      { allowDelivery: false },
    ]
    let wanted = before
    for (const step of steps) {
      await site.shop.writeOrder(await read(site, order.id), { shipments: [{ id: before.id, ...step }] })
      wanted = { ...wanted, ...step }
      assert.deepEqual((await read(site, order.id)).shipments, [wanted])
    }
    assert.deepEqual((await read(site, order.id)).total, order.total)
  })

  for (const text of [
    "'); DROP TABLE b_sale_order; -- ",
    '<b>&amp;</b> #NAME# ?s $1',
    '$result[0][x]',
    '1.0',
    '0',
  ])
    test(`a comment ${text} is written letter by letter, and can be emptied`, async (context) => {
      const site = await road.open(context)
      const order = await placed(site, { comment: '1', managerComment: '1' })

      await site.shop.writeOrder(order, { managerComment: text, customerComment: `${text}\n🎁` })
      const written = await read(site, order.id)
      assert.deepEqual([written.managerComment, written.customerComment], [text, `${text}\n🎁`])

      await site.shop.writeOrder(written, { managerComment: null, customerComment: null })
      const emptied = await read(site, order.id)
      assert.deepEqual([emptied.managerComment ?? '', emptied.customerComment ?? ''], ['', ''])
    })

  test('a patch without a field is no save, and one that is repeated has one effect', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)
    await site.shop.writeOrder(order, {})
    assert.deepEqual(await read(site, order.id), order)

    const patch = { status: 'P', payments: order.payments.map(({ id }) => ({ id, paid: true })) }
    await site.shop.writeOrder(order, patch)
    const { paidAt, ...once } = (await read(site, order.id)).payments[0] ?? { paidAt: null }
    await site.shop.writeOrder(order, patch)

    const now = await read(site, order.id)
    assert.equal(now.status, 'P')
    assert.deepEqual(now.payments, [{ ...once, paidAt }])
  })

  test('what a manager saved meanwhile is never undone', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)
    await site.hands.edit(order.id, { managerComment: 'звонил, ждёт' })

    if (road.refusesStale) {
      await assert.rejects(site.shop.writeOrder(order, { status: 'P' }), RetryableError)
      assert.equal((await read(site, order.id)).status, order.status)
    }
    const known = road.refusesStale ? await read(site, order.id) : order
    await site.shop.writeOrder(known, { status: 'P' })

    const now = await read(site, order.id)
    assert.deepEqual([now.status, now.managerComment], ['P', 'звонил, ждёт'])
    assert.ok((now.version ?? 0) > (order.version ?? 0))
  })

  test('many lanes may write at once', async (context) => {
    const { hands, shop, requests } = await road.open(context)
    const ids = await hands.place(orderSamples(40, 3))
    const orders = await shop.readOrders(ids)
    const before = requests()

    await Promise.all([...orders.values()].map((order) => shop.writeOrder(order, { status: 'P' })))

    assert.ok(requests() - before <= road.writeRequests, `${requests() - before} requests`)
    assert.deepEqual(await hands.statuses(), new Map(ids.map((id) => [id, 'P'])))
  })

  test('a lost answer of a write is an unknown outcome, although it was done; its repeat is no second one', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)
    site.loseAnswers(true)

    await assert.rejects(site.shop.writeOrder(order, { status: 'P' }), UnknownOutcomeError)

    site.loseAnswers(false)
    const done = await read(site, order.id)
    assert.equal(done.status, 'P')
    await site.shop.writeOrder(order, { status: 'P' })
    assert.equal((await read(site, order.id)).status, 'P')
    if (road.refusesStale) assert.equal((await read(site, order.id)).version, done.version)
  })
}
