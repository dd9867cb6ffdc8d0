import type { LimitFacts } from '@mufta/bitrix'
import type { BudgetRegistry, RateBudget } from '@mufta/kit'
import type { Budget } from '@mufta/runtime'

/** The budgets of a registry, and what is left of those that were taken here. */
export interface WatchedBudgets extends BudgetRegistry {
  /** Of the scarcest one; null = none was taken. */
  left(): Budget | null
}

/** Hands out budgets of `registry` to one client and remembers which: they stay shared with whoever else has the account. */
export function watchBudgets(registry: BudgetRegistry): WatchedBudgets {
  const taken = new Set<RateBudget>()
  return {
    get(account, options) {
      const budget = registry.get(account, options)
      taken.add(budget)
      return budget
    },
    left() {
      const all = [...taken].map((budget) => ({
        free: budget.available(),
        capacity: budget.options.burst,
        perSecond: budget.options.perSecond,
      }))
      return all.toSorted((a, b) => a.free / a.capacity - b.free / b.capacity)[0] ?? null
    },
  }
}

/** null for a box without limits. */
export function portalBudget({
  tokens,
  capacity,
  perSecond,
}: Pick<LimitFacts, 'tokens' | 'capacity' | 'perSecond'>): Budget | null {
  return Number.isFinite(capacity) ? { free: tokens, capacity, perSecond } : null
}
