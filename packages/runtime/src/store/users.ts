import type { InviteInput, Role, User } from './admin-store.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'

export type UserOutcome = 'done' | 'missing' | 'last-admin'

interface InviteRow {
  readonly token: string
  readonly login: string | null
  readonly role: Role
  readonly ends_at: number
}

/** Users and the one-time links that make them. */
export class Users {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  list(): readonly User[] {
    return this.#sql.all<User>(
      `SELECT login, role, created_at AS createdAt,
              (SELECT max(seen_at) FROM session WHERE session.login = user.login AND mode = 'alone') AS seenAt
         FROM user ORDER BY login`,
    )
  }

  credentials(login: string): { readonly role: Role; readonly password: string } | null {
    return this.#sql.get('SELECT role, password FROM user WHERE login = ?', login) ?? null
  }

  create(login: string, role: Role, password: string, turn: Turn): boolean {
    return (
      this.#sql.run(
        'INSERT INTO user VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        login,
        role,
        password,
        turn.now,
        turn.now,
      ) === 1
    )
  }

  change(login: string, role: Role | null, password: string | null, turn: Turn): UserOutcome {
    const present = this.credentials(login)
    if (present === null) return 'missing'
    if (role !== null && role !== 'admin' && this.#isLastAdmin(login, present.role)) return 'last-admin'
    this.#sql.run(
      `UPDATE user SET role = coalesce(?, role), password = coalesce(?, password), changed_at = ?
        WHERE login = ?`,
      role,
      password,
      turn.now,
      login,
    )
    return 'done'
  }

  remove(login: string): UserOutcome {
    const present = this.credentials(login)
    if (present === null) return 'missing'
    if (this.#isLastAdmin(login, present.role)) return 'last-admin'
    this.#sql.run('DELETE FROM user WHERE login = ?', login)
    return 'done'
  }

  invite({ token, login, role, endsAt }: InviteInput): void {
    this.#sql.run('DELETE FROM invite WHERE login IS ?', login)
    this.#sql.run('INSERT INTO invite VALUES (?, ?, ?, ?)', token, login, role, endsAt)
  }

  inviteOf(token: string, now: number): InviteInput | null {
    const row = this.#sql.get<InviteRow>('SELECT * FROM invite WHERE token = ? AND ends_at > ?', token, now)
    return row === undefined
      ? null
      : { token: row.token, login: row.login, role: row.role, endsAt: row.ends_at }
  }

  dropInvite(token: string): void {
    this.#sql.run('DELETE FROM invite WHERE token = ?', token)
  }

  purgeInvites(now: number): void {
    this.#sql.run('DELETE FROM invite WHERE ends_at <= ?', now)
  }

  #isLastAdmin(login: string, role: Role): boolean {
    if (role !== 'admin') return false
    return (
      this.#sql.get('SELECT 1 FROM user WHERE role = ? AND login <> ? LIMIT 1', 'admin', login) === undefined
    )
  }
}
