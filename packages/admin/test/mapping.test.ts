import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sampleState } from '../dev/mock/state.ts'
import { retailFields } from '../dev/mock/fields.ts'
import { entriesOf, isByHand, keySide, mappingRows, waitingOf } from '../src/mapping/rows.ts'
import { similarity } from '../src/mapping/similar.ts'
import { suggest } from '../src/mapping/suggest.ts'

const entry = (code: string, name: string, active = true) => ({ code, name, active })

describe('similarity of names', () => {
  test('is the same both ways, 1 for equal names, between 0 and 1 always', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('Оплачен', 'Paid', 'На сборке', 'Самовывоз', 'Ёлка'))
    fc.assert(
      fc.property(name, name, (a, b) => {
        const score = similarity(a, b)
        assert.ok(score >= 0 && score <= 1)
        assert.ok(Math.abs(score - similarity(b, a)) < 1e-9)
      }),
    )
    assert.equal(similarity('Оплачён', 'оплачен!'), 1)
  })

  test('finds the same meaning in Russian and English', () => {
    assert.ok(similarity('Банковская карта', 'Bank card') > 0.6)
    assert.ok(similarity('Самовывоз', 'Pickup') > 0.6)
    assert.ok(similarity('Курьер', 'Courier') > 0.6)
    assert.ok(similarity('Выполнен', 'Отменён') < 0.6)
  })
})

describe('suggestions', () => {
  test('pair the sample shop with the sample CRM as a person would', () => {
    const dictionaries = sampleState({ many: 0 }).connections.get('shop-crm')?.dictionaries
    assert.ok(dictionaries)
    const { shop, external } = dictionaries
    assert.deepEqual(suggest(shop['statuses'] ?? [], external['statuses'] ?? [], { N: 'new' }), {
      P: 'paid',
      R: 'return',
      F: 'complete',
      X: 'assembling',
      D: 'delivering',
    })
    assert.deepEqual(suggest(shop['paymentTypes'] ?? [], external['paymentTypes'] ?? [], {}), {
      '1': 'cash',
      '2': 'bank-card',
      '3': 'invoice',
    })
  })

  test('never give one outer code to two shop codes, nor touch what is mapped', () => {
    const names = fc.constantFrom('Новый', 'New', 'Оплачен', 'Paid', 'Возврат', 'Other')
    const list = fc.uniqueArray(fc.record({ code: fc.string({ minLength: 1, maxLength: 3 }), name: names }), {
      selector: ({ code }) => code,
      maxLength: 8,
    })
    fc.assert(
      fc.property(list, list, (from, to) => {
        const mapped = from[0] && to[0] ? { [from[0].code]: to[0].code } : {}
        const found = suggest(
          from.map(({ code, name }) => entry(code, name)),
          to.map(({ code, name }) => entry(code, name)),
          mapped,
        )
        const all = [...Object.values(mapped), ...Object.values(found)]
        assert.equal(new Set(all).size, all.length)
        assert.ok(Object.keys(found).every((code) => !(code in mapped)))
      }),
    )
  })

  test('leave out what is not in use any more', () => {
    assert.deepEqual(suggest([entry('1', 'Почта')], [entry('post', 'Почта', false)], {}), {})
  })
})

describe('rows of a mapping', () => {
  const left = [
    entry('N', 'Принят'),
    entry('X', 'На сборке'),
    entry('R', 'Возврат'),
    entry('O', 'Старый', false),
  ]

  test('stand with what orders wait for on top, most first, and the mapped ones last', () => {
    const rows = mappingRows(left, { N: 'new' }, { R: 3, X: 12 })
    assert.deepEqual(
      rows.map(({ code, waiting }) => [code, waiting]),
      [
        ['X', 12],
        ['R', 3],
        ['O', 0],
        ['N', 0],
      ],
    )
  })

  test('show a mapped or awaited code that the dictionary no longer has', () => {
    const rows = mappingRows(left, { GONE: 'x' }, { NEW: 1 })
    assert.deepEqual(
      rows.filter(({ isGone }) => isGone).map(({ code }) => code),
      ['NEW', 'GONE'],
    )
  })

  test('call no code gone where the dictionary is known from orders alone', () => {
    const seen = left.map((one) => ({ ...one, fromOrders: true as const }))
    const rows = mappingRows(seen, { GONE: 'x' }, {})
    assert.deepEqual(
      rows.filter(({ isGone }) => isGone),
      [],
    )
  })

  test('give way to pairs typed by hand where a side lists nothing, but not while an order waits for one', () => {
    const byHand = (shop: typeof left, outer: typeof left, waiting: Record<string, number> = {}) =>
      isByHand(shop, outer, mappingRows(shop, { '1': 'main' }, waiting))
    assert.equal(byHand(left, left), false)
    assert.equal(byHand(left, []), true)
    assert.equal(byHand([], left), true, 'a webhook that may not list stores')
    assert.equal(byHand([], left, { '2': 4 }), false)
  })

  test('a mapping of the way back has the external codes on the left', () => {
    const statuses = retailFields.find(({ path }) => path === 'statuses')
    assert.ok(statuses)
    const back = { ...statuses, path: 'statusesToShop' }
    const dictionaries = sampleState({ many: 0 }).connections.get('shop-crm')?.dictionaries ?? null
    assert.equal(keySide(back), 'external')
    assert.deepEqual(waitingOf(back, dictionaries), {})
    assert.equal(entriesOf(back, dictionaries, 'external')[0]?.code, 'new')
  })
})
