import type { SimAnswer } from '../sim/index.ts'
import type { Access, RetailCrmScope } from './access.ts'
import type { Account } from './account.ts'
import { accessDenied, missingParameter, notFound, Refusal } from './answers.ts'
import { isObject, type JsonObject } from './input.ts'
import type { Actor } from './model.ts'
import { isDateTime } from './wire-time.ts'

export interface Route {
  readonly method: 'GET' | 'POST'
  /** Below /api/v5/; `:id` is one segment. */
  readonly path: string
  readonly scope: RetailCrmScope
  readonly handle: (call: ApiCall) => SimAnswer
}

/** One recognised call: who asks, with what. */
export class ApiCall {
  readonly account: Account
  readonly access: Access
  /** Query and form fields together, as the CRM reads them. */
  readonly params: JsonObject
  /** The `:id` of the path. */
  readonly id: string

  constructor(account: Account, access: Access, params: JsonObject, id: string) {
    this.account = account
    this.access = access
    this.params = params
    this.id = id
  }

  get actor(): Actor {
    return { source: 'api', keyId: this.access.keyId }
  }

  sees(site: string): boolean {
    return this.access.sites?.has(site) ?? true
  }

  /** The shop a write or an externalId belongs to: named, or the only one the key sees. */
  site(): string {
    const named = this.params['site']
    const { sites } = this.account.dictionaries
    if (typeof named === 'string' && named !== '') {
      if (!sites.has(named)) {
        throw new Refusal(400, 'Validation error', { site: `"Site" with "code"="${named}" does not exist.` })
      }
      if (!this.sees(named)) throw accessDenied()
      return named
    }
    const [only, ...others] = [...sites.keys()].filter((code) => this.sees(code))
    if (only === undefined || others.length > 0) throw missingParameter('site')
    return only
  }

  by(fallback: 'id' | 'externalId' = 'externalId'): 'id' | 'externalId' {
    const by = this.params['by'] ?? fallback
    if (by === 'id' || by === 'externalId') return by
    throw new Refusal(400, 'Validation error', { by: 'The value you selected is not a valid choice.' })
  }

  /** The record named by the path, `by` and `site`. @throws Refusal 404 */
  record<R extends { readonly site: string }>(
    book: { byId(id: number): R | undefined; byExternalId(site: string, externalId: string): R | undefined },
    fallback: 'id' | 'externalId' = 'externalId',
  ): R {
    const isById = this.by(fallback) === 'id'
    const found = isById ? book.byId(Number(this.id)) : book.byExternalId(this.site(), this.id)
    if (found === undefined || !this.sees(found.site)) throw notFound()
    return found
  }

  /** `filter[...]` with only the named fields allowed, as the CRM's forms are. */
  filter(allowed: readonly string[]): JsonObject {
    const filter = this.params['filter']
    if (filter === undefined || filter === '') return {}
    if (!isObject(filter)) throw badFilter('filter', 'This value is not valid.')
    const extra = Object.keys(filter).find((name) => !allowed.includes(name))
    if (extra !== undefined)
      throw badFilter('filter', `This form should not contain extra fields: "${extra}".`)
    return filter
  }

  paging(): { limit: number; page: number } {
    const limit = Number(this.params['limit'] ?? 20)
    if (![20, 50, 100].includes(limit))
      throw badFilter('limit', 'The value you selected is not a valid choice.')
    const page = Number(this.params['page'] ?? 1)
    if (!Number.isSafeInteger(page) || page < 1)
      throw badFilter('page', 'This value should be greater than 0.')
    return { limit, page }
  }
}

export function textList(filter: JsonObject, name: string): readonly string[] | null {
  const value = filter[name]
  if (value === undefined) return null
  const list: unknown[] = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [undefined]
  if (!list.every((one) => typeof one === 'string'))
    throw badFilter(`filter.${name}`, 'This value is not valid.')
  return list
}

export function idFilter(filter: JsonObject, name: string): number | undefined {
  const value = filter[name]
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value)
  throw badFilter(`filter.${name}`, 'This value is not valid.')
}

export function timeFilter(filter: JsonObject, name: string): string | undefined {
  const value = filter[name]
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string' && isDateTime(value)) return value
  throw badFilter(`filter.${name}`, 'This value is not a valid datetime, expected Y-m-d H:i:s.')
}

export function pagination(totalCount: number, limit: number, currentPage: number): Record<string, number> {
  return { limit, totalCount, currentPage, totalPageCount: Math.ceil(totalCount / limit) }
}

function badFilter(field: string, text: string): Refusal {
  return new Refusal(400, 'Errors in the input parameters', { [field]: text })
}
