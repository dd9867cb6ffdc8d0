import type { ConnectionIds } from './connections.ts'
import type { Sql } from './sql.ts'

/** Where each change feed was left. */
export class Cursors {
  readonly #sql: Sql
  readonly #ids: ConnectionIds

  constructor(sql: Sql, ids: ConnectionIds) {
    this.#sql = sql
    this.#ids = ids
  }

  get(connection: string, name: string): string | null {
    const id = this.#ids.find(connection)
    if (id === null) return null
    const row = this.#sql.get<{ value: string }>(
      'SELECT value FROM cursor WHERE connection = ? AND name = ?',
      id,
      name,
    )
    return row?.value ?? null
  }

  set(connection: string, name: string, value: string): void {
    this.#sql.run(
      'INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      this.#ids.require(connection),
      name,
      value,
    )
  }
}

interface Late {
  readonly value: string
  /** A later `setValue` took its place. */
  isPassed: boolean
}

/** Small values by key; some of them are written late, with whatever is committed next. */
export class Values {
  readonly #sql: Sql
  readonly #late = new Map<string, Late>()
  #written: readonly (readonly [string, Late])[] = []

  constructor(sql: Sql) {
    this.#sql = sql
  }

  get(key: string): string | null {
    return this.#late.get(key)?.value ?? this.#stored(key)
  }

  get hasLate(): boolean {
    return this.#late.size > 0
  }

  setLate(key: string, value: string): void {
    this.#late.set(key, { value, isPassed: false })
  }

  /** Returns the write to be run inside a transaction. It keeps the order of calls: a later `setLate` wins. */
  prepareSet(key: string, value: string, expected?: string | null): () => boolean {
    const before = this.#late.get(key)
    return () => {
      const waiting = before === undefined || before.isPassed ? null : before
      const present = waiting?.value ?? this.#stored(key)
      if (expected !== undefined && present !== expected) return false
      this.#store(key, value)
      if (waiting !== null) waiting.isPassed = true
      if (waiting !== null && this.#late.get(key) === waiting) this.#late.delete(key)
      return true
    }
  }

  /** Writes what waits; it counts as written only after `afterCommit`. */
  writeLate(): void {
    this.#written = [...this.#late]
    for (const [key, late] of this.#written) this.#store(key, late.value)
  }

  afterCommit(): void {
    for (const [key, late] of this.#written) {
      if (this.#late.get(key) === late) this.#late.delete(key)
    }
    this.#written = []
  }

  #stored(key: string): string | null {
    return this.#sql.get<{ value: string }>('SELECT value FROM value WHERE key = ?', key)?.value ?? null
  }

  #store(key: string, value: string): void {
    this.#sql.run(
      'INSERT INTO value VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      key,
      value,
    )
  }
}
