import type { ConnectionIds } from './connections.ts'
import type { DeadLetters } from './dead.ts'
import { StoreError } from './errors.ts'
import { JOBS_PER_LEASE } from './leasing.ts'
import type { Sql } from './sql.ts'
import type { FailOutcome, Failure, Lease } from './store.ts'
import type { Turn } from './turn.ts'

/** A lease that was found to hold. */
interface Held {
  readonly connection: number
  readonly lane: string
  readonly lease: Lease
}

type Retry = Extract<FailOutcome, { readonly kind: 'retry' }>

interface Rest {
  readonly due: number | null
  readonly rank: number | null
}

/** Ends runs: done, retry, dead, park, release. Every step first proves that the lease still holds. */
export class Settling {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #dead: DeadLetters

  constructor(sql: Sql, ids: ConnectionIds, dead: DeadLetters) {
    this.#sql = sql
    this.#ids = ids
    this.#dead = dead
  }

  /** @throws StoreError `STORE_LEASE_LOST` */
  require(lease: Lease): Held {
    const connection = this.#ids.find(lease.connection)
    const row = this.#sql.get(
      "SELECT 1 FROM lane WHERE connection = ? AND name = ? AND token = ? AND state = 'running'",
      connection,
      lease.lane,
      lease.token,
    )
    if (row === undefined || connection === null) {
      throw new StoreError(
        'STORE_LEASE_LOST',
        `Lane ${lease.lane} of ${lease.connection} is no longer in hand; another run goes on with it`,
        { facts: { connection: lease.connection, lane: lease.lane } },
      )
    }
    return { connection, lane: lease.lane, lease }
  }

  /** The jobs go before the lease is proved: where it is lost, nothing of this call stays. */
  done(lease: Lease, turn: Turn): void {
    const connection = this.#ids.find(lease.connection)
    this.#removeJobs(connection, lease)
    if (this.#freeLane(connection, lease)) return
    this.#goOn(this.require(lease), null, turn)
  }

  /** The usual end, in one statement: the lease holds and nothing is left in the lane. */
  #freeLane(connection: number | null, { lane, token }: Lease): boolean {
    const freed = this.#sql.run(
      `DELETE FROM lane WHERE connection = ?1 AND name = ?2 AND token = ?3 AND state = 'running'
        AND NOT EXISTS (SELECT 1 FROM job WHERE connection = ?1 AND lane = ?2)`,
      connection,
      lane,
      token,
    )
    return freed > 0
  }

  fail(lease: Lease, failure: Failure, outcome: FailOutcome, turn: Turn): void {
    const held = this.require(lease)
    switch (outcome.kind) {
      case 'retry':
        return this.#retry(held, failure, outcome, turn)
      case 'dead':
        this.#dead.bury(
          lease,
          held.connection,
          { failure, mapperVersion: outcome.mapperVersion ?? null },
          turn,
        )
        this.#removeJobs(held.connection, lease)
        return this.#goOn(held, failure, turn)
      case 'park':
        return this.#park(held, failure, turn)
      case 'release':
        return this.#release(held, turn)
    }
  }

  #removeJobs(connection: number | null, { lane, jobs }: Lease): void {
    for (const job of jobs) {
      this.#sql.run('DELETE FROM job WHERE connection = ? AND lane = ? AND id = ?', connection, lane, job.id)
    }
  }

  /** The lane starts afresh with the jobs that are left, or is idle and loses its row. */
  #goOn(held: Held, failure: Failure | null, turn: Turn): void {
    const { connection, lane } = held
    const rest = this.#rest(held, turn.now)
    if (rest.due === null) {
      this.#sql.run('DELETE FROM lane WHERE connection = ? AND name = ?', connection, lane)
      return
    }
    this.#sql.run(
      `UPDATE lane SET state = 'waiting', attempts = 0, failures = 0, due = ?, rank = ifnull(?, rank), failure = ?,
          token = NULL, owner = NULL WHERE connection = ? AND name = ?`,
      rest.due,
      rest.rank,
      failure === null ? null : JSON.stringify(failure),
      connection,
      lane,
    )
    turn.madeDue()
  }

  /** Earliest due time and best rank of what is left. A full run looks at its next job only: the lane may be long. */
  #rest({ connection, lane, lease }: Held, now: number): Rest {
    const next = isFull(lease)
      ? this.#sql.get<Rest>(
          'SELECT due, NULL AS rank FROM job WHERE connection = ? AND lane = ? AND due <= ? ORDER BY id LIMIT 1',
          connection,
          lane,
          now,
        )
      : undefined
    return (
      next ??
      this.#sql.get<Rest>(
        'SELECT min(due) AS due, min(rank) AS rank FROM job WHERE connection = ? AND lane = ?',
        connection,
        lane,
      ) ?? { due: null, rank: null }
    )
  }

  /** An attempt that is not counted leaves the first one standing: a lane without any would be woken by a push. */
  #retry({ connection, lane }: Held, failure: Failure, retry: Retry, turn: Turn): void {
    this.#sql.run(
      `UPDATE lane SET state = 'waiting', attempts = max(1, attempts - ?1), failures = failures + 1 - ?1, due = ?2,
          failure = ?3, token = NULL, owner = NULL WHERE connection = ?4 AND name = ?5`,
      retry.counted === false ? 1 : 0,
      retry.at,
      JSON.stringify(failure),
      connection,
      lane,
    )
    turn.madeDue()
  }

  /**
   * What was pushed during the run, and jobs of a later time, wake the lane again. After a full run nobody can tell
   * what was pushed during it from what was left over: then only a later push or `unpark` does.
   */
  #park({ connection, lane, lease }: Held, failure: Failure, turn: Turn): void {
    const inHand = JSON.stringify(lease.jobs.map((job) => job.id))
    const other = this.#sql.get<{ due: number | null }>(
      `SELECT min(due) AS due FROM job WHERE connection = ? AND lane = ?
        AND (due > ? OR (? = 0 AND id NOT IN (SELECT value FROM json_each(?))))`,
      ...[connection, lane, turn.now, isFull(lease) ? 1 : 0, inHand],
    )
    this.#sql.run(
      `UPDATE lane SET state = 'parked', attempts = 0, failures = 0, due = ?, failure = ?, token = NULL, owner = NULL
        WHERE connection = ? AND name = ?`,
      other?.due ?? null,
      JSON.stringify(failure),
      connection,
      lane,
    )
    turn.madeDue()
  }

  #release({ connection, lane }: Held, turn: Turn): void {
    this.#sql.run(
      `UPDATE lane SET state = 'waiting', attempts = attempts - 1, due = ?, token = NULL, owner = NULL
        WHERE connection = ? AND name = ?`,
      turn.now,
      connection,
      lane,
    )
    turn.madeDue()
  }
}

function isFull(lease: Lease): boolean {
  return lease.jobs.length >= JOBS_PER_LEASE
}
