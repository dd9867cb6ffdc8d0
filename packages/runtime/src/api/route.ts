import type { Context } from 'hono'
import type { ZodType } from 'zod'
import type { Principal } from '../access/principal.ts'
import type { Role } from '../store/admin-store.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request that passed every gate: signed in with the right, its parts parsed. */
export interface Call<Params, Query, Body> {
  readonly who: Principal
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Fires when the client goes away or Mufta stops: streams and outside calls end with it. */
  readonly signal: AbortSignal
}

/** A request of anybody, signed in or not. */
export interface PublicCall<Params, Query, Body> extends Omit<Call<Params, Query, Body>, 'who'> {
  readonly who: Principal | null
  /** Network address of the caller, for limits. */
  readonly address: string
  readonly context: Context
}

interface Shape<Params, Query, Body> {
  readonly method: Method
  /** Under /api: "/connections/{name}". */
  readonly path: string
  /** One sentence for the API's documentation. */
  readonly summary: string
  readonly params?: ZodType<Params>
  readonly query?: ZodType<Query>
  /** Absent = the request has none; what is sent is not read. */
  readonly body?: ZodType<Body>
}

export interface RouteSpec<Params, Query, Body, Answer> extends Shape<Params, Query, Body> {
  /** The least role that may call it. */
  readonly role: Role
  /** Answers are parsed by it: what it does not name never leaves. */
  readonly answer: ZodType<Answer>
  readonly handle: (call: Call<Params, Query, Body>) => Promise<Answer> | Answer
}

export interface PublicRouteSpec<Params, Query, Body, Answer> extends Shape<Params, Query, Body> {
  readonly answer: ZodType<Answer>
  readonly handle: (call: PublicCall<Params, Query, Body>) => Promise<Answer> | Answer
}

export interface RawRouteSpec<Params, Query> extends Omit<Shape<Params, Query, unknown>, 'body' | 'method'> {
  readonly role: Role
  /** "text/csv", "text/event-stream". */
  readonly contentType: string
  readonly handle: (
    call: Call<Params, Query, undefined> & { readonly context: Context },
  ) => Promise<Response> | Response
}

/** A route with its types forgotten: what the dispatcher and the documentation work with. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  /** null = anybody. */
  readonly role: Role | null
  readonly params: ZodType | null
  readonly query: ZodType | null
  readonly body: ZodType | null
  /** null = `contentType` says what comes. */
  readonly answer: ZodType | null
  readonly contentType: string
  readonly handle: (call: PublicCall<unknown, unknown, unknown>) => unknown
}

/** A JSON route for those who are signed in. */
export function route<Params = unknown, Query = unknown, Body = undefined, Answer = unknown>(
  spec: RouteSpec<Params, Query, Body, Answer>,
): Route {
  return {
    ...shapeOf(spec),
    role: spec.role,
    answer: spec.answer,
    contentType: JSON_TYPE,
    handle: forget(spec.handle),
  }
}

/** A JSON route for anybody; it must guard itself. */
export function publicRoute<Params = unknown, Query = unknown, Body = undefined, Answer = unknown>(
  spec: PublicRouteSpec<Params, Query, Body, Answer>,
): Route {
  return {
    ...shapeOf(spec),
    role: null,
    answer: spec.answer,
    contentType: JSON_TYPE,
    handle: forget(spec.handle),
  }
}

/** A route that makes its own answer: a file, a stream. It must let no secret out. */
export function rawRoute<Params = unknown, Query = unknown>(spec: RawRouteSpec<Params, Query>): Route {
  const { role, contentType, handle } = spec
  return { ...shapeOf({ ...spec, method: 'GET' }), role, answer: null, contentType, handle: forget(handle) }
}

const JSON_TYPE = 'application/json'

function shapeOf<Params, Query, Body>({
  method,
  path,
  summary,
  params,
  query,
  body,
}: Shape<Params, Query, Body>) {
  return { method, path, summary, params: params ?? null, query: query ?? null, body: body ?? null }
}

/** The dispatcher parses every part by the route's own schemas and lets nobody in without the role. */
function forget(handle: (call: never) => unknown): Route['handle'] {
  return handle as Route['handle']
}
