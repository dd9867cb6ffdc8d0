import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimal, money } from '@mufta/kit'
import * as fc from 'fast-check'
import { correctionId, deliveryId, orderRows, rowAmount } from '../src/rows.ts'
import { sampleItem, sampleOrder } from './sample-order.ts'
import { settingsOf } from './settings-of.ts'

const settings = settingsOf()

test('goods and delivery become lines, and nothing is corrected where the sums agree', () => {
  const rows = orderRows(sampleOrder('1024'), settings)
  assert.deepEqual(
    rows.map(({ id, product, quantity, price }) => [id, product, quantity, price]),
    [
      ['501', 'TSHIRT', '2', '1990.0000'],
      [deliveryId, null, '1', '300'],
    ],
  )
})

test('a price without VAT becomes a price with VAT', () => {
  const item = sampleItem('1', { price: money('10.01', 'RUB'), vatRate: '20', vatIncluded: false })
  const [row] = orderRows(
    sampleOrder('1', { items: [item], shipments: [], total: money('12.01', 'RUB') }),
    settings,
  )
  assert.equal(row?.price, '12.0120')
})

test('half a kopeck goes to the even kopeck, as Tryton counts', () => {
  assert.equal(rowAmount({ quantity: '0.5', price: '33.33' }), '16.66')
  assert.equal(rowAmount({ quantity: '0.5', price: '33.35' }), '16.68')
  assert.equal(rowAmount({ quantity: '0.5', price: '-33.33' }), '-16.66')
  assert.equal(rowAmount({ quantity: '3', price: '0.0017' }), '0.01')
})

test('the lines always sum up to what the buyer pays, to the kopeck', () => {
  const kopecks = fc.integer({ min: 0, max: 10_000_000 }).map((value) => decimal.divide(String(value), '100'))
  const quantity = fc.integer({ min: 1, max: 100_000 }).map((value) => decimal.divide(String(value), '1000'))
  const item = fc.record({
    price: kopecks,
    quantity,
    vatIncluded: fc.boolean(),
    vatRate: fc.constantFrom('20', '10', null),
  })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 5 }), kopecks, (items, total) => {
      const order = sampleOrder('1', {
        total: money(total, 'RUB'),
        items: items.map((row, index) =>
          sampleItem(String(index), { ...row, price: money(row.price, 'RUB') }),
        ),
      })
      const rows = orderRows(order, settings)
      assert.equal(decimal.compare(decimal.sum(rows.map(rowAmount)), total), 0)
      assert.ok(rows.filter(({ id }) => id === correctionId).length <= 1)
    }),
  )
})
