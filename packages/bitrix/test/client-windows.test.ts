import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Row } from '../src/rest/client/rows.ts'
import type { Window } from '../src/rest/client/span.ts'
import { WindowPlan } from '../src/rest/client/windows.ts'

/** A table in memory that answers windows as the portal would: ascending, at most 50 rows. */
class Table {
  readonly #ids: Set<number>
  #sorted: readonly number[] | undefined

  constructor(ids: Iterable<number>) {
    this.#ids = new Set(ids)
  }

  add(id: number): void {
    this.#ids.add(id)
    this.#sorted = undefined
  }

  delete(id: number): void {
    this.#ids.delete(id)
    this.#sorted = undefined
  }

  read({ after, upTo, ids }: Pick<Window, 'after' | 'upTo' | 'ids'>): Row[] {
    if (ids !== undefined)
      return ids
        .filter((id) => this.#ids.has(id))
        .slice(0, 50)
        .map(rowOf)
    const sorted = this.sorted()
    let low = 0
    for (let high = sorted.length; low < high;) {
      const middle = (low + high) >> 1
      if ((sorted[middle] ?? Infinity) <= after) low = middle + 1
      else high = middle
    }
    return sorted
      .slice(low, low + 50)
      .filter((id) => id <= upTo)
      .map(rowOf)
  }

  last(): Row[] {
    return this.sorted().slice(-50).map(rowOf)
  }

  sorted(): readonly number[] {
    this.#sorted ??= [...this.#ids].toSorted((a, b) => a - b)
    return this.#sorted
  }
}

function rowOf(id: number): Row {
  return { id, row: { ID: String(id) } }
}

interface Reading {
  readonly ids: number[]
  readonly windows: number
  readonly mostHeld: number
}

/** Reads everything with answers in a random order; `meanwhile` may change the table before each answer. */
function readAll(
  table: Table,
  random: () => number,
  options: { canUnite?: boolean; lookAheadRows?: number; batch?: number; meanwhile?: () => void } = {},
): Reading {
  const first = table.read({ after: 0, upTo: Infinity, ids: undefined })
  if (first.length < 50) return { ids: first.map(({ id }) => id), windows: 1, mostHeld: first.length }
  const plan = new WindowPlan(
    first,
    table.last(),
    { after: 0, upTo: Infinity },
    {
      lookAheadRows: options.lookAheadRows ?? 50_000,
      canUnite: options.canUnite ?? true,
    },
  )
  const ids = plan.drain().map((row) => Number(row['ID']))
  const flying: Window[] = []
  let windows = 2
  let answered = 100
  let mostHeld = 0
  for (let turn = 0; !plan.isFinished; turn++) {
    assert.ok(turn < 100_000, 'the plan makes no progress')
    const taken = plan.pending() > 0 ? plan.take(options.batch ?? 50) : []
    windows += taken.length
    flying.push(...taken)
    assert.ok(flying.length > 0 || plan.isFinished, 'nothing to do, but not finished')
    const answers = Math.ceil(random() * flying.length)
    for (let index = 0; index < answers; index++) {
      options.meanwhile?.()
      const [window] = flying.splice(Math.floor(random() * flying.length), 1)
      if (window === undefined) break
      const rows = table.read(window)
      answered += rows.length
      plan.settle(window, rows)
    }
    mostHeld = Math.max(mostHeld, answered - ids.length)
    ids.push(...plan.drain().map((row) => Number(row['ID'])))
  }
  return { ids, windows, mostHeld }
}

/** Small generator (mulberry32): the same seed gives the same run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Ids in runs of different density: dense blocks, thin stretches, holes. */
const gappyIds = fc
  .array(
    fc.record({
      rows: fc.integer({ min: 1, max: 400 }),
      step: fc.constantFrom(1, 1, 2, 10, 300),
      hole: fc.constantFrom(0, 0, 70, 5000, 1_000_000),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((runs) => fc.record({ runs: fc.constant(runs), seed: fc.integer() }))
  .map(({ runs, seed }) => {
    const random = seeded(seed)
    let id = 0
    return runs.flatMap(({ rows, step, hole }) => {
      id += hole
      return Array.from({ length: rows }, () => (id += 1 + Math.floor(random() * (step * 2 - 1))))
    })
  })

describe('windows over a table', () => {
  it('find every row once and in order, whatever the gaps and the order of the answers', () => {
    fc.assert(
      fc.property(gappyIds, fc.integer(), fc.boolean(), (ids, seed, canUnite) => {
        const table = new Table(ids)
        const reading = readAll(table, seeded(seed), { canUnite })
        assert.deepEqual(reading.ids, [...table.sorted()])
      }),
      { numRuns: 100 },
    )
  })

  it('find every row that exists throughout, while others are deleted and added', () => {
    fc.assert(
      fc.property(gappyIds, fc.integer(), (ids, seed) => {
        const random = seeded(seed)
        const table = new Table(ids)
        const atStart = table.sorted()
        const everExisted = new Set(atStart)
        const highest = Math.max(...atStart)
        const reading = readAll(table, random, {
          meanwhile() {
            const present = table.sorted()
            if (random() < 0.5) {
              table.delete(present[Math.floor(random() * present.length)] ?? 0)
            } else {
              const fresh = random() < 0.5 ? Math.ceil(random() * highest) : (present.at(-1) ?? 0) + 1
              if (everExisted.has(fresh)) return
              table.add(fresh)
              everExisted.add(fresh)
            }
          },
        })
        const found = new Set(reading.ids)
        assert.equal(found.size, reading.ids.length, 'a row came twice')
        assert.deepEqual(
          reading.ids,
          reading.ids.toSorted((a, b) => a - b),
        )
        const atEnd = new Set(table.sorted())
        for (const id of atStart) if (atEnd.has(id)) assert.ok(found.has(id), `row ${id} is missing`)
        for (const id of found) assert.ok(everExisted.has(id), `row ${id} never existed`)
      }),
      { numRuns: 100 },
    )
  })

  it('need hardly more reads than a dense table has pages', () => {
    const reading = readAll(new Table(Array.from({ length: 20_000 }, (_, index) => index + 1)), seeded(1))
    assert.ok(reading.windows <= 400 * 1.05 + 4, `${reading.windows} windows`)
  })

  it('stay within 1.2 of the fewest reads when nine of ten ids are missing', () => {
    const random = seeded(5)
    let id = 0
    const ids = Array.from({ length: 20_000 }, () => {
      do id++
      while (random() >= 0.1)
      return id
    })
    const reading = readAll(new Table(ids), random)
    assert.equal(reading.ids.length, 20_000)
    assert.ok(reading.windows <= 400 * 1.2, `${reading.windows} windows`)
  })

  it('jump over a hole of many million ids in a few reads', () => {
    const ids = [
      ...Array.from({ length: 60 }, (_, i) => i + 1),
      ...Array.from({ length: 60 }, (_, i) => 90_000_000 + i),
    ]
    const reading = readAll(new Table(ids), seeded(3))
    assert.equal(reading.ids.length, 120)
    assert.ok(reading.windows < 70, `${reading.windows} windows`)
  })

  it('hold no more rows than allowed ahead of a reader', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index * 2 + 1)
    const reading = readAll(new Table(ids), seeded(9), { lookAheadRows: 4000 })
    assert.equal(reading.ids.length, 20_000)
    assert.ok(reading.mostHeld <= 4000 + 50 * 50, `${reading.mostHeld} rows`)
  })
})
