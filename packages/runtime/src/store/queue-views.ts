import type { ConnectionIds } from './connections.ts'
import type { Sql } from './sql.ts'
import type { Failure, LaneInfo, LaneState, QueueCounts } from './store.ts'

interface LaneRow {
  readonly connection: number
  readonly name: string
  readonly state: LaneState
  readonly attempts: number
  readonly due: number | null
  readonly failure: string | null
  readonly pending: number
}

const LANE = `SELECT connection, name, state, attempts, due, failure,
  (SELECT count(*) FROM job WHERE job.connection = lane.connection AND job.lane = lane.name) AS pending FROM lane`

/** Counting a long backlog takes a while and nobody needs it to the second: at most 5 % of the time goes there. */
const COUNT_FREE_MS = 5
const COUNT_SHARE = 20

/** What people ask of the queue. */
export class QueueViews {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #clock: () => number
  #kept: { readonly counts: readonly QueueCounts[]; readonly until: number } | null = null

  constructor(sql: Sql, ids: ConnectionIds, clock: () => number) {
    this.#sql = sql
    this.#ids = ids
    this.#clock = clock
  }

  /** Lanes by state and dead jobs, of every connection ever written about. */
  counts(): readonly QueueCounts[] {
    const started = performance.now()
    if (this.#kept !== null && started < this.#kept.until) return this.#kept.counts
    const counts = this.#count()
    const tookMs = performance.now() - started
    this.#kept = tookMs < COUNT_FREE_MS ? null : { counts, until: performance.now() + COUNT_SHARE * tookMs }
    return counts
  }

  lanes(filter: { connection?: string; state?: LaneState; limit?: number }): readonly LaneInfo[] {
    const connection = filter.connection === undefined ? null : this.#ids.find(filter.connection)
    if (connection === null && filter.connection !== undefined) return []
    const rows = this.#sql.all<LaneRow>(
      `${LANE} WHERE (?1 IS NULL OR connection = ?1) AND (?2 IS NULL OR state = ?2) LIMIT ?3`,
      connection,
      filter.state ?? null,
      filter.limit ?? 100,
    )
    return rows.map((row) => this.#toInfo(row))
  }

  /** null = nothing is waiting there. */
  laneInfo(connection: string, lane: string): LaneInfo | null {
    const row = this.#sql.get<LaneRow>(
      `${LANE} WHERE connection = ? AND name = ?`,
      this.#ids.find(connection),
      lane,
    )
    return row === undefined ? null : this.#toInfo(row)
  }

  #count(): readonly QueueCounts[] {
    const now = this.#clock()
    const connections = this.#sql.all<{ id: number; name: string }>(
      'SELECT id, name FROM connection ORDER BY name',
    )
    const lanes = this.#sql.all<{ connection: number; state: LaneState; count: number }>(
      'SELECT connection, state, count(*) AS count FROM lane GROUP BY connection, state',
    )
    const dead = this.#sql.all<{ connection: number; count: number }>(
      'SELECT connection, count(*) AS count FROM dead GROUP BY connection',
    )
    return connections.map(({ id, name }) => {
      const inState = (state: LaneState): number =>
        lanes.find((row) => row.connection === id && row.state === state)?.count ?? 0
      return {
        connection: name,
        waiting: inState('waiting'),
        running: inState('running'),
        parked: inState('parked'),
        dead: dead.find((row) => row.connection === id)?.count ?? 0,
        lagMs: this.#lag(id, now),
      }
    })
  }

  #lag(connection: number, now: number): number {
    const oldest = this.#sql.get<{ due: number | null }>(
      `SELECT min(due) AS due FROM (
        SELECT min(due) AS due FROM lane WHERE connection = ?1 AND rank = 0 AND due <= ?2
        UNION ALL SELECT min(due) FROM lane WHERE connection = ?1 AND rank = 1 AND due <= ?2)`,
      connection,
      now,
    )
    return oldest?.due == null ? 0 : now - oldest.due
  }

  #toInfo(row: LaneRow): LaneInfo {
    return {
      connection: this.#ids.name(row.connection),
      lane: row.name,
      state: row.state,
      pending: row.pending,
      attempts: row.attempts,
      due: row.due,
      failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    }
  }
}
