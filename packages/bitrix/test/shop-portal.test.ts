import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import {
  decimal,
  deliveryCost,
  grossPrice,
  PermanentError,
  UnknownOutcomeError,
  type HookResult,
  type Order,
  type Shop,
} from '@mufta/kit'
import { orderSamples, startPortal, type PortalOptions, type SimulatedPortal } from '@mufta/testing'
import { createPortalClient, createRestShop, type PortalClient } from '../src/index.ts'
import { recordingLog } from './shop-fake.ts'

/** The shop over the real client, against the strict simulated portal. */
interface Site {
  readonly portal: SimulatedPortal
  readonly shop: Shop
  readonly warnings: Record<string, unknown>[]
  readonly read: (id: number) => Promise<Order>
}

function openClient(portal: SimulatedPortal, auth: 'webhook' | 'oauth'): PortalClient {
  const allowHosts = ['127.0.0.1:*']
  if (auth === 'webhook') return createPortalClient({ webhook: portal.webhook, allowHosts })
  const { clientId, clientSecret, refreshToken, accessToken, tokenUrl } = portal.app
  const authServer = new URL(tokenUrl).origin
  const oauth = { portal: portal.url, clientId, clientSecret, refreshToken, accessToken, authServer }
  return createPortalClient({ oauth, allowHosts })
}

async function all(ids: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const id of ids) list.push(id)
  return list
}

async function openSite(
  context: TestContext,
  options: PortalOptions = {},
  auth: 'webhook' | 'oauth' = 'webhook',
): Promise<Site> {
  const portal = await startPortal({ limits: false, ...options })
  context.after(() => portal.close())
  const client = openClient(portal, auth)
  const { log, warnings } = recordingLog()
  const shop = createRestShop({ client, auth, applicationToken: portal.applicationToken, log })
  context.after(() => shop.close())
  const read = async (id: number): Promise<Order> => {
    const order = (await shop.readOrders([String(id)])).get(String(id))
    assert.ok(order)
    return order
  }
  return { portal, shop, warnings, read }
}

test('sixty varied orders come in a handful of requests, and their parts add up to their totals', async (context) => {
  const { portal, shop } = await openSite(context)
  const ids = orderSamples(60, 7).map((sample) => String(portal.placeOrder(sample)))
  const before = portal.stats.requests

  const orders = await shop.readOrders([...ids, '999999'])

  assert.deepEqual([...orders.keys()], ids)
  // Two batches of orders, and the order properties.
  assert.ok(portal.stats.requests - before <= 4, `${portal.stats.requests - before} requests`)
  for (const order of orders.values()) {
    const goods = order.items.map((item) =>
      decimal.round(decimal.multiply(grossPrice(item).amount, item.quantity), 2),
    )
    const sum = decimal.add(decimal.sum(goods), deliveryCost(order).amount)
    assert.equal(decimal.round(sum, 2), decimal.round(order.total.amount, 2), `order ${order.id}`)
    assert.ok(order.customer.email !== null || order.customer.phone !== null || order.customer.name !== null)
  }
})

test('a patch is written as asked, and nothing else of the order changes', async (context) => {
  const { portal, shop, warnings, read } = await openSite(context)
  const id = portal.placeOrder({
    shipments: [{ deliveryId: 2, price: '350.50', allowDelivery: true }],
    comment: 'позвоните заранее',
  })
  const order = await read(id)
  const [payment] = order.payments
  const [shipment] = order.shipments
  assert.ok(payment && shipment)

  await shop.writeOrder(order, {
    status: 'P',
    managerComment: 'проверено & «готово» 😀',
    payments: [{ id: payment.id, paid: true }],
    shipments: [{ id: shipment.id, trackingNumber: 'RB 123+456' }],
  })

  const now = await read(id)
  assert.equal(now.status, 'P')
  assert.equal(now.managerComment, 'проверено & «готово» 😀')
  assert.equal(now.paid, true)
  assert.deepEqual(now.shipments, [{ ...shipment, trackingNumber: 'RB 123+456' }])
  assert.deepEqual(now.total, order.total)
  assert.deepEqual(now.properties, order.properties)
  assert.deepEqual(now.items, order.items)
  assert.equal(now.customerComment, 'позвоните заранее')
  assert.deepEqual(warnings, [])
})

test('a paid order is not cancelled until its money is taken back in the same patch', async (context) => {
  const { portal, shop, read } = await openSite(context)
  const id = portal.placeOrder({ payments: [{ paid: true }] })
  const order = await read(id)
  const payments = order.payments.map((payment) => ({ id: payment.id, paid: false }))

  await assert.rejects(
    shop.writeOrder(order, { canceled: true, cancelReason: 'передумал' }),
    (error) =>
      error instanceof PermanentError && error.facts.systemCode === 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE',
  )
  await shop.writeOrder(order, { canceled: true, cancelReason: 'передумал', payments })

  const now = await read(id)
  assert.deepEqual([now.canceled, now.cancelReason, now.paid], [true, 'передумал', false])
  await shop.writeOrder(now, {
    canceled: false,
    payments: payments.map(({ id: part }) => ({ id: part, paid: true })),
  })
  const revived = await read(id)
  assert.deepEqual([revived.canceled, revived.paid], [false, true])
})

test('many lanes that write at once share requests', async (context) => {
  const { portal, shop } = await openSite(context, { latency: { perCallMs: 5 } })
  const ids = orderSamples(40, 3).map((sample) => String(portal.placeOrder(sample)))
  const orders = await shop.readOrders(ids)
  const before = portal.stats.requests

  await Promise.all([...orders.values()].map((order) => shop.writeOrder(order, { status: 'P' })))

  assert.ok(portal.stats.requests - before < 20, `${portal.stats.requests - before} requests`)
  assert.ok(portal.orders().every((order) => order['statusId'] === 'P'))
})

test('a lost answer of a write is an unknown outcome, although it was done', async (context) => {
  const { portal, shop, read } = await openSite(context)
  const id = portal.placeOrder()
  const order = await read(id)
  portal.faults.kinds = ['reset-after']
  portal.faults.rate = 1

  await assert.rejects(shop.writeOrder(order, { status: 'P' }), UnknownOutcomeError)

  portal.faults.rate = 0
  assert.equal((await read(id)).status, 'P')
})

test('orders are followed from now on, each change once, deletions not', async (context) => {
  let now = Date.parse('2026-03-01T09:00:00Z')
  const { portal, shop } = await openSite(context, { now: () => now })
  portal.placeOrder()
  now += 3_600_000
  let { cursor } = await shop.changedOrders(null)
  const round = async (): Promise<string[]> => {
    const ids: string[] = []
    for (;;) {
      const page = await shop.changedOrders(cursor)
      cursor = page.cursor
      ids.push(...page.events.map(({ id }) => id))
      if (!page.more) return ids
    }
  }

  assert.deepEqual(await round(), [])
  const ids = Array.from({ length: 120 }, () => String(portal.placeOrder()))
  assert.deepEqual(await round(), ids, 'more than two pages within one second')
  now += 2000
  assert.deepEqual(await round(), [])
  portal.editOrder(Number(ids[3]), { statusId: 'P' })
  portal.editOrder(Number(ids[3]), { statusId: 'F' })
  assert.deepEqual(await round(), [ids[3]])
})

test('all order ids come ascending, after an id and since a date', async (context) => {
  let now = Date.parse('2026-03-01T09:00:00Z')
  const { portal, shop } = await openSite(context, { now: () => now })
  const old = Array.from({ length: 70 }, () => String(portal.placeOrder()))
  now += 86_400_000
  const fresh = Array.from({ length: 60 }, () => String(portal.placeOrder()))

  assert.deepEqual(await all(shop.orderIds()), [...old, ...fresh])
  assert.deepEqual(await all(shop.orderIds({ after: old[10] ?? '' })), [...old.slice(11), ...fresh])
  assert.deepEqual(await all(shop.orderIds({ since: '2026-03-02T00:00:00+03:00' })), fresh)
})

test('the site checks out, and its dictionaries name what its orders use', async (context) => {
  const { portal, shop, read } = await openSite(context)
  const order = await read(portal.placeOrder())

  const wrong = (await shop.check()).filter(({ level }) => level !== 'ok')
  const names = await shop.dictionaries()

  assert.deepEqual(wrong, [])
  const codes = (entries: readonly { code: string }[]): string[] => entries.map(({ code }) => code)
  assert.ok(codes(names.statuses).includes(order.status))
  assert.ok(codes(names.shipmentStatuses).includes(order.shipments[0]?.status ?? ''))
  assert.ok(codes(names.paymentTypes).includes(order.payments[0]?.paySystemId ?? ''))
  assert.ok(codes(names.deliveryTypes).includes(order.shipments[0]?.deliveryId ?? ''))
  assert.ok(codes(names.personTypes).includes(order.personType))
  assert.deepEqual(codes(names.sites), [order.siteId])
})

test('a deleted webhook is one finding with its fix, and no message carries the secret', async (context) => {
  const { portal, shop } = await openSite(context)
  const secret = portal.webhook.split('/').at(-2) ?? ''
  portal.revokeWebhook()

  const findings = await shop.check()

  assert.deepEqual(
    findings.map(({ code }) => code),
    ['SITE_KEY_REFUSED'],
  )
  await assert.rejects(shop.readOrders(['5001']), (error) => {
    assert.ok(!`${String(error)}${JSON.stringify(error)}${JSON.stringify(findings)}`.includes(secret))
    return true
  })
})

describe('an application', () => {
  const deliveries: HookResult[] = []
  let current: Shop | null = null
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const contentType = request.headers['content-type'] ?? ''
      const result = current?.parseHook({ contentType, headers: {}, query: {}, body: Buffer.concat(chunks) })
      if (result !== undefined) deliveries.push(result)
      response.end()
    })
  })
  before(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
  })
  after(() => {
    server.close()
  })

  test('binds events once, gets them by hook and from the queue, and unbinds', async (context) => {
    const { portal, shop } = await openSite(context, {}, 'oauth')
    current = shop
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const url = `http://127.0.0.1:${address.port}/hooks/shop-crm/site`

    await shop.subscribe(url)
    assert.ok((await shop.subscribe(url)).every((line) => line.startsWith('already bound')))
    const id = String(portal.placeOrder())
    const gone = portal.placeOrder()
    portal.deleteOrder(gone)
    await portal.eventsDelivered()

    const byHook = deliveries.flatMap(({ events }) => events)
    assert.ok(byHook.some((event) => event.id === id && event.deleted === undefined))
    assert.ok(byHook.some((event) => event.id === String(gone) && event.deleted === true))

    const queue = shop.eventQueue
    assert.ok(queue)
    const { reservation, events } = await queue.reserve({})
    assert.ok(reservation)
    assert.ok(events.some((event) => event.id === id))
    const again = await queue.reserve({ reservation })
    assert.deepEqual(again.events, events)
    await queue.clear(reservation)
    assert.deepEqual(await queue.reserve({}), { reservation: null, events: [], ignored: [] })

    await shop.unsubscribe(url)
    assert.deepEqual(await shop.unsubscribe(url), ['nothing was bound'])
  })

  test('finds a reservation whose answer was lost', async (context) => {
    const { portal, shop } = await openSite(context, {}, 'oauth')
    await shop.subscribe('https://mufta.example.com/hooks/a/site')
    const id = String(portal.placeOrder())
    const lost = createRestShop({ client: openClient(portal, 'oauth'), auth: 'oauth' })
    const first = await lost.eventQueue?.reserve({})
    await lost.close()

    const found = await shop.eventQueue?.reserve({})
    assert.equal(found?.reservation, first?.reservation)
    assert.ok(found?.events.some((event) => event.id === id))
  })
})
