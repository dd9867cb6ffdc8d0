import { parsePhpForm } from '@mufta/kit'
import type { SimAnswer, SimRequest } from '../sim/index.ts'
import type { Access } from './access.ts'
import type { Account } from './account.ts'
import { accessDenied, RATE_LIMITED, Refusal, refusal, success } from './answers.ts'
import { ApiCall, type Route } from './api-call.ts'
import { customerRoutes } from './customer-routes.ts'
import type { JsonObject } from './input.ts'
import { orderRoutes } from './order-routes.ts'
import { referenceRoutes } from './reference-routes.ts'

const VERSIONED = '/api/v5/'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** Answers the vendor's API: key first, then limit, path, scope, and the method itself. */
export class Router {
  readonly #account: Account
  readonly #exact = new Map<string, Route[]>()
  readonly #patterns: { readonly segments: readonly string[]; readonly route: Route }[] = []

  constructor(account: Account) {
    this.#account = account
    for (const route of [...orderRoutes, ...customerRoutes, ...referenceRoutes]) {
      if (route.path.includes(':id')) this.#patterns.push({ segments: route.path.split('/'), route })
      else this.#exact.set(route.path, [...(this.#exact.get(route.path) ?? []), route])
    }
  }

  answer(request: SimRequest): SimAnswer {
    try {
      return this.#route(request)
    } catch (refused) {
      if (refused instanceof Refusal) return refusal(refused)
      throw refused
    }
  }

  #route(request: SimRequest): SimAnswer {
    const path = request.path.endsWith('/') ? request.path.slice(0, -1) : request.path
    if (!path.startsWith('/api/'))
      return { status: 404, contentType: 'text/html', body: '<h1>404 Not Found</h1>' }
    const params = readParams(request)
    const access = this.#account.keys.recognise(request.headers['x-api-key'], params['apiKey'])
    if (!access.limit.take()) return RATE_LIMITED
    if (path === '/api/credentials') return this.#credentials(access)
    if (path === '/api/api-versions') return success({ versions: ['3.0', '4.0', '5.0'] })
    if (!path.startsWith(VERSIONED)) throw new Refusal(404, 'API version not found')

    const { routes, id } = this.#find(path.slice(VERSIONED.length))
    if (routes.length === 0) throw new Refusal(404, 'API method not found')
    const route = routes.find((one) => one.method === request.method)
    if (route === undefined) throw new Refusal(405, 'Method Not Allowed')
    if (!access.scopes.has(route.scope)) throw accessDenied()
    return route.handle(new ApiCall(this.#account, access, params, id))
  }

  #find(path: string): { routes: readonly Route[]; id: string } {
    const exact = this.#exact.get(path)
    if (exact !== undefined) return { routes: exact, id: '' }
    const given = path.split('/')
    const routes: Route[] = []
    let id = ''
    for (const { segments, route } of this.#patterns) {
      if (segments.length !== given.length) continue
      if (!segments.every((segment, at) => segment === ':id' || segment === given[at])) continue
      routes.push(route)
      id = decodeSegment(given[segments.indexOf(':id')] ?? '')
    }
    return { routes, id }
  }

  #credentials(access: Access): SimAnswer {
    const all = [...this.#account.dictionaries.sites.keys()]
    return success({
      scopes: [...access.scopes],
      siteAccess: access.sites === null ? 'access_full' : 'access_selective',
      sitesAvailable: all.filter((site) => access.sites?.has(site) ?? true),
    })
  }
}

/** Query and form together; a body of another type is not read at all, as in the real one. */
function readParams(request: SimRequest): JsonObject {
  const query = readForm(request.query)
  if (request.body.length === 0 || !request.headers['content-type']?.startsWith(FORM_TYPE)) return query
  return { ...query, ...readForm(request.body.toString('utf8')) }
}

function readForm(text: string): JsonObject {
  if (text === '') return {}
  try {
    return parsePhpForm(text)
  } catch {
    throw new Refusal(400, 'Errors in the input parameters')
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal(400, 'Errors in the input parameters')
  }
}
