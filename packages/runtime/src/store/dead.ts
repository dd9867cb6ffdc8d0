import type { ConnectionIds } from './connections.ts'
import type { Journal } from './journal.ts'
import { laneSubject, type Lanes } from './lanes.ts'
import type { Sql } from './sql.ts'
import type { DeadJob, Failure, Lease, Page } from './store.ts'
import type { Turn } from './turn.ts'

export interface DeadFilter {
  readonly connection?: string
  readonly code?: string
  readonly id?: number
  readonly ids?: readonly number[]
}

interface DeadRow {
  readonly id: number
  readonly connection: number
  readonly lane: string
  readonly kind: string
  readonly payload: string
  readonly rank: number
  readonly created_at: number
  readonly died_at: number
  readonly attempts: number
  readonly code: string
  readonly failure: string
  readonly mapper_version: string | null
}

/** Where jobs rest when attempts are used up. Leaving it, by redrive or dismissal, leaves a journal line. */
export class DeadLetters {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #lanes: Lanes
  readonly #journal: Journal

  constructor(sql: Sql, ids: ConnectionIds, lanes: Lanes, journal: Journal) {
    this.#sql = sql
    this.#ids = ids
    this.#lanes = lanes
    this.#journal = journal
  }

  bury(
    lease: Lease,
    connection: number,
    death: { readonly failure: Failure; readonly mapperVersion: string | null },
    turn: Turn,
  ): void {
    for (const job of lease.jobs) {
      this.#sql.run(
        `INSERT INTO dead (id, connection, lane, kind, payload, rank, created_at,
            died_at, attempts, code, failure, mapper_version)
          SELECT id, connection, lane, kind, payload, rank, created_at, ?, ?, ?, ?, ?
          FROM job WHERE connection = ? AND lane = ? AND id = ?`,
        ...[turn.now, lease.attempt, death.failure.code, JSON.stringify(death.failure), death.mapperVersion],
        ...[connection, lease.lane, job.id],
      )
    }
  }

  /** Ascending by id. */
  list(filter: DeadFilter & Page): readonly DeadJob[] {
    return this.#rows(filter, filter.after ?? 0, filter.limit ?? 100).map((row) => this.#toDeadJob(row))
  }

  redrive(filter: DeadFilter, turn: Turn): number {
    const rows = this.#rows(filter, 0, -1)
    for (const row of rows) {
      this.#lanes.put(
        {
          connection: row.connection,
          lane: row.lane,
          id: row.id,
          kind: row.kind,
          payload: row.payload,
          rank: row.rank,
          due: turn.now,
          createdAt: row.created_at,
        },
        turn,
      )
      this.#remove(row, 'redrive', row.code, {}, turn)
    }
    return rows.length
  }

  dismiss(filter: DeadFilter, reason: string, turn: Turn): number {
    const rows = this.#rows(filter, 0, -1)
    for (const row of rows) this.#remove(row, 'dismiss', row.code, { reason }, turn)
    return rows.length
  }

  /** What waits in parked lanes rests nowhere: it is gone, and the journal says why. Returns how many lanes. */
  dropParked(connection: string, lanes: readonly string[], reason: string, turn: Turn): number {
    const id = this.#ids.find(connection)
    if (id === null) return 0
    const rows = this.#sql.all<{ name: string; code: string | null }>(
      `SELECT name, failure ->> '$.code' AS code FROM lane
        WHERE connection = ? AND state = 'parked' AND name IN (SELECT value FROM json_each(?))`,
      id,
      JSON.stringify(lanes),
    )
    for (const { name, code } of rows) {
      const jobs = this.#sql.all<{ id: number }>(
        'DELETE FROM job WHERE connection = ? AND lane = ? RETURNING id',
        id,
        name,
      )
      this.#sql.run('DELETE FROM lane WHERE connection = ? AND name = ?', id, name)
      const detail = { reason, jobs: jobs.map((job) => job.id) }
      this.#journal.write(
        { connection, ...laneSubject(name), kind: 'dismiss', code: code ?? '', detail },
        turn,
      )
    }
    return rows.length
  }

  #rows({ ids, ...filter }: DeadFilter, after: number, limit: number): readonly DeadRow[] {
    // One by one: a list in the statement would make it look at every dead letter.
    if (ids !== undefined) return ids.flatMap((id) => this.#rows({ ...filter, id }, after, limit))
    const connection = filter.connection === undefined ? null : this.#ids.find(filter.connection)
    if (connection === null && filter.connection !== undefined) return []
    return this.#sql.all<DeadRow>(
      `SELECT * FROM dead
        WHERE id >= ifnull(?4, ?1 + 1) AND id <= ifnull(?4, id)
          AND (?2 IS NULL OR connection = ?2) AND (?3 IS NULL OR code = ?3)
        ORDER BY id LIMIT ?5`,
      after,
      connection,
      filter.code ?? null,
      filter.id ?? null,
      limit,
    )
  }

  #remove(row: DeadRow, kind: string, code: string, detail: Record<string, unknown>, turn: Turn): void {
    this.#sql.run('DELETE FROM dead WHERE id = ?', row.id)
    const connection = this.#ids.name(row.connection)
    this.#journal.write({ connection, ...laneSubject(row.lane), kind, code, detail, job: row.id }, turn)
  }

  #toDeadJob(row: DeadRow): DeadJob {
    return {
      id: row.id,
      connection: this.#ids.name(row.connection),
      lane: row.lane,
      kind: row.kind,
      payload: JSON.parse(row.payload) as DeadJob['payload'],
      createdAt: row.created_at,
      diedAt: row.died_at,
      attempts: row.attempts,
      failure: JSON.parse(row.failure) as Failure,
      mapperVersion: row.mapper_version,
    }
  }
}
