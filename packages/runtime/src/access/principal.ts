import { roles, type Role, type SessionMode } from '../store/admin-store.ts'

/** Who acts: a user of our own, or one of a portal. */
export interface Principal {
  readonly login: string
  readonly role: Role
  readonly mode: SessionMode
  /** Hash of the cookie. */
  readonly sessionId: string
}

/** viewer < operator < admin. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
