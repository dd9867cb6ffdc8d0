import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fromWire, wireDate, wireDateTime, wireDecimal } from '../src/wire.ts'

test('a date and time keeps its microseconds both ways', () => {
  const part = (min: number, max: number, size: number) =>
    fc.integer({ min, max }).map((value) => String(value).padStart(size, '0'))
  const text = fc
    .tuple(
      part(1, 9999, 4),
      part(1, 12, 2),
      part(1, 28, 2),
      part(0, 23, 2),
      part(0, 59, 2),
      part(0, 59, 2),
      part(0, 999_999, 6),
    )
    .map(([y, m, d, h, i, s, u]) => `${y}-${m}-${d}T${h}:${i}:${s}.${u}`)
  fc.assert(fc.property(text, (value) => assert.equal(fromWire(wireDateTime(value)), value)))
})

test('a decimal keeps its digits and a date its day, at any depth', () => {
  const value = {
    row: [{ price: wireDecimal('1990.0000'), day: wireDate('2026-11-24'), none: null, flag: false }],
  }
  assert.deepEqual(fromWire(value), {
    row: [{ price: '1990.0000', day: '2026-11-24', none: null, flag: false }],
  })
})

test('a decimal that Python prints with an exponent becomes plain digits', () => {
  assert.equal(fromWire(wireDecimal('0E-8')), '0')
  assert.equal(fromWire(wireDecimal('1E+3')), '1000')
})

test('a text that is no date is refused before it is sent', () => {
  assert.throws(() => wireDateTime('2026-11-24'), TypeError)
  assert.throws(() => wireDate('24.11.2026'), TypeError)
})
