import type { ConnectionIds } from './connections.ts'
import type { Sql } from './sql.ts'
import type { HourCount, Lease } from './store.ts'
import type { Turn } from './turn.ts'

const HOUR_MS = 3_600_000

/** Counts of runs by hour: gathered during a transaction, written once at its end. */
export class Hours {
  readonly #sql: Sql
  readonly #ids: ConnectionIds

  constructor(sql: Sql, ids: ConnectionIds) {
    this.#sql = sql
    this.#ids = ids
  }

  /** Polls and sweeps are not counted: they are no records. */
  count(lease: Lease, outcome: 'done' | 'failed', turn: Turn): void {
    const connection = this.#ids.find(lease.connection)
    if (connection !== null && !lease.lane.endsWith('/-')) turn.count(connection, outcome)
  }

  write(turn: Turn): void {
    const at = turn.now - (turn.now % HOUR_MS)
    for (const [connection, { done, failed }] of turn.ended) {
      this.#sql.run(
        `INSERT INTO hour VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET done = done + excluded.done, failed = failed + excluded.failed`,
        ...[connection, at, done, failed],
      )
    }
  }

  list(connection: string, since: number): readonly HourCount[] {
    const id = this.#ids.find(connection)
    if (id === null) return []
    return this.#sql.all<HourCount>(
      'SELECT at, done, failed FROM hour WHERE connection = ? AND at >= ? ORDER BY at',
      id,
      since,
    )
  }
}
