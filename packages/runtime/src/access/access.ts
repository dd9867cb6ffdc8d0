import type { AdminStore, Role, User } from '../store/admin-store.ts'
import { AccessError } from './errors.ts'
import { LoginLimits } from './login-limits.ts'
import { checkPassword, Passwords, type PasswordCost } from './passwords.ts'
import { portalHost, type PortalAuth, type VerifyPortal } from './portal.ts'
import type { Principal } from './principal.ts'
import { newToken, tokenHash } from './tokens.ts'

export interface AccessOptions {
  readonly store: AdminStore
  readonly clock: () => number
  readonly portal?: PortalAccess
  /** A session ends after so long without use. @default 12 h */
  readonly idleMs?: number
  /** A session ends after so long in any case. @default 7 days; in a portal 12 h */
  readonly absoluteMs?: number
  /** How long a one-time link works. @default 24 h */
  readonly inviteMs?: number
  readonly passwordCost?: PasswordCost
}

/** People of Bitrix24 portals. */
export interface PortalAccess {
  /** Hosts of the portals where this Mufta is installed: nobody else's word is asked. */
  readonly hosts: readonly string[]
  /** Role of the portal's users that are no administrators; null = they stay outside. */
  readonly userRole: Role | null
  readonly verify: VerifyPortal
}

export interface OpenedSession {
  /** For the cookie; kept nowhere. */
  readonly cookie: string
  readonly principal: Principal
  readonly endsAt: number
}

const HOUR_MS = 3_600_000
const DEFAULTS = { idleMs: 12 * HOUR_MS, absoluteMs: 7 * 24 * HOUR_MS, inviteMs: 24 * HOUR_MS }
const PORTAL_MS = 12 * HOUR_MS
/** The store hears of a session's use at most this often. */
const TOUCH_MS = 60_000
const LOGIN = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u

/** Who may come in: users with passwords, one-time links, people of installed portals, and their sessions. */
export class Access {
  readonly #options: AccessOptions & typeof DEFAULTS
  readonly #store: AdminStore
  readonly #passwords: Passwords
  readonly #limits: LoginLimits

  constructor(options: AccessOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#store = options.store
    this.#passwords = new Passwords(options.passwordCost)
    this.#limits = new LoginLimits(options.clock)
  }

  users(): Promise<readonly User[]> {
    return this.#store.users()
  }

  async needsFirstAdmin(): Promise<boolean> {
    return (await this.#store.users()).length === 0
  }

  /** @throws AccessError `ACCESS_WRONG` (never which of the two was wrong), `ACCESS_TOO_MANY` */
  async signIn(login: string, password: string, address: string): Promise<OpenedSession> {
    const name = normal(login)
    const wasRight = this.#limits.take(name, address)
    const user = await this.#store.credentials(name)
    if (!(await this.#passwords.verify(password, user?.password ?? null)) || user === null)
      throw new AccessError('ACCESS_WRONG', 'Login or password is wrong')
    wasRight()
    return this.#open({ login: name, role: user.role, mode: 'alone' }, this.#options.absoluteMs)
  }

  /** @throws AccessError `ACCESS_PORTAL_REFUSED`, `ACCESS_TOO_MANY` */
  async signInPortal(auth: PortalAuth, address: string, signal: AbortSignal): Promise<OpenedSession> {
    const { portal } = this.#options
    const host = portalHost(auth.domain)
    if (portal === undefined || host === null || !portal.hosts.includes(host))
      throw refused('This portal is not among the installed ones: name it in "admin.portals"')
    const wasRight = this.#limits.take(null, address)
    const user = await portal.verify({ ...auth, domain: host }, { signal })
    if (user === null) throw refused('The portal does not confirm who you are: open the application anew')
    wasRight()
    const role = user.isAdmin ? 'admin' : portal.userRole
    if (role === null) throw refused('Only administrators of the portal may come in')
    const absoluteMs = Math.min(PORTAL_MS, this.#options.absoluteMs)
    return this.#open({ login: `${host}/${user.id}`, role, mode: 'portal' }, absoluteMs)
  }

  /** Follows a one-time link. @throws AccessError `ACCESS_LINK_GONE`, `ACCESS_LOGIN_*`, `ACCESS_PASSWORD_BAD`, `ACCESS_TOO_MANY` */
  async signInFirst(
    token: string,
    { login, password }: { readonly login: string; readonly password: string },
    address: string,
  ): Promise<OpenedSession> {
    const wasRight = this.#limits.take(null, address)
    const invite = await this.#store.inviteOf(tokenHash(token))
    if (invite === null || (invite.login !== null && invite.login !== normal(login))) throw linkGone()
    wasRight()
    const name = checkLogin(login)
    checkPassword(password, name)
    const hashed = await this.#passwords.hash(password)
    const accepted = await this.#store.acceptInvite(tokenHash(token), { login: name, password: hashed })
    if (accepted.outcome === 'taken') throw taken(name)
    if (accepted.outcome !== 'done') throw linkGone()
    return this.#open({ login: name, role: accepted.role, mode: 'alone' }, this.#options.absoluteMs)
  }

  /** Who holds this cookie; null = nobody any more. */
  async principal(cookie: string): Promise<Principal | null> {
    const { clock, idleMs } = this.#options
    const session = await this.#store.session(tokenHash(cookie))
    const now = clock()
    if (session === null || session.endsAt <= now || session.seenAt + idleMs <= now) return null
    if (session.seenAt + TOUCH_MS <= now) await this.#store.touchSession(session.id)
    const { login, role, mode, id } = session
    return { login, role, mode, sessionId: id }
  }

  signOut({ sessionId }: Principal): Promise<void> {
    return this.#store.closeSession(sessionId)
  }

  /** A one-time link's token: for a new user, or for one who lost the password. */
  async invite(who: string, role: Role, login: string | null): Promise<{ token: string; endsAt: number }> {
    const name = login === null ? null : checkLogin(login)
    const token = newToken()
    const endsAt = this.#options.clock() + this.#options.inviteMs
    await this.#store.invite(
      { token: tokenHash(token), login: name, role, endsAt },
      { who, action: 'user.invite', target: name ?? '', after: { role } },
    )
    return { token, endsAt }
  }

  /** @throws AccessError `ACCESS_LOGIN_BAD`, `ACCESS_LOGIN_TAKEN`, `ACCESS_PASSWORD_BAD` */
  async createUser(who: string, user: { login: string; role: Role; password: string }): Promise<void> {
    const login = checkLogin(user.login)
    checkPassword(user.password, login)
    const password = await this.#passwords.hash(user.password)
    const audit = { who, action: 'user.create', target: login, after: { role: user.role } }
    const outcome = await this.#store.createUser({ login, role: user.role, password }, audit)
    if (outcome === 'taken') throw taken(login)
  }

  /** @throws AccessError `ACCESS_LOGIN_UNKNOWN`, `ACCESS_PASSWORD_BAD`, `ACCESS_LAST_ADMIN` */
  async changeUser(
    who: Pick<Principal, 'login' | 'sessionId'>,
    login: string,
    { role, password }: { readonly role?: Role | undefined; readonly password?: string | undefined },
  ): Promise<void> {
    const name = normal(login)
    const before = await this.#store.credentials(name)
    if (before === null) throw unknown(name)
    if (password !== undefined) checkPassword(password, name)
    const change = {
      ...(role === undefined ? {} : { role }),
      ...(password === undefined ? {} : { password: await this.#passwords.hash(password) }),
      ...(who.login === name ? { keepSession: who.sessionId } : {}),
    }
    const outcome = await this.#store.changeUser(name, change, {
      who: who.login,
      action: 'user.change',
      target: name,
      before: { role: before.role },
      after: { role: role ?? before.role, ...(password === undefined ? {} : { password: 'changed' }) },
    })
    settled(outcome, name)
  }

  /** @throws AccessError `ACCESS_LOGIN_UNKNOWN`, `ACCESS_LAST_ADMIN` */
  async removeUser(who: string, login: string): Promise<void> {
    const name = normal(login)
    const before = await this.#store.credentials(name)
    const audit = { who, action: 'user.remove', target: name, before: { role: before?.role } }
    settled(await this.#store.removeUser(name, audit), name)
  }

  async #open(who: Omit<Principal, 'sessionId'>, absoluteMs: number): Promise<OpenedSession> {
    const { clock, idleMs } = this.#options
    await this.#store.purgeSessions(clock() - idleMs)
    const cookie = newToken()
    const sessionId = tokenHash(cookie)
    const endsAt = clock() + absoluteMs
    const audit = { who: who.login, action: 'session.open', target: who.login, after: { role: who.role } }
    await this.#store.openSession({ ...who, id: sessionId, endsAt }, audit)
    return { cookie, principal: { ...who, sessionId }, endsAt }
  }
}

function normal(login: string): string {
  return login.trim().normalize('NFKC').toLowerCase()
}

function checkLogin(login: string): string {
  const name = normal(login)
  if (LOGIN.test(name)) return name
  throw new AccessError('ACCESS_LOGIN_BAD', {
    en: 'A login begins with a letter or digit and has letters, digits, ".", "_", "@" and "-", at most 64',
    ru: 'Логин начинается с буквы или цифры и состоит из букв, цифр и знаков «.», «_», «@», «-», не больше 64',
  })
}

function settled(outcome: 'done' | 'missing' | 'last-admin', login: string): void {
  if (outcome === 'missing') throw unknown(login)
  if (outcome === 'last-admin')
    throw new AccessError('ACCESS_LAST_ADMIN', {
      en: 'This is the last administrator: make another one first',
      ru: 'Это последний администратор: сначала создайте другого',
    })
}

function unknown(login: string): AccessError {
  return new AccessError(
    'ACCESS_LOGIN_UNKNOWN',
    { en: 'There is no such user', ru: 'Такого пользователя нет' },
    { facts: { login } },
  )
}

function taken(login: string): AccessError {
  const message = { en: 'There is a user with this login already', ru: 'Такой логин уже есть' }
  return new AccessError('ACCESS_LOGIN_TAKEN', message, { facts: { login } })
}

function linkGone(): AccessError {
  return new AccessError(
    'ACCESS_LINK_GONE',
    'This one-time link was used or is out of date: "mufta users invite" makes another one',
  )
}

function refused(message: string): AccessError {
  return new AccessError('ACCESS_PORTAL_REFUSED', message)
}
