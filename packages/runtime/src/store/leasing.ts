import type { ConnectionIds, Connections, RunningConnection } from './connections.ts'
import type { Sql } from './sql.ts'
import type { Job, Lease } from './store.ts'
import type { Turn } from './turn.ts'

/** Most jobs one run takes in hand; the rest of the lane stays for the next run. */
export const JOBS_PER_LEASE = 1000

export interface LeaseOptions {
  readonly limit: number
  readonly owner: string
  readonly leaseMs: number
  readonly connections: readonly string[]
}

/** A bare parameter as the limit makes SQLite plan the statement anew for each value: a twelfth of a job's cost. */
const DUE_LANES = `
  SELECT name, attempts, failures FROM lane WHERE connection = ? AND rank = ? AND due <= ? ORDER BY due LIMIT 0 + ?`
const DUE_JOBS = `
  SELECT id, kind, payload, created_at FROM job WHERE connection = ? AND lane = ? AND due <= ?
  ORDER BY id LIMIT ${JOBS_PER_LEASE}`

interface LaneRow {
  readonly name: string
  readonly attempts: number
  readonly failures: number
}

interface JobRow {
  readonly id: number
  readonly kind: string
  readonly payload: string
  readonly created_at: number
}

/** Gives out due lanes. Taking costs one index range scan per connection and rank, whatever the backlog. */
export class Leasing {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #connections: Connections
  /** Which connection is asked first; moves on, so that small limits reach everybody. */
  #turns = 0

  constructor(sql: Sql, ids: ConnectionIds, connections: Connections) {
    this.#sql = sql
    this.#ids = ids
    this.#connections = connections
  }

  /** Equal shares; what one connection cannot use goes to the others. */
  take(options: LeaseOptions, turn: Turn): readonly Lease[] {
    const leases: Lease[] = []
    let hungry = this.#rotated(this.#connections.running(options.connections))
    while (hungry.length > 0 && leases.length < options.limit) {
      const share = Math.ceil((options.limit - leases.length) / hungry.length)
      const unsated: RunningConnection[] = []
      for (const connection of hungry) {
        const wanted = Math.min(share, options.limit - leases.length)
        const lanes = this.#dueLanes(connection, wanted, turn.now)
        leases.push(...lanes.flatMap((lane) => this.#takeLane(connection.id, lane, options, turn) ?? []))
        if (lanes.length === wanted) unsated.push(connection)
      }
      hungry = unsated
    }
    return leases
  }

  /** Returns the leases that no longer hold. */
  extend(leases: readonly Lease[], leaseMs: number, turn: Turn): readonly Lease[] {
    return leases.filter((lease) => {
      const connection = this.#ids.find(lease.connection)
      const kept = this.#sql.run(
        "UPDATE lane SET due = ? WHERE connection = ? AND name = ? AND token = ? AND state = 'running'",
        turn.now + leaseMs,
        connection,
        lease.lane,
        lease.token,
      )
      return kept === 0
    })
  }

  /** Earliest time at which `take` may find something: a due time or the end of a lease. */
  nextDue(connections: readonly string[]): number | null {
    let earliest: number | null = null
    for (const connection of this.#connections.running(connections)) {
      for (const rank of connection.ranks) {
        const due = this.#sql.get<{ due: number }>(
          'SELECT due FROM lane WHERE connection = ? AND rank = ? AND due IS NOT NULL ORDER BY due LIMIT 1',
          connection.id,
          rank,
        )?.due
        if (due !== undefined && (earliest === null || due < earliest)) earliest = due
      }
    }
    return earliest
  }

  #rotated(connections: readonly RunningConnection[]): readonly RunningConnection[] {
    if (connections.length < 2) return connections
    const first = this.#turns++ % connections.length
    return [...connections.slice(first), ...connections.slice(0, first)]
  }

  #dueLanes(connection: RunningConnection, limit: number, now: number): readonly LaneRow[] {
    const lanes: LaneRow[] = []
    for (const rank of connection.ranks) {
      if (lanes.length >= limit) break
      lanes.push(...this.#sql.all<LaneRow>(DUE_LANES, connection.id, rank, now, limit - lanes.length))
    }
    return lanes
  }

  #takeLane(
    connection: number,
    { name: lane, attempts, failures }: LaneRow,
    { owner, leaseMs }: LeaseOptions,
    turn: Turn,
  ): Lease | null {
    const jobs = this.#dueJobs(connection, lane, turn.now)
    if (jobs.length === 0) {
      this.#correct(connection, lane)
      return null
    }
    const token = turn.next('token')
    const attempt = attempts + 1
    this.#sql.run(
      `UPDATE lane SET state = 'running', attempts = ?, token = ?, owner = ?, due = ?
        WHERE connection = ? AND name = ?`,
      ...[attempt, token, owner, turn.now + leaseMs, connection, lane],
    )
    return {
      connection: this.#ids.name(connection),
      lane,
      token,
      attempt,
      failures,
      jobs,
    }
  }

  #dueJobs(connection: number, lane: string, now: number): readonly Job[] {
    const rows = this.#sql.all<JobRow>(DUE_JOBS, connection, lane, now)
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      payload: JSON.parse(row.payload) as Job['payload'],
      createdAt: row.created_at,
    }))
  }

  /** A lane can be due before its jobs only after the clock was set back: it waits for them. */
  #correct(connection: number, lane: string): void {
    this.#sql.run(
      `UPDATE lane SET state = 'waiting', due =
          (SELECT min(due) FROM job WHERE connection = lane.connection AND lane = lane.name)
        WHERE connection = ? AND name = ?`,
      connection,
      lane,
    )
  }
}
