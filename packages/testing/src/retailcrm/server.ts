import {
  startSimServer,
  type FaultDial,
  type SimAnswer,
  type SimRequest,
  type SimServer,
} from '../sim/index.ts'
import { Account, type AccountOptions } from './account.ts'
import type { RetailCrmKey } from './access.ts'
import { NO_ACCOUNT, notFound, RATE_LIMITED } from './answers.ts'
import { control } from './control.ts'
import { statusEntry } from './dictionaries.ts'
import type { CrmOrder } from './model.ts'
import type { OfferRecord } from './offers.ts'
import type { RetailCrmOrderView } from './order-view.ts'
import { Router } from './router.ts'
import { editAsUser, type UserChange } from './user-edit.ts'

export interface RetailCrmOptions extends AccountOptions {
  /** The main key, with every scope and shop. @default 'simulated-retailcrm-key' */
  readonly apiKey?: string
  /** Further keys: other scopes, other shops. */
  readonly keys?: readonly RetailCrmKey[]
  readonly faults?: Partial<FaultDial>
  /** Every API answer is held so long. @default 0 */
  readonly latencyMs?: number
  /** A create whose answer is lost (fault `reset-after`) is stored only so much later. @default 0, at once */
  readonly lateCommitMs?: number
  /** false: the host has no account and answers 405 with an HTML page. @default true */
  readonly hasAccount?: boolean
  /** @default 0, a free one */
  readonly port?: number
}

export interface RetailCrmStats {
  readonly requests: number
  readonly faults: number
  readonly byPath: ReadonlyMap<string, number>
  readonly ordersCreated: number
  readonly ordersEdited: number
}

/** A strict RetailCRM account on a loopback port, and the hands of its managers. */
export interface SimulatedRetailCrm {
  /** Without a path; the API is under /api/v5/. */
  readonly url: string
  readonly port: number
  readonly apiKey: string
  readonly faults: FaultDial
  readonly stats: RetailCrmStats
  /** See the option; may be changed at any time. */
  lateCommitMs: number
  /** See the option; may be changed at any time. */
  latencyMs: number
  /** In order of creation. */
  orders(): readonly RetailCrmOrderView[]
  /** A number is the CRM's id; a text is an externalId of any shop, else the CRM's id. */
  order(idOrExternalId: number | string): RetailCrmOrderView | null
  /** A manager edits; history says `user` (or another source). @throws Error with what the CRM would refuse */
  userEdit(idOrExternalId: number | string, change: UserChange, source?: 'user' | 'code'): RetailCrmOrderView
  /** A manager makes an order by hand: it has no externalId. */
  userCreate(order: Readonly<Record<string, unknown>>, site?: string): RetailCrmOrderView
  customers(): readonly {
    readonly id: number
    readonly externalId: string | null
    readonly ordersCount: number
  }[]
  /** The catalogue with uploaded stock and prices. */
  offers(): readonly OfferRecord[]
  addStatus(code: string, group: string, name?: string): void
  removeStatus(code: string): void
  addKey(key: RetailCrmKey): void
  /** @default the main key */
  revokeKey(key?: string): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DEFAULT_KEY = 'simulated-retailcrm-key'
const MANAGER_ID = 19
const CONTROL_PREFIX = '/_sim/'

/** Starts an account. `close` drops what was to be stored late and is safe to call twice. */
export async function startRetailCrm(options: RetailCrmOptions = {}): Promise<SimulatedRetailCrm> {
  const crm = new RetailCrm(options)
  await crm.start()
  return crm
}

class RetailCrm implements SimulatedRetailCrm {
  readonly apiKey: string
  lateCommitMs: number
  latencyMs: number
  readonly #options: RetailCrmOptions
  readonly #account: Account
  readonly #router: Router
  readonly #late = new Set<NodeJS.Timeout>()
  #server: SimServer | undefined

  constructor(options: RetailCrmOptions) {
    this.#options = options
    this.apiKey = options.apiKey ?? DEFAULT_KEY
    this.lateCommitMs = options.lateCommitMs ?? 0
    this.latencyMs = options.latencyMs ?? 0
    this.#account = new Account(options)
    this.#account.keys.add({ key: this.apiKey })
    for (const key of options.keys ?? []) this.#account.keys.add(key)
    this.#router = new Router(this.#account)
  }

  async start(): Promise<void> {
    this.#server = await startSimServer({
      handle: (request) => this.#handle(request),
      rateLimited: RATE_LIMITED,
      ...(this.#options.faults === undefined ? {} : { faults: this.#options.faults }),
      ...(this.#options.port === undefined ? {} : { port: this.#options.port }),
    })
  }

  get url(): string {
    return this.#running.url
  }

  get port(): number {
    return this.#running.port
  }

  get faults(): FaultDial {
    return this.#running.faults
  }

  get stats(): RetailCrmStats {
    const { created, edited } = this.#account.orders.counts
    return { ...this.#running.stats, ordersCreated: created, ordersEdited: edited }
  }

  orders(): readonly RetailCrmOrderView[] {
    return [...this.#account.orders.all()].map((order) => this.#account.orders.view(order))
  }

  order(idOrExternalId: number | string): RetailCrmOrderView | null {
    const order = this.#find(idOrExternalId)
    return order === undefined ? null : this.#account.orders.view(order)
  }

  userEdit(
    idOrExternalId: number | string,
    change: UserChange,
    source: 'user' | 'code' = 'user',
  ): RetailCrmOrderView {
    const order = this.#find(idOrExternalId)
    if (order === undefined) throw notFound()
    const actor = source === 'user' ? { source, userId: MANAGER_ID } : { source }
    const { orders } = this.#account
    return orders.view(editAsUser(orders, order, change, actor))
  }

  userCreate(order: Readonly<Record<string, unknown>>, site?: string): RetailCrmOrderView {
    const { orders, dictionaries } = this.#account
    const [first = ''] = dictionaries.sites.keys()
    return orders.view(orders.create(site ?? first, { ...order }, { source: 'user', userId: MANAGER_ID }))
  }

  customers() {
    return this.#account.customers.all()
  }

  offers(): readonly OfferRecord[] {
    return this.#account.offers.all()
  }

  addStatus(code: string, group: string, name = code): void {
    this.#account.dictionaries.statuses.set(code, statusEntry(code, group, name))
  }

  removeStatus(code: string): void {
    this.#account.dictionaries.statuses.delete(code)
  }

  addKey(key: RetailCrmKey): void {
    this.#account.keys.add(key)
  }

  revokeKey(key = this.apiKey): void {
    this.#account.keys.revoke(key)
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer)
    this.#late.clear()
    await this.#running.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #running(): SimServer {
    if (this.#server === undefined) throw new Error('The simulated RetailCRM is not started')
    return this.#server
  }

  #handle(request: SimRequest): SimAnswer {
    if (request.path.startsWith(CONTROL_PREFIX)) return control(this, request)
    if (this.#options.hasAccount === false) return NO_ACCOUNT
    if (this.lateCommitMs > 0 && request.fault === 'reset-after' && isCreate(request)) {
      this.#handleLater(request)
      return { status: 200, body: '' } // Never sent: the connection is cut.
    }
    const answer = this.#router.answer(request)
    return this.latencyMs > 0 ? { ...answer, delayMs: this.latencyMs } : answer
  }

  #handleLater(request: SimRequest): void {
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      this.#router.answer(request)
    }, this.lateCommitMs)
    this.#late.add(timer)
  }

  #find(idOrExternalId: number | string): CrmOrder | undefined {
    const { orders, dictionaries } = this.#account
    if (typeof idOrExternalId === 'number') return orders.byId(idOrExternalId)
    for (const site of dictionaries.sites.keys()) {
      const found = orders.byExternalId(site, idOrExternalId)
      if (found !== undefined) return found
    }
    return orders.byId(Number(idOrExternalId))
  }
}

function isCreate(request: SimRequest): boolean {
  return request.method === 'POST' && /\/(create|upload)\/?$/.test(request.path)
}
