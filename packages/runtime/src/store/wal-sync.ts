import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { StoreError } from './errors.ts'

/** Hears that everything committed before is on the disk, or why that is not known. */
export type OnSynced = (error: StoreError | null) => void

/**
 * Brings committed transactions to the disk without holding up the event loop: SQLite writes them to the write-ahead
 * log (`synchronous = NORMAL`), and the log is synced here, in a thread of libuv. What `synchronous = FULL` does
 * after each COMMIT, and as safe: nobody hears of a commit before its sync has ended. SQLite itself still syncs the
 * log's header, and log and file at each checkpoint.
 */
export class WalSync {
  readonly #path: string | null
  #file: number | null = null
  #inFlight: OnSynced | null = null

  /** null = a store in memory: there is nothing to sync. The lock that SQLite holds on its files is not on the log. */
  constructor(path: string | null) {
    this.#path = path
  }

  get isBusy(): boolean {
    return this.#inFlight !== null
  }

  /** Syncs what was committed so far. One at a time: ask `isBusy` first. */
  start(onSynced: OnSynced): void {
    if (this.#path === null) return onSynced(null)
    this.#inFlight = onSynced
    try {
      // SQLite has made the log by now; it lives as long as our own connection.
      this.#file ??= openSync(`${this.#path}-wal`, 'r+')
      fdatasync(this.#file, (error) => this.#end(onSynced, error))
    } catch (error) {
      this.#end(onSynced, error)
    }
  }

  /** Ends what is under way at once, holding up everything. */
  finish(): void {
    const onSynced = this.#inFlight
    if (this.#file === null || onSynced === null) return
    try {
      fdatasyncSync(this.#file)
      this.#end(onSynced, null)
    } catch (error) {
      this.#end(onSynced, error)
    }
  }

  /** As `finish`; nothing may be started after it. Safe to call twice. */
  close(): void {
    this.finish()
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #end(onSynced: OnSynced, error: unknown): void {
    // `finish` was faster than the thread.
    if (this.#inFlight !== onSynced) return
    this.#inFlight = null
    onSynced(error === null ? null : failed(error))
  }
}

function failed(cause: unknown): StoreError {
  return new StoreError(
    'STORE_IO',
    'The disk under the store could not keep what was written; check it and the system log, then start again',
    { cause },
  )
}
