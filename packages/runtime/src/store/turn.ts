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
