import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createRestShop } from '../src/index.ts'
import { FakeClient } from './shop-fake.ts'

interface Row {
  id: number
  at: number
  version: number
}

/** Orders with times in seconds after noon, listed as the portal lists them: pages of 50, filters and order obeyed. */
class ChangingSite {
  readonly rows = new Map<number, Row>()
  readonly client: FakeClient
  now = 0
  pages = 0

  constructor() {
    this.client = new FakeClient({
      'sale.order.list': (params) => this.#list(params['filter'] as Record<string, unknown>),
    })
    this.tick(0)
  }

  tick(seconds: number): void {
    this.now += seconds
    this.client.now = iso(this.now)
  }

  save(id: number, at = this.now): void {
    this.rows.set(id, { id, at, version: (this.rows.get(id)?.version ?? 0) + 1 })
  }

  #list(filter: Record<string, unknown>): { orders: unknown[] } {
    this.pages++
    const rows = [...this.rows.values()].filter((row) =>
      Object.entries(filter).every(([key, value]) => {
        const [, operator, field] = /^(>=|<=|>|<)(\w+)$/.exec(key) ?? []
        const own = field === 'id' ? row.id : row.at
        const limit = field === 'id' ? Number(value) : (Date.parse(String(value)) - NOON) / 1000
        if (operator === '>=') return own >= limit
        if (operator === '<=') return own <= limit
        return operator === '>' ? own > limit : own < limit
      }),
    )
    const page = rows.toSorted((a, b) => a.at - b.at || a.id - b.id).slice(0, 50)
    return { orders: page.map(({ id, at, version }) => ({ id, dateUpdate: iso(at), version })) }
  }
}

const NOON = Date.parse('2026-03-01T12:00:00+03:00')
const iso = (seconds: number): string =>
  new Date(NOON + seconds * 1000 + 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+03:00')

function follow(site: ChangingSite, overlapSeconds = 60) {
  const shop = createRestShop({
    client: site.client,
    auth: 'webhook',
    overlapSeconds,
    clock: () => NOON + 9e9,
  })
  let cursor: string | null = null
  /** One round: ids as given out. */
  return {
    shop,
    cursor: () => cursor ?? '',
    round: async (): Promise<string[]> => {
      const ids: string[] = []
      for (let page = 0; page < 100; page++) {
        const result = await shop.changedOrders(cursor)
        ids.push(...result.events.map(({ id }) => id))
        cursor = result.cursor
        if (!result.more) return ids
      }
      throw new Error('the round does not end')
    },
  }
}

test('the feed starts at the present moment of the portal, not of this host', async () => {
  const site = new ChangingSite()
  site.save(1, -3600)
  const feed = follow(site, 0)

  assert.deepEqual(await feed.round(), [])
  assert.match(feed.cursor(), /2026-03-01T12:00:00\+03:00/)
  site.tick(5)
  site.save(2)
  assert.deepEqual(await feed.round(), ['2'])
})

test('a change is given out once although rounds overlap, and again when the order changes again', async () => {
  const site = new ChangingSite()
  const feed = follow(site)
  await feed.round()

  site.tick(10)
  site.save(7)
  assert.deepEqual(await feed.round(), ['7'])
  site.tick(10)
  assert.deepEqual(await feed.round(), [])
  site.save(7)
  site.save(7)
  assert.deepEqual(await feed.round(), ['7'])
  site.save(7)
  assert.deepEqual(await feed.round(), ['7'], 'the same second, a later version')
})

test('a change that becomes visible late is found inside the overlap', async () => {
  const site = new ChangingSite()
  const feed = follow(site, 60)
  await feed.round()
  site.tick(100)
  await feed.round()

  site.save(9, site.now - 50)
  assert.deepEqual(await feed.round(), ['9'])
})

test('a second with more orders than a page holds is read to its end', async () => {
  const site = new ChangingSite()
  const feed = follow(site)
  await feed.round()
  site.tick(5)
  for (let id = 1; id <= 170; id++) site.save(id)
  site.tick(1)
  for (let id = 171; id <= 200; id++) site.save(id)

  const ids = await feed.round()

  assert.deepEqual(
    ids,
    Array.from({ length: 200 }, (_, index) => String(index + 1)),
  )
})

test('an idle shop costs one request a round and its cursor does not grow', async () => {
  const site = new ChangingSite()
  const feed = follow(site)
  await feed.round()
  site.tick(5)
  for (let id = 1; id <= 30; id++) site.save(id)
  await feed.round()
  site.tick(600)
  await feed.round()
  const before = site.client.halted.length

  assert.deepEqual(await feed.round(), [])
  assert.equal(site.client.halted.length - before, 1)
  assert.ok(feed.cursor().length < 100, feed.cursor())
})

test('a storm of changes keeps the cursor bounded and loses nothing', async () => {
  const site = new ChangingSite()
  const feed = follow(site, 3600)
  await feed.round()
  site.tick(1)
  for (let id = 1; id <= 1500; id++) site.save(id, Math.floor(id / 100))
  site.tick(30)

  assert.equal(new Set(await feed.round()).size, 1500)
  assert.ok(feed.cursor().length < 40_000)
  site.save(2000)
  assert.ok((await feed.round()).includes('2000'))
})

test('without the portal time the mark follows the last change', async () => {
  const site = new ChangingSite()
  const feed = follow(site, 0)
  await feed.round()
  site.tick(30)
  site.save(3)
  site.client.now = undefined

  assert.deepEqual(await feed.round(), ['3'])
  assert.match(feed.cursor(), /12:00:30/)
})

test('a filter that the portal ignores is an error, not an endless round', async () => {
  const client = new FakeClient({
    'sale.order.list': () => ({ orders: [{ id: 1, dateUpdate: iso(-9999), version: 1 }] }),
  })
  const shop = createRestShop({ client, auth: 'webhook' })
  const { cursor } = await shop.changedOrders(null)

  await assert.rejects(shop.changedOrders(cursor), { code: 'SHOP_FILTER_IGNORED' })
})

test('a cursor that cannot be read is named as such', async () => {
  const shop = createRestShop({ client: new FakeClient(), auth: 'webhook' })

  await assert.rejects(shop.changedOrders('{"v":9}'), { code: 'SHOP_CURSOR_INVALID' })
  await assert.rejects(shop.changedOrders('nonsense'), { code: 'SHOP_CURSOR_INVALID' })
})

test('whatever is saved when, between rounds and between pages, every change is given out', async () => {
  const step = fc.record({
    ids: fc.oneof(
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 5 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 45, maxLength: 130, size: 'max' }),
    ),
    seconds: fc.integer({ min: 0, max: 40 }),
    late: fc.integer({ min: 0, max: 25 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6, size: 'max' }), async (steps) => {
      const site = new ChangingSite()
      const { shop } = follow(site, 30)
      let { cursor } = await shop.changedOrders(null)
      const missing = new Set<string>()
      const pull = async (): Promise<boolean> => {
        const page = await shop.changedOrders(cursor)
        cursor = page.cursor
        for (const { id } of page.events) missing.delete(id)
        return page.more
      }
      for (const { ids, seconds, late } of steps) {
        site.tick(seconds)
        for (const id of ids) {
          // A save never carries an older time than the row had.
          site.save(id, Math.max(site.now - late, site.rows.get(id)?.at ?? 0, 0))
          missing.add(String(id))
        }
        await pull()
      }
      site.tick(5)
      for (let round = 0; round < 2; round++) while (await pull());
      assert.deepEqual([...missing], [])
    }),
    { numRuns: 60, endOnFailure: true },
  )
})

test('order ids come through the list of the client, after an id and since a date', async () => {
  const client = new FakeClient({ 'sale.order.list': () => [{ id: 12 }, { id: '13' }] })
  const shop = createRestShop({ client, auth: 'webhook' })

  const ids: string[] = []
  for await (const id of shop.orderIds({ after: '11', since: '2026-01-01T00:00:00+03:00' })) ids.push(id)

  assert.deepEqual(ids, ['12', '13'])
  assert.deepEqual(client.asked[0]?.params, {
    select: ['id'],
    filter: { '>id': '11', '>=dateInsert': '2026-01-01T00:00:00+03:00' },
  })
})
