import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mapper, statusMap, type Values } from '@mufta/kit'
import type { Base } from '../src/store/base.ts'
import { decide, effectiveBase, nextBase, pendingOf, type DecideInput } from '../src/sync/decide.ts'

interface Shop {
  readonly status?: string
  readonly comment?: string | null
  readonly track?: string | null
  readonly email?: string
}
interface Crm {
  readonly statusId?: string
  readonly note?: string | null
  readonly trackNumber?: string | null
  readonly mail?: string
}

const statuses = statusMap<string, string>({ name: 'statuses', table: { N: 'new', P: 'paid', F: 'done' } })
const rules = mapper<Shop, Crm>(({ out, in: into, both }) => ({
  statusId: both('status', statuses, { owner: 'external' }),
  note: both('comment'),
  trackNumber: into('track'),
  mail: out('email'),
}))

/** Both sides as their systems hold them, and the base between them: runs the sequence of the synchronizer on values. */
class Pair {
  shop: Shop
  crm: Crm
  base: Base | null
  writes = 0

  constructor(shop: Shop) {
    this.shop = shop
    this.crm = rules.toExternal(shop)
    this.base = { shop: rules.shopValues(shop), external: rules.externalValues(this.crm) }
  }

  input(): DecideInput {
    return {
      mapper: rules,
      shop: rules.shopValues(this.shop),
      external: rules.externalValues(this.crm),
      base: this.base,
    }
  }

  run({ crash = false }: { readonly crash?: boolean } = {}): readonly string[] {
    const input = this.input()
    const decision = decide(input)
    const patch = rules.patch(this.crm, this.shop, decision.in)
    const changes = rules.draft(this.shop, decision.out)
    const base = effectiveBase(input) as Base
    this.base = { ...base, pending: pendingOf(input, decision) }
    this.shop = { ...this.shop, ...patch }
    this.crm = { ...this.crm, ...changes }
    this.writes += decision.in.length + decision.out.length
    if (!crash) this.base = nextBase(input, decision, null)
    return [...decision.out.map((name) => `out ${name}`), ...decision.in.map((name) => `in ${name}`)]
  }
}

const start: Shop = { status: 'N', comment: null, track: null, email: 'a@example.com' }

describe('the decision', () => {
  it('writes nothing when nothing changed', () => {
    assert.deepEqual(new Pair(start).run(), [])
  })

  it('lets different fields changed on both sides both survive', () => {
    const pair = new Pair(start)
    pair.shop = { ...pair.shop, comment: 'call first' }
    pair.crm = { ...pair.crm, statusId: 'done' }
    assert.deepEqual(pair.run().toSorted(), ['in statusId', 'out note'])
    assert.equal(pair.shop.status, 'F')
    assert.equal(pair.crm.note, 'call first')
  })

  it('follows the owner when both sides changed the same field, and reports the conflict', () => {
    const pair = new Pair(start)
    pair.shop = { ...pair.shop, status: 'P' }
    pair.crm = { ...pair.crm, statusId: 'done' }
    assert.deepEqual(decide(pair.input()).conflicts, [{ field: 'statusId', winner: 'external' }])
    pair.run()
    assert.equal(pair.shop.status, 'F')
  })

  it('never brings an old status back by an unrelated edit', () => {
    const pair = new Pair(start)
    pair.crm = { ...pair.crm, statusId: 'done' }
    pair.run()
    pair.shop = { ...pair.shop, comment: 'new comment' }
    assert.deepEqual(pair.run(), ['out note'])
    assert.equal(pair.crm.statusId, 'done')
  })

  it('takes its own write that it never saw acknowledged for an echo, and a later edit for a change', () => {
    const pair = new Pair(start)
    pair.crm = { ...pair.crm, statusId: 'done' }
    pair.run({ crash: true })
    pair.shop = { ...pair.shop, status: 'P' }
    assert.deepEqual(decide(pair.input()).conflicts, [{ field: 'statusId', winner: 'external' }])
    const calm = new Pair(start)
    calm.shop = { ...calm.shop, comment: 'x' }
    calm.run({ crash: true })
    assert.deepEqual(calm.run(), [])
  })

  it('reads a field that the other side omits as no news', () => {
    const pair = new Pair({ ...start, comment: 'kept' })
    const { note: _omitted, ...rest } = pair.crm
    pair.crm = rest
    assert.deepEqual(pair.run(), [])
  })

  it('parks on a value that nobody mapped', () => {
    const pair = new Pair(start)
    pair.shop = { ...pair.shop, status: 'X' }
    assert.throws(() => decide(pair.input()), { code: 'STATUS_UNMAPPED' })
  })

  it('ends every storm in silence within two rounds, with both sides equal', () => {
    const edit = fc.record({
      side: fc.constantFrom('shop', 'crm'),
      field: fc.constantFrom('status', 'comment'),
      value: fc.constantFrom('N', 'P', 'F'),
      run: fc.boolean(),
      crash: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (edits) => {
        const pair = new Pair(start)
        for (const { side, field, value, run, crash } of edits) {
          if (side === 'shop') pair.shop = { ...pair.shop, [field]: value }
          else if (field === 'status') pair.crm = { ...pair.crm, statusId: statuses.toExternal(value) }
          else pair.crm = { ...pair.crm, note: value }
          if (run) pair.run({ crash })
        }
        pair.run()
        pair.run()
        const before = pair.writes
        pair.run()
        assert.equal(pair.writes, before)
        assert.equal(pair.crm.statusId, statuses.toExternal(pair.shop.status ?? ''))
        assert.equal(pair.crm.note, pair.shop.comment)
      }),
    )
  })

  it('loses no last edit: the value that stays is one that somebody set last on a side', () => {
    const value = fc.constantFrom('N', 'P', 'F')
    fc.assert(
      fc.property(fc.option(value), fc.option(value), (mine, theirs) => {
        const pair = new Pair(start)
        if (mine !== null) pair.shop = { ...pair.shop, status: mine }
        if (theirs !== null) pair.crm = { ...pair.crm, statusId: statuses.toExternal(theirs) }
        pair.run()
        const shopEdited = mine !== null && mine !== 'N'
        const crmEdited = theirs !== null && theirs !== 'N'
        const expected = crmEdited ? theirs : shopEdited ? mine : 'N'
        assert.equal(pair.shop.status, expected)
        assert.equal(pair.crm.statusId, statuses.toExternal(expected))
      }),
    )
  })
})

describe('the next base', () => {
  it('keeps what the system says it stored, so that its normalising is not taken for an edit', () => {
    const pair = new Pair(start)
    pair.shop = { ...pair.shop, email: 'B@example.com' }
    const input = pair.input()
    const decision = decide(input)
    const stored: Values = new Map([['mail', 'b@example.com']])
    assert.equal(nextBase(input, decision, stored).external.get('mail'), 'b@example.com')
  })
})
