import { AbortedError, MuftaError, RateLimitedError, UnknownOutcomeError, type Disposition } from '@mufta/kit'
import type { Failure } from './store/store.ts'

/** Something the runtime itself refuses: unknown connection, bad state. Codes RUNTIME_*. */
export class RuntimeError extends MuftaError {
  readonly disposition: Disposition = 'give-up'
}

export function abortError(): AbortedError {
  return new AbortedError('ABORTED', 'Stopped before it was finished; it will be done again')
}

/** Safe words for the store and the journal. A foreign error's text may hold anything, so only its name is kept. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MuftaError) return { code: error.code, message: error.message, facts: error.facts }
  const name = error instanceof Error ? error.name : typeof error
  return {
    code: 'UNEXPECTED',
    message: `Unexpected ${name} in the connector or the runtime; see the log at level debug`,
  }
}

export function dispositionOf(error: unknown): Disposition {
  return error instanceof MuftaError ? error.disposition : 'retry'
}

/** Milliseconds that the outside asked us to wait, or that an unknown outcome needs to settle before the probe. */
export function minimumWaitMs(error: unknown, settleMs: number): number {
  if (error instanceof RateLimitedError) return error.retryAfterMs ?? 0
  return error instanceof UnknownOutcomeError ? settleMs : 0
}
