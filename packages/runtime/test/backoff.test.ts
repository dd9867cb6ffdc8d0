import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { RateLimitedError, RetryableError, UnknownOutcomeError } from '@mufta/kit'
import { BACKOFF_DEFAULTS, backoffMs, minimumWaitMs } from '../src/backoff.ts'

describe('the wait before the next attempt', () => {
  it('lies anywhere between nothing and a bound that doubles up to its maximum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (attempt, random) => {
          const wait = backoffMs(attempt, () => random, BACKOFF_DEFAULTS)
          const bound = Math.min(900_000, 1_000 * 2 ** (attempt - 1))
          return Number.isInteger(wait) && wait === Math.floor(random * bound) && wait < bound
        },
      ),
    )
  })

  it('spreads those that failed together', () => {
    const waits = Array.from({ length: 100 }, () => backoffMs(5, Math.random, BACKOFF_DEFAULTS))
    assert.ok(new Set(waits).size > 50)
    assert.ok(Math.max(...waits) - Math.min(...waits) > 4_000)
  })

  it('is at least what the outside asked for', () => {
    const asked = new RateLimitedError('LIMIT', 'Too many', { retryAfterMs: 600_000 })
    assert.equal(minimumWaitMs(asked, BACKOFF_DEFAULTS), 600_000)
  })

  it('lets an unknown outcome settle, and asks nothing of other failures', () => {
    assert.equal(minimumWaitMs(new UnknownOutcomeError('LOST', 'Silence'), BACKOFF_DEFAULTS), 2_000)
    assert.equal(minimumWaitMs(new RetryableError('DOWN', '503'), BACKOFF_DEFAULTS), 0)
    assert.equal(minimumWaitMs(new Error('x'), BACKOFF_DEFAULTS), 0)
  })
})
