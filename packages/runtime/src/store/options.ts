import type { StoreRole } from './open-file.ts'

export interface SqliteStoreOptions {
  /** File, made when missing; ":memory:" for a store that ends with its process. */
  readonly path: string
  /** `tool` takes no lock and makes no file: for commands beside a running runtime. @default 'runtime' */
  readonly role?: StoreRole
  /** Unix milliseconds. @default Date.now */
  readonly clock?: () => number
  /** Journal rows older than this are deleted, hourly. @default kept for ever (call `purge`) */
  readonly keepDays?: number
  /** How often to look for pushes and redrives of other processes. @default 500 */
  readonly watchMs?: number
  /** Longest wait for another process that writes; it blocks this one. @default 5_000 */
  readonly busyMs?: number
}

export const DEFAULTS = {
  role: 'runtime',
  clock: Date.now,
  watchMs: 500,
  busyMs: 5_000,
} as const satisfies Partial<SqliteStoreOptions>
/** Complete options, as the inside receives them. */
export type ResolvedOptions = SqliteStoreOptions & Required<Pick<SqliteStoreOptions, keyof typeof DEFAULTS>>
