import { findProblems } from '@mufta/kit'
import type { Context } from 'hono'
import type { ZodType } from 'zod'
import { isAtLeast, type Principal } from '../access/principal.ts'
import { csrfOf, isSameText } from '../access/tokens.ts'
import { clientAddress } from './client-address.ts'
import type { ApiDeps } from './deps.ts'
import { ApiError, errorAnswer } from './errors.ts'
import { API_HEADERS } from './headers.ts'
import { withoutSecrets } from './last-net.ts'
import type { Route } from './route.ts'
import { sessionCookie } from './session-cookie.ts'

/** Largest body read. */
export const MAX_BODY_BYTES = 1024 * 1024

/** One request on its way: who, may they, is it theirs, is it right; then the route; then the answer by its schema. */
export async function dispatch(deps: ApiDeps, route: Route, context: Context): Promise<Response> {
  try {
    const who = await principalOf(deps, context)
    gate(route, who, context)
    const answer = await route.handle({
      who,
      params: parsed(route.params, context.req.param(), ''),
      query: parsed(route.query, context.req.query(), ''),
      body: route.body === null ? undefined : parsed(route.body, await jsonOf(context), ''),
      signal: AbortSignal.any([context.req.raw.signal, deps.runtime.stopping]),
      address: clientAddress(context, deps.trustProxy),
      context,
    })
    if (route.answer === null) return withHeaders(answer as Response)
    return json(deps, context, 200, route.answer.parse(answer))
  } catch (error) {
    return refusal(deps, context, error)
  }
}

/** A route's own answer: our headers where it says nothing else. */
function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(API_HEADERS))
    if (!response.headers.has(name)) response.headers.set(name, value)
  return response
}

export function refusal(deps: ApiDeps, context: Context, error: unknown): Response {
  const known = errorAnswer(error)
  if (known === null) {
    const name = error instanceof Error ? error.name : typeof error
    deps.log.error({ path: context.req.routePath, error: name }, 'A request of the admin page failed')
    return json(deps, context, 500, { error: 'UNEXPECTED', message: 'Something went wrong; see the log' })
  }
  if (known.retryAfterMs !== undefined)
    context.header('retry-after', String(Math.max(1, Math.ceil(known.retryAfterMs / 1000))))
  return json(deps, context, known.status, known.body)
}

function json(deps: ApiDeps, context: Context, status: number, value: unknown): Response {
  const text = withoutSecrets(JSON.stringify(value), deps.secrets())
  context.header('content-type', 'application/json; charset=utf-8')
  return context.body(text, status as 200)
}

async function principalOf({ access }: ApiDeps, context: Context): Promise<Principal | null> {
  const cookie = sessionCookie(context)
  return cookie === undefined ? null : access.principal(cookie)
}

function gate(route: Route, who: Principal | null, context: Context): void {
  if (route.method !== 'GET') fromOurPage(context)
  if (route.role === null) return
  if (who === null) throw new ApiError(401, 'SIGN_IN', 'Sign in first')
  if (!isAtLeast(who.role, route.role))
    throw new ApiError(403, 'NOT_ALLOWED', `This needs the role ${route.role}; yours is ${who.role}`)
  if (route.method === 'GET') return
  const token = context.req.header('x-csrf-token') ?? ''
  if (!isSameText(token, csrfOf(sessionCookie(context) ?? '')))
    throw new ApiError(403, 'CSRF', 'The page is out of date: load it again and repeat')
}

/** A browser says where a request begins; one that another site began is refused whatever cookie it carries. */
function fromOurPage(context: Context): void {
  const site = context.req.header('sec-fetch-site')
  if (site === undefined || site === 'same-origin' || site === 'none') return
  throw new ApiError(403, 'CROSS_SITE', 'This request was begun by another site')
}

async function jsonOf(context: Context): Promise<unknown> {
  // A form of another site can send no such type without asking first.
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
    throw new ApiError(415, 'NOT_JSON', 'Send JSON with the content type application/json')
  try {
    return JSON.parse(await context.req.text()) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ApiError(400, 'BAD_JSON', 'The body is not valid JSON')
  }
}

function parsed(schema: ZodType | null, value: unknown, prefix: string): unknown {
  if (schema === null) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = findProblems(schema, value).map(({ path, text }) => [
    [prefix, path].filter((step) => step !== '').join('.'),
    text,
  ])
  throw new ApiError(422, 'INVALID', 'The request is not right', { fields: Object.fromEntries(fields) })
}
