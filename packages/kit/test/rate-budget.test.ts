import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { createBudgetRegistry, createRateBudget, type BudgetClock } from '../src/rate-budget.ts'

describe('createRateBudget', () => {
  test('gives out the burst at once and then perSecond', async () => {
    const clock = new TestClock()
    const budget = createRateBudget({ perSecond: 2, burst: 3 }, clock)
    const times = track(clock, 6, () => budget.take())
    await clock.run(2_000)
    assert.deepEqual(times, [0, 0, 0, 500, 1000, 1500])
  })

  test('never gives out more than burst + perSecond × time in any span, and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 30 }),
        async (perSecond, burst, gaps) => {
          const clock = new TestClock()
          const budget = createRateBudget({ perSecond, burst }, clock)
          const served: { index: number; at: number }[] = []
          for (const [index, gap] of gaps.entries()) {
            await clock.run(gap)
            void budget.take().then(() => served.push({ index, at: clock.now() }))
          }
          await clock.run(60_000)
          assert.deepEqual(
            served.map(({ index }) => index),
            gaps.map((_, index) => index),
          )
          for (const [from, first] of served.entries()) {
            for (const [to, last] of served.entries()) {
              if (to < from) continue
              assert.ok(to - from + 1 <= burst + ((last.at - first.at) * perSecond) / 1000 + 1e-9)
            }
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  test('gives nothing out during a penalty and no burst after it', async () => {
    const clock = new TestClock()
    const budget = createRateBudget({ perSecond: 10, burst: 5 }, clock)
    budget.penalize(1_000)
    assert.equal(budget.available(), 0)
    const times = track(clock, 3, () => budget.take())
    await clock.run(2_000)
    assert.deepEqual(times, [1000, 1100, 1200])
  })

  test('a penalty also holds those who already wait, and a shorter one does not end a longer', async () => {
    const clock = new TestClock()
    const budget = createRateBudget({ perSecond: 10, burst: 1 }, clock)
    const times = track(clock, 2, () => budget.take())
    budget.penalize(700)
    budget.penalize(50)
    await clock.run(2_000)
    assert.deepEqual(times, [0, 800])
  })

  test('an aborted waiter leaves at once and its place goes to the next', async () => {
    const clock = new TestClock()
    const budget = createRateBudget({ perSecond: 1, burst: 1 }, clock)
    await budget.take()
    const stop = new AbortController()
    const gone = budget.take({ signal: stop.signal })
    const times = track(clock, 1, () => budget.take())
    stop.abort()
    await assert.rejects(gone, { code: 'ABORTED', name: 'AbortedError' })
    await clock.run(1_500)
    assert.deepEqual(times, [1000])
    await assert.rejects(budget.take({ signal: stop.signal }), { code: 'ABORTED' })
  })

  test('leaves no timer when the last waiter has left', async () => {
    const clock = new TestClock()
    const budget = createRateBudget({ perSecond: 1, burst: 1 }, clock)
    await budget.take()
    const stop = new AbortController()
    const gone = budget.take({ signal: stop.signal })
    assert.equal(clock.pending, 1)
    stop.abort()
    await assert.rejects(gone)
    assert.equal(clock.pending, 0)
  })

  test('refuses numbers that make no budget', () => {
    for (const options of [
      { perSecond: 0, burst: 1 },
      { perSecond: 1, burst: 0 },
      { perSecond: NaN, burst: 1 },
    ]) {
      assert.throws(() => createRateBudget(options), { code: 'BUDGET_INVALID' })
    }
  })
})

describe('createBudgetRegistry', () => {
  test('hands the same budget to everything of one account and another to another', () => {
    const registry = createBudgetRegistry(new TestClock())
    const options = { perSecond: 1, burst: 2 }
    assert.equal(registry.get('a', options), registry.get('a', { ...options }))
    assert.notEqual(registry.get('a', options), registry.get('b', options))
  })

  test('refuses two budgets for one account without naming it', () => {
    const registry = createBudgetRegistry(new TestClock())
    registry.get('sentinel', { perSecond: 1, burst: 2 })
    assert.throws(
      () => registry.get('sentinel', { perSecond: 5, burst: 2 }),
      (error) => error instanceof Error && !error.message.includes('sentinel'),
    )
  })
})

class TestClock implements BudgetClock {
  #now = 0
  #timers = new Set<{ at: number; run: () => void }>()

  now = (): number => this.#now

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  get pending(): number {
    return this.#timers.size
  }

  async run(ms: number): Promise<void> {
    await settle()
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = next.at
      next.run()
      await settle()
    }
    this.#now = end
    await settle()
  }
}

function track(clock: TestClock, count: number, take: () => Promise<void>): number[] {
  const times: number[] = []
  for (let index = 0; index < count; index++) void take().then(() => times.push(clock.now()))
  return times
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
