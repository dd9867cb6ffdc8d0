import { MuftaError, type Disposition, type ErrorOptions, type Words } from '@mufta/kit'

/** Codes a caller can act on; each is described in docs/en/errors.md. */
export const storeErrorCodes = {
  /** Another runtime has the file. */
  STORE_LOCKED: 'give-up',
  /** The file was written by a newer Mufta. */
  STORE_NEWER: 'give-up',
  /** The file was written by an older Mufta and only a runtime may bring it up to date. */
  STORE_OLDER: 'give-up',
  /** There is no file yet. */
  STORE_MISSING: 'give-up',
  /** The lane was given to someone else, or settled already: this run must write nothing more. */
  STORE_LEASE_LOST: 'retry',
  /** The external id belongs to another record of the shop. */
  STORE_BINDING_TAKEN: 'park',
  STORE_CLOSED: 'retry',
  /** Another process kept the file busy for too long. */
  STORE_BUSY: 'retry',
  STORE_FULL: 'retry',
  STORE_IO: 'retry',
  STORE_READ_ONLY: 'give-up',
  STORE_CORRUPT: 'give-up',
  STORE_FAILED: 'give-up',
} as const satisfies Record<string, Disposition>
export type StoreErrorCode = keyof typeof storeErrorCodes

/** The store refused or could not do something; nothing of that call was stored. */
export class StoreError extends MuftaError {
  declare readonly code: StoreErrorCode
  readonly disposition: Disposition

  constructor(code: StoreErrorCode, message: Words, options: ErrorOptions = {}) {
    super(code, message, options)
    this.disposition = storeErrorCodes[code]
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that an operator can do something about. */
const byResult: Readonly<Record<number, readonly [StoreErrorCode, string]>> = {
  5: ['STORE_BUSY', 'Another process is writing to the store; repeat in a moment'],
  6: ['STORE_BUSY', 'Another process is writing to the store; repeat in a moment'],
  8: ['STORE_READ_ONLY', 'The store cannot be written; check the rights of its file and folder'],
  10: ['STORE_IO', 'The disk under the store failed; check it and the system log'],
  11: ['STORE_CORRUPT', 'The store is damaged; restore the last backup'],
  13: ['STORE_FULL', 'The disk under the store is full; free some space'],
  14: ['STORE_IO', 'The store cannot be opened; check its path and rights'],
  26: ['STORE_CORRUPT', 'The file is no Mufta store; check the path'],
}

/** Wraps what node:sqlite throws; errors of our own pass through. SQLite's text names no values. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof MuftaError) return error
  const result = sqliteResult(error)
  if (result === null) return error
  const [code, message] = byResult[result & 0xff] ?? ['STORE_FAILED', 'The store refused a statement']
  return new StoreError(code, message, { facts: { sqliteResult: result }, cause: error })
}

/** SQLite's extended result code of an error thrown by node:sqlite, or null. */
export function sqliteResult(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}
