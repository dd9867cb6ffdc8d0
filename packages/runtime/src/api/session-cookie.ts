import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { OpenedSession } from '../access/access.ts'
import { isSecure } from './client-address.ts'

/** Behind TLS the name forbids a neighbour of the domain to set it (RFC 6265bis, "__Host-"). */
const NAMES = { plain: 'mufta_session', secure: '__Host-mufta_session' } as const

export function sessionCookie(context: Context): string | undefined {
  return getCookie(context, NAMES.secure) ?? getCookie(context, NAMES.plain)
}

/** Inside a portal the page is a frame of another site: the cookie is partitioned to that portal, and needs https. */
export function keepSession(context: Context, session: OpenedSession, trustProxy: boolean): void {
  const expires = new Date(session.endsAt)
  const common = { path: '/', httpOnly: true, expires } as const
  if (session.principal.mode === 'portal') {
    setCookie(context, NAMES.secure, session.cookie, {
      ...common,
      secure: true,
      sameSite: 'None',
      partitioned: true,
    })
    return
  }
  const secure = isSecure(context, trustProxy)
  setCookie(context, secure ? NAMES.secure : NAMES.plain, session.cookie, {
    ...common,
    secure,
    sameSite: 'Lax',
  })
}

export function dropSession(context: Context): void {
  deleteCookie(context, NAMES.plain, { path: '/', httpOnly: true, sameSite: 'Lax' })
  deleteCookie(context, NAMES.secure, { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' })
  // A partitioned cookie is another one, however equal its name.
  deleteCookie(context, NAMES.secure, {
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'None',
    partitioned: true,
  })
}
