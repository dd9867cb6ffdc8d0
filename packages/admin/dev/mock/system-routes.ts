import type { Role } from '../../src/api/types/access.ts'
import { Refusal } from './refusal.ts'
import type { Routes } from './routes.ts'

export const systemRoutes: Routes = {
  'GET /session': [
    null,
    ({ state, session }) => {
      const user = session.login === null ? undefined : state.users.get(session.login)
      return {
        user: user === undefined ? null : { login: session.login, role: user.role },
        csrf: session.csrf,
        needsFirstAdmin: state.users.size === 0,
        mode: 'alone',
        vault: 'ready',
        version: '0.1.0',
      }
    },
  ],
  'POST /session': [
    null,
    ({ state, session, body }) => {
      const login = String(body['login'])
      if (state.users.get(login)?.password !== body['password']) {
        throw new Refusal(401, 'LOGIN_REFUSED', 'Wrong login or password')
      }
      session.login = login
    },
  ],
  'DELETE /session': [
    null,
    ({ session }) => {
      session.login = null
    },
  ],
  'POST /session/first': [
    null,
    ({ state, session, body }) => {
      if (body['token'] !== 'one-time')
        throw new Refusal(403, 'FIRST_TOKEN_WRONG', 'The link is spent: make a new one')
      const login = String(body['login'])
      state.users.set(login, { role: 'admin', password: String(body['password']) })
      session.login = login
    },
  ],
  'GET /users': ['admin', ({ state }) => [...state.users].map(([login, { role }]) => ({ login, role }))],
  'POST /users': [
    'admin',
    ({ state, body }) => {
      const login = String(body['login'])
      if (state.users.has(login)) {
        throw new Refusal(422, 'USER_EXISTS', 'This login is taken', { login: 'This login is taken' })
      }
      state.users.set(login, { role: body['role'] as Role, password: String(body['password']) })
    },
  ],
  'POST /users/invite': ['admin', () => ({ token: 'one-time', endsAt: Date.now() + 86_400_000 })],
  'PATCH /users/:': [
    'admin',
    ({ state, parts: [login = ''], body }) => {
      const user = state.users.get(login)
      if (user !== undefined) user.role = body['role'] as Role
    },
  ],
  'DELETE /users/:': ['admin', ({ state, parts: [login = ''] }) => void state.users.delete(login)],
  'GET /audit': ['admin', ({ state }) => ({ entries: state.audit })],
}
