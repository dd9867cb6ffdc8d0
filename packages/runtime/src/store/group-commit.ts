import { StoreError } from './errors.ts'
import type { Sql } from './sql.ts'
import { Turn } from './turn.ts'
import type { WalSync } from './wal-sync.ts'

/** One caller's part of a transaction, and what to tell the caller once that is known to be on the disk. */
interface Call {
  readonly body: (turn: Turn) => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  result?: unknown
  /** It failed alone: nothing of it is stored. */
  failure?: { readonly error: unknown }
}

export interface GroupCommitHooks {
  /** Last writes of each transaction. */
  readonly beforeCommit: (turn: Turn) => void
  readonly afterCommit: (turn: Turn) => void
  /** Something that was written is gone again: forget what was remembered of it. */
  readonly afterRollback: () => void
}

/** Turns of the event loop that a call waits at most for others. */
const MOST_TURNS = 8
/** A commit costs as much as some twenty calls: so many that waited for the disk do not wait for more. */
const WORTH_A_COMMIT = 20

/**
 * Puts the writes of a few event-loop turns into one transaction; those that come while an earlier one is on its way to
 * the disk gather for the next. A call that fails leaves no trace and does not spoil its neighbours: the turn is then
 * done again with a savepoint for each. A promise settles when its transaction is on the disk, never before.
 */
export class GroupCommit {
  readonly #sql: Sql
  readonly #clock: () => number
  readonly #hooks: GroupCommitHooks
  readonly #sync: Pick<WalSync, keyof WalSync>
  /** A sync that failed: what is on the disk is not known, so nothing more is promised. */
  #broken: StoreError | null = null
  #calls: Call[] = []
  #scheduled: NodeJS.Immediate | null = null
  #isClosed = false

  constructor(sql: Sql, sync: Pick<WalSync, keyof WalSync>, clock: () => number, hooks: GroupCommitHooks) {
    this.#sql = sql
    this.#sync = sync
    this.#clock = clock
    this.#hooks = hooks
  }

  run<Result>(body: (turn: Turn) => Result): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed'))
    if (this.#broken !== null) return Promise.reject(this.#broken)
    const settled = new Promise<unknown>((resolve, reject) => {
      this.#calls.push({ body, resolve, reject })
      this.#schedule()
    })
    // What comes out of the body goes to its own caller.
    return settled as Promise<Result>
  }

  #schedule(): void {
    if (this.#sync.isBusy) return
    this.#scheduled ??= setImmediate(() => this.#gather(1))
  }

  /** While each turn brings more calls, they wait for each other. */
  #gather(turns: number): void {
    const known = this.#calls.length
    if (turns >= MOST_TURNS) return this.#flush()
    this.#scheduled = setImmediate(() => {
      if (this.#calls.length === known) this.#flush()
      else this.#gather(turns + 1)
    })
  }

  /** Commits what has gathered, now. */
  #flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled)
    this.#scheduled = null
    const calls = this.#calls
    this.#calls = []
    if (calls.length === 0) return
    const turn = this.#commit(calls)
    if (turn !== null) this.#hooks.afterCommit(turn)
  }

  /** Commits what has gathered; later calls reject with STORE_CLOSED. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#sync.finish()
    this.#flush()
    this.#sync.close()
  }

  /** null = nothing of this turn is stored, and every caller has heard of it. */
  #commit(calls: readonly Call[]): Turn | null {
    // Savepoints cost a third of a small call and are hardly ever needed: they come in only when a call has failed.
    return this.#transact(calls, attempt) ?? this.#commitSingly(calls)
  }

  #commitSingly(calls: readonly Call[]): Turn | null {
    let reason: unknown
    const turn = this.#transact(
      calls,
      (call, singly) => this.#attemptAlone(call, singly),
      (error) => (reason = error),
    )
    if (turn === null) for (const call of calls) call.reject(reason)
    return turn
  }

  /** null = rolled back. A call's body writes through SQL alone, so it may be run again. */
  #transact(
    calls: readonly Call[],
    run: (call: Call, turn: Turn) => void,
    onError: (error: unknown) => void = () => undefined,
  ): Turn | null {
    let turn: Turn
    try {
      this.#sql.run('BEGIN IMMEDIATE')
      turn = new Turn(this.#sql, this.#clock())
      for (const call of calls) run(call, turn)
      this.#hooks.beforeCommit(turn)
      turn.save()
      this.#sql.run('COMMIT')
    } catch (error) {
      this.#sql.rollback()
      this.#hooks.afterRollback()
      onError(error)
      return null
    }
    this.#sync.start((error) => this.#synced(calls, error))
    return turn
  }

  #synced(committed: readonly Call[], error: StoreError | null): void {
    if (error !== null) this.#break(error)
    // The disk works on while these are answered.
    if (this.#calls.length >= WORTH_A_COMMIT) this.#flush()
    for (const call of committed) {
      const failure = error === null ? call.failure : { error }
      if (failure === undefined) call.resolve(call.result)
      else call.reject(failure.error)
    }
    if (this.#calls.length > 0) this.#schedule()
  }

  #break(error: StoreError): void {
    this.#broken = error
    for (const { reject } of this.#calls.splice(0)) reject(error)
  }

  #attemptAlone(call: Call, turn: Turn): void {
    this.#sql.run('SAVEPOINT call')
    try {
      attempt(call, turn)
      this.#sql.run('RELEASE call')
    } catch (error) {
      // Throws when SQLite gave up the whole transaction (disk full): then the whole turn fails.
      this.#sql.rollbackTo('call')
      this.#hooks.afterRollback()
      call.failure = { error }
    }
  }
}

function attempt(call: Call, turn: Turn): void {
  call.result = call.body(turn)
}
