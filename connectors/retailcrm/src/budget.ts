import { createHash } from 'node:crypto'
import type { BudgetOptions, Secret } from '@mufta/kit'

/** A bucket of `burst` that refills meanwhile gives out both in its first second: together they are the limit. */
export function budgetOf(requestsPerSecond: number): BudgetOptions {
  const burst = Math.max(1, Math.floor(requestsPerSecond / 10))
  return { perSecond: Math.max(0.5, requestsPerSecond - burst), burst }
}

/** The limit is one key's. Its name in the registry must not be the key itself. */
export function accountOf(url: string, apiKey: Secret): string {
  const key = createHash('sha256').update(apiKey.reveal()).digest('hex').slice(0, 16)
  return `retailcrm:${new URL(url).host}:${key}`
}
