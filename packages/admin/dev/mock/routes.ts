import { roles, type Role } from '../../src/api/types/access.ts'
import { connectionRoutes } from './connection-routes.ts'
import { Refusal } from './refusal.ts'
import type { MockSession } from './sessions.ts'
import type { MockState } from './state.ts'
import { systemRoutes } from './system-routes.ts'
import { workRoutes } from './work-routes.ts'

export interface MockRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly csrf: string
  readonly body: Record<string, unknown>
}

export interface MockCall extends MockRequest {
  readonly state: MockState
  readonly session: MockSession
  /** Parts of the path that the pattern caught. */
  readonly parts: readonly string[]
}

/** `METHOD /pattern` with ":" for a part → the role it needs (null = nobody need be signed in) and the answer. */
export type Routes = Readonly<
  Record<string, readonly [role: Role | null, answer: (call: MockCall) => unknown]>
>

const routes: Routes = { ...systemRoutes, ...connectionRoutes, ...workRoutes }

const table = Object.entries(routes).map(([key, [role, act]]) => {
  const [method = '', pattern = ''] = key.split(' ')
  return { method, role, act, regex: new RegExp(`^${pattern.replaceAll(':', '([^/]+)')}$`) }
})

export function answer(state: MockState, session: MockSession, request: MockRequest): unknown {
  for (const { method, regex, role, act } of table) {
    const match = regex.exec(request.path)
    if (match === null || method !== request.method) continue
    guard(state, session, role, request)
    return act({ ...request, state, session, parts: match.slice(1).map(decodeURIComponent) }) ?? {}
  }
  throw new Refusal(404, 'NOT_FOUND', `There is no ${request.method} ${request.path}`)
}

function guard(
  state: MockState,
  session: MockSession,
  role: Role | null,
  { method, csrf }: MockRequest,
): void {
  if (role !== null) {
    const user = session.login === null ? undefined : state.users.get(session.login)
    if (user === undefined) throw new Refusal(401, 'SESSION_NEEDED', 'Sign in')
    if (roles.indexOf(user.role) < roles.indexOf(role))
      throw new Refusal(403, 'ROLE_NEEDED', `This needs the role ${role}`)
  }
  if (role !== null && method !== 'GET' && csrf !== session.csrf)
    throw new Refusal(403, 'CSRF', 'The CSRF token is wrong')
}
