import {
  startSimServer,
  type FaultDial,
  type SimAnswer,
  type SimRequest,
  type SimServer,
} from '../sim/http.ts'
import { answerControl } from './control.ts'
import type { OrderChange } from './editing.ts'
import type { OrderInput } from './placing.ts'
import { editOrder } from './editing.ts'
import { placeOrder, causeOf } from './placing.ts'
import type { OutgoingWebhook, PortalLimits, PortalOptions } from './options.ts'
import { PortalCore, type PortalStats } from './portal-core.ts'
import { queryLimit, Refusal } from './refusal.ts'
import { readParams } from './request.ts'
import type { Row } from './rows.ts'

export interface SimulatedPortal extends AsyncDisposable {
  /** Base without a slash at the end; another one after `rename`. */
  readonly url: string
  /** The inbound webhook with its secret: do not print it. */
  readonly webhook: string
  readonly applicationToken: string
  /** The installed application. Its tokens rotate. */
  readonly app: {
    readonly clientId: string
    readonly clientSecret: string
    readonly memberId: string
    readonly tokenUrl: string
    readonly accessToken: string
    readonly refreshToken: string
  }
  readonly stats: PortalStats
  /** Turn `rate` or replace `kinds` at any time. */
  readonly faults: FaultDial
  /** A checkout on the site. Returns the order's id. */
  placeOrder(input?: OrderInput): number
  /** A person in the admin panel. @throws Refusal as the portal would refuse it by REST */
  editOrder(id: number, change: OrderChange): void
  deleteOrder(id: number): void
  /** The order with all its parts, as sale.order.get answers it. undefined = no such order. */
  order(id: number): Row | undefined
  orders(): readonly Row[]
  /** Replaces the limits; false switches them off. */
  setLimits(limits: Partial<PortalLimits> | false): void
  /** Sets up the outgoing webhook, or takes it away: a receiver's address is often known only later. */
  setOutgoingWebhook(webhook: OutgoingWebhook | undefined): void
  /** Part of the events that is lost, 0..1. */
  setEventLoss(part: number): void
  /** The inbound webhook is deleted. */
  revokeWebhook(): void
  blockLicence(isBlocked?: boolean): void
  /** Access tokens given out so far are over. */
  expireAccessTokens(): void
  /** The application is removed: its refresh token is dead. */
  revokeApp(): void
  /** A one-time code as the authorize redirect carries it. */
  authorizationCode(): string
  /** Moves to a new port; the old address answers 302. Returns the new base. */
  rename(): Promise<string>
  /** Resolves when every event raised so far was delivered or failed (5 s each at most). */
  eventsDelivered(): Promise<void>
  close(): Promise<void>
}

/** Starts a strict simulated portal on a loopback port: what the documentation refuses, it refuses. */
export async function startPortal(options: PortalOptions = {}): Promise<SimulatedPortal> {
  const portal = new Portal(options)
  await portal.listen()
  return portal
}

class Portal implements SimulatedPortal {
  readonly #options: PortalOptions
  readonly #core: PortalCore
  /** The address in use is the last one; the others redirect. */
  readonly #servers: SimServer[] = []

  constructor(options: PortalOptions) {
    this.#options = options
    this.#core = new PortalCore(options, {
      portalUrl: () => this.url,
      // The auth server is another host in life: its address survives a rename.
      serverUrl: () => this.#servers[0]?.url ?? '',
    })
  }

  async listen(): Promise<void> {
    await this.#listen(this.#options.port ?? 0, this.#options.faults ?? {})
  }

  get url(): string {
    return this.#server.url
  }

  get webhook(): string {
    return `${this.url}/rest/${this.#core.webhook.userId}/${this.#core.webhook.secret}/`
  }

  get applicationToken(): string {
    return this.#core.applicationToken
  }

  get app(): SimulatedPortal['app'] {
    const { app, oauth } = this.#core
    const tokenUrl = `${this.#servers[0]?.url ?? ''}/oauth/token/`
    return { ...app, tokenUrl, accessToken: oauth.accessToken, refreshToken: oauth.refreshToken }
  }

  get stats(): PortalStats {
    return {
      ...this.#core.stats(),
      faults: this.#servers.reduce((sum, server) => sum + server.stats.faults, 0),
    }
  }

  get faults(): FaultDial {
    return this.#server.faults
  }

  placeOrder(input: OrderInput = {}): number {
    return this.#change(() => placeOrder(this.#core.orders, input))
  }

  editOrder(id: number, change: OrderChange): void {
    this.#change(() => editOrder(this.#core.orders, id, change))
  }

  deleteOrder(id: number): void {
    this.#change(() => this.#core.orders.deleteOrder(id, causeOf('user')))
  }

  order(id: number): Row | undefined {
    return this.#core.orders.orders.has(id) ? structuredClone(this.#core.orders.tree(id)) : undefined
  }

  orders(): readonly Row[] {
    return this.#core.orders.orders.ids.map((id) => structuredClone(this.#core.orders.tree(id)))
  }

  setLimits(limits: Partial<PortalLimits> | false): void {
    this.#core.limiter.set(limits)
  }

  setOutgoingWebhook(webhook: OutgoingWebhook | undefined): void {
    this.#core.events.outgoing = webhook
  }

  setEventLoss(part: number): void {
    this.#core.courier.loss = part
  }

  revokeWebhook(): void {
    this.#core.gate.isRevoked = true
  }

  blockLicence(isBlocked = true): void {
    this.#core.gate.isBlocked = isBlocked
  }

  expireAccessTokens(): void {
    this.#core.oauth.expireAccessTokens()
  }

  revokeApp(): void {
    this.#core.oauth.revoke()
  }

  authorizationCode(): string {
    return this.#core.oauth.authorizationCode()
  }

  async rename(): Promise<string> {
    const { rate, kinds, random } = this.faults
    await this.#listen(0, { rate, kinds, random })
    return this.url
  }

  eventsDelivered(): Promise<void> {
    return this.#core.courier.idle()
  }

  async close(): Promise<void> {
    this.#core.courier.close()
    await Promise.all(this.#servers.map((server) => server.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #server(): SimServer {
    const server = this.#servers.at(-1)
    if (server === undefined) throw new Error('The simulated portal is not listening yet')
    return server
  }

  async #listen(port: number, faults: Partial<FaultDial>): Promise<void> {
    const refused = queryLimit()
    const number = this.#servers.length
    const server = await startSimServer({
      port,
      faults,
      ...(this.#options.host === undefined ? {} : { host: this.#options.host }),
      rateLimited: { status: refused.status, body: JSON.stringify(refused.toBody()) },
      handle: (request) => this.#handle(request, number),
    })
    this.#servers.push(server)
  }

  #handle(request: SimRequest, number: number): SimAnswer | Promise<SimAnswer> {
    if (request.path.startsWith('/_sim/')) return answerControl(this, request)
    if (request.path === '/oauth/token/' || request.path === '/oauth/token') return this.#token(request)
    if (number < this.#servers.length - 1) {
      const query = request.query === '' ? '' : `?${request.query}`
      return { status: 302, body: '', headers: { location: `${this.url}${request.path}${query}` } }
    }
    return this.#core.rest.answer(request)
  }

  #token(request: SimRequest): SimAnswer {
    try {
      return { status: 200, body: JSON.stringify(this.#core.oauth.token(readParams(request))) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, body: JSON.stringify(error.toBody()) }
    }
  }

  /** A change by the site's own hand is one portal request: its events leave at the end. */
  #change<T>(work: () => T): T {
    try {
      return work()
    } finally {
      this.#core.events.flush()
    }
  }
}
