import { Http, type CallOptions, type Query } from './http.ts'
import type { AuditEntry, Role, Session, User } from './types/access.ts'
import type {
  CheckBody,
  CheckResult,
  ConnectionChange,
  ConnectionDetail,
  ConnectionSummary,
  ConnectorInfo,
  Dictionaries,
  NewConnection,
  SecretMark,
  VersionEntry,
} from './types/connections.ts'
import type { JournalPage, LogPage } from './types/journal.ts'
import type { LabView, ReplayResult } from './types/lab.ts'
import type { OrderLife, OrderPage } from './types/orders.ts'
import type { Overview } from './types/overview.ts'
import type { PairedSite, PairingCode } from './types/pairing.ts'
import type { Backfill, Plan } from './types/plans.ts'
import type { ProblemChoice, ProblemGroup, ProblemItem } from './types/problems.ts'

import type { SealedSecrets } from './types/vault.ts'

type Signal = Pick<CallOptions, 'signal'>
const enc = encodeURIComponent

export const http = new Http()

/** Live checks talk to two outside systems: they may take long. */
const slow = { timeoutMs: 120_000 }

/** Every call the page makes, by name. */
export const api = {
  session: (o?: Signal) => http.get<Session>('/session', o),
  signIn: (login: string, password: string) => http.send<unknown>('POST', '/session', { login, password }),
  signOut: () => http.send<unknown>('DELETE', '/session'),
  firstAdmin: (body: { token: string; login: string; password: string }) =>
    http.send<unknown>('POST', '/session/first', body),
  portalSession: (body: { domain: string; authId: string; memberId: string }) =>
    http.send<unknown>('POST', '/session/portal', body),

  users: async (o?: Signal) => listOf<User>(await http.get('/users', o), 'users'),
  addUser: (body: { login: string; role: Role; password: string }) =>
    http.send<unknown>('POST', '/users', body),
  invite: (body: { login: string; role: Role }) =>
    http.send<{ token: string; endsAt: number }>('POST', '/users/invite', body),
  changeUser: (login: string, body: { role?: Role; password?: string }) =>
    http.send<unknown>('PATCH', `/users/${enc(login)}`, body),
  removeUser: (login: string) => http.send<unknown>('DELETE', `/users/${enc(login)}`),
  audit: (query: Query, o?: Signal) =>
    http.get<{ entries: readonly AuditEntry[] }>('/audit', { ...o, query }),

  overview: (o?: Signal) => http.get<Overview>('/overview', o),
  connectors: async (o?: Signal) => listOf<ConnectorInfo>(await http.get('/connectors', o), 'connectors'),

  connections: async (o?: Signal) =>
    listOf<ConnectionSummary>(await http.get('/connections', o), 'connections'),
  connection: (name: string, o?: Signal) => http.get<ConnectionDetail>(`/connections/${enc(name)}`, o),
  addConnection: (body: NewConnection) => http.send<unknown>('POST', '/connections', body, slow),
  saveConnection: (name: string, body: ConnectionChange) =>
    http.send<unknown>('PUT', `/connections/${enc(name)}`, body, slow),
  removeConnection: (name: string) => http.send<unknown>('DELETE', `/connections/${enc(name)}`),
  setSecret: (name: string, path: string, value: string) =>
    http.send<SecretMark>('PUT', `/connections/${enc(name)}/secrets/${enc(path)}`, { value }),
  sealedSecrets: (o?: Signal) => http.get<SealedSecrets>('/secrets', o),
  rotateSecrets: () =>
    http.send<{ rotated: number; left: number }>('POST', '/secrets/rotate', undefined, slow),
  versions: async (name: string, o?: Signal) =>
    listOf<VersionEntry>(await http.get(`/connections/${enc(name)}/versions`, o), 'versions'),
  restoreVersion: (name: string, version: number) =>
    http.send<unknown>('POST', `/connections/${enc(name)}/versions/${version}/restore`),
  checkConnection: (name: string, o?: Signal) =>
    http.send<CheckResult>('POST', `/connections/${enc(name)}/check`, {}, { ...o, ...slow }),
  check: (body: CheckBody, o?: Signal) => http.send<CheckResult>('POST', '/check', body, { ...o, ...slow }),
  dictionaries: (name: string, o?: Signal) =>
    http.get<Dictionaries>(`/connections/${enc(name)}/dictionaries`, { ...o, ...slow }),
  pairing: (name: string, o?: Signal) =>
    http.get<{ paired: PairedSite | null }>(`/connections/${enc(name)}/pairing`, o),
  startPairing: (name: string) => http.send<PairingCode>('POST', `/connections/${enc(name)}/pairing`),
  pause: (name: string, reason?: string) =>
    http.send<unknown>('POST', `/connections/${enc(name)}/pause`, reason ? { reason } : {}),
  resume: (name: string) => http.send<unknown>('POST', `/connections/${enc(name)}/resume`, {}),

  orders: (query: Query, o?: Signal) => http.get<OrderPage>('/orders', { ...o, query }),
  order: (connection: string, id: string, o?: Signal) =>
    http.get<OrderLife>(`/orders/${enc(connection)}/${enc(id)}`, { ...o, ...slow }),

  problems: (connection?: string, o?: Signal) =>
    http.get<{ groups: readonly ProblemGroup[] }>('/problems', { ...o, query: { connection } }),
  problemItems: (query: Query, o?: Signal) =>
    http.get<{ rows: readonly ProblemItem[]; next: string | null }>('/problems/items', { ...o, query }),
  retryProblems: (choice: ProblemChoice) =>
    http.send<{ count: number }>('POST', '/problems/retry', choice, slow),
  ignoreProblems: (choice: ProblemChoice, reason: string) =>
    http.send<{ count: number }>('POST', '/problems/ignore', { ...choice, reason }, slow),

  startPlan: (body: { connection: string; limit?: number; since?: string }) =>
    http.send<{ id: string }>('POST', '/plans', body),
  plan: (id: string, query: Query, o?: Signal) => http.get<Plan>(`/plans/${enc(id)}`, { ...o, query }),
  stopPlan: (id: string) => http.send<unknown>('POST', `/plans/${enc(id)}/stop`, {}),
  startBackfill: (body: { connection: string; since?: string }) =>
    http.send<unknown>('POST', '/backfills', body),
  backfill: (connection: string, o?: Signal) => http.get<Backfill>(`/backfills/${enc(connection)}`, o),
  steerBackfill: (connection: string, what: 'pause' | 'resume' | 'stop') =>
    http.send<unknown>('POST', `/backfills/${enc(connection)}/${what}`, {}),

  lab: (connection: string, id: string, o?: Signal) =>
    http.get<LabView>(`/lab/${enc(connection)}/${enc(id)}`, { ...o, ...slow }),
  replay: (connection: string, body: { days: number; limit: number }, o?: Signal) =>
    http.send<ReplayResult>('POST', `/lab/${enc(connection)}/replay`, body, { ...o, ...slow }),

  journal: (query: Query, o?: Signal) => http.get<JournalPage>('/journal', { ...o, query }),
  logs: (query: Query, o?: Signal) => http.get<LogPage>('/logs', { ...o, query }),
}

/** A list as it is, or under its own name. */
function listOf<T>(answer: unknown, name: string): readonly T[] {
  if (Array.isArray(answer)) return answer as T[]
  const inner = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
  return Array.isArray(inner) ? (inner as T[]) : []
}
