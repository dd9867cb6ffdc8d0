import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test, type TestContext } from 'node:test'
import {
  AuthError,
  ConfigError,
  MuftaError,
  ParkError,
  PermanentError,
  RateLimitedError,
  RetryableError,
  wordsIn,
  type Order,
  type Shop,
} from '@mufta/kit'
import { orderSamples, startPortal, type SimulatedPortal } from '@mufta/testing'
import { FindingWords } from '@mufta/testing/acceptance'
import { all, PortalClock, portalHands, testShop, type ShopHands } from '@mufta/testing/shop'
import { createBridgeShop, createPortalClient, createRestShop } from '../src/index.ts'
import { failure, FakeModule, ok } from './bridge-fake.ts'
import { recordingLog } from './shop-fake.ts'

const allowHosts = ['127.0.0.1:*']

interface Bridge {
  readonly portal: SimulatedPortal
  readonly module: FakeModule
  readonly shop: Shop
  readonly rest: Shop
  readonly warnings: Record<string, unknown>[]
}

async function openBridge(context: TestContext, options: { now?: () => number } = {}): Promise<Bridge> {
  const portal = await startPortal({ limits: false, ...options })
  context.after(() => portal.close())
  const client = createPortalClient({
    webhook: portal.webhook,
    allowHosts,
    limits: { perSecond: 10_000, burst: 10_000 },
  })
  const rest = createRestShop({ client, auth: 'webhook' })
  context.after(() => rest.close())
  const module = new FakeModule({ portal, rest, ...options })
  await module.start()
  context.after(() => module.close())
  const { log, warnings } = recordingLog()
  const { endpoint, keyId, secret } = module
  const clock = options.now === undefined ? {} : { clock: options.now }
  const shop = createBridgeShop({ endpoint, keyId, secret, allowHosts, log, random: () => 0, ...clock })
  context.after(() => shop.close())
  return { portal, module, shop, rest, warnings }
}

testShop({
  name: 'the bridge',
  readRequests: 1,
  writeRequests: 40,
  manyChanges: 520,
  lineDigits: 2,
  refusesStale: true,
  listsSites: true,
  hasQueue: true,
  open: async (context) => {
    const clock = new PortalClock()
    const { portal, module, shop, warnings } = await openBridge(context, { now: clock.now })
    return {
      shop,
      hands: tellingHands(portalHands(portal, clock), module),
      warnings,
      requests: () => module.server.stats.requests,
      loseAnswers: (isLosing) => {
        module.server.faults.kinds = ['reset-after']
        module.server.faults.rate = isLosing ? 1 : 0
      },
      revoke: () => {
        module.secret = 'b2'.repeat(32)
      },
      secrets: [module.secret],
    }
  },
})

/** What happens at the site is put into the outbox, as the module's event handlers do. */
function tellingHands(hands: ShopHands, module: FakeModule): ShopHands {
  return {
    ...hands,
    place: async (orders, saved) => {
      const ids = await hands.place(orders, saved)
      for (const id of ids) module.queue(id, 'OnSaleOrderSaved')
      return ids
    },
    edit: async (id, change, saved) => {
      await hands.edit(id, change, saved)
      module.queue(id, 'OnSaleOrderSaved')
    },
    delete: async (id) => {
      await hands.delete(id)
      module.queue(id, 'OnSaleOrderDeleted')
    },
  }
}

describe('reading over the bridge', () => {
  test('brings the very orders that REST brings', async (context) => {
    const { portal, shop, rest } = await openBridge(context)
    const ids = orderSamples(30, 11).map((sample) => String(portal.placeOrder(sample)))

    assert.deepEqual([...(await shop.readOrders(ids))], [...(await rest.readOrders(ids))])
  })

  test('gathers reads of the same moment, 500 in a request', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    const ids = Array.from({ length: 1010 }, () => String(portal.placeOrder()))

    const read = await Promise.all(ids.map(async (id) => (await shop.readOrders([id, id])).get(id)?.id))

    assert.deepEqual(read, ids)
    assert.equal(module.asked.length, 3)
  })

  test('an order that spoils its request fails alone', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    const ids = Array.from({ length: 40 }, () => String(portal.placeOrder()))
    const spoiled = ids[17] as string
    const real = module.server
    module.replies.set('orders.read', ok({ orders: [[spoiled]], kinds: [], missing: [] }))
    const read = shop.readOrders([spoiled])
    await assert.rejects(read, { code: 'BRIDGE_ANSWER_SHAPE' })
    module.replies.clear()
    module.spoiled = spoiled

    const outcomes = await Promise.allSettled(ids.map((id) => shop.readOrders([id])))

    const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [ids[index]] : []))
    assert.deepEqual(failed, [spoiled])
    assert.ok(real.stats.requests < 20, `${real.stats.requests} requests`)
  })

  test('an order that the answer neither brings nor calls missing is no deleted order', async (context) => {
    const { module, shop } = await openBridge(context)
    module.replies.set('orders.read', ok({ orders: [], kinds: [], missing: [] }))

    await assert.rejects(shop.readOrders(['5001']), { code: 'BRIDGE_ANSWER_SHAPE' })
  })

  test('the request ends when nobody waits for it any more', async (context) => {
    const { module, shop } = await openBridge(context)
    module.replies.set('orders.read', {
      ...ok({ orders: [], kinds: [], missing: ['5001'] }),
      delayMs: 10_000,
    })
    const abort = new AbortController()
    const { signal } = abort
    const reads = [shop.readOrders(['5001'], { signal }), shop.readOrders(['5001'], { signal })]
    while (module.asked.length === 0) await new Promise(setImmediate)

    abort.abort()

    for (const read of reads) await assert.rejects(read, { code: 'BRIDGE_ABORTED' })
  })

  test('lost answers and a busy site are ridden out', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    const id = String(portal.placeOrder())
    const outcomes = ['reset-before', 'error-500', 'html-502', 'truncated', 'reset-after'] as const
    for (const kind of outcomes) {
      module.server.faults.kinds = [kind]
      module.server.faults.rate = 1
      const read = shop.readOrders([id])
      while (module.server.stats.faults === 0) await new Promise(setImmediate)
      module.server.faults.rate = 0
      module.server.stats.faults = 0
      assert.deepEqual([...(await read).keys()], [id], kind)
    }
  })

  test('a feed that does not move is an error, not a loop', async (context) => {
    const { module, shop } = await openBridge(context)
    const { cursor } = await shop.changedOrders(null)
    const now = '2026-03-01T09:00:00+03:00'
    const next = { since: now, afterId: '7' }
    module.replies.set('orders.changed', ok({ changes: [], next, more: true, now }))
    await assert.rejects(shop.changedOrders(cursor), { code: 'BRIDGE_FEED_STUCK' })
    module.replies.set('orders.ids', ok({ ids: [], more: true }))
    await assert.rejects(all(shop.orderIds()), { code: 'BRIDGE_FEED_STUCK' })
  })

  test('without versions a change may come twice but is never dropped', async (context) => {
    const { module, shop } = await openBridge(context)
    const { cursor } = await shop.changedOrders(null)
    const now = new Date(Date.now()).toISOString().replace(/\.\d+/, '')
    const change = { id: '5001', version: null, updatedAt: now }
    const next = { since: now, afterId: '5001' }
    module.replies.set('orders.changed', ok({ changes: [change], next, more: false, now }))
    const first = await shop.changedOrders(cursor)
    const second = await shop.changedOrders(first.cursor)
    assert.deepEqual([first.events.length, second.events.length], [1, 1])
  })
})

describe('writing over the bridge', () => {
  test('a lost answer is repeated with the same key and has one effect', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    const id = portal.placeOrder()
    const order = await one(shop, id)
    module.server.faults.kinds = ['reset-after']
    module.server.faults.rate = 1
    const write = shop.writeOrder(order, { status: 'P' })
    while (module.server.stats.faults === 0) await new Promise(setImmediate)
    module.server.faults.rate = 0
    await write

    const keys = module.asked.filter(({ command }) => command === 'orders.patch').map(({ key }) => key)
    assert.ok(keys.length >= 2 && new Set(keys).size === 1)
    assert.equal((await one(shop, id)).version, (order.version ?? 0) + 1)
  })

  test('the same write is the same key; another patch, order or version is another', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    module.replies.set('orders.patch', ok({ version: 2, changed: [], warnings: [] }))
    const order = await one(shop, portal.placeOrder())
    const other = await one(shop, portal.placeOrder())
    await shop.writeOrder(order, { status: 'P', managerComment: 'x' })
    await shop.writeOrder(order, { managerComment: 'x', status: 'P' })
    await shop.writeOrder(order, { managerComment: 'x', status: 'F' })
    await shop.writeOrder(other, { status: 'P', managerComment: 'x' })
    await shop.writeOrder({ ...order, version: 99 }, { status: 'P', managerComment: 'x' })

    const [first, ...rest] = module.asked.filter(({ key }) => key !== undefined).map(({ key }) => key)
    assert.equal(rest[0], first)
    assert.equal(new Set(rest).size, 4)
    assert.match(first ?? '', /^[0-9a-f]{40}$/)
  })

  test('an order that changed meanwhile is not written and is to be read again', async (context) => {
    const { portal, shop } = await openBridge(context)
    const id = portal.placeOrder()
    const order = await one(shop, id)
    portal.editOrder(id, { statusId: 'F' })

    await assert.rejects(
      shop.writeOrder(order, { status: 'P' }),
      (error) => error instanceof RetryableError && error.code === 'BRIDGE_VERSION_CONFLICT',
    )
    assert.equal((await one(shop, id)).status, 'F')
  })

  test('an empty patch asks nothing', async (context) => {
    const { portal, module, shop } = await openBridge(context)
    const order = await one(shop, portal.placeOrder())
    const before = module.asked.length
    await shop.writeOrder(order, {})
    assert.equal(module.asked.length, before)
  })

  test('warnings of the shop are told without personal data, and the write counts', async (context) => {
    const { portal, module, shop, warnings } = await openBridge(context)
    const order = await one(shop, portal.placeOrder())
    const text = 'письмо для ivan@example.ru не ушло'
    module.replies.set('orders.patch', ok({ version: 2, changed: ['status'], warnings: [text] }))
    await shop.writeOrder(order, { status: 'P' })
    assert.equal(warnings[0]?.['code'], 'SHOP_ORDER_MARKED')
    assert.doesNotMatch(JSON.stringify(warnings), /ivan@example/)
  })
})

describe('a new key', () => {
  async function openPaired(context: TestContext) {
    const time = { now: Date.now() }
    const bridge = await openBridge(context, { now: () => time.now })
    const { endpoint, keyId, secret } = bridge.module
    const key = { now: { endpoint, keyId, secret, since: time.now } }
    const shop = createBridgeShop({
      credentials: () => key.now,
      allowHosts,
      random: () => 0,
      clock: () => time.now,
    })
    context.after(() => shop.close())
    return { ...bridge, shop, key, time }
  }

  for (const [code, status, own] of [
    ['BAD_SIGNATURE', 401, 'BRIDGE_KEY_REFUSED'],
    ['NOT_CONFIGURED', 503, 'BRIDGE_NOT_PAIRED'],
  ] as const) {
    test(`that the site does not know yet (${code}) is tried again, and refused for good later`, async (context) => {
      const { module, shop, time } = await openPaired(context)
      module.replies.set('dictionaries', failure(status, code))
      await assert.rejects(
        shop.dictionaries(),
        (error) => error instanceof RetryableError && error.code === 'BRIDGE_KEY_NEW',
      )
      assert.equal(module.asked.length, 3)
      time.now += 30_000
      await assert.rejects(shop.dictionaries(), (error) => error instanceof AuthError && error.code === own)
    })
  }

  test('that came while a request with the old one was under way is used by its repeat', async (context) => {
    const { module, shop, key, time } = await openPaired(context)
    time.now += 3_600_000
    const old = key.now
    module.secret = 'b2'.repeat(32)
    let asked = 0
    Object.defineProperty(key, 'now', {
      get: () =>
        asked++ === 0 ? old : { ...old, keyId: module.keyId, secret: module.secret, since: time.now },
    })
    assert.ok((await shop.dictionaries()).statuses.length > 0)
  })
})

describe('a refusal of the module', () => {
  const cases = [
    ['BAD_REQUEST', 400, PermanentError, 'BRIDGE_REFUSED'],
    ['BAD_SIGNATURE', 401, AuthError, 'BRIDGE_KEY_REFUSED'],
    ['STALE', 401, AuthError, 'BRIDGE_CLOCK'],
    ['REPLAYED', 401, RetryableError, 'BRIDGE_REPLAYED'],
    ['NOT_CONFIGURED', 503, AuthError, 'BRIDGE_NOT_PAIRED'],
    ['UNKNOWN_COMMAND', 404, PermanentError, 'BRIDGE_NO_COMMAND'],
    ['TOO_LARGE', 413, PermanentError, 'BRIDGE_TOO_LARGE'],
    ['UNSUPPORTED_TYPE', 415, PermanentError, 'BRIDGE_REFUSED'],
    ['KEY_REUSED', 409, PermanentError, 'BRIDGE_KEY_REUSED'],
    ['VERSION_CONFLICT', 409, RetryableError, 'BRIDGE_VERSION_CONFLICT'],
    ['NOT_FOUND', 404, PermanentError, 'BRIDGE_NOT_FOUND'],
    ['UNKNOWN_STATUS', 400, ParkError, 'BRIDGE_UNKNOWN_STATUS'],
    ['REFUSED', 400, PermanentError, 'BRIDGE_REFUSED'],
    ['BUSY', 429, RateLimitedError, 'BRIDGE_BUSY'],
    ['TIME_OVER', 503, RetryableError, 'BRIDGE_TIME_OVER'],
    ['INTERNAL', 500, RetryableError, 'BRIDGE_SERVER'],
    ['OF_A_LATER_MODULE', 400, PermanentError, 'BRIDGE_REFUSED'],
  ] as const
  for (const [code, status, kind, own] of cases) {
    test(`${code} is ${kind.name} ${own}`, async (context) => {
      const { module, shop } = await openBridge(context)
      module.replies.set('dictionaries', failure(status, code, {}, { 'retry-after': '3600' }))
      await assert.rejects(
        shop.dictionaries(),
        (error) =>
          error instanceof kind &&
          error.code === own &&
          error.facts.systemCode === code &&
          error.facts.httpStatus === status,
      )
    })
  }

  const strange = [
    ['the kernel without the module', 200, '{"status":"error","data":null,"errors":[]}', 'BRIDGE_NO_MODULE'],
    ['a moved site', 302, '', 'BRIDGE_MOVED'],
    ['a page of a firewall', 403, '<html>', 'BRIDGE_KEPT_OUT'],
    ['nothing there', 404, '<html>', 'BRIDGE_NO_MODULE'],
    ['a page instead of JSON', 200, '<html>', 'BRIDGE_NOISE'],
    ['null', 200, 'null', 'BRIDGE_NOISE'],
    ['nothing', 200, '', 'BRIDGE_NOISE'],
    ['a cut answer', 200, '{"v":1,"ok":true,"resu', 'BRIDGE_NOISE'],
    ['another protocol', 200, '{"v":2,"ok":true,"result":{}}', 'BRIDGE_NOISE'],
    ['a good answer with a bad status', 500, '{"v":1,"ok":true,"result":{}}', 'BRIDGE_NOISE'],
    [
      'a refusal with a good status',
      200,
      '{"v":1,"ok":false,"error":{"code":"X","message":""}}',
      'BRIDGE_NOISE',
    ],
    ['a result without its fields', 200, '{"v":1,"ok":true,"result":{}}', 'BRIDGE_ANSWER_SHAPE'],
  ] as const
  for (const [what, status, body, code] of strange) {
    test(`${what} is ${code}, never an empty success`, async (context) => {
      const { module, shop } = await openBridge(context)
      module.replies.set('dictionaries', { status, body })
      await assert.rejects(shop.dictionaries(), (error) => error instanceof MuftaError && error.code === code)
    })
  }

  test('the time of Retry-After is handed on', async (context) => {
    const { module, shop } = await openBridge(context)
    module.replies.set('dictionaries', failure(429, 'BUSY', {}, { 'retry-after': '120' }))
    await assert.rejects(
      shop.dictionaries(),
      (error) => error instanceof RateLimitedError && error.retryAfterMs === 120_000,
    )
  })
})

describe('the outbox', () => {
  test('is pulled, held until it is cleared, and brings the same events again', async (context) => {
    const { module, shop } = await openBridge(context)
    module.queue('5012', 'OnSaleOrderSaved')
    module.queue('5013', 'OnSaleOrderDeleted')
    module.queue('17', 'OnProductUpdate', 'product')
    const queue = shop.eventQueue
    assert.ok(queue)

    const taken = await queue.reserve({})

    assert.deepEqual(taken.events, [
      { entity: 'order', id: '5012', reason: 'OnSaleOrderSaved' },
      { entity: 'order', id: '5013', reason: 'OnSaleOrderDeleted', deleted: true },
    ])
    assert.deepEqual(taken.ignored, ['product OnProductUpdate'])
    const { reservation } = taken
    assert.ok(reservation)
    assert.deepEqual(await queue.reserve({ reservation }), taken)
    await queue.clear(reservation)
    assert.equal(module.rows.length, 0)
    assert.deepEqual(await queue.reserve({}), { reservation: null, events: [], ignored: [] })
  })

  test('a lease that is over when it is cleared keeps nobody busy', async (context) => {
    const { module, shop } = await openBridge(context)
    module.queue('5012', 'OnSaleOrderSaved')
    const { reservation } = (await shop.eventQueue?.reserve({})) ?? {}
    assert.ok(reservation)
    module.replies.set('outbox.ack', failure(404, 'NOT_FOUND'))
    await shop.eventQueue?.clear(reservation)
    module.replies.set('outbox.ack', failure(503, 'TIME_OVER'))
    await assert.rejects(async () => shop.eventQueue?.clear(reservation), RetryableError)
  })

  test('a reservation of another road is forgotten', async (context) => {
    const { shop } = await openBridge(context)
    const taken = await shop.eventQueue?.reserve({ reservation: 'abcdef0123456789' })
    assert.deepEqual(taken, { reservation: null, events: [], ignored: [] })
  })
})

describe('the check', () => {
  const words = new FindingWords()
  const cases = [
    ['SITE_CLOCK_DIFFERS', { time: '2020-01-01T00:00:00+03:00' }],
    ['SITE_NOT_UTF8', { encoding: 'windows-1251' }],
    ['BRIDGE_OUTBOX_LATE', { outbox: { waiting: 3, dead: 0, oldestSeconds: 7200 } }],
    ['BRIDGE_OUTBOX_DEAD', { outbox: { waiting: 0, dead: 2, oldestSeconds: null } }],
    ['BRIDGE_AGENT_LATE', { lastAgentRun: null }],
    ['BRIDGE_AGENT_LATE', { lastAgentRun: '2020-01-01T00:00:00+03:00' }],
  ] as const
  for (const [code, health] of cases) {
    test(`${code} for ${JSON.stringify(health)}, with what to do`, async (context) => {
      const { module, shop } = await openBridge(context)
      module.health = health
      const wrong = words.read(await shop.check()).filter(({ level }) => level !== 'ok')
      assert.ok(wrong.some((finding) => finding.code === code && finding.fix !== undefined))
    })
  }

  test('a healthy site has nothing to fix', async (context) => {
    const { shop } = await openBridge(context)
    assert.deepEqual(
      words.read(await shop.check()).filter(({ level }) => level !== 'ok'),
      [],
    )
  })

  const refusals = [
    [failure(401, 'BAD_SIGNATURE'), 'SITE_KEY_REFUSED', /Сайт не принимает ключ/],
    [failure(401, 'STALE'), 'SITE_KEY_REFUSED', /Часы сайта/],
    [failure(503, 'INTERNAL'), 'SITE_UNREACHABLE', /Внутри сайта произошла ошибка/],
  ] as const
  for (const [reply, code, russian] of refusals) {
    test(`${code}: ${russian.source}, in Russian too`, async (context) => {
      const { module, shop } = await openBridge(context)
      module.replies.set('health', reply)
      const [finding] = words.read(await shop.check())
      assert.equal(finding?.code, code)
      assert.match(wordsIn(finding.message, 'ru'), russian)
    })
  }

  test('orders that cannot be read are a finding of their own', async (context) => {
    const { module, shop } = await openBridge(context)
    module.replies.set('orders.ids', failure(422, 'REFUSED'))
    const codes = words.read(await shop.check()).map(({ code }) => code)
    assert.ok(codes.includes('SITE_ORDERS_REFUSED'))
  })

  test('everything that it can find is said in both languages', () => {
    const source = readFileSync(new URL('../src/bridge/check.ts', import.meta.url), 'utf8')
    const codes = [...source.matchAll(/(?:ok\(|code: |\? )'([A-Z_]+)'|: '(SITE_[A-Z]+)'/g)]
    const named = codes.map(([, code, other]) => code ?? other ?? '')
    assert.ok(named.length > 10)
    words.assertRead(named)
  })
})

describe('the key', () => {
  test('is asked for at every call, so a new pairing needs no restart', async (context) => {
    const { module } = await openBridge(context)
    let isPaired = false
    const { endpoint, keyId, secret } = module
    const credentials = () => (isPaired ? { endpoint, keyId, secret } : null)
    const shop = createBridgeShop({ credentials, allowHosts })
    context.after(() => shop.close())

    await assert.rejects(shop.dictionaries(), (error) => error instanceof AuthError)
    assert.deepEqual(
      (await shop.check()).map(({ code }) => code),
      ['SITE_KEY_REFUSED'],
    )
    isPaired = true
    assert.ok((await shop.dictionaries()).statuses.length > 0)
  })

  test('a plain or private address and a short secret are refused at construction', () => {
    const options = { endpoint: 'https://shop.example.ru/x', keyId: 'k', secret: 'a'.repeat(64) }
    assert.throws(() => createBridgeShop({ ...options, endpoint: 'http://shop.example.ru/x' }), ConfigError)
    assert.throws(() => createBridgeShop({ ...options, endpoint: 'https://127.0.0.1/x' }), ConfigError)
    assert.throws(() => createBridgeShop({ ...options, secret: 'short' }), ConfigError)
    assert.throws(() => createBridgeShop({ ...options, overlapSeconds: -1 }), ConfigError)
  })
})

async function one(shop: Shop, id: number): Promise<Order> {
  const order = (await shop.readOrders([String(id)])).get(String(id))
  assert.ok(order)
  return order
}
