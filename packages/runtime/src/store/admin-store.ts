/**
 * The part of the store behind the admin page. As in store.ts every method is one atomic, synced transaction; a change
 * and its audit line are one. Nothing here is a secret in the open: passwords come hashed, tokens hashed, keys sealed.
 */

export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

export interface User {
  readonly login: string
  readonly role: Role
  readonly createdAt: number
  /** Last use of an open session; null when there is none. */
  readonly seenAt: number | null
}

/** Who did what to what. `before` and `after` hold no secret. */
export interface AuditInput {
  readonly who: string
  /** "user.create", "connection.change", … */
  readonly action: string
  readonly target: string
  readonly before?: unknown
  readonly after?: unknown
}

export interface AuditEntry {
  readonly id: number
  readonly at: number
  readonly who: string
  readonly action: string
  readonly target: string
  /** null = there was nothing. */
  readonly before: unknown
  readonly after: unknown
}

export interface InviteInput {
  /** Hash of the one-time token. */
  readonly token: string
  /** null = whoever follows the link chooses one. */
  readonly login: string | null
  readonly role: Role
  readonly endsAt: number
}

export type SessionMode = 'alone' | 'portal'

export interface SessionInput {
  /** Hash of the cookie. */
  readonly id: string
  readonly login: string
  readonly mode: SessionMode
  readonly role: Role
  readonly endsAt: number
}

export interface Session extends SessionInput {
  readonly createdAt: number
  readonly seenAt: number
}

export interface StoredConnection {
  readonly name: string
  readonly version: number
  /** JSON without any secret. */
  readonly body: string
}

export interface ConnectionVersion extends StoredConnection {
  readonly at: number
  readonly who: string
  /** JSON: what this version changed, by path. */
  readonly changes: string
}

export interface SealedSecret {
  readonly connection: string
  /** "site.webhook", "settings.apiKey". */
  readonly path: string
  readonly sealed: string
  readonly at: number
  readonly who: string
}

/** A secret that changes with its connection; `sealed: null` takes it away. */
export interface SecretChange {
  readonly path: string
  readonly sealed: string | null
}

export interface ConnectionSave {
  readonly name: string
  /** Version that was looked at; null = there must be none. */
  readonly expected: number | null
  readonly body: string
  readonly changes: string
  readonly secrets: readonly SecretChange[]
}

export interface AdminStore {
  // users
  users(): Promise<readonly User[]>
  /** The stored hash of a user's password; null = no such user. */
  credentials(login: string): Promise<{ readonly role: Role; readonly password: string } | null>
  createUser(
    user: { readonly login: string; readonly role: Role; readonly password: string },
    audit: AuditInput,
  ): Promise<'done' | 'taken'>
  /** A new password ends every session of the user but `keepSession`. The last administrator stays one. */
  changeUser(
    login: string,
    change: { readonly role?: Role; readonly password?: string; readonly keepSession?: string },
    audit: AuditInput,
  ): Promise<'done' | 'missing' | 'last-admin'>
  /** Ends the user's sessions too. */
  removeUser(login: string, audit: AuditInput): Promise<'done' | 'missing' | 'last-admin'>

  // one-time links
  /** Replaces an earlier link for the same login (or the earlier one without a login). */
  invite(invite: InviteInput, audit: AuditInput): Promise<void>
  /** null = unknown, used or out of date. */
  inviteOf(token: string): Promise<InviteInput | null>
  /** Uses the link up: makes the user, or gives the one it names a new password and ends its sessions. */
  acceptInvite(
    token: string,
    user: { readonly login: string; readonly password: string },
  ): Promise<{ readonly outcome: 'done'; readonly role: Role } | { readonly outcome: 'gone' | 'taken' }>

  // sessions
  openSession(session: SessionInput, audit: AuditInput): Promise<void>
  /** With the present role of the user; null = none, or the user is gone. Times are for the caller to judge. */
  session(id: string): Promise<Session | null>
  touchSession(id: string): Promise<void>
  closeSession(id: string): Promise<void>
  /** Deletes sessions and links that ended. */
  purgeSessions(idleSince: number): Promise<number>

  // audit
  writeAudit(audit: AuditInput): Promise<void>
  /** Newest first; `before` continues. */
  audit(page: { readonly before?: number; readonly limit: number }): Promise<readonly AuditEntry[]>

  // connections kept in the store
  connections(): Promise<readonly StoredConnection[]>
  connection(name: string): Promise<StoredConnection | null>
  /** The new version, or null when another one is stored than was expected. */
  saveConnection(save: ConnectionSave, audit: AuditInput): Promise<number | null>
  /** With its secrets; its versions stay. */
  removeConnection(name: string, audit: AuditInput): Promise<boolean>
  /** Newest first. */
  versions(name: string): Promise<readonly ConnectionVersion[]>

  // secrets
  secrets(connection?: string): Promise<readonly SealedSecret[]>
  /** One of them as it is at this moment, for a caller that cannot wait; null = none. */
  sealedSecret(connection: string, path: string): string | null
  putSecret(
    secret: { readonly connection: string; readonly path: string; readonly sealed: string },
    audit: AuditInput,
  ): Promise<void>
  /** Without an audit line, for what changes by itself. false = another one is there than was expected (null = none). */
  swapSecret(
    secret: { readonly connection: string; readonly path: string; readonly sealed: string },
    expected: string | null,
    who: string,
  ): Promise<boolean>
  removeSecret(connection: string, path: string, audit: AuditInput): Promise<boolean>
  /** Sealed anew with another key: only while it is still the one that was read. Neither time nor owner change. */
  resealSecret(secret: SealedSecret, sealed: string): Promise<boolean>
}
