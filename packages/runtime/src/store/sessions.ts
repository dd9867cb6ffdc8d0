import type { Role, Session, SessionInput, SessionMode } from './admin-store.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'

interface SessionRow {
  readonly id: string
  readonly login: string
  readonly mode: SessionMode
  readonly role: Role
  readonly created_at: number
  readonly seen_at: number
  readonly ends_at: number
}

/** Open sessions by the hash of their cookie. */
export class Sessions {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  open({ id, login, mode, role, endsAt }: SessionInput, turn: Turn): void {
    this.#sql.run(
      'INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      login,
      mode,
      role,
      turn.now,
      turn.now,
      endsAt,
    )
  }

  /** A user of our own has the role of now, not the one of when the session was opened. */
  find(id: string): Session | null {
    const row = this.#sql.get<SessionRow>(
      `SELECT id, login, mode, created_at, seen_at, ends_at,
              CASE mode WHEN 'portal' THEN role ELSE (SELECT user.role FROM user WHERE user.login = session.login)
              END AS role
         FROM session WHERE id = ?`,
      id,
    )
    if (row === undefined || row.role === null) return null
    const { login, mode, role } = row
    return { id, login, mode, role, createdAt: row.created_at, seenAt: row.seen_at, endsAt: row.ends_at }
  }

  touch(id: string, turn: Turn): void {
    this.#sql.run('UPDATE session SET seen_at = ? WHERE id = ?', turn.now, id)
  }

  close(id: string): void {
    this.#sql.run('DELETE FROM session WHERE id = ?', id)
  }

  closeAll(login: string, but = ''): void {
    this.#sql.run('DELETE FROM session WHERE login = ? AND id <> ?', login, but)
  }

  purge(idleSince: number, now: number): number {
    return this.#sql.run('DELETE FROM session WHERE ends_at <= ? OR seen_at < ?', now, idleSince)
  }
}
