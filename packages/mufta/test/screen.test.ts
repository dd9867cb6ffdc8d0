import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { bar, langOf, table, wrap } from '../src/ui/screen.ts'

describe('the screen', () => {
  it('a wrapped line keeps every word, and none is broken unless it is longer than the screen', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'я', '1'), minLength: 1, maxLength: 12 }))
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 60 }), (list, columns) => {
        const wrapped = wrap(`  ! ${list.join(' ')}`, 4, columns)
        assert.deepEqual(
          wrapped.split(/\s+/).filter((word) => word !== '' && word !== '!'),
          [...list],
        )
        assert.ok(wrapped.startsWith('  !'))
        for (const line of wrapped.split('\n')) assert.ok(line.length <= columns, line)
      }),
    )
  })

  it('colours take no room in a table', () => {
    const text = table([
      ['\u001b[31mred\u001b[39m', 'x'],
      ['longer', 'y'],
    ])
    assert.equal(stripVTControlCharacters(text), 'red     x\nlonger  y')
  })

  it('a bar of nothing to do is full, and of too much done as well', () => {
    assert.match(bar(0, 0), /^█+ 100 %$/, 'no count: there is nothing to count')
    assert.match(bar(5, 4), /^█+ 100 % {2}5\/4$/)
    assert.match(bar(1, 4, 4), /^█░░░ {2}25 % {2}1\/4$/)
  })

  it('speaks Russian where the surroundings do, and English elsewhere', () => {
    assert.equal(langOf({ LANG: 'ru_RU.UTF-8' }), 'ru')
    assert.equal(langOf({ LANG: 'ru_RU.UTF-8', MUFTA_LANG: 'en' }), 'en')
    assert.equal(langOf({}), 'en')
  })
})
