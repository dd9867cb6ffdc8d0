import { RateLimitedError, UnknownOutcomeError } from '@mufta/kit'
import type { Lease } from './store/store.ts'

export interface BackoffOptions {
  /** Upper bound of the first wait. @default 1_000 */
  readonly firstMs?: number
  /** @default 900_000 (15 min) */
  readonly maxMs?: number
  /** Failed runs before the dead letter. @default 12 */
  readonly attempts?: number
  /** How long an unknown outcome rests before the other side is asked. @default 2_000 */
  readonly settleMs?: number
}

export const BACKOFF_DEFAULTS = {
  firstMs: 1_000,
  maxMs: 900_000,
  attempts: 12,
  settleMs: 2_000,
} satisfies BackoffOptions

/** A rate limit that names no time is waited for this many first waits. */
const UNTOLD_LIMIT_WAITS = 10

/** Least wait: what the outside asked for, or what an unknown outcome needs to settle before the probe. */
export function minimumWaitMs(error: unknown, { firstMs, settleMs }: Required<BackoffOptions>): number {
  if (error instanceof RateLimitedError) return error.retryAfterMs ?? UNTOLD_LIMIT_WAITS * firstMs
  return error instanceof UnknownOutcomeError ? settleMs : 0
}

/** Runs that the end of the process cut off are borne this many times as often: one of the jobs may be what kills it. */
const CUT_OFF_SHARE = 10

export function isUsedUp(
  { attempt, failures }: Pick<Lease, 'attempt' | 'failures'>,
  { attempts }: Required<BackoffOptions>,
): boolean {
  return failures + 1 >= attempts || attempt >= attempts * CUT_OFF_SHARE
}

/** Full jitter: anywhere between 0 and the exponential bound, so that many failures do not come back together. */
export function backoffMs(attempt: number, random: () => number, options: Required<BackoffOptions>): number {
  const bound = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.floor(random() * bound)
}
