import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { PermanentError } from '../src/errors.ts'
import { decodeJson } from '../src/json.ts'

describe('decodeJson', () => {
  test('reads every JSON value without long digit runs as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.json().filter((text) => !/\d{16}/.test(text)),
        (text) => {
          assert.deepEqual(decodeJson(text), JSON.parse(text))
        },
      ),
    )
  })

  test('keeps an integer beyond 2^53 as its digits and a safe one as a number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(40), (id, spaces) => {
        const isSafe = Number.isSafeInteger(Number(id))
        assert.deepEqual(
          decodeJson(`${' '.repeat(spaces)}{"id":${id},"in":[${id}]}`),
          isSafe ? { id: Number(id), in: [Number(id)] } : { id: String(id), in: [String(id)] },
        )
      }),
    )
  })

  test('leaves long fractions, exponents and strings of digits as they are', () => {
    const text = '[1234567890123456.5, 1e20, "12345678901234567890", 9007199254740991]'
    assert.deepEqual(decodeJson(text), [1234567890123456.5, 1e20, '12345678901234567890', 9007199254740991])
  })

  test('accepts a leading byte order mark', () => {
    assert.deepEqual(decodeJson('\ufeff{"a":1}'), { a: 1 })
  })

  for (const [text, position] of [
    ['', 0],
    ['<html>502 Bad Gateway</html>', 0],
    ['{"name":"Sentinel","b"', 22],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['[]]', 2],
    ['{"a":01}', 5],
    ['[1}', 2],
    ['nulx', 0],
    ['"tab\there"', 0],
  ] as const) {
    test(`names position ${position} of ${JSON.stringify(text)} and quotes nothing of it`, () => {
      assert.throws(
        () => decodeJson(text),
        (error) => {
          assert.ok(error instanceof PermanentError)
          assert.equal(error.code, 'JSON_INVALID')
          assert.equal(error.facts['position'], position)
          assert.doesNotMatch(JSON.stringify(error), /Sentinel|html|Bad/)
          assert.equal(error.cause, undefined)
          return true
        },
      )
    })
  }

  test('refuses any text JSON.parse refuses, always with the typed error', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const broken = text.slice(0, cut % text.length)
        if (isJson(broken)) return
        assert.throws(() => decodeJson(broken), { code: 'JSON_INVALID' })
      }),
    )
  })

  test('survives a string of millions of escapes and arrays nested 200,000 deep', () => {
    assert.throws(() => decodeJson(`{"a":"${'\\n'.repeat(2_000_000)}`), { code: 'JSON_INVALID' })
    assert.throws(() => decodeJson('['.repeat(200_000)), { code: 'JSON_INVALID' })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
