import type { ConnectionSave, ConnectionVersion, StoredConnection } from './admin-store.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'

/** Connections kept in the store, and every version they ever had. */
export class ConnectionSettings {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  list(): readonly StoredConnection[] {
    return this.#sql.all<StoredConnection>(
      'SELECT name, version, body FROM connection_settings ORDER BY name',
    )
  }

  find(name: string): StoredConnection | null {
    return this.#sql.get('SELECT name, version, body FROM connection_settings WHERE name = ?', name) ?? null
  }

  save({ name, expected, body, changes }: ConnectionSave, who: string, turn: Turn): number | null {
    if ((this.find(name)?.version ?? null) !== expected) return null
    const last = this.#sql.get<{ version: number | null }>(
      'SELECT max(version) AS version FROM connection_version WHERE name = ?',
      name,
    )
    const version = (last?.version ?? 0) + 1
    this.#sql.run(
      `INSERT INTO connection_settings VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body`,
      name,
      version,
      body,
    )
    this.#sql.run(
      'INSERT INTO connection_version VALUES (?, ?, ?, ?, ?, ?)',
      name,
      version,
      turn.now,
      who,
      body,
      changes,
    )
    return version
  }

  remove(name: string): boolean {
    return this.#sql.run('DELETE FROM connection_settings WHERE name = ?', name) === 1
  }

  versions(name: string): readonly ConnectionVersion[] {
    return this.#sql.all<ConnectionVersion>(
      `SELECT name, version, body, at, who, changes FROM connection_version
        WHERE name = ? ORDER BY version DESC`,
      name,
    )
  }
}
