import type { Journal } from './journal.ts'
import type { Sql } from './sql.ts'
import { ranks, type ConnectionState, type Failure } from './store.ts'
import type { Turn } from './turn.ts'

interface StateRow {
  readonly paused: number
  readonly reason: string | null
  readonly by_operator: number
  readonly since: number
  readonly backfill_held: number
}

/** A connection that is not paused, and the ranks of which work may be given out. */
export interface RunningConnection {
  readonly id: number
  readonly ranks: readonly number[]
}

const allRanks: readonly number[] = Object.values(ranks)
const liveRanks: readonly number[] = [ranks.live]

/** Connection names and their numbers. Remembers what it has seen. */
export class ConnectionIds {
  readonly #sql: Sql
  readonly #ids = new Map<string, number>()
  readonly #names = new Map<number, string>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** null = never written about. */
  find(name: string): number | null {
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const row = this.#sql.get<{ id: number }>('SELECT id FROM connection WHERE name = ?', name)
    return row === undefined ? null : this.#remember(name, row.id)
  }

  /** Only inside a transaction. */
  require(name: string): number {
    const known = this.find(name)
    if (known !== null) return known
    const row = this.#sql.get<{ id: number }>('INSERT INTO connection (name) VALUES (?) RETURNING id', name)
    return this.#remember(name, row?.id ?? 0)
  }

  name(id: number): string {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const row = this.#sql.get<{ name: string }>('SELECT name FROM connection WHERE id = ?', id)
    if (row === undefined) return ''
    this.#remember(row.name, id)
    return row.name
  }

  /** After a rollback: a number may have been given out for nothing. */
  forget(): void {
    this.#ids.clear()
    this.#names.clear()
  }

  #remember(name: string, id: number): number {
    this.#ids.set(name, id)
    this.#names.set(id, name)
    return id
  }
}

/** Pause and resume. Each change leaves one journal line: `pause` with the reason's code, `resume`. */
export class Connections {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #journal: Journal

  constructor(sql: Sql, ids: ConnectionIds, journal: Journal) {
    this.#sql = sql
    this.#ids = ids
    this.#journal = journal
  }

  state(connection: string): ConnectionState {
    const row = this.#row(connection)
    if (row === undefined) return { connection, paused: false, reason: null, byOperator: false, since: 0 }
    return {
      connection,
      paused: row.paused === 1,
      reason: row.reason === null ? null : (JSON.parse(row.reason) as Failure),
      byOperator: row.by_operator === 1,
      since: row.since,
    }
  }

  /** A pause by a person stands until a person ends it: an automatic one changes nothing about it. */
  pause(connection: string, reason: Failure, byOperator: boolean, turn: Turn): void {
    const present = this.state(connection)
    if (present.paused && present.byOperator && !byOperator) return
    this.#sql.run(
      'UPDATE connection SET paused = 1, reason = ?, by_operator = ?, since = ? WHERE id = ?',
      JSON.stringify(reason),
      byOperator ? 1 : 0,
      present.paused ? present.since : turn.now,
      this.#ids.require(connection),
    )
    const isNews =
      !present.paused || present.byOperator !== byOperator || present.reason?.code !== reason.code
    if (isNews) this.#note(connection, 'pause', reason.code, { message: reason.message, byOperator }, turn)
  }

  resume(connection: string, turn: Turn): void {
    const present = this.state(connection)
    if (!present.paused) return
    this.#sql.run(
      'UPDATE connection SET paused = 0, reason = NULL, by_operator = 0, since = ? WHERE id = ?',
      turn.now,
      this.#ids.require(connection),
    )
    this.#note(connection, 'resume', present.reason?.code ?? '', { pausedMs: turn.now - present.since }, turn)
    turn.madeDue()
  }

  /** Those that are known and not paused, in the order given. */
  running(connections: readonly string[]): readonly RunningConnection[] {
    return connections.flatMap((name) => {
      const id = this.#ids.find(name)
      const row = id === null ? undefined : this.#row(name)
      if (id === null || row?.paused === 1) return []
      return [{ id, ranks: row?.backfill_held === 1 ? liveRanks : allRanks }]
    })
  }

  isBackfillHeld(connection: string): boolean {
    return this.#row(connection)?.backfill_held === 1
  }

  holdBackfill(connection: string, held: boolean, turn: Turn): void {
    if (this.isBackfillHeld(connection) === held) return
    const id = this.#ids.require(connection)
    this.#sql.run('UPDATE connection SET backfill_held = ? WHERE id = ?', held ? 1 : 0, id)
    this.#note(connection, 'note', held ? 'BACKFILL_HELD' : 'BACKFILL_GOES_ON', {}, turn)
    if (!held) turn.madeDue()
  }

  #row(connection: string): StateRow | undefined {
    return this.#sql.get<StateRow>(
      'SELECT paused, reason, by_operator, since, backfill_held FROM connection WHERE name = ?',
      connection,
    )
  }

  #note(connection: string, kind: string, code: string, detail: Record<string, unknown>, turn: Turn): void {
    this.#journal.write({ connection, entity: 'connection', id: connection, kind, code, detail }, turn)
  }
}
