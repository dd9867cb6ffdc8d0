import type { ConnectionIds } from './connections.ts'
import { JobBuffer, type LaneJob } from './job-buffer.ts'
import type { Sql } from './sql.ts'
import { ranks, type JobInput } from './store.ts'
import type { Turn } from './turn.ts'

export interface UnparkFilter {
  readonly connection?: string
  readonly lane?: string
  /** Only together with the connection. */
  readonly lanes?: readonly string[]
  readonly code?: string
}

/** Puts jobs into lanes and wakes those lanes. */
export class Lanes {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #jobs: JobBuffer

  constructor(sql: Sql, ids: ConnectionIds) {
    this.#sql = sql
    this.#ids = ids
    this.#jobs = new JobBuffer(sql)
    sql.hold(this.#jobs)
  }

  push(input: JobInput, turn: Turn): number {
    const id = turn.next('job')
    this.put(
      {
        connection: this.#ids.require(input.connection),
        lane: input.lane,
        id,
        kind: input.kind,
        payload: JSON.stringify(input.payload),
        rank: input.rank ?? ranks.live,
        due: input.due ?? turn.now,
        createdAt: turn.now,
      },
      turn,
    )
    return id
  }

  put(job: LaneJob, turn: Turn): void {
    this.#jobs.add(job, turn.now)
    turn.madeDue()
  }

  hasten(connection: string, lanes: readonly string[], turn: Turn): void {
    const id = this.#ids.require(connection)
    for (const lane of lanes) {
      const isWaiting = this.#sql.run(
        `UPDATE lane SET due = ?1
          WHERE connection = ?2 AND name = ?3 AND state = 'waiting' AND attempts = 0 AND due > ?1`,
        turn.now,
        id,
        lane,
      )
      if (isWaiting === 0) continue
      this.#sql.run(
        'UPDATE job SET due = ?1 WHERE connection = ?2 AND lane = ?3 AND due > ?1',
        turn.now,
        id,
        lane,
      )
    }
    turn.madeDue()
  }

  /** Clears parked lanes. Returns how many. */
  unpark({ lanes, ...filter }: UnparkFilter, turn: Turn): number {
    const connection = filter.connection === undefined ? null : this.#ids.find(filter.connection)
    if (connection === null && filter.connection !== undefined) return 0
    // By name a lane is found at once; a list in the statement would make it look at every lane.
    if (lanes !== undefined) {
      if (connection === null) return 0
      const cleared = lanes.map((lane) => this.#unparkOne(connection, lane, turn))
      return cleared.reduce((sum, count) => sum + count, 0)
    }
    const count = this.#sql.run(
      `UPDATE lane SET state = 'waiting', due = ?1, attempts = 0, failures = 0
        WHERE state = 'parked' AND (?2 IS NULL OR connection = ?2) AND (?3 IS NULL OR name = ?3)
          AND (?4 IS NULL OR failure ->> '$.code' = ?4)`,
      turn.now,
      connection,
      filter.lane ?? null,
      filter.code ?? null,
    )
    if (count > 0) turn.madeDue()
    return count
  }

  #unparkOne(connection: number, lane: string, turn: Turn): number {
    const count = this.#sql.run(
      `UPDATE lane SET state = 'waiting', due = ?, attempts = 0, failures = 0
        WHERE connection = ? AND name = ? AND state = 'parked'`,
      turn.now,
      connection,
      lane,
    )
    if (count > 0) turn.madeDue()
    return count
  }
}

/** What ran when the last runtime died is due at once; its attempts stay counted. Only for the lock's holder. */
export function reclaimLeases(sql: Sql, now: number): void {
  sql.run(
    "UPDATE lane SET state = 'waiting', due = ?, token = NULL, owner = NULL WHERE state = 'running'",
    now,
  )
}

/** "order/5012" → entity "order", id "5012"; what has no slash is its own entity. */
export function laneSubject(lane: string): { readonly entity: string; readonly id: string } {
  const slash = lane.indexOf('/')
  if (slash < 0) return { entity: lane, id: '' }
  return { entity: lane.slice(0, slash), id: lane.slice(slash + 1) }
}
