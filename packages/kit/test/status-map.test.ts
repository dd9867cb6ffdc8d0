import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { statusMap } from '@mufta/kit'

const code = fc.stringMatching(/^[A-Za-z]{1,2}$/)

describe('status map', () => {
  it('is its own inverse where no two shop codes share an external code', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(code, code), { selector: ([a]) => a }), (pairs) => {
        const unique = pairs.filter(([, b], index) => pairs.findIndex(([, other]) => other === b) === index)
        const map = statusMap({ name: 'statuses', table: Object.fromEntries(unique) })
        for (const [shop] of unique) assert.equal(map.toShop(map.toExternal(shop)), shop)
      }),
    )
  })

  it('refuses two shop codes for one external code unless the way back is decided', () => {
    const table: Record<string, string> = { N: 'new', A: 'new' }
    assert.throws(() => statusMap({ name: 'statuses', table }), { code: 'STATUS_AMBIGUOUS' })
    const decided = statusMap<string, string>({ name: 'statuses', table, toShop: { new: 'A' } })
    assert.equal(decided.toShop('new'), 'A')
    assert.equal(decided.toExternal('N'), 'new')
  })

  it('parks on a code that nobody mapped, on either side, and on names of Object.prototype', () => {
    const map = statusMap<string, string>({ name: 'statuses', table: { N: 'new' } })
    assert.throws(() => map.toExternal('X'), { code: 'STATUS_UNMAPPED', disposition: 'park' })
    assert.throws(() => map.toShop('lost'), { code: 'STATUS_UNMAPPED' })
    assert.throws(() => map.toExternal('constructor'), { code: 'STATUS_UNMAPPED' })
  })

  it('keeps codes that differ only in case apart', () => {
    const map = statusMap({ name: 'statuses', table: { n: 'lower', N: 'upper' } })
    assert.equal(map.toExternal('n'), 'lower')
    assert.equal(map.toExternal('N'), 'upper')
  })
})
