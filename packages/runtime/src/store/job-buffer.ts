import type { HeldRows, Sql } from './sql.ts'

/** A job as it is put into its lane; a redriven one keeps its number and so its place. */
export interface LaneJob {
  readonly connection: number
  readonly lane: string
  readonly id: number
  readonly kind: string
  readonly payload: string
  readonly rank: number
  readonly due: number
  readonly createdAt: number
}

interface Group {
  /** The first of them: all the others differ from it in lane and number alone. */
  readonly like: LaneJob
  /** `{"order/1":17,"order/2":18`: lane and number of each, one behind the other. */
  text: string
}

/** Those that wait are looked through for each job that comes. */
const MOST_GROUPS = 32

/**
 * How a push changes a lane:
 * waiting: due at the earlier of both times, but a lane between two attempts keeps its backoff;
 * running: unchanged, the settling finds the new job;
 * parked: due at the job's time, and at work again from then on.
 */
const WAKE = `
  INSERT INTO lane (connection, name, state, rank, due)
    SELECT ?, key, 'waiting', ?, ? FROM json_each(?) WHERE true
    ON CONFLICT DO UPDATE SET
      rank = min(rank, excluded.rank),
      due = CASE
        WHEN state = 'running' OR attempts > 0 THEN due
        ELSE min(ifnull(due, excluded.due), excluded.due) END,
      state = CASE WHEN state = 'parked' AND excluded.due <= ? THEN 'waiting' ELSE state END
    WHERE state = 'parked' OR excluded.rank < rank OR (state = 'waiting' AND attempts = 0 AND excluded.due < due)`

const JOB = `
  INSERT INTO job (connection, lane, id, kind, payload, rank, due, created_at)
    SELECT ?, key, value, ?, ?, ?, ?, ? FROM json_each(?)`

/**
 * Jobs that wait to be put into their lanes together. Those of one commit differ in lane and number only, so that two
 * statements do for all of them: a third less than rows of parameters, and no dearer for a single job.
 */
export class JobBuffer implements HeldRows {
  readonly #sql: Sql
  #groups: Group[] = []
  #now = 0

  constructor(sql: Sql) {
    this.#sql = sql
  }

  get isEmpty(): boolean {
    return this.#groups.length === 0
  }

  /** `now`: the same for all that wait. */
  add(job: LaneJob, now: number): void {
    this.#now = now
    // As it would arrive in the store if it were a parameter.
    const entry = `${JSON.stringify(job.lane.toWellFormed())}:${job.id}`
    const group = this.#groups.find(({ like }) => isAlike(like, job))
    if (group !== undefined) {
      group.text += `,${entry}`
      return
    }
    if (this.#groups.length === MOST_GROUPS) this.write()
    this.#groups.push({ like: job, text: `{${entry}` })
  }

  /** Nothing waits afterwards, also when it throws. */
  write(): void {
    const groups = this.#groups
    this.clear()
    for (const { like, text } of groups) {
      const { connection, kind, payload, rank, due, createdAt } = like
      const lanes = `${text}}`
      this.#sql.run(WAKE, connection, rank, due, lanes, this.#now)
      this.#sql.run(JOB, connection, kind, payload, rank, due, createdAt, lanes)
    }
  }

  clear(): void {
    this.#groups = []
  }
}

function isAlike(one: LaneJob, other: LaneJob): boolean {
  return (
    one.connection === other.connection &&
    one.due === other.due &&
    one.createdAt === other.createdAt &&
    one.rank === other.rank &&
    one.kind === other.kind &&
    one.payload === other.payload
  )
}
