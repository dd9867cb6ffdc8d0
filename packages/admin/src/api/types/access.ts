export const roles = ['viewer', 'operator', 'admin'] as const

export type Role = (typeof roles)[number]

export interface Session {
  readonly user: { readonly login: string; readonly role: Role } | null
  readonly csrf: string
  readonly needsFirstAdmin: boolean
  readonly mode: 'alone' | 'portal'
  /** "no-key" = no secret can be stored before the server has a key. */
  readonly vault?: 'ready' | 'no-key'
  readonly version: string
}

export interface User {
  readonly login: string
  readonly role: Role
  readonly createdAt?: number
  readonly lastSeenAt?: number | null
}

export interface AuditEntry {
  readonly id: number
  readonly at: number
  readonly who: string
  readonly action: string
  readonly target: string
  readonly before?: unknown
  readonly after?: unknown
}
