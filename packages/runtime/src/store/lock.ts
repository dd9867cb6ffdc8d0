import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError, sqliteResult, toStoreError } from './errors.ts'

/** How long the first writes to the lock file wait for somebody who is just reading it. */
const READER_MS = 250
const BUSY = 5

interface Holder {
  readonly pid: number
  readonly since: string
}

/**
 * The right to be the only runtime on a store: an open write transaction on "<store>.lock". The operating system
 * ends it with the process, so a killed one leaves nothing to clean up; the file itself may stay.
 * @throws StoreError `STORE_LOCKED` with the holder's pid
 */
export class RuntimeLock {
  readonly #db: DatabaseSync

  constructor(path: string, holder: Holder) {
    this.#db = new DatabaseSync(path, { timeout: READER_MS })
    try {
      this.#take(holder)
    } catch (error) {
      const other = isBusy(error) ? this.#holder() : undefined
      this.#db.close()
      throw isBusy(error) ? locked(other) : toStoreError(error)
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  /** The name is committed first, because a reader sees only what is committed; then the lock is taken for good. */
  #take({ pid, since }: Holder): void {
    this.#db.exec(`
      PRAGMA synchronous = OFF;
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), pid INTEGER, since TEXT);
    `)
    this.#db
      .prepare(
        'INSERT INTO holder VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET pid = excluded.pid, since = excluded.since',
      )
      .run(pid, since)
    this.#db.exec('COMMIT; BEGIN IMMEDIATE')
  }

  #holder(): Holder | undefined {
    try {
      const row = this.#db.prepare('SELECT pid, since FROM holder').get()
      return typeof row?.['pid'] === 'number' ? { pid: row['pid'], since: String(row['since']) } : undefined
    } catch {
      // The other one has just made the file: that it holds the lock is all we know.
      return undefined
    }
  }
}

/** A runtime works on the store at this moment. Asking holds the lock for an instant, which a starting one waits for. */
export function isRuntimeOn(storePath: string): boolean {
  const path = lockPath(storePath)
  if (!existsSync(path)) return false
  const db = new DatabaseSync(path)
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw toStoreError(error)
  } finally {
    db.close()
  }
}

export function lockPath(storePath: string): string {
  return `${storePath}.lock`
}

function isBusy(error: unknown): boolean {
  return ((sqliteResult(error) ?? 0) & 0xff) === BUSY
}

function locked(holder: Holder | undefined): StoreError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid}, since ${holder.since}`
  return new StoreError(
    'STORE_LOCKED',
    {
      en: `A runtime already works on this store (${who}); stop it first, or give this one another store`,
      ru: `С этим хранилищем уже работает процесс ${holder?.pid ?? '?'} (с ${holder?.since ?? '?'}): сначала остановите его или укажите другое хранилище`,
    },
    { facts: { pid: holder?.pid, since: holder?.since } },
  )
}
