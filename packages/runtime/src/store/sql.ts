import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { StoreError, toStoreError } from './errors.ts'

export type Param = string | number | null

/** Rows of an open transaction that are written together, at the latest before the next other statement. */
export interface HeldRows {
  readonly isEmpty: boolean
  /** Nothing waits any more when it runs its first statement, nor when it throws. */
  write(): void
  clear(): void
}

/**
 * A long write-ahead log (48 MB): a page that changes a hundred times is copied into the file once. Measured with
 * 500,000 bindings changed at random: a fifth less time a job than with SQLite's 1,000 pages. NORMAL: the sync after
 * each COMMIT is ours (wal-sync.ts). A cache of 4 MB only: a commit in which pages of a table changed places looks
 * through all of it (a swap goes by way of the page at 1 GB, and what lies past the file's end is then dropped from
 * the cache). With 16 MB that cost more than reading pages again that the system holds in memory anyway.
 * These are read through a mapping of the file's first GB: a copy instead of a call for each page, a tenth of what an
 * old order costs in a long store. The system counts mapped pages as the process's own (RssFile) and takes them back
 * when memory is short. A disk that cannot read a page ends the process (SIGBUS) where it would have been an error.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -4096;
  PRAGMA mmap_size = 1073741824;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 12000;
  PRAGMA journal_size_limit = 67108864;
`

const READER_PRAGMAS = 'PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;'

/** One SQLite connection with its prepared statements, kept by their text. Throws StoreError. */
export class Sql {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #held: HeldRows | null = null

  /** `busyMs`: longest wait for another process that writes. */
  constructor(path: string, options: { readonly busyMs: number; readonly readOnly?: boolean }) {
    const readOnly = options.readOnly === true
    try {
      this.#db = new DatabaseSync(path, { timeout: options.busyMs, readOnly })
    } catch (error) {
      throw toStoreError(error)
    }
    try {
      this.exec(readOnly ? READER_PRAGMAS : PRAGMAS)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** The row's shape is the statement's own: each statement stands beside the type of its rows. */
  get<Row>(text: string, ...params: readonly Param[]): Row | undefined {
    try {
      return this.#statement(text).get(...params) as Row | undefined
    } catch (error) {
      throw toStoreError(error)
    }
  }

  all<Row>(text: string, ...params: readonly Param[]): Row[] {
    try {
      return this.#statement(text).all(...params) as Row[]
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** Returns how many rows changed. */
  run(text: string, ...params: readonly Param[]): number {
    try {
      return Number(this.#statement(text).run(...params).changes)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** From now on these are written before any statement, and forgotten with a rollback. */
  hold(rows: HeldRows): void {
    this.#held = rows
  }

  /** Several statements without parameters. */
  exec(text: string): void {
    try {
      this.#writeHeld()
      this.#db.exec(text)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** Ends an open transaction; SQLite has ended it by itself after some errors. */
  rollback(): void {
    this.#held?.clear()
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }

  /** Undoes what was done since the savepoint, rows that still wait included. */
  rollbackTo(savepoint: string): void {
    this.#held?.clear()
    this.run(`ROLLBACK TO ${savepoint}`)
    this.run(`RELEASE ${savepoint}`)
  }

  close(): void {
    if (!this.#db.isOpen) return
    this.#statements.clear()
    this.#db.close()
  }

  #writeHeld(): void {
    if (this.#held?.isEmpty === false) this.#held.write()
  }

  #statement(text: string): StatementSync {
    this.#writeHeld()
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    if (!this.#db.isOpen) throw new StoreError('STORE_CLOSED', 'The store is closed')
    const statement = this.#db.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}
