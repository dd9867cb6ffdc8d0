import type { Order } from '@mufta/kit'
import type { JournalEntry, Lease } from '../store/store.ts'

/** What a run came to, for metrics and the log. */
export type RunOutcome = 'created' | 'updated' | 'echo' | 'skipped' | 'moved' | 'removed'

type Detail = Readonly<Record<string, unknown>>

/** Which state of both sides a run worked from; never a value, so that it may be shown to anybody. */
export interface RunRead {
  readonly at: number
  readonly shop: { readonly updatedAt: string; readonly version?: number }
  /** The record that was read; absent = there was none yet. */
  readonly external?: string
}

export function readOf({ updatedAt, version }: Order, at: number, external?: string): RunRead {
  return {
    at,
    shop: version === null ? { updatedAt } : { updatedAt, version },
    ...(external === undefined ? {} : { external }),
  }
}

/** The line that tells what a run came to and accounts for its events. */
export function runLine(
  connection: string,
  lease: Lease,
  shopId: string,
  outcome: RunOutcome,
  detail: Detail,
): JournalEntry {
  const kind = outcome === 'echo' ? 'echo' : outcome === 'skipped' ? 'skip' : 'write'
  const events = lease.jobs.map((job) => ({
    job: job.id,
    at: job.createdAt,
    reason: job.payload['reason'] ?? job.kind,
  }))
  return {
    ...lineOf(connection, shopId, kind, outcome.toUpperCase(), { ...detail, attempt: lease.attempt, events }),
    accountsFor: jobIds(lease),
  }
}

export function lineOf(
  connection: string,
  id: string,
  kind: string,
  code: string,
  detail: Detail,
): JournalEntry {
  return { connection, entity: 'order', id, kind, code, detail }
}

export function jobIds(lease: Lease): readonly number[] {
  return lease.jobs.map((job) => job.id)
}
