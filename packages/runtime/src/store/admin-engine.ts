import type * as port from './admin-store.ts'
import { Audit } from './audit.ts'
import { ConnectionSettings } from './connection-settings.ts'
import { Secrets } from './secrets.ts'
import { Sessions } from './sessions.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'
import { Users } from './users.ts'

/** Runs a body inside the store's next transaction. */
type Commit = <Result>(body: (turn: Turn) => Result) => Promise<Result>

/** The admin page's part of the SQLite store. */
export class SqliteAdminStore implements port.AdminStore {
  readonly #commit: Commit
  readonly #users: Users
  readonly #sessions: Sessions
  readonly #audit: Audit
  readonly #settings: ConnectionSettings
  readonly #secrets: Secrets

  constructor(sql: Sql, commit: Commit) {
    this.#commit = commit
    this.#users = new Users(sql)
    this.#sessions = new Sessions(sql)
    this.#audit = new Audit(sql)
    this.#settings = new ConnectionSettings(sql)
    this.#secrets = new Secrets(sql)
  }

  // users

  async users(): ReturnType<port.AdminStore['users']> {
    return this.#users.list()
  }

  async credentials(login: string): ReturnType<port.AdminStore['credentials']> {
    return this.#users.credentials(login)
  }

  createUser(
    { login, role, password }: Parameters<port.AdminStore['createUser']>[0],
    audit: port.AuditInput,
  ): Promise<'done' | 'taken'> {
    return this.#commit((turn) => {
      if (!this.#users.create(login, role, password, turn)) return 'taken'
      this.#audit.write(audit, turn)
      return 'done'
    })
  }

  changeUser(
    login: string,
    { role, password, keepSession }: Parameters<port.AdminStore['changeUser']>[1],
    audit: port.AuditInput,
  ): ReturnType<port.AdminStore['changeUser']> {
    return this.#commit((turn) => {
      const outcome = this.#users.change(login, role ?? null, password ?? null, turn)
      if (outcome !== 'done') return outcome
      if (password !== undefined) this.#sessions.closeAll(login, keepSession)
      this.#audit.write(audit, turn)
      return outcome
    })
  }

  removeUser(login: string, audit: port.AuditInput): ReturnType<port.AdminStore['removeUser']> {
    return this.#commit((turn) => {
      const outcome = this.#users.remove(login)
      if (outcome !== 'done') return outcome
      this.#sessions.closeAll(login)
      this.#audit.write(audit, turn)
      return outcome
    })
  }

  // one-time links

  invite(invite: port.InviteInput, audit: port.AuditInput): Promise<void> {
    return this.#commit((turn) => {
      this.#users.invite(invite)
      this.#audit.write(audit, turn)
    })
  }

  inviteOf(token: string): Promise<port.InviteInput | null> {
    return this.#commit((turn) => this.#users.inviteOf(token, turn.now))
  }

  acceptInvite(
    token: string,
    { login, password }: Parameters<port.AdminStore['acceptInvite']>[1],
  ): ReturnType<port.AdminStore['acceptInvite']> {
    return this.#commit((turn) => {
      const invite = this.#users.inviteOf(token, turn.now)
      if (invite === null || (invite.login !== null && invite.login !== login))
        return { outcome: 'gone' } as const
      const present = this.#users.credentials(login)
      if (present !== null && invite.login === null) return { outcome: 'taken' } as const
      this.#users.dropInvite(token)
      const action = present === null ? 'user.create' : 'user.password'
      const role = present?.role ?? invite.role
      if (present === null) this.#users.create(login, role, password, turn)
      else {
        this.#users.change(login, null, password, turn)
        this.#sessions.closeAll(login)
      }
      this.#audit.write({ who: login, action, target: login, after: { role, by: 'one-time link' } }, turn)
      return { outcome: 'done', role } as const
    })
  }

  // sessions

  openSession(session: port.SessionInput, audit: port.AuditInput): Promise<void> {
    return this.#commit((turn) => {
      this.#sessions.open(session, turn)
      this.#audit.write(audit, turn)
    })
  }

  async session(id: string): Promise<port.Session | null> {
    return this.#sessions.find(id)
  }

  touchSession(id: string): Promise<void> {
    return this.#commit((turn) => this.#sessions.touch(id, turn))
  }

  closeSession(id: string): Promise<void> {
    return this.#commit(() => this.#sessions.close(id))
  }

  purgeSessions(idleSince: number): Promise<number> {
    return this.#commit((turn) => {
      this.#users.purgeInvites(turn.now)
      return this.#sessions.purge(idleSince, turn.now)
    })
  }

  // audit

  writeAudit(audit: port.AuditInput): Promise<void> {
    return this.#commit((turn) => this.#audit.write(audit, turn))
  }

  async audit({
    before,
    limit,
  }: Parameters<port.AdminStore['audit']>[0]): ReturnType<port.AdminStore['audit']> {
    return this.#audit.list(before, limit)
  }

  // connections kept in the store

  async connections(): Promise<readonly port.StoredConnection[]> {
    return this.#settings.list()
  }

  async connection(name: string): Promise<port.StoredConnection | null> {
    return this.#settings.find(name)
  }

  saveConnection(save: port.ConnectionSave, audit: port.AuditInput): Promise<number | null> {
    return this.#commit((turn) => {
      const version = this.#settings.save(save, audit.who, turn)
      if (version === null) return null
      for (const { path, sealed } of save.secrets) {
        if (sealed === null) this.#secrets.remove(save.name, path)
        else this.#secrets.put(save.name, path, sealed, audit.who, turn)
      }
      this.#audit.write(audit, turn)
      return version
    })
  }

  removeConnection(name: string, audit: port.AuditInput): Promise<boolean> {
    return this.#commit((turn) => {
      if (!this.#settings.remove(name)) return false
      this.#secrets.removeAll(name)
      this.#audit.write(audit, turn)
      return true
    })
  }

  async versions(name: string): Promise<readonly port.ConnectionVersion[]> {
    return this.#settings.versions(name)
  }

  // secrets

  async secrets(connection?: string): Promise<readonly port.SealedSecret[]> {
    return this.#secrets.list(connection)
  }

  sealedSecret(connection: string, path: string): string | null {
    return this.#secrets.sealed(connection, path)
  }

  putSecret(
    { connection, path, sealed }: Parameters<port.AdminStore['putSecret']>[0],
    audit: port.AuditInput,
  ): Promise<void> {
    return this.#commit((turn) => {
      this.#secrets.put(connection, path, sealed, audit.who, turn)
      this.#audit.write(audit, turn)
    })
  }

  swapSecret(
    { connection, path, sealed }: Parameters<port.AdminStore['swapSecret']>[0],
    expected: string | null,
    who: string,
  ): Promise<boolean> {
    return this.#commit((turn) => {
      if (this.#secrets.sealed(connection, path) !== expected) return false
      this.#secrets.put(connection, path, sealed, who, turn)
      return true
    })
  }

  removeSecret(connection: string, path: string, audit: port.AuditInput): Promise<boolean> {
    return this.#commit((turn) => {
      if (!this.#secrets.remove(connection, path)) return false
      this.#audit.write(audit, turn)
      return true
    })
  }

  resealSecret(secret: port.SealedSecret, sealed: string): Promise<boolean> {
    return this.#commit(() => this.#secrets.reseal(secret, sealed))
  }
}
