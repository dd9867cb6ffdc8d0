import type { AdminStore } from './admin-store.ts'
import type { Base } from './base.ts'
import type { Reads } from './reads.ts'

/**
 * The port to the durable store. Every method is one atomic, synced transaction: when its promise resolves, a power
 * cut loses nothing of it. Times are Unix milliseconds. The engine groups the calls of one event-loop turn into one
 * commit. Errors: StoreError (errors.ts) with codes STORE_*.
 */

export const ranks = { live: 0, backfill: 1 } as const
export type Rank = (typeof ranks)[keyof typeof ranks]

/** Work to be done about one entity; several jobs of a lane are done by one run. */
export interface JobInput {
  readonly connection: string
  /** Queue of one entity: "order/5012", "order/~ext:7146", "poll/external". Unique within the connection. */
  readonly lane: string
  /** What the handler does: "sync", "poll-shop", "poll-external", … */
  readonly kind: string
  /** Small JSON: ids and reasons, never personal data. */
  readonly payload: Readonly<Record<string, unknown>>
  /** Earliest time. @default now */
  readonly due?: number
  /** @default ranks.live */
  readonly rank?: Rank
}

export interface Job {
  readonly id: number
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAt: number
}

/** A lane in hand: all jobs that were pending when it was taken. `token` fences every settle. */
export interface Lease {
  readonly connection: string
  readonly lane: string
  readonly token: number
  /** 1 for the first run. Counted when taken: runs that the end of the process cut off are among them. */
  readonly attempt: number
  /** Runs before this one that failed, in a row. */
  readonly failures: number
  readonly jobs: readonly Job[]
}

export interface JournalEntry {
  readonly connection: string
  /** "order", or "connection" for what concerns no single record. */
  readonly entity: string
  /** Shop id; "~ext:7146" while only the external id is known. */
  readonly id: string
  /** event, read, write, echo, conflict, skip, park, dead, retry, bind, check, pause, resume, note … */
  readonly kind: string
  /** Stable code or short word for filters. */
  readonly code: string
  /** JSON: field names, ids, outcome; values only where they are no personal data. */
  readonly detail?: Readonly<Record<string, unknown>>
  readonly job?: number
  /** Jobs that this line accounts for (its detail lists them): `done` then writes no line of its own for them. */
  readonly accountsFor?: readonly number[]
}

export interface StoredJournalEntry extends Omit<JournalEntry, 'accountsFor'> {
  readonly seq: number
  readonly at: number
}

/** The id-map row of a pair of records. */
export interface Binding {
  readonly connection: string
  readonly entity: string
  readonly shopId: string
  /** null while a creation is under way (the intent is recorded, the answer not yet). */
  readonly externalId: string | null
  readonly base: Base
  /** Idempotency key of the creation. */
  readonly intentKey: string | null
  readonly mapperVersion: string
  readonly updatedAt: number
}

export interface BindingInput extends Omit<Binding, 'updatedAt'> {
  /** What people call the record; kept for searches. Absent = the one that is kept stays. */
  readonly number?: string
}

/** Everything that must become true together with a settle or a push. */
export interface Work {
  readonly bindings?: readonly BindingInput[]
  readonly unbind?: readonly {
    readonly connection: string
    readonly entity: string
    readonly shopId: string
  }[]
  readonly journal?: readonly JournalEntry[]
  readonly jobs?: readonly JobInput[]
  readonly cursors?: readonly { readonly connection: string; readonly name: string; readonly value: string }[]
}

export interface Failure {
  /** Error code and a safe message; no secret, no personal data. */
  readonly code: string
  readonly message: string
  /** The message in Russian, where the error brought it. */
  readonly ru?: string
  readonly facts?: Readonly<Record<string, unknown>>
}

export type FailOutcome =
  /** The lane is due again at `at`. `counted: false` = the attempt is not used up (the other side asked us to wait). */
  | { readonly kind: 'retry'; readonly at: number; readonly counted?: false }
  /** The jobs in hand rest as dead letters; the lane goes on with later jobs. */
  | { readonly kind: 'dead'; readonly mapperVersion?: string }
  /** The lane is held until `unpark` or until a new job for it is pushed. */
  | { readonly kind: 'park' }
  /** Given back untouched (shutdown, pause): the attempt is not counted. */
  | { readonly kind: 'release' }

export interface DeadJob {
  readonly id: number
  readonly connection: string
  readonly lane: string
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAt: number
  readonly diedAt: number
  readonly attempts: number
  readonly failure: Failure
  readonly mapperVersion: string | null
}

export const laneStates = ['idle', 'waiting', 'running', 'parked'] as const
export type LaneState = (typeof laneStates)[number]

export interface LaneInfo {
  readonly connection: string
  readonly lane: string
  readonly state: LaneState
  readonly pending: number
  readonly attempts: number
  readonly due: number | null
  readonly failure: Failure | null
}

export interface ConnectionState {
  readonly connection: string
  readonly paused: boolean
  /** Code and text of why; null when running. */
  readonly reason: Failure | null
  /** true = a person paused it (it does not probe itself). */
  readonly byOperator: boolean
  readonly since: number
}

export interface QueueCounts {
  readonly connection: string
  readonly waiting: number
  readonly running: number
  readonly parked: number
  readonly dead: number
  /** Age in ms of the oldest pending, due job of a lane that is not parked; 0 when none. */
  readonly lagMs: number
}

/** Runs of one hour that ended well, and attempts that did not. */
export interface HourCount {
  /** Begin of the hour (UTC). */
  readonly at: number
  readonly done: number
  readonly failed: number
}

export interface Page {
  readonly limit?: number
  /** Rows after this id/seq (ascending) or before (descending listings say so). */
  readonly after?: number
}

export interface Store extends AsyncDisposable {
  /** Users, audit, connections kept in the store and their sealed secrets. */
  readonly admin: AdminStore
  /** Searches and groupings over much: never on the event loop. */
  readonly reads: Reads

  // queue
  /** Stores the jobs (and the work) and returns their ids. A parked lane becomes due again. */
  push(jobs: readonly JobInput[], work?: Work): Promise<readonly number[]>
  /** Takes up to `limit` due lanes of running (not paused) connections, rank before due time, fair between connections. */
  lease(options: {
    readonly limit: number
    readonly owner: string
    readonly leaseMs: number
    readonly connections: readonly string[]
  }): Promise<readonly Lease[]>
  /** Extends leases in hand; returns those that were lost (their tokens no longer hold). */
  heartbeat(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]>
  /** Records work of a lease that goes on (an intent before a call). Throws STORE_LEASE_LOST. */
  record(lease: Lease, work: Work): Promise<void>
  /** Settles the jobs in hand as done, with the work. Throws STORE_LEASE_LOST. */
  done(lease: Lease, work?: Work): Promise<void>
  fail(lease: Lease, failure: Failure, outcome: FailOutcome, work?: Work): Promise<void>
  /** Earliest due time of a lane that could be leased, or null: lets the worker sleep exactly as long as needed. */
  nextDue(connections: readonly string[]): number | null
  /** Called synchronously after a commit that made lanes due. */
  onDue(listener: () => void): () => void
  counts(): readonly QueueCounts[]
  lanes(filter: {
    readonly connection?: string
    readonly state?: LaneState
    readonly limit?: number
  }): readonly LaneInfo[]
  laneInfo(connection: string, lane: string): LaneInfo | null
  /** Jobs that wait for their time are due now; a lane between two attempts keeps its backoff. */
  hasten(connection: string, lanes: readonly string[]): Promise<void>
  /** Clears parked lanes (all of a connection, one lane, or by failure code). Returns how many. */
  unpark(filter: {
    readonly connection?: string
    readonly lane?: string
    /** Only these of the connection: a long list is cleared in small steps. */
    readonly lanes?: readonly string[]
    readonly code?: string
  }): Promise<number>
  /** Throws away what waits in parked lanes, with a journal line each that names the reason. Returns how many lanes. */
  dropParked(connection: string, lanes: readonly string[], reason: string): Promise<number>
  deadJobs(
    filter: { readonly connection?: string; readonly code?: string; readonly id?: number } & Page,
  ): readonly DeadJob[]
  /** Puts dead letters back into their lanes. Returns how many. */
  redrive(filter: {
    readonly connection?: string
    readonly code?: string
    readonly id?: number
    readonly ids?: readonly number[]
  }): Promise<number>
  /** Deletes dead letters with a journal line each that names the reason. */
  dismiss(
    filter: {
      readonly connection?: string
      readonly code?: string
      readonly id?: number
      readonly ids?: readonly number[]
    },
    reason: string,
  ): Promise<number>

  // connections
  pause(connection: string, reason: Failure, byOperator: boolean): Promise<void>
  resume(connection: string): Promise<void>
  connectionState(connection: string): ConnectionState
  /** Runs that ended, by hour from `since`, oldest first; hours without any are left out. */
  hours(connection: string, since: number): readonly HourCount[]
  /** Holds the first load alone: lanes of rank `backfill` wait, live ones go on. */
  holdBackfill(connection: string, held: boolean): Promise<void>
  isBackfillHeld(connection: string): boolean
  /**
   * Throws a first load away, its listing and what waits of it; the next one begins anew. What runs comes to its end.
   * Returns how many orders.
   */
  dropBackfill(connection: string): Promise<number>

  // bindings
  binding(connection: string, entity: string, shopId: string): Binding | null
  bindingByExternal(connection: string, entity: string, externalId: string): Binding | null
  countBindings(connection: string): number

  // cursors, small values
  cursor(connection: string, name: string): string | null
  setCursor(connection: string, name: string, value: string): Promise<void>
  /** Small JSON values (limits, tokens): last write wins; `setValue` with `expected` is a compare-and-set. */
  value(key: string): string | null
  setValue(key: string, value: string, expected?: string | null): Promise<boolean>
  /** A write that may be lost by a crash (limits): grouped, never waited for. */
  setValueSoon(key: string, value: string): void

  // journal
  journal(entries: readonly JournalEntry[]): Promise<void>
  life(connection: string, entity: string, id: string, page?: Page): readonly StoredJournalEntry[]
  journalTail(
    filter: { readonly connection?: string; readonly kind?: string } & Page,
  ): readonly StoredJournalEntry[]
  /** Deletes journal rows older than `before` in small steps. Returns how many. */
  purge(before: number): Promise<number>

  close(): Promise<void>
}
