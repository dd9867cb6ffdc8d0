import type { BudgetOptions, BudgetRegistry, RateBudget } from './connector.ts'
import { AbortedError, ConfigError } from './errors.ts'
import type { CallOptions } from './shop.ts'

/** Time as the budget sees it; a test hands in its own. */
export interface BudgetClock {
  /** Milliseconds from any fixed point, never going back. */
  readonly now: () => number
  /** Runs once after `ms`; the result cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/**
 * A bucket of `burst` places that refills `perSecond`. Waiters are served in the order they came.
 * @throws ConfigError `BUDGET_INVALID`
 */
export function createRateBudget(options: BudgetOptions, clock: BudgetClock = systemClock): RateBudget {
  return new Bucket(options, clock)
}

/**
 * One budget per account for everything in the process.
 * @throws ConfigError `BUDGET_CONFLICT` when the same account is asked for with other numbers
 */
export function createBudgetRegistry(clock: BudgetClock = systemClock): BudgetRegistry {
  const budgets = new Map<string, RateBudget>()
  return {
    get(account, options) {
      const known = budgets.get(account)
      if (known === undefined) {
        const budget = createRateBudget(options, clock)
        budgets.set(account, budget)
        return budget
      }
      const isSame = known.options.perSecond === options.perSecond && known.options.burst === options.burst
      if (isSame) return known
      // The account's name may hold a key, so it is not printed.
      throw new ConfigError(
        'BUDGET_CONFLICT',
        'One account was given two different rate budgets; use one for all',
      )
    },
  }
}

const systemClock: BudgetClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

class Bucket implements RateBudget {
  readonly options: BudgetOptions
  readonly #perMs: number
  readonly #burst: number
  readonly #clock: BudgetClock
  /** A Set keeps the order and forgets an aborted waiter at once. */
  readonly #waiting = new Set<() => void>()
  #places: number
  /** When `#places` was true; in the future while a penalty lasts. */
  #at: number
  #cancelWake: (() => void) | undefined

  constructor(options: BudgetOptions, clock: BudgetClock) {
    const { perSecond, burst } = options
    const isValid = Number.isFinite(perSecond) && perSecond > 0 && Number.isFinite(burst) && burst >= 1
    if (!isValid)
      throw new ConfigError(
        'BUDGET_INVALID',
        'A rate budget needs perSecond above 0 and a burst of 1 or more',
      )
    this.options = { perSecond, burst }
    this.#perMs = perSecond / 1000
    this.#burst = burst
    this.#clock = clock
    this.#places = burst
    this.#at = clock.now()
  }

  async take({ signal }: CallOptions = {}): Promise<void> {
    if (signal?.aborted === true) throw aborted()
    this.#refill()
    if (this.#waiting.size === 0 && this.#takeOne()) return
    await new Promise<void>((resolve, reject) => {
      const serve = (): void => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        this.#waiting.delete(serve)
        if (this.#waiting.size === 0) this.#sleep()
        reject(aborted())
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#waiting.add(serve)
      if (this.#cancelWake === undefined) this.#sleep()
    })
  }

  penalize(ms: number): void {
    if (!Number.isFinite(ms) || ms <= 0) return
    this.#refill()
    // At most one place at the end instead of a full burst: a burst is what the system has just refused.
    this.#places = Math.min(this.#places, 1)
    this.#at = Math.max(this.#at, this.#clock.now() + ms)
    this.#sleep()
  }

  available(): number {
    this.#refill()
    return this.#isPenalized() ? 0 : Math.floor(this.#places)
  }

  #takeOne(): boolean {
    if (this.#isPenalized() || this.#places < 1) return false
    this.#places -= 1
    return true
  }

  #refill(): void {
    const now = this.#clock.now()
    if (now <= this.#at) return
    this.#places = Math.min(this.#burst, this.#places + (now - this.#at) * this.#perMs)
    this.#at = now
  }

  #isPenalized(): boolean {
    return this.#clock.now() < this.#at
  }

  #wake(): void {
    this.#cancelWake = undefined
    this.#refill()
    for (const serve of this.#waiting) {
      if (!this.#takeOne()) break
      this.#waiting.delete(serve)
      serve()
    }
    this.#sleep()
  }

  /** Sets the one timer for the first waiter, or none. */
  #sleep(): void {
    this.#cancelWake?.()
    this.#cancelWake = undefined
    if (this.#waiting.size === 0) return
    const untilOpen = Math.max(0, this.#at - this.#clock.now())
    const untilPlace = Math.max(0, (1 - this.#places) / this.#perMs)
    this.#cancelWake = this.#clock.after(Math.max(1, Math.ceil(untilOpen + untilPlace)), () => this.#wake())
  }
}

function aborted(): AbortedError {
  return new AbortedError('ABORTED', 'Stopped while waiting for a place in the rate budget')
}
