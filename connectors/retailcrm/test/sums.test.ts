import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decimal, deliveryCost, type Order } from '@mufta/kit'
import fc from 'fast-check'
import { orderSums } from '../src/sums.ts'
import { anyOrder, item, order, shopTotal } from './orders.ts'

const rub = (amount: string) => ({ amount, currency: 'RUB' })

/** Whole kopecks of a decimal with at most two places; the test counts in integers, apart from the code. */
function kopecks(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.')
  assert.ok(fraction.length <= 2, `${amount} has parts of a kopeck`)
  const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'))
  return amount.startsWith('-') ? -value : value
}

/** Half up, in thousandths of a unit. */
function crmLine(unit: bigint, quantity: string): bigint {
  const [whole = '0', fraction = ''] = quantity.split('.')
  const thousandths = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0'))
  return (unit * thousandths + 500n) / 1000n
}

function crmTotal(source: Order): bigint {
  const { lines, orderDiscount } = orderSums(source)
  const goods = lines.reduce(
    (sum, line) => sum + crmLine(kopecks(line.initialPrice) - kopecks(line.unitDiscount), line.quantity),
    0n,
  )
  return goods - kopecks(orderDiscount) + kopecks(deliveryCost(source).amount)
}

describe('sums of an order', () => {
  it('are, as the CRM adds them up, the shop total to the kopeck', () => {
    fc.assert(
      fc.property(anyOrder, (source) => {
        assert.equal(crmTotal(source), kopecks(source.total.amount))
      }),
      { numRuns: 1000 },
    )
  })

  it('never hold a negative price, a negative discount or parts of a kopeck', () => {
    fc.assert(
      fc.property(anyOrder, (source) => {
        const { lines, orderDiscount } = orderSums(source)
        assert.ok(kopecks(orderDiscount) >= 0n)
        for (const line of lines) {
          assert.ok(kopecks(line.unitDiscount) >= 0n)
          assert.ok(kopecks(line.initialPrice) >= kopecks(line.unitDiscount))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keep the discount that only rounding needs below a kopeck a unit and line', () => {
    fc.assert(
      fc.property(anyOrder, (source) => {
        fc.pre(source.total.amount === shopTotal(source.items, deliveryCost(source).amount))
        const units = source.items.map((one) => decimal.add(one.quantity, '1'))
        const most = decimal.multiply('0.01', decimal.sum(units))
        assert.ok(decimal.compare(orderSums(source).orderDiscount, most) <= 0)
        assert.equal(orderSums(source).lines.length, source.items.length)
      }),
    )
  })

  it('leave prices that are whole kopecks as they are', () => {
    const { lines, orderDiscount } = orderSums(order())
    assert.deepEqual(
      lines.map((line) => [line.initialPrice, line.unitDiscount, line.quantity]),
      [['1990.00', '199', '2']],
    )
    assert.equal(orderDiscount, '0')
  })

  it('put what three units of a third cannot express into the discount of the order', () => {
    const source = order({
      items: [item({ quantity: '3', price: rub('33.3333'), basePrice: rub('33.3333'), discount: rub('0') })],
      shipments: [],
      total: rub('100'),
    })
    const { lines, orderDiscount } = orderSums(source)
    assert.equal(lines[0]?.initialPrice, '33.34')
    assert.equal(orderDiscount, '0.02')
  })

  it('add VAT to a price that is kept without it', () => {
    const source = order({
      items: [item({ quantity: '1', price: rub('100'), basePrice: rub('120'), vatIncluded: false })],
      shipments: [],
      total: rub('120'),
    })
    const { lines } = orderSums(source)
    assert.equal(lines[0]?.initialPrice, '144.00')
    assert.equal(lines[0]?.unitDiscount, '24')
  })

  it('turn a fee above goods and delivery into a line of its own', () => {
    const { lines } = orderSums(order({ total: rub('3982') }))
    assert.deepEqual(
      lines.map((line) => [line.id, line.initialPrice]),
      [
        ['1893', '1990.00'],
        ['surcharge', '100.00'],
      ],
    )
  })
})
