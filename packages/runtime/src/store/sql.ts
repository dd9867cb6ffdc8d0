import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { StoreError, toStoreError } from './errors.ts'

export type Param = string | number | null

/**
 * A long write-ahead log (48 MB): a page that changes a hundred times is copied into the file once. Measured with
 * 500,000 bindings changed at random: a fifth less time a job than with SQLite's 1,000 pages. NORMAL: the sync after
 * each COMMIT is ours (wal-sync.ts).
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -65536;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 12000;
  PRAGMA journal_size_limit = 67108864;
`

const READER_PRAGMAS = 'PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;'

/** One SQLite connection with its prepared statements, kept by their text. Throws StoreError. */
export class Sql {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

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

  /** Several statements without parameters. */
  exec(text: string): void {
    try {
      this.#db.exec(text)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** Ends an open transaction; SQLite has ended it by itself after some errors. */
  rollback(): void {
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }

  close(): void {
    if (!this.#db.isOpen) return
    this.#statements.clear()
    this.#db.close()
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    if (!this.#db.isOpen) throw new StoreError('STORE_CLOSED', 'The store is closed')
    const statement = this.#db.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}
