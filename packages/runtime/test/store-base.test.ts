import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '@mufta/kit'
import { baseText, readBase } from '../src/store/base.ts'

const values = fc
  .array(fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 2 })))
  .map((pairs) => new Map(pairs.map(([name, value]) => [name, JSON.parse(JSON.stringify(value)) as Json])))
const way = fc
  .array(fc.tuple(fc.string(), fc.constantFrom('out' as const, 'in' as const)))
  .map((pairs) => new Map(pairs))
const pending = fc.option(fc.record({ way, shop: values, external: values }, { noNullPrototype: true }), {
  nil: undefined,
})

describe('the text of a base', () => {
  test('brings back every name and value, in their order, with what is pending', () => {
    fc.assert(
      fc.property(values, values, pending, (shop, external, written) => {
        const base = { shop, external, ...(written === undefined ? {} : { pending: written }) }
        const read = readBase(baseText(base))
        assert.deepEqual(read, base)
        assert.deepEqual([...read.shop.keys()], [...shop.keys()])
      }),
    )
  })

  test('as an earlier store wrote it is read too', () => {
    const older = {
      shop: { status: 'N', 'items[1].properties': [] },
      external: {},
      pending: { way: { status: 'out' }, shop: { status: 'A' }, external: { status: 'new' } },
    }
    assert.deepEqual(readBase(JSON.stringify(older)), {
      shop: new Map<string, Json>(Object.entries(older.shop)),
      external: new Map(),
      pending: {
        way: new Map([['status', 'out']]),
        shop: new Map([['status', 'A']]),
        external: new Map([['status', 'new']]),
      },
    })
  })
})
