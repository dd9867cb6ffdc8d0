import { StoreError } from './errors.ts'
import type { Sql } from './sql.ts'
import { Turn } from './turn.ts'

interface Call {
  /** Runs inside the transaction; returns what to tell the caller once it is known to be on the disk. */
  readonly attempt: (turn: Turn) => () => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommitHooks {
  /** Last writes of each transaction. */
  readonly beforeCommit: () => void
  readonly afterCommit: (turn: Turn) => void
  /** Something that was written is gone again: forget what was remembered of it. */
  readonly afterRollback: () => void
}

/**
 * Puts all writes of one event-loop turn into one synced transaction. Each call has a savepoint: one that fails
 * leaves no trace and does not spoil its neighbours. A promise settles after the COMMIT, never before.
 */
export class GroupCommit {
  readonly #sql: Sql
  readonly #clock: () => number
  readonly #hooks: GroupCommitHooks
  #calls: Call[] = []
  #scheduled: NodeJS.Immediate | null = null
  #isClosed = false

  constructor(sql: Sql, clock: () => number, hooks: GroupCommitHooks) {
    this.#sql = sql
    this.#clock = clock
    this.#hooks = hooks
  }

  run<Result>(body: (turn: Turn) => Result): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed'))
    return new Promise<Result>((resolve, reject) => {
      const attempt = (turn: Turn): (() => void) => {
        const result = body(turn)
        return () => resolve(result)
      }
      this.#calls.push({ attempt, reject })
      this.#scheduled ??= setImmediate(() => this.flush())
    })
  }

  /** Commits what has gathered, now. */
  flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled)
    this.#scheduled = null
    const calls = this.#calls
    this.#calls = []
    if (calls.length === 0) return
    try {
      this.#commit(calls)
    } catch (error) {
      // Nothing of this turn is stored: every caller hears of it.
      this.#sql.rollback()
      this.#hooks.afterRollback()
      for (const call of calls) call.reject(error)
    }
  }

  /** Commits what has gathered; later calls reject with STORE_CLOSED. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.flush()
  }

  #commit(calls: readonly Call[]): void {
    this.#sql.run('BEGIN IMMEDIATE')
    const turn = new Turn(this.#sql, this.#clock())
    const answers = calls.map((call) => this.#attempt(call, turn))
    this.#hooks.beforeCommit()
    turn.save()
    this.#sql.run('COMMIT')
    for (const answer of answers) answer()
    this.#hooks.afterCommit(turn)
  }

  #attempt(call: Call, turn: Turn): () => void {
    this.#sql.run('SAVEPOINT call')
    try {
      const answer = call.attempt(turn)
      this.#sql.run('RELEASE call')
      return answer
    } catch (error) {
      // Throws when SQLite gave up the whole transaction (disk full): then the whole turn fails.
      this.#sql.run('ROLLBACK TO call')
      this.#sql.run('RELEASE call')
      this.#hooks.afterRollback()
      return () => call.reject(error)
    }
  }
}
