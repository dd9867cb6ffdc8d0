import type { SealedSecret } from './admin-store.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'

/** Sealed secrets by connection and path. What is inside, only the vault knows. */
export class Secrets {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  list(connection: string | undefined): readonly SealedSecret[] {
    return this.#sql.all<SealedSecret>(
      'SELECT * FROM secret WHERE ?1 IS NULL OR connection = ?1 ORDER BY connection, path',
      connection ?? null,
    )
  }

  sealed(connection: string, path: string): string | null {
    const row = this.#sql.get<{ sealed: string }>(
      'SELECT sealed FROM secret WHERE connection = ? AND path = ?',
      connection,
      path,
    )
    return row?.sealed ?? null
  }

  put(connection: string, path: string, sealed: string, who: string, turn: Turn): void {
    this.#sql.run(
      `INSERT INTO secret VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sealed = excluded.sealed, at = excluded.at, who = excluded.who`,
      connection,
      path,
      sealed,
      turn.now,
      who,
    )
  }

  remove(connection: string, path: string): boolean {
    return this.#sql.run('DELETE FROM secret WHERE connection = ? AND path = ?', connection, path) === 1
  }

  removeAll(connection: string): void {
    this.#sql.run('DELETE FROM secret WHERE connection = ?', connection)
  }

  reseal({ connection, path, sealed: before }: SealedSecret, sealed: string): boolean {
    return (
      this.#sql.run(
        'UPDATE secret SET sealed = ? WHERE connection = ? AND path = ? AND sealed = ?',
        sealed,
        connection,
        path,
        before,
      ) === 1
    )
  }
}
