import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** Network address of the caller. Behind a trusted proxy: the last one named, which is what that proxy saw. */
export function clientAddress(context: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded ?? getConnInfo(context).remote.address ?? 'unknown'
}

/** The browser reached us by https: only a trusted proxy can know. */
export function isSecure(context: Context, trustProxy: boolean): boolean {
  return trustProxy && context.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https'
}
