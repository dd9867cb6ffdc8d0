import type { Bindings } from './bindings.ts'
import type { Journal } from './journal.ts'
import { laneSubject, type Lanes } from './lanes.ts'
import type { JournalEntry, Lease, Work } from './store.ts'
import type { Turn } from './turn.ts'
import type { Cursors } from './values.ts'

export interface WorkTargets {
  readonly bindings: Bindings
  readonly cursors: Cursors
  readonly lanes: Lanes
  readonly journal: Journal
}

/** Writes everything that must become true together. `unbind` goes first, so that a pair can be bound anew. */
export function applyWork(to: WorkTargets, work: Work, turn: Turn): void {
  for (const { connection, entity, shopId } of work.unbind ?? [])
    to.bindings.remove(connection, entity, shopId)
  for (const binding of work.bindings ?? []) to.bindings.write(binding, turn)
  for (const { connection, name, value } of work.cursors ?? []) to.cursors.set(connection, name, value)
  for (const job of work.jobs ?? []) to.lanes.push(job, turn)
  for (const entry of work.journal ?? []) to.journal.write(entry, turn)
}

/**
 * The journal line that accounts for the finished jobs which the work's own lines do not name; null when there are
 * none. One line for the whole run: `job` is the first of them, `detail.jobs` lists them when there are several.
 */
export function doneEntry(lease: Lease, work: Work): JournalEntry | null {
  const named = new Set(work.journal?.flatMap(({ job, accountsFor = [] }) => [job, ...accountsFor]))
  const jobs = lease.jobs.filter((job) => !named.has(job.id))
  const [first] = jobs
  if (first === undefined) return null
  const detail = {
    ...(jobs.length > 1 ? { jobs: jobs.map((job) => job.id) } : {}),
    ...(lease.attempt > 1 ? { attempt: lease.attempt } : {}),
  }
  return {
    connection: lease.connection,
    ...laneSubject(lease.lane),
    kind: 'done',
    code: first.kind,
    job: first.id,
    ...(Object.keys(detail).length > 0 ? { detail } : {}),
  }
}
