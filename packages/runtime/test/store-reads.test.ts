import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { Json } from '@mufta/kit'
import { baseText } from '../src/store/base.ts'
import { orderMatcher } from '../src/store/order-match.ts'
import { openReads } from '../src/store/reader.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { OrderPage } from '../src/store/reads.ts'
import type { BindingInput, Store } from '../src/store/store.ts'
import { tempPath } from './fakes/bench.ts'
import { failure, job, shop, take } from './store-suite/place.ts'

function pair(shopId: string, values: Readonly<Record<string, Json>> = {}): BindingInput {
  return {
    connection: shop,
    entity: 'order',
    shopId,
    externalId: `x${shopId}`,
    number: `A-${shopId}`,
    base: { shop: new Map(Object.entries(values)), external: new Map() },
    intentKey: null,
    mapperVersion: '1',
  }
}

for (const kind of ['a file, in a thread', 'memory'] as const) {
  const open = async (t: TestContext): Promise<Store> => {
    const store = await openSqliteStore({ path: kind === 'memory' ? ':memory:' : await tempPath(t) })
    t.after(() => store.close())
    return store
  }
  describe(`reads of ${kind}`, () => {
    test('see what was committed a moment before, also with a name that was never seen', async (t) => {
      const store = await open(t)
      assert.deepEqual(await store.reads.orders({ limit: 10 }), { rows: [], next: null })
      await store.push([], { bindings: [pair('1')] })
      const found = await store.reads.orders({ limit: 10, connection: shop })
      assert.deepEqual(
        found.rows.map(({ shopId, state }) => [shopId, state]),
        [['1', 'synced']],
      )
    })

    test('scan everything in steps, whatever matches, and give each row once', async (t) => {
      const store = await open(t)
      const ids = Array.from({ length: 9_001 }, (_, index) => String(index + 1))
      await store.push([], {
        bindings: ids.map((id) => pair(id, { note: Number(id) % 1_000 === 0 ? 'needle' : 'hay' })),
      })
      const found: string[] = []
      let before: string | null = ''
      while (before !== null) {
        const page: OrderPage = await store.reads.orders({
          q: 'NEEDLE',
          limit: 4,
          ...(before === '' ? {} : { before }),
        })
        found.push(...page.rows.map(({ shopId }) => shopId))
        before = page.next
      }
      assert.deepEqual(found, ['9000', '8000', '7000', '6000', '5000', '4000', '3000', '2000', '1000'])
    })

    test('give what is meant exactly at once, and the rest after it without repeating it', async (t) => {
      const store = await open(t)
      await store.push([], { bindings: [pair('77'), pair('771'), pair('772')] })
      const first = await store.reads.orders({ q: '77', limit: 10 })
      assert.deepEqual(
        first.rows.map(({ shopId }) => shopId),
        ['77'],
      )
      const rest = await store.reads.orders({ q: '77', limit: 10, before: first.next ?? '' })
      assert.deepEqual(
        rest.rows.map(({ shopId }) => shopId),
        ['772', '771'],
      )
    })

    test('page through parked and dead orders with their codes, each once', async (t) => {
      const store = await open(t)
      const ids = ['1', '2', '3', '4', '5']
      await store.push([...ids.map((id) => job(`order/${id}`)), job('poll-shop/-')], {
        bindings: [pair('3')],
      })
      for (const lease of await take(store, 10)) {
        const outcome = lease.lane === 'order/5' ? 'dead' : 'park'
        await store.fail(lease, failure, { kind: outcome })
      }
      const parked: string[] = []
      let before: string | null = ''
      while (before !== null) {
        const page: OrderPage = await store.reads.orders({
          state: 'parked',
          limit: 3,
          ...(before === '' ? {} : { before }),
        })
        parked.push(...page.rows.map(({ shopId, number, code }) => `${shopId} ${number} ${code}`))
        before = page.next
      }
      const code = failure.code
      assert.deepEqual(parked, [`1 null ${code}`, `2 null ${code}`, `3 A-3 ${code}`, `4 null ${code}`])
      const dead = await store.reads.orders({ state: 'dead', limit: 3 })
      assert.deepEqual(
        dead.rows.map(({ shopId, state }) => [shopId, state]),
        [['5', 'dead']],
      )
    })

    test('keep the number of an order until another one is told', async (t) => {
      const store = await open(t)
      const number = async (): Promise<unknown> => (await store.reads.orders({ limit: 1 })).rows[0]?.number
      const { number: _number, ...unnumbered } = pair('1')
      await store.push([], { bindings: [unnumbered] })
      assert.equal(await number(), null)
      await store.push([], { bindings: [pair('1')] })
      await store.push([], {
        bindings: [{ ...unnumbered, base: { shop: new Map([['a', 1]]), external: new Map() } }],
      })
      assert.equal(await number(), 'A-1')
      await store.push([], { bindings: [{ ...unnumbered, number: 'B' }] })
      assert.equal(await number(), 'B')
      assert.deepEqual((await store.reads.orders({ q: 'B', limit: 5 })).rows.length, 1)
    })
  })
}

describe('the thread of the reader', () => {
  test('holds up nobody: runs go on while it scans', async (t) => {
    const store = await openSqliteStore({ path: await tempPath(t) })
    t.after(() => store.close())
    const filler = 'x'.repeat(300)
    for (let pack = 0; pack < 4; pack++) {
      const ids = Array.from({ length: 5_000 }, (_, index) => String(pack * 5_000 + index))
      await store.push([], { bindings: ids.map((id) => pair(id, { filler, phone: `+7 900 ${id}` })) })
    }
    await store.reads.orders({ limit: 1 })
    let turns = 0
    let longest = 0
    let last = performance.now()
    const over = new AbortController()
    const search = store.reads.orders({ q: '+7 999 123-45-67', limit: 10 }).finally(() => over.abort())
    while (!over.signal.aborted) {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      turns++
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
    assert.equal((await search).rows.length, 0)
    assert.ok(turns > 50, `${turns} turns`)
    assert.ok(longest < 100, `${longest} ms`)
  })

  test('refuses more than may wait, gives up what does not end, and answers the next one', async (t) => {
    const path = await tempPath(t)
    const store = await openSqliteStore({ path })
    t.after(() => store.close())
    const full = openReads({ path }, { waiting: 1 })
    const [first, second] = await Promise.allSettled([full.orders({ limit: 1 }), full.orders({ limit: 1 })])
    assert.equal(first.status, 'fulfilled')
    assert.equal(second.status === 'rejected' && (second.reason as { code: string }).code, 'STORE_BUSY')
    await full.close()
    await assert.rejects(full.orders({ limit: 1 }), { code: 'STORE_CLOSED' })
    // A thread needs longer than this to begin, so its first answer comes too late.
    const hasty = openReads({ path }, { answerMs: 1 })
    await assert.rejects(hasty.orders({ limit: 1 }), { code: 'STORE_BUSY' })
    await hasty.close()
  })

  test('that finds no file says so, and again', async (t) => {
    const reads = openReads({ path: await tempPath(t) })
    t.after(() => reads.close())
    await assert.rejects(reads.orders({ limit: 1 }), { code: 'STORE_IO' })
    await assert.rejects(reads.orders({ limit: 1 }), { code: 'STORE_IO' })
  })
})

describe('counts by hour', () => {
  test('are those of records, not of polls, and not of what was rolled back', async (t) => {
    const store = await openSqliteStore({ path: ':memory:' })
    t.after(() => store.close())
    await store.push([job('order/1'), job('order/2'), job('order/3'), job('order/4'), job('poll-shop/-')], {
      bindings: [pair('9')],
    })
    const leases = await take(store, 10)
    const of = (lane: string) => leases.find((lease) => lease.lane === lane) as (typeof leases)[number]
    const taken = { ...pair('4'), externalId: 'x9' }
    const results = await Promise.allSettled([
      store.done(of('order/1')),
      store.fail(of('order/2'), failure, { kind: 'retry', at: 0 }),
      store.fail(of('order/3'), failure, { kind: 'release' }),
      store.done(of('order/4'), { bindings: [taken] }),
      store.done(of('poll-shop/-')),
      store.done(of('order/1')),
    ])
    assert.deepEqual(
      results.map(({ status }) => status[0]),
      ['f', 'f', 'f', 'r', 'f', 'r'],
    )
    assert.deepEqual(
      store.hours(shop, 0).map(({ done, failed }) => [done, failed]),
      [[1, 1]],
    )
    assert.deepEqual(store.hours('unknown', 0), [])
  })
})

describe('a search', () => {
  const row = (values: Readonly<Record<string, Json>>) => ({
    shop_id: 'abc',
    external_id: null,
    number: null,
    base: baseText({ shop: new Map(Object.entries(values)), external: new Map() }),
  })

  test('finds a phone in whatever way either of both is spelled', () => {
    const digits = fc.stringMatching(/^9\d{9}$/)
    const gap = fc.constantFrom('', ' ', '-', ' (', ') ', '.')
    const spelled = fc
      .tuple(digits, fc.array(gap, { minLength: 9, maxLength: 9 }), fc.constantFrom('+7', '8', '7', ''))
      .map(([number, gaps, prefix]) => ({
        number,
        text:
          prefix +
          number
            .split('')
            .map((digit, at) => digit + (gaps[at] ?? ''))
            .join(''),
      }))
    fc.assert(
      fc.property(spelled, fc.constantFrom('+7', '8'), fc.boolean(), ({ number, text }, prefix, whole) => {
        assert.ok(orderMatcher(text, whole).matches(row({ phone: `${prefix}${number}` })))
        assert.ok(orderMatcher(`${prefix}${number}`, whole).matches(row({ 'customer.phone': text })))
      }),
    )
  })

  test('finds any text that a value holds, and nothing by the names of fields', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string(),
        fc.string(),
        (text, before, after) => {
          const matcher = orderMatcher(text, false)
          assert.ok(matcher.matches(row({ note: before + text + after })))
        },
      ),
    )
    assert.ok(!orderMatcher('status', false).matches(row({ status: 'N' })))
    assert.ok(!orderMatcher('shop', false).matches(row({ status: 'N' })))
  })
})
