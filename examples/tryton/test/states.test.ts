import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { saleStates, type SaleState } from '../src/sale.ts'
import { nextButton, type Button } from '../src/states.ts'

const state = fc.constantFrom(...saleStates)

test('pressing the buttons always ends, and ends in the state or with a reason', () => {
  fc.assert(
    fc.property(state, state, (from, target) => {
      let at: SaleState = from
      for (let presses = 0; presses < 6; presses++) {
        const button = nextButton(at, target)
        if (button === 'ahead' || button === 'blocked') return
        if (button === 'there') return assert.equal(at, target)
        const after = press(at, button)
        if (after === at) return assert.equal(target, 'done', `${button} does nothing in ${at}`)
        at = after
      }
      assert.fail(`${from} → ${target} goes in circles`)
    }),
  )
})

test('a sale that is being processed is never cancelled behind the back of the warehouse', () => {
  assert.equal(nextButton('processing', 'cancelled'), 'blocked')
  assert.equal(nextButton('done', 'cancelled'), 'blocked')
})

test('a sale that has gone further than the shop is left where it is', () => {
  assert.equal(nextButton('processing', 'quotation'), 'ahead')
  assert.equal(nextButton('done', 'processing'), 'ahead')
})

test('a confirmed sale goes back to draft before it is cancelled', () => {
  assert.equal(nextButton('confirmed', 'cancelled'), 'draft')
  assert.equal(nextButton('draft', 'cancelled'), 'cancel')
})

/** Tryton's own transitions: a button that does not fit does nothing. */
function press(at: SaleState, button: Button): SaleState {
  const moves: Record<Button, readonly (readonly [SaleState, SaleState])[]> = {
    draft: [
      ['cancelled', 'draft'],
      ['quotation', 'draft'],
      ['confirmed', 'draft'],
    ],
    quote: [['draft', 'quotation']],
    confirm: [['quotation', 'confirmed']],
    process: [['confirmed', 'processing']],
    cancel: [
      ['draft', 'cancelled'],
      ['quotation', 'cancelled'],
    ],
  }
  return moves[button].find(([from]) => from === at)?.[1] ?? at
}
