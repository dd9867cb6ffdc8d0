import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { deliveryCost, moneyNumber, withVat, type Order } from '../src/index.ts'
import { decimal } from '../src/money.ts'

/** A whole number of 10^-places, and its text with zeros at the end as some systems print it. */
const scaled = (places: number) =>
  fc
    .record({
      value: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
      zeros: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ value, zeros }) => ({ value, text: textOf(value, places) + zerosAt(places, zeros) }))

function zerosAt(places: number, count: number): string {
  return places === 0 ? '' : '0'.repeat(count)
}

/** Digits and a point, counted apart from the code. */
function textOf(value: bigint, places: number): string {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places)
  return `${value < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${fraction}`}`
}

/** Without zeros at the end. */
function shortest(value: bigint, places: number): string {
  const text = textOf(value, places)
  return places === 0 ? text : text.replace(/\.?0+$/, '')
}

/** Half away from zero. */
function divided(value: bigint, by: bigint): bigint {
  const [a, b] = [value < 0n ? -value : value, by < 0n ? -by : by]
  const quotient = (2n * a + b) / (2n * b)
  return value < 0n === by < 0n ? quotient : -quotient
}

describe('decimals', () => {
  it('add up exactly, one as well as many, and come without zeros at the end', () => {
    fc.assert(
      fc.property(fc.array(scaled(4), { maxLength: 5 }), (values) => {
        const total = values.reduce((sum, { value }) => sum + value, 0n)
        assert.equal(decimal.sum(values.map(({ text }) => text)), shortest(total, 4))
      }),
    )
    assert.equal(decimal.sum(['150.00']), '150')
    assert.equal(decimal.sum(['0.00000000000001']), '0.00000000000001')
  })

  it('divide to ten places, half up', () => {
    fc.assert(
      fc.property(scaled(3), scaled(3), (a, b) => {
        fc.pre(b.value !== 0n)
        const wanted = divided(a.value * 10n ** 10n, b.value)
        assert.equal(decimal.compare(decimal.divide(a.text, b.text), textOf(wanted, 10)), 0)
      }),
    )
    assert.equal(decimal.divide('2', '3'), '0.6666666667')
    assert.equal(decimal.divide('1', '16000000000'), '0.0000000001')
  })

  it('round half up to as many places as asked for', () => {
    fc.assert(
      fc.property(scaled(5), ({ value, text }) => {
        const wanted = divided(value, 1000n)
        assert.equal(decimal.compare(decimal.round(text, 2), textOf(wanted, 2)), 0)
        assert.match(decimal.round(text, 2), /^-?\d+\.\d\d$/)
      }),
    )
  })

  it('add percent exactly', () => {
    fc.assert(
      fc.property(scaled(4), fc.integer({ min: 0, max: 10_000 }), ({ value, text }, hundredths) => {
        const percent = textOf(BigInt(hundredths), 2)
        const wanted = value * (10_000n + BigInt(hundredths))
        assert.equal(decimal.addPercent(text, percent), shortest(wanted, 8))
      }),
    )
    const item = { vatIncluded: false, vatRate: '20' }
    assert.deepEqual(withVat(item, { amount: '100.10', currency: 'RUB' }), {
      amount: '120.12',
      currency: 'RUB',
    })
  })
})

describe('money as a number', () => {
  it('is rounded to kopecks only where it has parts of them', () => {
    fc.assert(
      fc.property(scaled(2), scaled(5), (whole, parts) => {
        // JSON knows no zero below zero.
        const toNumber = (amount: string) => moneyNumber.toExternal({ amount, currency: 'RUB' }) + 0
        assert.equal(toNumber(whole.text), Number(textOf(whole.value, 2)))
        assert.equal(toNumber(parts.text), Number(textOf(divided(parts.value, 1000n), 2)))
      }),
    )
  })
})

describe('the cost of delivery', () => {
  it('is the sum of the shipments, however many', () => {
    const cost = (...prices: readonly string[]) => {
      const shipments = prices.map((amount) => ({ price: { amount, currency: 'RUB' } }))
      return deliveryCost({ shipments, total: { amount: '1', currency: 'RUB' } } as unknown as Order)
    }
    assert.deepEqual(cost(), { amount: '0', currency: 'RUB' })
    assert.deepEqual(cost('300.50'), { amount: '300.5', currency: 'RUB' })
    assert.deepEqual(cost('300.50', '0.25'), { amount: '300.75', currency: 'RUB' })
  })
})
