import { Http, type CallOptions, type Query } from './http.ts'
import type * as A from './types.ts'

type Signal = Pick<CallOptions, 'signal'>
const enc = encodeURIComponent

export const http = new Http()

/** Live checks talk to two outside systems: they may take long. */
const slow = { timeoutMs: 120_000 }

/** Every call the page makes, by name. */
export const api = {
  session: (o?: Signal) => http.get<A.Session>('/session', o),
  signIn: (login: string, password: string) => http.send<unknown>('POST', '/session', { login, password }),
  signOut: () => http.send<unknown>('DELETE', '/session'),
  firstAdmin: (body: { token: string; login: string; password: string }) =>
    http.send<unknown>('POST', '/session/first', body),
  portalSession: (body: { domain: string; authId: string; memberId: string }) =>
    http.send<unknown>('POST', '/session/portal', body),

  users: async (o?: Signal) => listOf<A.User>(await http.get('/users', o), 'users'),
  addUser: (body: { login: string; role: A.Role; password: string }) =>
    http.send<unknown>('POST', '/users', body),
  invite: (body: { login: string; role: A.Role }) =>
    http.send<{ token: string; endsAt: number }>('POST', '/users/invite', body),
  changeUser: (login: string, body: { role?: A.Role; password?: string }) =>
    http.send<unknown>('PATCH', `/users/${enc(login)}`, body),
  removeUser: (login: string) => http.send<unknown>('DELETE', `/users/${enc(login)}`),
  audit: (query: Query, o?: Signal) =>
    http.get<{ entries: readonly A.AuditEntry[] }>('/audit', { ...o, query }),

  overview: (o?: Signal) => http.get<A.Overview>('/overview', o),
  connectors: async (o?: Signal) => listOf<A.ConnectorInfo>(await http.get('/connectors', o), 'connectors'),

  connections: async (o?: Signal) =>
    listOf<A.ConnectionSummary>(await http.get('/connections', o), 'connections'),
  connection: (name: string, o?: Signal) => http.get<A.ConnectionDetail>(`/connections/${enc(name)}`, o),
  addConnection: (body: A.NewConnection) => http.send<unknown>('POST', '/connections', body, slow),
  saveConnection: (name: string, body: A.ConnectionChange) =>
    http.send<unknown>('PUT', `/connections/${enc(name)}`, body, slow),
  removeConnection: (name: string) => http.send<unknown>('DELETE', `/connections/${enc(name)}`),
  setSecret: (name: string, path: string, value: string) =>
    http.send<A.SecretMark>('PUT', `/connections/${enc(name)}/secrets/${enc(path)}`, { value }),
  versions: async (name: string, o?: Signal) =>
    listOf<A.VersionEntry>(await http.get(`/connections/${enc(name)}/versions`, o), 'versions'),
  restoreVersion: (name: string, version: number) =>
    http.send<unknown>('POST', `/connections/${enc(name)}/versions/${version}/restore`),
  checkConnection: (name: string, o?: Signal) =>
    http.send<A.CheckResult>('POST', `/connections/${enc(name)}/check`, {}, { ...o, ...slow }),
  check: (body: A.CheckBody, o?: Signal) =>
    http.send<A.CheckResult>('POST', '/check', body, { ...o, ...slow }),
  dictionaries: (name: string, o?: Signal) =>
    http.get<A.Dictionaries>(`/connections/${enc(name)}/dictionaries`, { ...o, ...slow }),
  pause: (name: string, reason?: string) =>
    http.send<unknown>('POST', `/connections/${enc(name)}/pause`, reason ? { reason } : {}),
  resume: (name: string) => http.send<unknown>('POST', `/connections/${enc(name)}/resume`, {}),

  orders: (query: Query, o?: Signal) => http.get<A.OrderPage>('/orders', { ...o, query }),
  order: (connection: string, id: string, o?: Signal) =>
    http.get<A.OrderLife>(`/orders/${enc(connection)}/${enc(id)}`, { ...o, ...slow }),

  problems: (connection?: string, o?: Signal) =>
    http.get<{ groups: readonly A.ProblemGroup[] }>('/problems', { ...o, query: { connection } }),
  problemItems: (query: Query, o?: Signal) =>
    http.get<{ rows: readonly A.ProblemItem[]; next: string | null }>('/problems/items', { ...o, query }),
  retryProblems: (choice: A.ProblemChoice) =>
    http.send<{ count: number }>('POST', '/problems/retry', choice, slow),
  ignoreProblems: (choice: A.ProblemChoice, reason: string) =>
    http.send<{ count: number }>('POST', '/problems/ignore', { ...choice, reason }, slow),

  startPlan: (body: { connection: string; limit?: number; since?: string }) =>
    http.send<{ id: string }>('POST', '/plans', body),
  plan: (id: string, query: Query, o?: Signal) => http.get<A.Plan>(`/plans/${enc(id)}`, { ...o, query }),
  stopPlan: (id: string) => http.send<unknown>('POST', `/plans/${enc(id)}/stop`, {}),
  startBackfill: (body: { connection: string; since?: string }) =>
    http.send<unknown>('POST', '/backfills', body),
  backfill: (connection: string, o?: Signal) => http.get<A.Backfill>(`/backfills/${enc(connection)}`, o),
  steerBackfill: (connection: string, what: 'pause' | 'resume' | 'stop') =>
    http.send<unknown>('POST', `/backfills/${enc(connection)}/${what}`, {}),

  lab: (connection: string, id: string, o?: Signal) =>
    http.get<A.LabView>(`/lab/${enc(connection)}/${enc(id)}`, { ...o, ...slow }),
  replay: (connection: string, body: { days: number; limit: number }, o?: Signal) =>
    http.send<A.ReplayResult>('POST', `/lab/${enc(connection)}/replay`, body, { ...o, ...slow }),

  journal: (query: Query, o?: Signal) => http.get<A.JournalPage>('/journal', { ...o, query }),
  logs: (query: Query, o?: Signal) => http.get<A.LogPage>('/logs', { ...o, query }),
}

/** A list as it is, or under its own name. */
function listOf<T>(answer: unknown, name: string): readonly T[] {
  if (Array.isArray(answer)) return answer as T[]
  const inner = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
  return Array.isArray(inner) ? (inner as T[]) : []
}
