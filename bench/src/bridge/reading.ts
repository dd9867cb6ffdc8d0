import { createBridgeShop, createPortalClient, createRestShop } from '@mufta/bitrix'
import type { Shop } from '@mufta/kit'
import { atLeast, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { Remote } from '../processes/remote.ts'
import type { BenchSite } from './bridge.ts'
import type { RestSiteCalls } from './rest-site-process.ts'

const GOAL = 10
const PER_CALL_MS = 20
const allowHosts = ['127.0.0.1:*']

/**
 * Finding and reading changed orders over the bridge and by REST. The bridge runs in real PHP; the simulated portal
 * has no limits, 20 ms a call as in the other figures, and charges for a row what an order costs the bridge in the
 * same run.
 */
export async function measureReading(
  { site, endpoint, keyId, secret }: BenchSite,
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<Figure> {
  const count = options.quick ? 200 : 1000
  const shop = createBridgeShop({ endpoint, keyId, secret, allowHosts })
  const bridge: number[] = []
  const rest: number[] = []
  const faults: string[] = []
  let perRowMs = 0
  await using portal = new Remote<RestSiteCalls>(new URL('./rest-site-process.ts', import.meta.url))
  try {
    const { cursor } = await shop.changedOrders(null)
    const ids = await site.place(count)
    await follow(shop, cursor) // warm: opcache, connections, compiled code
    perRowMs = await costOfOrder(shop, ids)
    for (let round = 1; round <= options.rounds; round++) {
      progress(`bridge: ${count} changed orders, round ${round}`)
      // The site has the CPUs for itself while it works: the portal only waits.
      bridge.push(await timed(faults, ids, () => follow(shop, cursor)))
      rest.push(await byRest(portal, { count, perCallMs: PER_CALL_MS, perRowMs }, faults))
    }
  } finally {
    await shop.close()
  }
  const ratios = rest.map((seconds, round) => seconds / (bridge[round] ?? Number.NaN))
  return {
    group: 'bridge',
    name: `${count.toLocaleString('en')} changed orders, REST : bridge`,
    value: median(ratios),
    rounds: ratios,
    unit: '×',
    goal: options.quick ? null : atLeast(GOAL),
    fault: faults[0] ?? null,
    others: [
      { name: 'beside', text: `bridge ${median(bridge).toFixed(2)} s, REST ${median(rest).toFixed(2)} s` },
    ],
    note: `${perRowMs.toFixed(2)} ms a row on both, ${PER_CALL_MS} ms a call by REST; PHP works on the cores of this machine, the portal only waits`,
  }
}

/** What one more order costs the site in a request of many. */
async function costOfOrder(shop: Shop, ids: readonly string[]): Promise<number> {
  const many = ids.slice(0, 100)
  const costs: number[] = []
  for (let round = 0; round < 7; round++) {
    const one = await seconds(() => shop.readOrders(many.slice(0, 1)))
    const all = await seconds(() => shop.readOrders(many))
    costs.push(((all - one) * 1000) / (many.length - 1))
  }
  return median(costs)
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

/** Every order that was placed must be read, and none twice; the overlap may bring older ones. */
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
  if (lost > 0 || once.size !== read.length)
    faults.push(`${lost} orders lost, ${read.length - once.size} read twice`)
  return took
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
