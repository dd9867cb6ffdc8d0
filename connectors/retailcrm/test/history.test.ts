import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { pullHistory } from '../src/history.ts'
import type { RetailCrmClient } from '../src/client.ts'
import type { HistoryPage } from '../src/wire.ts'
import { openBench, type Bench } from './crm.ts'
import { order, settings } from './orders.ts'

const context = { settings: settings(), signal: AbortSignal.timeout(5000) }

/** A client whose history is given. */
function told(...pages: readonly HistoryPage[]): RetailCrmClient {
  let asked = 0
  return {
    history: () => Promise.resolve(pages[asked++] ?? { entries: [], pages: 1 }),
  } as unknown as RetailCrmClient
}

function fixtureEntries(): readonly Record<string, unknown>[] {
  const text = readFileSync(new URL('fixtures/retailcrm-orders-history.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { history: Record<string, unknown>[] }).history
}

async function all(bench: Bench, from: string) {
  const changes = []
  let cursor = from
  for (let more = true; more;) {
    const page = await pullHistory(bench.client, cursor, bench.context)
    changes.push(...page.changes)
    cursor = page.cursor
    more = page.more
  }
  return { changes, cursor }
}

describe('history of the CRM', () => {
  it('tells which orders changed, which changes are our own, and no value', async () => {
    const page = await pullHistory(told({ entries: fixtureEntries(), pages: 1 }), '90000', context)
    const change = { id: '7146', shopId: '1024' }
    assert.deepEqual(page, {
      changes: [
        { ...change, own: true, reason: 'created' },
        { ...change, own: false, reason: 'manager' },
        { ...change, own: false, reason: 'status' },
        { ...change, own: false, reason: 'order_product.quantity' },
        { ...change, own: false, reason: 'payments.external_id' },
      ],
      cursor: '90005',
      more: false,
    })
  })

  it('keeps the cursor of an empty page', async () => {
    const page = await pullHistory(told({ entries: [], pages: 1 }), '90005', context)
    assert.deepEqual(page, { changes: [], cursor: '90005', more: false })
  })

  it('tells of deleted orders, of orders made by hand, and not of those of another site', async () => {
    const entries = [
      { id: 1, deleted: true, order: { id: 7, externalId: '10', site: 'shop-ru' } },
      { id: 2, created: true, field: 'status', order: { id: 8, site: 'shop-ru' } },
      { id: 3, field: 'status', order: { id: 9, externalId: '10', site: 'shop-kz' } },
      { id: 4, field: 'status' },
    ]
    const page = await pullHistory(told({ entries, pages: 1 }), '0', context)
    assert.deepEqual(page.changes, [
      { id: '7', shopId: '10', own: false, reason: 'deleted', deleted: true },
      { id: '8', own: false, reason: 'created' },
    ])
    assert.equal(page.cursor, '4')
  })

  it('counts ids beyond 2^53', async () => {
    const entries = [{ id: '90071992547409931' }, { id: '90071992547409930' }]
    assert.equal((await pullHistory(told({ entries, pages: 1 }), '9', context)).cursor, '90071992547409931')
  })

  it('starts at the present end with two requests, however long the past is', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    for (let edit = 0; edit < 250; edit++) bench.crm.userEdit(Number(id), { managerComment: `${edit}` })
    const before = bench.crm.stats.requests
    const start = await pullHistory(bench.client, null, bench.context)
    assert.equal(bench.crm.stats.requests - before, 2)
    assert.deepEqual([start.changes, start.more], [[], false])
    assert.deepEqual((await all(bench, start.cursor)).changes, [])
  })

  it('starts an empty history at its beginning', async (t) => {
    const bench = await openBench(t)
    const { cursor } = await pullHistory(bench.client, null, bench.context)
    await bench.create(order())
    assert.equal((await all(bench, cursor)).changes.length, 1)
  })

  it('is read over several pages without a gap or a repeat', async (t) => {
    const bench = await openBench(t)
    const { cursor } = await pullHistory(bench.client, null, bench.context)
    const { id } = await bench.create(order())
    for (let edit = 0; edit < 250; edit++) bench.crm.userEdit(Number(id), { managerComment: `${edit}` })
    const { changes } = await all(bench, cursor)
    assert.equal(changes.length, 251)
    assert.deepEqual(
      changes.map((one) => one.own),
      [true, ...Array.from({ length: 250 }, () => false)],
    )
  })

  it('never takes the status inside an entry for the change', async (t) => {
    const bench = await openBench(t)
    const { id } = await bench.create(order())
    bench.crm.userEdit(Number(id), { managerComment: 'x' })
    bench.crm.userEdit(Number(id), { status: 'complete' })
    const { changes } = await all(bench, '0')
    assert.ok(!JSON.stringify(changes).includes('complete'))
    assert.equal((await bench.read(id)).status, 'complete')
  })

  it('tells the changes of every shop that a site is mapped to, and of no other', async (t) => {
    const crm = { sites: ['shop-ru', 'shop-kz', 'shop-by'] }
    const all3 = { s1: 'shop-ru', s2: 'shop-kz', s3: 'shop-by' }
    const bench = await openBench(t, { site: undefined, sites: all3 }, crm)
    const made = []
    for (const [index, siteId] of ['s1', 's2', 's3'].entries())
      made.push(await bench.create(order({ id: `${index + 1}`, number: `${index + 1}`, siteId })))
    const narrow = { ...bench.context, settings: settings({ sites: { s1: 'shop-ru', s2: 'shop-kz' } }) }
    const page = await pullHistory(bench.client, '0', narrow)
    assert.deepEqual(
      [...new Set(page.changes.map(({ id }) => id))],
      made.slice(0, 2).map(({ id }) => id),
    )
  })
})
