import type { ConnectionIds } from './connections.ts'
import type { Journal } from './journal.ts'
import type { Sql } from './sql.ts'
import { ranks } from './store.ts'
import type { Turn } from './turn.ts'
import type { Cursors } from './values.ts'

/** Lanes of one step: some milliseconds, then others have their turn. */
const STEP = 500

/** Takes a first load out of the queue. Lanes that a live event woke, run or are parked stay as they are. */
export class BackfillDrop {
  readonly #sql: Sql
  readonly #ids: ConnectionIds
  readonly #cursors: Cursors
  readonly #journal: Journal

  constructor(sql: Sql, ids: ConnectionIds, cursors: Cursors, journal: Journal) {
    this.#sql = sql
    this.#ids = ids
    this.#cursors = cursors
    this.#journal = journal
  }

  /** A listing in hand loses its lease, so that it stores nothing more. */
  listing(connection: string): void {
    const id = this.#ids.require(connection)
    this.#sql.run("DELETE FROM job WHERE connection = ? AND lane = 'backfill/-'", id)
    this.#sql.run("DELETE FROM lane WHERE connection = ? AND name = 'backfill/-'", id)
    this.#cursors.set(connection, 'backfill', '')
  }

  /** Returns how many lanes; 0 = finished. */
  some(connection: string): number {
    const id = this.#ids.require(connection)
    const lanes = this.#sql.all<{ name: string }>(
      "SELECT name FROM lane WHERE connection = ? AND rank = ? AND due IS NOT NULL AND state = 'waiting' LIMIT ?",
      id,
      ranks.backfill,
      STEP,
    )
    for (const { name } of lanes) {
      this.#sql.run('DELETE FROM job WHERE connection = ? AND lane = ?', id, name)
      this.#sql.run('DELETE FROM lane WHERE connection = ? AND name = ?', id, name)
    }
    return lanes.length
  }

  note(connection: string, dropped: number, turn: Turn): void {
    this.#journal.write(
      {
        connection,
        entity: 'connection',
        id: connection,
        kind: 'note',
        code: 'BACKFILL_STOPPED',
        detail: { dropped },
      },
      turn,
    )
  }
}
