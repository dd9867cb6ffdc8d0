import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeQuery, parsePhpForm } from '../src/query.ts'

const key = fc
  .string({ minLength: 1, unit: 'grapheme' })
  .filter((text) => !/[[\]]/.test(text) && text !== '__proto__' && text.isWellFormed())
const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed())
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, text, fc.array(tie('node'), { minLength: 1, maxLength: 4 }), tie('map')),
  map: fc.dictionary(
    key.filter((name) => !/^\d+$/.test(name)),
    tie('node'),
    { minKeys: 1, maxKeys: 4, noNullPrototype: true },
  ),
}))

describe('encodeQuery', () => {
  test('writes nested names as http_build_query does', () => {
    const data = {
      a: { b: [1, 'x y'] },
      '>=d': 'й',
      yes: true,
      no: false,
      gone: undefined,
      empty: null,
      none: [],
      big: 10n ** 20n,
    }
    assert.equal(
      encodeQuery(data),
      'a%5Bb%5D%5B0%5D=1&a%5Bb%5D%5B1%5D=x%20y&%3E%3Dd=%D0%B9&yes=1&no=0&empty=&big=100000000000000000000',
    )
  })

  test('an undefined item of a list leaves no gap', () => {
    assert.equal(encodeQuery({ a: [1, undefined, 2] }), 'a%5B0%5D=1&a%5B1%5D=2')
  })

  test('is empty for no data', () => {
    assert.equal(encodeQuery({ a: undefined, b: [], c: {} }), '')
  })

  test('refuses half a character instead of sending a replacement mark', () => {
    assert.throws(() => encodeQuery({ a: { b: '\ud800' } }), { code: 'DATA_NOT_UNICODE' })
    assert.throws(() => encodeQuery({ '\udc00': 1 }), { code: 'DATA_NOT_UNICODE' })
  })

  test('refuses NaN, class instances and cycles', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    for (const bad of [NaN, Infinity, new Map(), () => 1, Symbol('x'), cycle]) {
      assert.throws(() => encodeQuery({ bad }), { code: 'DATA_NOT_ENCODABLE' })
    }
  })
})

describe('parsePhpForm', () => {
  test('reads back whatever encodeQuery wrote', () => {
    fc.assert(
      fc.property(fc.dictionary(key, tree.node, { noNullPrototype: true }), (data) => {
        assert.deepEqual(parsePhpForm(encodeQuery(data)), data)
      }),
    )
  })

  test('reads an event of a portal', () => {
    const body =
      'event=ONCRMDEALUPDATE&data%5BFIELDS%5D%5BID%5D=7&ts=1&auth%5Bdomain%5D=x.example&auth%5Bscope%5D=a+b'
    assert.deepEqual(parsePhpForm(body), {
      event: 'ONCRMDEALUPDATE',
      data: { FIELDS: { ID: '7' } },
      ts: '1',
      auth: { domain: 'x.example', scope: 'a b' },
    })
  })

  test('makes lists of empty brackets and of keys 0..n in any order, maps of other keys', () => {
    assert.deepEqual(parsePhpForm('a[]=1&a[]=2&b[1]=y&b[0]=x&c[5]=z&d[01]=q&e[3]=1&e[]=2'), {
      a: ['1', '2'],
      b: ['x', 'y'],
      c: { 5: 'z' },
      d: { '01': 'q' },
      e: { 3: '1', 4: '2' },
    })
  })

  test('keeps the last value of a repeated name and takes odd brackets literally', () => {
    assert.deepEqual(parsePhpForm('a=1&a=2&b=1&b[c]=2&[x]=3&y[=4&&=5&z'), {
      a: '2',
      b: { c: '2' },
      '[x]': '3',
      'y[': '4',
      z: '',
    })
  })

  test('cannot reach a prototype', () => {
    for (const body of [
      '__proto__[polluted]=1',
      'a[__proto__][polluted]=1',
      '__proto__=1',
      'a[%5F_proto__]=1',
    ]) {
      assert.throws(() => parsePhpForm(body), { code: 'FORM_MALFORMED', status: 400 })
    }
    const form = parsePhpForm('constructor[prototype][polluted]=1&a[toString]=2')
    assert.equal(Reflect.get({}, 'polluted'), undefined)
    assert.deepEqual(form['constructor'], { prototype: { polluted: '1' } })
  })

  test('refuses bad percent sequences and bytes that are not UTF-8 without quoting them', () => {
    for (const body of ['a=%zz', 'a=%', '%E0%A4=1', 'a=%FFsecret']) {
      assert.throws(
        () => parsePhpForm(body),
        (error) =>
          error instanceof Error &&
          !error.message.includes('secret') &&
          'code' in error &&
          error.code === 'FORM_MALFORMED',
      )
    }
  })

  test('refuses too many fields and too many brackets', () => {
    assert.equal(Object.keys(parsePhpForm('a=1&b=2&c=3', { maxFields: 3 })).length, 3)
    assert.throws(() => parsePhpForm('a=1&b=2&c=3', { maxFields: 2 }), {
      code: 'FORM_TOO_LARGE',
      status: 413,
    })
    assert.deepEqual(parsePhpForm('a[b]=1', { maxDepth: 1 }), { a: { b: '1' } })
    assert.throws(() => parsePhpForm('a[b][c]=1', { maxDepth: 1 }), { code: 'FORM_TOO_LARGE' })
  })

  test('never throws anything but its typed errors', () => {
    const piece = fc.constantFrom('a', '[', ']', '=', '&', '%', '0', '__proto__', '+', 'й', '%41', '1')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parsePhpForm(pieces.join(''))
        } catch (error) {
          assert.match(error instanceof Error && 'code' in error ? String(error.code) : '', /^FORM_/)
        }
      }),
    )
  })
})
