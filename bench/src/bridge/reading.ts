import { createBridgeShop, createPortalClient, createRestShop } from '@mufta/bitrix'
import type { Shop } from '@mufta/kit'
import { atLeast, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { Remote } from '../processes/remote.ts'
import type { BenchSite } from './bridge.ts'
import type { RestSiteCalls } from './rest-site-process.ts'
import { endpointAt, serve } from './serve-site.ts'

const GOAL = 10
const PER_CALL_MS = 20
const allowHosts = ['127.0.0.1:*']

/**
 * Finding and reading changed orders over the bridge and by REST. The bridge runs in real PHP; the simulated portal
 * has no limits, 20 ms a call as in the other figures, and charges for a row what a row costs the bridge in the same
 * run. Beside it stands the bridge with the same 20 ms before each of its calls.
 */
export async function measureReading(
  { site, endpoint, keyId, secret }: BenchSite,
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<Figure> {
  const count = options.quick ? 200 : 1000
  await using shop = createBridgeShop({ endpoint, keyId, secret, allowHosts })
  await using slow = await serve(site, PER_CALL_MS)
  await using slowShop = createBridgeShop({ endpoint: endpointAt(slow.url), keyId, secret, allowHosts })
  await using portal = new Remote<RestSiteCalls>(new URL('./rest-site-process.ts', import.meta.url))
  const bridge: number[] = []
  const slowBridge: number[] = []
  const rest: number[] = []
  const faults: string[] = []
  // What the figures before saved a moment ago is behind the feed's overlap: both roads read the placed orders only.
  await site.rows('UPDATE b_sale_order SET DATE_UPDATE = DATE_SUB(NOW(), INTERVAL 1 DAY)')
  const { cursor } = await shop.changedOrders(null)
  const emptyPage = await usualTime(() => shop.changedOrders(cursor))
  const ids = await site.place(count)
  // Warm: opcache, connections, compiled code.
  await follow(shop, cursor)
  await follow(slowShop, cursor)
  const listed = (await shop.changedOrders(cursor)).events.length
  const listing = ((await usualTime(() => shop.changedOrders(cursor))) - emptyPage) / listed
  // The portal asks one price for a row, be it a line of a list or an order with all its parts: the mean of both.
  const perRowMs = ((listing + (await costOfOrder(shop, ids))) / 2) * 1000
  for (let round = 1; round <= options.rounds; round++) {
    progress(`bridge: ${count} changed orders, round ${round}`)
    // The site has the CPUs for itself while it works: the portal only waits.
    bridge.push(await timed(faults, ids, () => follow(shop, cursor)))
    slowBridge.push(await timed(faults, ids, () => follow(slowShop, cursor)))
    rest.push(await byRest(portal, { count, perCallMs: PER_CALL_MS, perRowMs }, faults))
  }
  const ratios = rest.map((seconds, round) => seconds / (bridge[round] ?? Number.NaN))
  const same = median(rest) / median(slowBridge)
  const times = `bridge ${median(bridge).toFixed(2)} s, REST ${median(rest).toFixed(2)} s`
  return {
    group: 'bridge',
    name: `${count.toLocaleString('en')} changed orders, REST : bridge`,
    value: median(ratios),
    rounds: ratios,
    unit: '×',
    goal: options.quick ? null : atLeast(GOAL),
    fault: faults[0] ?? null,
    others: [
      {
        name: 'beside',
        text: `${times}; ${same.toFixed(1)} × when a call of the bridge takes ${PER_CALL_MS} ms too`,
      },
    ],
    note: `${perRowMs.toFixed(2)} ms a row on both (listed or read whole), ${PER_CALL_MS} ms a call by REST; site, database and reader share the cores of this machine, the portal only waits`,
  }
}

/** Seconds of one more order in a request of many. */
async function costOfOrder(shop: Shop, ids: readonly string[]): Promise<number> {
  const many = ids.slice(0, 100)
  const one = await usualTime(() => shop.readOrders(many.slice(0, 1)))
  const all = await usualTime(() => shop.readOrders(many))
  return (all - one) / (many.length - 1)
}

async function usualTime(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 9; round++) times.push(await seconds(work))
  return median(times)
}

async function byRest(
  portal: Remote<RestSiteCalls>,
  cost: { readonly count: number; readonly perCallMs: number; readonly perRowMs: number },
  faults: string[],
): Promise<number> {
  const { webhook } = await portal.call('start', cost)
  const limits = { perSecond: 100_000, burst: 100_000 }
  const shop = createRestShop({
    client: createPortalClient({ webhook, allowHosts, limits }),
    auth: 'webhook',
  })
  try {
    const { cursor } = await shop.changedOrders(null)
    const ids = await portal.call('place', cost.count)
    return await timed(faults, ids, () => follow(shop, cursor))
  } finally {
    await shop.close()
  }
}

/** What the runtime does with a feed: each page's orders are read while the next page comes. Returns the ids read. */
async function follow(shop: Shop, from: string): Promise<readonly string[]> {
  const reads: Promise<readonly string[]>[] = []
  let cursor = from
  for (;;) {
    const page = await shop.changedOrders(cursor)
    const ids = page.events.map(({ id }) => id)
    reads.push(shop.readOrders(ids).then((orders) => [...orders.keys()]))
    if (!page.more) break
    cursor = page.cursor
  }
  return (await Promise.all(reads)).flat()
}

/** Every order that was placed must be read, none twice, and no other. */
async function timed(
  faults: string[],
  placed: readonly string[],
  work: () => Promise<readonly string[]>,
): Promise<number> {
  let read: readonly string[] = []
  const took = await seconds(async () => {
    read = await work()
  })
  const once = new Set(read)
  const lost = placed.filter((id) => !once.has(id)).length
  if (lost > 0 || read.length !== placed.length)
    faults.push(`${lost} orders lost, ${read.length + lost - placed.length} more read than placed`)
  return took
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
