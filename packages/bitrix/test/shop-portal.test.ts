import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import { wordsIn, type HookResult, type Shop } from '@mufta/kit'
import { startPortal, type PortalOptions, type SimulatedPortal } from '@mufta/testing'
import { PortalClock, portalHands, testShop, type Road } from '@mufta/testing/shop'
import { createPortalClient, createRestShop, type PortalClient } from '../src/index.ts'
import { recordingLog } from './shop-fake.ts'

/** The shop over the real client, against the strict simulated portal. */
interface Site {
  readonly portal: SimulatedPortal
  readonly shop: Shop
  readonly warnings: Record<string, unknown>[]
}

function openClient(portal: SimulatedPortal, auth: 'webhook' | 'oauth'): PortalClient {
  const allowHosts = ['127.0.0.1:*']
  if (auth === 'webhook') return createPortalClient({ webhook: portal.webhook, allowHosts })
  const { clientId, clientSecret, refreshToken, accessToken, tokenUrl } = portal.app
  const authServer = new URL(tokenUrl).origin
  const oauth = { portal: portal.url, clientId, clientSecret, refreshToken, accessToken, authServer }
  return createPortalClient({ oauth, allowHosts })
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
  return { portal, shop, warnings }
}

const rest = {
  // Two batches of orders, and the order properties.
  readRequests: 4,
  writeRequests: 20,
  manyChanges: 120,
  lineDigits: 2,
  refusesStale: false,
  listsSites: false,
} as const

testShop({
  ...rest,
  name: 'REST',
  hasQueue: false,
  open: (context) => openRoad(context, 'webhook'),
})

testShop({
  ...rest,
  name: 'REST as an application',
  hasQueue: true,
  open: (context) => openRoad(context, 'oauth'),
})

async function openRoad(
  context: TestContext,
  auth: 'webhook' | 'oauth',
): Promise<Awaited<ReturnType<Road['open']>>> {
  const clock = new PortalClock()
  const options = { latency: { perCallMs: 1 }, now: clock.now }
  const { portal, shop, warnings } = await openSite(context, options, auth)
  const { clientSecret, refreshToken, accessToken } = portal.app
  return {
    shop,
    hands: portalHands(portal, clock),
    warnings,
    requests: () => portal.stats.requests,
    loseAnswers: (isLosing) => {
      portal.faults.kinds = ['reset-after']
      portal.faults.rate = isLosing ? 1 : 0
    },
    revoke: () => {
      portal.revokeWebhook()
      portal.revokeApp()
      portal.expireAccessTokens()
    },
    secrets:
      auth === 'webhook'
        ? [portal.webhook.split('/').at(-2) ?? '']
        : [clientSecret, refreshToken, accessToken],
  }
}

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
    assert.ok((await shop.subscribe(url)).every((line) => wordsIn(line, 'en').startsWith('already bound')))
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
    const [nothing = ''] = await shop.unsubscribe(url)
    assert.equal(wordsIn(nothing, 'en'), 'nothing was bound')
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
