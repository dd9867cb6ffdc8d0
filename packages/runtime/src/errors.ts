import { AbortedError, MuftaError, UnknownOutcomeError, type Disposition, type Redactor } from '@mufta/kit'
import type { Failure } from './store/store.ts'

/** Something the runtime itself refuses: unknown connection, bad state. Codes RUNTIME_*. */
export class RuntimeError extends MuftaError {
  readonly disposition: Disposition = 'give-up'
}

/** The outcome of an earlier run is waited for: nothing was tried, so nothing failed. */
export class UnsettledError extends UnknownOutcomeError {}

export function abortError(): AbortedError {
  return new AbortedError('ABORTED', 'Stopped before it was finished; it will be done again')
}

/**
 * Safe words for the store and the journal. A foreign error's text may hold anything, so only its name is kept; our
 * own were redacted where they were born, and `safe` is the last net under them.
 */
export function failureOf(error: unknown, safe: Redactor = (text) => text): Failure {
  if (error instanceof MuftaError) {
    const facts = Object.entries(error.facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? safe(value) : value,
    ])
    return {
      code: error.code,
      message: safe(error.message),
      ...(error.ru === undefined ? {} : { ru: safe(error.ru) }),
      facts: Object.fromEntries(facts),
    }
  }
  const name = error instanceof Error ? error.name : typeof error
  return {
    code: 'UNEXPECTED',
    message: `Unexpected ${name} in the connector or the runtime; see the log at level debug`,
  }
}

export function dispositionOf(error: unknown): Disposition {
  return error instanceof MuftaError ? error.disposition : 'retry'
}

/** Where a foreign error was thrown: its name and the frames of its stack, without its text. */
export function whereThrown(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames].join('\n')
}

/** The other side is down, asks us to wait or refuses the key: no record is to blame and none would fare better. */
export function concernsAll(error: unknown): boolean {
  return error instanceof MuftaError && (error.disposition === 'retry' || error.disposition === 'pause')
}
