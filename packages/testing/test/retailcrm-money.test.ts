import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { decimal } from '@mufta/kit'
import type { CrmItem, CrmOrder } from '../src/retailcrm/model.ts'
import { totalsOf } from '../src/retailcrm/totals.ts'

function item(fields: Partial<CrmItem>): CrmItem {
  return {
    id: 1,
    createdAt: '',
    externalIds: [],
    offer: null,
    productName: 'x',
    priceType: null,
    initialPrice: '0',
    discountManualAmount: '0',
    discountManualPercent: '0',
    quantity: '1',
    vatRate: null,
    purchasePrice: '0',
    properties: [],
    status: 'new',
    ...fields,
  }
}

function order(items: CrmItem[], fields: Partial<CrmOrder> = {}): CrmOrder {
  return {
    id: 1,
    site: 's',
    externalId: null,
    number: '1',
    createdAt: '',
    statusUpdatedAt: '',
    status: 'new',
    orderType: 't',
    orderMethod: null,
    shipmentStore: null,
    shipmentDate: null,
    shipped: false,
    managerId: null,
    customerId: 1,
    discountManualAmount: '0',
    discountManualPercent: '0',
    texts: {},
    contragent: {},
    delivery: { code: null, cost: '0', netCost: '0', date: null, address: {}, data: {} },
    items,
    payments: [],
    customFields: {},
    fromApi: true,
    ...fields,
  }
}

const totals = (items: CrmItem[], fields?: Partial<CrmOrder>) =>
  totalsOf(order(items, fields), (status) => status === 'paid')

describe('simulated RetailCRM: money', () => {
  it('a unit price is rounded half up to kopecks before it is multiplied', () => {
    const { summ, items } = totals([
      item({ initialPrice: '99.99', discountManualPercent: '15', quantity: '3' }),
    ])
    assert.equal(items[0]?.prices[0]?.price, '84.99')
    assert.equal(summ, '254.97')
    assert.equal(totals([item({ initialPrice: '0.05', discountManualPercent: '10' })]).summ, '0.05')
  })

  it('a fractional quantity gives a line rounded to kopecks', () => {
    assert.equal(totals([item({ initialPrice: '99.99', quantity: '1.5' })]).summ, '149.99')
    assert.equal(totals([item({ initialPrice: '0.1', quantity: '3' })]).summ, '0.3')
  })

  it('the total has delivery; prepaySum has only finished payments', () => {
    const payment = { id: 1, externalId: null, type: 'cash', paidAt: null, comment: null }
    const result = totals([item({ initialPrice: '100' })], {
      delivery: { code: 'c', cost: '300.1', netCost: '0', date: null, address: {}, data: {} },
      payments: [
        { ...payment, status: 'paid', amount: '50.5' },
        { ...payment, status: 'not-paid', amount: '9' },
      ],
    })
    assert.deepEqual([result.totalSumm, result.prepaySum], ['400.1', '50.5'])
  })

  it('an order discount of 100 over 3 equal pieces shows two prices that give the sum', () => {
    const { summ, items } = totals([item({ initialPrice: '66.67', quantity: '3' })], {
      discountManualAmount: '100',
    })
    assert.equal(summ, '100.01')
    assert.deepEqual(items[0]?.prices, [
      { price: '33.33', quantity: '1' },
      { price: '33.34', quantity: '2' },
    ])
  })

  it('a discount above the goods leaves nothing to pay, never less', () => {
    assert.equal(totals([item({ initialPrice: '10' })], { discountManualAmount: '11' }).summ, '0')
    assert.equal(totals([item({ initialPrice: '10', discountManualAmount: '11' })]).summ, '0')
  })

  it('an order discount is taken to the kopeck, and whole pieces of prices give the sum of the order', () => {
    const kopecks = fc.integer({ min: 0, max: 1_000_000 }).map((value) => (value / 100).toFixed(2))
    const rows = fc.array(
      fc.record({
        initialPrice: kopecks,
        quantity: fc.integer({ min: 1, max: 50 }).map(String),
        discountManualPercent: fc.integer({ min: 0, max: 100 }).map(String),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(rows, kopecks, (given, discount) => {
        const items = given.map((row) => item(row))
        const goods = totals(items).summ
        const result = totals(items, { discountManualAmount: discount })
        const expected = decimal.compare(discount, goods) > 0 ? '0' : decimal.subtract(goods, discount)
        assert.equal(decimal.compare(result.summ, expected), 0)
        const byPrices = result.items.flatMap((one) =>
          one.prices.map((part) => decimal.multiply(part.price, part.quantity)),
        )
        assert.equal(decimal.compare(decimal.sum(byPrices), result.summ), 0)
        for (const [at, one] of result.items.entries()) {
          const pieces = decimal.sum(one.prices.map((part) => part.quantity))
          assert.equal(decimal.compare(pieces, items[at]!.quantity), 0)
        }
      }),
      { numRuns: 200 },
    )
  })
})
