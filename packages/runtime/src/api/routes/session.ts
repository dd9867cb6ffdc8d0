import type { Context } from 'hono'
import type { z } from 'zod'
import type { OpenedSession } from '../../access/access.ts'
import type { Principal } from '../../access/principal.ts'
import { csrfOf } from '../../access/tokens.ts'
import type { ApiDeps } from '../deps.ts'
import { publicRoute, type Route } from '../route.ts'
import { done, OK } from '../schemas/common.ts'
import { session, signIn, signInFirst, signInPortal } from '../schemas/session.ts'
import { dropSession, keepSession, sessionCookie } from '../session-cookie.ts'

export function sessionRoutes(deps: ApiDeps): readonly Route[] {
  const { access, trustProxy } = deps
  const begin = async (context: Context, opened: OpenedSession) => {
    keepSession(context, opened, trustProxy)
    return view(deps, opened.principal, opened.cookie)
  }
  return [
    publicRoute({
      method: 'GET',
      path: '/session',
      summary: 'Who is signed in, and whether anybody can be',
      answer: session,
      handle: ({ who, context }) => view(deps, who, sessionCookie(context)),
    }),
    publicRoute({
      method: 'POST',
      path: '/session',
      summary: 'Signs in with a password',
      body: signIn,
      answer: session,
      handle: async ({ body, address, context }) =>
        begin(context, await access.signIn(body.login, body.password, address)),
    }),
    publicRoute({
      method: 'POST',
      path: '/session/first',
      summary: 'Follows a one-time link: a new user, or a new password',
      body: signInFirst,
      answer: session,
      handle: async ({ body, address, context }) =>
        begin(context, await access.signInFirst(body.token, body, address)),
    }),
    publicRoute({
      method: 'POST',
      path: '/session/portal',
      summary: 'Signs in the user of an installed portal, verified with that portal',
      body: signInPortal,
      answer: session,
      handle: async ({ body, address, context, signal }) =>
        begin(context, await access.signInPortal(body, address, signal)),
    }),
    publicRoute({
      method: 'DELETE',
      path: '/session',
      summary: 'Signs out; safe to call twice',
      answer: done,
      handle: async ({ who, context }) => {
        if (who !== null) await access.signOut(who)
        dropSession(context)
        return OK
      },
    }),
  ]
}

async function view(
  { access, vault, version }: ApiDeps,
  who: Principal | null,
  cookie: string | undefined,
): Promise<z.output<typeof session>> {
  return {
    user: who === null ? null : { login: who.login, role: who.role },
    csrf: who === null || cookie === undefined ? '' : csrfOf(cookie),
    needsFirstAdmin: await access.needsFirstAdmin(),
    mode: who?.mode ?? 'alone',
    vault: vault === null ? 'no-key' : 'ready',
    version,
  }
}
