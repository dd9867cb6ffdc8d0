import type { Sql } from './sql.ts'

interface Sequence {
  job: number
  token: number
  seq: number
}

/** What the writes of one transaction share: its time, the next free numbers, whether lanes became due. */
export class Turn {
  readonly now: number
  isDue = false
  /** Runs that came to their end, by the number of their connection. */
  readonly ended = new Map<number, { done: number; failed: number }>()
  readonly #sql: Sql
  readonly #last: Sequence
  #isChanged = false

  /** Reads the numbers inside the transaction, so that two processes never give out the same one. */
  constructor(sql: Sql, now: number) {
    this.#sql = sql
    this.now = now
    this.#last = sql.get<Sequence>('SELECT job, token, seq FROM sequence') ?? { job: 0, token: 0, seq: 0 }
  }

  /** Gaps are allowed (a call that was rolled back), repeats are not. */
  next(name: keyof Sequence): number {
    this.#isChanged = true
    this.#last[name] += 1
    return this.#last[name]
  }

  /** A lane may be due earlier than before. */
  madeDue(): void {
    this.isDue = true
  }

  /** The last thing a call does: what is rolled back must not be counted. */
  count(connection: number, outcome: 'done' | 'failed'): void {
    const present = this.ended.get(connection) ?? { done: 0, failed: 0 }
    present[outcome] += 1
    this.ended.set(connection, present)
  }

  save(): void {
    if (!this.#isChanged) return
    this.#sql.run(
      'UPDATE sequence SET job = ?, token = ?, seq = ?',
      this.#last.job,
      this.#last.token,
      this.#last.seq,
    )
  }
}
