import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  decimal,
  deliveryCost,
  grossPrice,
  PermanentError,
  UnknownOutcomeError,
  type Order,
  type Shop,
} from '@mufta/kit'
import { orderSamples, type SimulatedPortal } from '@mufta/testing'
import { FindingWords } from '@mufta/testing/acceptance'

/** One road to the simulated site. */
export interface SuiteSite {
  readonly shop: Shop
  /** The site itself, behind the road. */
  readonly portal: SimulatedPortal
  /** Warnings that the shop logged. */
  readonly warnings: readonly Record<string, unknown>[]
  /** Requests that the road sent so far. */
  readonly requests: () => number
  /** From now on every request is done and its answer lost, or no longer. */
  readonly loseAnswers: (isLosing: boolean) => void
  /** The key is taken away at the site. */
  readonly revoke: () => void
  /** Texts that must never be seen. */
  readonly secrets: readonly string[]
}

export interface Road {
  readonly name: string
  readonly open: (context: TestContext, options?: { readonly now?: () => number }) => Promise<SuiteSite>
  /** Most requests for reading 60 orders. */
  readonly readRequests: number
  /** Most requests for 40 writes at once. */
  readonly writeRequests: number
}

/** What every road to a shop must do alike. */
export function testShop(road: Road): void {
  describe(`a shop by ${road.name}`, () => {
    reading(road)
    writing(road)
    following(road)
    looking(road)
  })
}

function reading(road: Road): void {
  test('sixty varied orders come in a handful of requests, and their parts add up to their totals', async (context) => {
    const { portal, shop, requests } = await road.open(context)
    const ids = orderSamples(60, 7).map((sample) => String(portal.placeOrder(sample)))
    const before = requests()

    const orders = await shop.readOrders([...ids, '999999'])

    assert.deepEqual([...orders.keys()], ids)
    assert.ok(requests() - before <= road.readRequests, `${requests() - before} requests`)
    for (const order of orders.values()) {
      const goods = order.items.map((item) =>
        decimal.round(decimal.multiply(grossPrice(item).amount, item.quantity), 2),
      )
      const sum = decimal.add(decimal.sum(goods), deliveryCost(order).amount)
      assert.equal(decimal.round(sum, 2), decimal.round(order.total.amount, 2), `order ${order.id}`)
      assert.ok(
        order.customer.email !== null || order.customer.phone !== null || order.customer.name !== null,
      )
    }
  })

  test('what is no id of the shop, and what is not there, is absent', async (context) => {
    const { portal, shop } = await road.open(context)
    const id = String(portal.placeOrder())

    const orders = await shop.readOrders(['', '0', 'A-1', '-5', id, id, '999999'])

    assert.deepEqual([...orders.keys()], [id])
    assert.equal((await shop.readOrders([])).size, 0)
  })

  test('an aborted read ends at once and leaves other reads alone', async (context) => {
    const { portal, shop } = await road.open(context)
    const id = String(portal.placeOrder())
    const abort = new AbortController()

    const aborted = shop.readOrders([id], { signal: abort.signal })
    const other = shop.readOrders([id])
    abort.abort()

    await assert.rejects(aborted)
    assert.deepEqual([...(await other).keys()], [id])
  })
}

function writing(road: Road): void {
  test('a patch is written as asked, and nothing else of the order changes', async (context) => {
    const site = await road.open(context)
    const id = site.portal.placeOrder({
      shipments: [{ deliveryId: 2, price: '350.50', allowDelivery: true }],
      comment: 'позвоните заранее',
    })
    const order = await read(site, id)
    const [payment] = order.payments
    const [shipment] = order.shipments
    assert.ok(payment && shipment)

    await site.shop.writeOrder(order, {
      status: 'P',
      managerComment: 'проверено & «готово» 😀',
      payments: [{ id: payment.id, paid: true }],
      shipments: [{ id: shipment.id, trackingNumber: 'RB 123+456' }],
    })

    const now = await read(site, id)
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

  test('a paid order is not cancelled until its money is taken back in the same patch', async (context) => {
    const site = await road.open(context)
    const { portal, shop } = site
    const id = portal.placeOrder({ payments: [{ paid: true }] })
    const order = await read(site, id)
    const payments = order.payments.map((payment) => ({ id: payment.id, paid: false }))

    await assert.rejects(
      shop.writeOrder(order, { canceled: true, cancelReason: 'передумал' }),
      (error) =>
        error instanceof PermanentError &&
        error.facts.systemCode === 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE',
    )
    await shop.writeOrder(order, { canceled: true, cancelReason: 'передумал', payments })

    const now = await read(site, id)
    assert.deepEqual([now.canceled, now.cancelReason, now.paid], [true, 'передумал', false])
    await shop.writeOrder(now, {
      canceled: false,
      payments: payments.map(({ id: part }) => ({ id: part, paid: true })),
    })
    const revived = await read(site, id)
    assert.deepEqual([revived.canceled, revived.paid], [false, true])
  })

  test('many lanes may write at once', async (context) => {
    const { portal, shop, requests } = await road.open(context)
    const ids = orderSamples(40, 3).map((sample) => String(portal.placeOrder(sample)))
    const orders = await shop.readOrders(ids)
    const before = requests()

    await Promise.all([...orders.values()].map((order) => shop.writeOrder(order, { status: 'P' })))

    assert.ok(requests() - before <= road.writeRequests, `${requests() - before} requests`)
    assert.ok(portal.orders().every((order) => order['statusId'] === 'P'))
  })

  test('a lost answer of a write is an unknown outcome, although it was done', async (context) => {
    const site = await road.open(context)
    const id = site.portal.placeOrder()
    const order = await read(site, id)
    site.loseAnswers(true)

    await assert.rejects(site.shop.writeOrder(order, { status: 'P' }), UnknownOutcomeError)

    site.loseAnswers(false)
    assert.equal((await read(site, id)).status, 'P')
  })
}

function following(road: Road): void {
  test('orders are followed from now on, each change once, deletions not', async (context) => {
    let now = Date.parse('2026-03-01T09:00:00Z')
    const { portal, shop } = await road.open(context, { now: () => now })
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
    const { portal, shop } = await road.open(context, { now: () => now })
    const old = Array.from({ length: 70 }, () => String(portal.placeOrder()))
    now += 86_400_000
    const fresh = Array.from({ length: 60 }, () => String(portal.placeOrder()))

    assert.deepEqual(await all(shop.orderIds()), [...old, ...fresh])
    assert.deepEqual(await all(shop.orderIds({ after: old[10] ?? '' })), [...old.slice(11), ...fresh])
    assert.deepEqual(await all(shop.orderIds({ since: '2026-03-02T00:00:00+03:00' })), fresh)
  })
}

function looking(road: Road): void {
  test('the site checks out, and its dictionaries name what its orders use', async (context) => {
    const site = await road.open(context)
    const order = await read(site, site.portal.placeOrder())

    const wrong = (await site.shop.check()).filter(({ level }) => level !== 'ok')
    const names = await site.shop.dictionaries()

    assert.deepEqual(wrong, [])
    const codes = (entries: readonly { code: string }[]): string[] => entries.map(({ code }) => code)
    assert.ok(codes(names.statuses).includes(order.status))
    assert.ok(codes(names.shipmentStatuses).includes(order.shipments[0]?.status ?? ''))
    assert.ok(codes(names.paymentTypes).includes(order.payments[0]?.paySystemId ?? ''))
    assert.ok(codes(names.deliveryTypes).includes(order.shipments[0]?.deliveryId ?? ''))
    assert.ok(codes(names.personTypes).includes(order.personType))
    assert.deepEqual(codes(names.sites), [order.siteId])
    assert.deepEqual(
      names.stores.map(({ code, active }) => [code, active]),
      [
        ['1', true],
        ['2', true],
        ['3', false],
      ],
    )
  })

  test('a dead key is one finding with its fix, and no message carries the secret', async (context) => {
    const { shop, revoke, secrets } = await road.open(context)
    revoke()

    const findings = await shop.check()

    assert.deepEqual(
      findings.map(({ code }) => code),
      ['SITE_KEY_REFUSED'],
    )
    assert.notEqual(findings[0]?.fix, undefined)
    new FindingWords().read(findings)
    await assert.rejects(shop.readOrders(['5001']), (error) => {
      const seen = `${String(error)}${JSON.stringify(error)}${JSON.stringify(findings)}`
      for (const secret of secrets) assert.ok(!seen.includes(secret))
      return true
    })
  })
}

async function read({ shop }: SuiteSite, id: number): Promise<Order> {
  const order = (await shop.readOrders([String(id)])).get(String(id))
  assert.ok(order)
  return order
}

export async function all(ids: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const id of ids) list.push(id)
  return list
}
