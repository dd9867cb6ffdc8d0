import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { placeOf } from '../src/store/binding-key.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { BindingInput } from '../src/store/store.ts'
import { tempPath } from './fakes/bench.ts'
import { shop } from './store-suite/place.ts'

const highest = '999999999999'
/** Numbers as a shop counts, and what looks much like one. */
const ids = ['7', '12', '100', highest, '0', '007', '1e3', '12 ', '1000000000000', '~ext:7', 'a-1', 'б-1']

function pair(shopId: string, more: Partial<BindingInput> = {}): BindingInput {
  return {
    connection: shop,
    entity: 'order',
    shopId,
    externalId: `x${shopId}`,
    number: `A-${shopId}`,
    base: { shop: new Map([['id', shopId]]), external: new Map() },
    intentKey: null,
    mapperVersion: '1',
    ...more,
  }
}

/** The table of bindings as schema 4 had it, with these rows instead of those of the file. */
function makeOlder(path: string, rows: readonly (readonly [number, string, string])[]): void {
  const db = new DatabaseSync(path)
  db.exec(`
    DROP TABLE binding;
    CREATE TABLE binding (
      key INTEGER PRIMARY KEY,
      connection INTEGER NOT NULL,
      entity TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      external_id TEXT,
      base TEXT NOT NULL,
      intent_key TEXT,
      mapper_version TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX binding_shop ON binding (connection, entity, shop_id);
    CREATE UNIQUE INDEX binding_external ON binding (connection, entity, external_id) WHERE external_id IS NOT NULL;
    ALTER TABLE binding ADD COLUMN number TEXT;
    CREATE INDEX binding_number ON binding (connection, number) WHERE number IS NOT NULL;
    PRAGMA user_version = 4;
  `)
  const insert = db.prepare(
    `INSERT INTO binding (connection, entity, shop_id, external_id, base, mapper_version, updated_at, number)
      VALUES (?, ?, ?, ?, ?, '1', 5, ?)`,
  )
  for (const [connection, entity, id] of rows) {
    insert.run(connection, entity, id, `x${id}`, JSON.stringify({ shop: { id }, external: {} }), `A-${id}`)
  }
  db.close()
}

describe('the key of a binding', () => {
  test('tells all orders of all connections apart, and JavaScript can hold it', () => {
    const order = fc.tuple(
      fc.integer({ min: 1, max: 4095 }),
      fc.integer({ min: 1, max: Number(highest) }).map(String),
    )
    fc.assert(
      fc.property(order, order, (one, other) => {
        const [a, b] = [one, other].map(([connection, id]) => placeOf(connection, 'order', id).key)
        assert.ok(Number.isSafeInteger(a) && (a ?? 0) > 0)
        assert.equal(a === b, one.join() === other.join())
      }),
      {
        examples: [
          [
            [4095, highest],
            [4095, '1'],
          ],
          [
            [1, '2'],
            [2, '1'],
          ],
        ],
      },
    )
  })

  test('is made of nothing but a number as shops count', () => {
    const keyed = ids.filter((id) => placeOf(1, 'order', id).key !== null)
    assert.deepEqual(keyed, ['7', '12', '100', highest])
    assert.equal(placeOf(1, 'product', '7').key, null)
    assert.equal(placeOf(4096, 'order', '7').key, null)
  })
})

describe('bindings of any id', () => {
  test('are bound, changed, found from both sides and unbound', async (t) => {
    await using store = await openSqliteStore({ path: await tempPath(t) })
    await store.push([], { bindings: ids.map((id) => pair(id)) })
    await store.push([], { bindings: ids.map((id) => pair(id, { externalId: `y${id}` })) })
    await store.push([], {
      bindings: ids.map((id) => pair(id, { externalId: `y${id}`, mapperVersion: '2' })),
    })
    assert.equal(store.countBindings(shop), ids.length)
    for (const id of ids) {
      assert.equal(store.binding(shop, 'order', id)?.mapperVersion, '2', id)
      assert.equal(store.bindingByExternal(shop, 'order', `y${id}`)?.shopId, id)
      assert.equal(store.bindingByExternal(shop, 'order', `x${id}`), null, id)
    }
    await store.push([], { unbind: ids.map((shopId) => ({ connection: shop, entity: 'order', shopId })) })
    assert.equal(store.countBindings(shop), 0)
  })

  test('are listed by falling id, then what is no number by falling age, page by page, each once', async (t) => {
    await using store = await openSqliteStore({ path: await tempPath(t) })
    await store.push([], { bindings: ids.map((id) => pair(id)) })
    const listed: string[] = []
    for (let before: string | null = 'b'; before !== null;) {
      const page = await store.reads.orders({ limit: 1, before })
      listed.push(...page.rows.map(({ shopId }) => shopId))
      before = page.next
    }
    const others = ids.filter((id) => placeOf(1, 'order', id).key === null)
    assert.deepEqual(listed, [highest, '100', '12', '7', ...others.toReversed()])
  })
})

describe('a file of schema 4', () => {
  test('keeps all its bindings, and they are found and changed as those bound since', async (t) => {
    const path = await tempPath(t)
    const made = await openSqliteStore({ path })
    await made.push([], { bindings: [pair('1'), pair('1', { connection: 'second' })] })
    await made.close()
    makeOlder(path, [
      ...ids.flatMap((id) => [[1, 'order', id] as const, [2, 'order', id] as const]),
      [1, 'product', '7'],
      [4096, 'order', '7'],
    ])
    await using store = await openSqliteStore({ path })
    for (const connection of [shop, 'second']) {
      assert.equal(store.countBindings(connection), ids.length + (connection === shop ? 1 : 0))
      for (const id of ids) {
        const { base, updatedAt, externalId } = store.binding(connection, 'order', id) ?? {}
        assert.deepEqual([base?.shop, updatedAt, externalId], [new Map([['id', id]]), 5, `x${id}`])
      }
    }
    assert.equal(store.binding(shop, 'product', '7')?.externalId, 'x7')
    await store.push([], { bindings: ids.map((id) => pair(id, { mapperVersion: '2' })) })
    assert.equal(store.countBindings(shop), ids.length + 1)
    assert.equal(store.bindingByExternal(shop, 'order', 'x100')?.mapperVersion, '2')
    assert.equal(store.binding('second', 'order', '100')?.mapperVersion, '1')
    const found = await store.reads.orders({ q: 'A-007', limit: 5 })
    assert.deepEqual(
      found.rows.map(({ shopId, number }) => [shopId, number]),
      [
        ['007', 'A-007'],
        ['007', 'A-007'],
      ],
    )
  })
})
