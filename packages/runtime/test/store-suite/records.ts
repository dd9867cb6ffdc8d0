import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binding, JournalEntry } from '../../src/store/store.ts'
import { bench, job, other, shop, takeOne, type MakePlace } from './place.ts'

type BindingInput = Omit<Binding, 'updatedAt'>

function pair(shopId: string, externalId: string | null, more: Partial<BindingInput> = {}): BindingInput {
  const base = {
    shop: new Map([['status', 'N']]),
    external: new Map([
      ['statusId', 'new'],
      ['comment', null],
    ]),
  }
  return {
    connection: shop,
    entity: 'order',
    shopId,
    externalId,
    base,
    intentKey: null,
    mapperVersion: '1',
    ...more,
  }
}

export function recordTests(makePlace: MakePlace): void {
  describe('bindings', () => {
    test('a binding is found from both sides with its base as it was', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([], { bindings: [pair('1', 'A')] })
      const expected = { ...pair('1', 'A'), updatedAt: clock.now }
      assert.deepEqual(store.binding(shop, 'order', '1'), expected)
      assert.deepEqual(store.bindingByExternal(shop, 'order', 'A'), expected)
      assert.equal(store.binding(other, 'order', '1'), null)
      assert.equal(store.binding(shop, 'customer', '1'), null)
      assert.equal(store.countBindings(shop), 1)
    })

    test('an intent becomes a pair, and a pair takes a new base', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.push([], { bindings: [pair('1', null, { intentKey: 'k' }), pair('2', null)] })
      assert.equal(store.binding(shop, 'order', '1')?.externalId, null)
      await store.push([], { bindings: [pair('1', 'A')] })
      clock.now += 5
      const base = { shop: new Map([['status', 'F']]), external: new Map() }
      await store.push([], { bindings: [pair('1', 'A', { base })] })
      const binding = store.bindingByExternal(shop, 'order', 'A')
      assert.deepEqual(binding?.base, base)
      assert.deepEqual([binding?.intentKey, binding?.updatedAt], [null, clock.now])
      assert.equal(store.countBindings(shop), 2)
    })

    test('an external id that another record has is refused and the whole call with it', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([job('order/2')], { bindings: [pair('1', 'A')] })
      const lease = await takeOne(store)
      const taken = store.done(lease, {
        bindings: [pair('3', 'C'), pair('2', 'A')],
        jobs: [job('order/9')],
        cursors: [{ connection: shop, name: 'history', value: '7' }],
      })
      await assert.rejects(taken, { code: 'STORE_BINDING_TAKEN', disposition: 'park' })
      assert.equal(store.binding(shop, 'order', '3'), null)
      assert.equal(store.laneInfo(shop, 'order/9'), null)
      assert.equal(store.cursor(shop, 'history'), null)
      assert.equal(store.laneInfo(shop, 'order/2')?.state, 'running', 'the lease still holds')
    })

    test('the same external id may stand in another connection or entity', async (t) => {
      const { store } = await bench(t, makePlace)
      const more = [pair('1', 'A', { connection: other }), pair('1', 'A', { entity: 'customer' })]
      await store.push([], { bindings: [pair('1', 'A'), ...more] })
      assert.deepEqual([store.countBindings(shop), store.countBindings(other)], [2, 1])
    })

    test('unbinding frees the external id for another record in the same call', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.push([], { bindings: [pair('1', 'A')] })
      const unbind = [{ connection: shop, entity: 'order', shopId: '1' }]
      await store.push([], { unbind, bindings: [pair('2', 'A')] })
      assert.equal(store.bindingByExternal(shop, 'order', 'A')?.shopId, '2')
      assert.equal(store.binding(shop, 'order', '1'), null)
    })
  })

  describe('journal', () => {
    test('the life of a record comes in order and by pages', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.journal([line('1', 'a'), line('2', 'b'), line('1', 'c')])
      clock.now += 1
      await store.journal([line('1', 'd', other), { ...line('1', 'e'), job: 7, detail: { n: 1 } }])
      const life = store.life(shop, 'order', '1')
      assert.deepEqual(
        life.map(({ code }) => code),
        ['a', 'c', 'e'],
      )
      assert.deepEqual(life[2], {
        ...line('1', 'e'),
        job: 7,
        detail: { n: 1 },
        at: clock.now,
        seq: life[2]?.seq,
      })
      assert.deepEqual(store.life(shop, 'order', '1', { limit: 1, after: life[0]?.seq ?? 0 }), [life[1]])
      assert.deepEqual(store.life(shop, 'order', '3'), [])
      assert.deepEqual(store.life('nobody', 'order', '1'), [])
    })

    test('a life is found whole in a journal of many thousand rows', async (t) => {
      const { store } = await bench(t, makePlace)
      const ids = Array.from({ length: 20_000 }, (_, index) => String(index % 4000))
      await store.journal(ids.map((id, index) => line(id, `n${index}`)))
      assert.deepEqual(
        store.life(shop, 'order', '17').map(({ code }) => code),
        ['n17', 'n4017', 'n8017', 'n12017', 'n16017'],
      )
    })

    test('the tail shows the newest rows, or those that followed a row', async (t) => {
      const { store } = await bench(t, makePlace)
      await store.journal(['a', 'b', 'c', 'd'].map((code) => line(code, code)))
      await store.journal([{ ...line('e', 'e', other), kind: 'echo' }])
      const codes = (filter: Parameters<typeof store.journalTail>[0]): string =>
        store
          .journalTail(filter)
          .map(({ code }) => code)
          .join('')
      assert.equal(codes({ limit: 2 }), 'de')
      assert.equal(codes({ connection: shop, limit: 3 }), 'bcd')
      assert.equal(codes({ kind: 'echo' }), 'e')
      const [first] = store.journalTail({ limit: 5 })
      assert.equal(codes({ after: first?.seq ?? 0, limit: 2 }), 'bc')
      assert.equal(codes({ connection: 'nobody' }), '')
    })

    test('a purge deletes what is older and keeps numbering', async (t) => {
      const { store, clock } = await bench(t, makePlace)
      await store.journal(Array.from({ length: 2500 }, () => line('1', 'old')))
      clock.now += 1000
      await store.journal([line('1', 'new')])
      assert.equal(await store.purge(clock.now), 2500)
      const [left, ...none] = store.life(shop, 'order', '1')
      assert.deepEqual([left?.code, left?.seq, none.length], ['new', 2501, 0])
      assert.equal(await store.purge(clock.now + 1), 1)
      await store.journal([line('1', 'next')])
      assert.equal(store.life(shop, 'order', '1')[0]?.seq, 2502)
    })
  })

  describe('cursors and values', () => {
    test('a cursor moves with the work that it stands for', async (t) => {
      const { store, reopen } = await bench(t, makePlace)
      assert.equal(store.cursor(shop, 'history'), null)
      await store.setCursor(shop, 'history', '1')
      await store.push([job('order/1')], { cursors: [{ connection: shop, name: 'history', value: '2' }] })
      const again = await reopen()
      assert.deepEqual([again.cursor(shop, 'history'), again.cursor(other, 'history')], ['2', null])
    })

    test('compare-and-set writes only over the expected value', async (t) => {
      const { store } = await bench(t, makePlace)
      const results = await Promise.all([
        store.setValue('token', 'a', null),
        store.setValue('token', 'b', null),
        store.setValue('token', 'c', 'a'),
      ])
      assert.deepEqual(results, [true, false, true])
      assert.equal(store.value('token'), 'c')
      assert.equal(await store.setValue('token', 'd'), true)
      assert.equal(store.value('token'), 'd')
    })

    test('a late value is seen at once and stored with the next commit or at close', async (t) => {
      const { store, reopen } = await bench(t, makePlace)
      store.setValueSoon('limit', '1')
      store.setValueSoon('limit', '2')
      assert.equal(store.value('limit'), '2')
      const again = await reopen()
      assert.equal(again.value('limit'), '2')
      again.setValueSoon('limit', '3')
      await again.journal([])
      assert.equal((await reopen()).value('limit'), '3')
    })

    test('of late and prompt writes of one key the last call wins', async (t) => {
      const { store } = await bench(t, makePlace)
      store.setValueSoon('k', '1')
      const results = [store.setValue('k', '2', '1'), store.setValue('k', '3', '2')]
      assert.deepEqual(await Promise.all(results), [true, true])
      assert.equal(store.value('k'), '3')
      store.setValueSoon('k', '4')
      const prompt = store.setValue('k', '5', '4')
      store.setValueSoon('k', '6')
      assert.equal(await prompt, true)
      assert.equal(store.value('k'), '6')
    })
  })
}

function line(id: string, code: string, connection = shop): JournalEntry {
  return { connection, entity: 'order', id, kind: 'note', code }
}
