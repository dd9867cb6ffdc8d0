import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { route, type Route } from '../route.ts'
import { done, OK } from '../schemas/common.ts'
import {
  auditPage,
  auditQuery,
  invite,
  invited,
  newUser,
  userChange,
  userParam,
  users,
} from '../schemas/users.ts'

export function userRoutes({ access, store }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/users',
      summary: 'Users with their roles',
      role: 'admin',
      answer: users,
      handle: async () => ({
        users: (await access.users()).map(({ seenAt, ...user }) => ({ ...user, lastSeenAt: seenAt })),
      }),
    }),
    route({
      method: 'POST',
      path: '/users',
      summary: 'Makes a user',
      role: 'admin',
      body: newUser,
      answer: done,
      handle: async ({ who, body }) => {
        await access.createUser(who.login, body)
        return OK
      },
    }),
    route({
      method: 'POST',
      path: '/users/invite',
      summary: 'A one-time link for a new user, or for one who lost the password',
      role: 'admin',
      body: invite,
      answer: invited,
      handle: ({ who, body }) => access.invite(who.login, body.role, body.login),
    }),
    route({
      method: 'PATCH',
      path: '/users/{login}',
      summary: 'Changes a role or a password; a new password ends the user’s other sessions',
      role: 'admin',
      params: userParam,
      body: userChange,
      answer: done,
      handle: async ({ who, params, body }) => {
        await access.changeUser(who, params.login, body)
        return OK
      },
    }),
    route({
      method: 'DELETE',
      path: '/users/{login}',
      summary: 'Takes a user away and ends the sessions',
      role: 'admin',
      params: userParam,
      answer: done,
      handle: async ({ who, params }) => {
        if (who.login === params.login)
          throw new ApiError(
            409,
            'ACCESS_YOURSELF',
            'Nobody takes away themselves: another administrator can',
          )
        await access.removeUser(who.login, params.login)
        return OK
      },
    }),
    route({
      method: 'GET',
      path: '/audit',
      summary: 'Who changed what, newest first',
      role: 'admin',
      query: auditQuery,
      answer: auditPage,
      handle: async ({ query: { before, limit } }) => ({
        entries: [...(await store.admin.audit({ limit, ...(before === undefined ? {} : { before }) }))],
      }),
    }),
  ]
}
