import { Gate } from './auth.ts'
import { Courier, type CourierStats } from './courier.ts'
import { dealTable } from './deal-book.ts'
import { EventHub } from './event-hub.ts'
import { Limiter } from './limits.ts'
import { allMethods } from './methods/index.ts'
import type { Shop } from './method.ts'
import { OAuthServer } from './oauth.ts'
import { OfflineQueue } from './offline-queue.ts'
import { LATENCY_DEFAULTS, SCOPES, type PortalOptions } from './options.ts'
import { OrderBook } from './order-book.ts'
import { RestServer, type RestStats } from './rest-server.ts'
import type { Row } from './rows.ts'

export interface PortalStats extends RestStats {
  readonly events: CourierStats
  /** Offline events waiting, reserved ones included. */
  readonly offline: number
  readonly orders: number
  /** "method field": filter fields that the portal skipped without a word. A client's mistake. */
  readonly ignoredFilters: readonly string[]
  readonly faults: number
}

/** The portal's parts put together; knows nothing of sockets. */
export class PortalCore {
  readonly applicationToken: string
  readonly webhook: { readonly userId: number; readonly secret: string }
  readonly app: { readonly clientId: string; readonly clientSecret: string; readonly memberId: string }
  readonly courier: Courier
  readonly events: EventHub
  readonly gate: Gate
  readonly limiter: Limiter
  readonly oauth: OAuthServer
  readonly offline: OfflineQueue
  readonly orders: OrderBook
  readonly rest: RestServer
  readonly #ignored = new Set<string>()

  constructor(options: PortalOptions, address: { portalUrl: () => string; serverUrl: () => string }) {
    const now = options.now ?? Date.now
    const random = options.random ?? Math.random
    const newToken = (): string => token(random)
    const appScopes = options.app?.scopes ?? SCOPES
    this.applicationToken = newToken()
    this.webhook = {
      userId: options.webhook?.userId ?? 1,
      secret: options.webhook?.secret ?? newToken().slice(0, 16),
    }
    this.app = {
      clientId: options.app?.clientId ?? 'local.mufta.simulated',
      clientSecret: options.app?.clientSecret ?? newToken(),
      memberId: newToken(),
    }
    this.oauth = new OAuthServer({
      ...this.app,
      ...address,
      scopes: appScopes,
      accessTokenSeconds: options.app?.accessTokenSeconds ?? 3600,
      now,
      newToken,
    })
    this.gate = new Gate({
      ...this.webhook,
      webhookScopes: options.webhook?.scopes ?? SCOPES,
      clientId: this.app.clientId,
      appScopes,
      oauth: this.oauth,
      status: options.authStatus ?? 403,
    })
    this.limiter = new Limiter(options.limits, now)
    this.courier = new Courier(options.eventLoss ?? 0, random)
    this.offline = new OfflineQueue(now)
    this.events = new EventHub({
      now,
      courier: this.courier,
      offline: this.offline,
      outgoing: options.outgoingWebhook,
      applicationToken: this.applicationToken,
      clientId: this.app.clientId,
      address: () => this.#address(address),
      tokens: () => this.oauth.eventTokens(),
      refreshToken: () => this.oauth.refreshToken,
    })
    this.orders = new OrderBook({
      now,
      events: this.events,
      currency: options.currency ?? 'RUB',
      firstOrderId: options.firstOrderId ?? 5001,
      statuses: options.statuses ?? [],
      names: options.names ?? {},
    })
    const methods = allMethods()
    const shop: Shop = {
      orders: this.orders,
      deals: dealTable(options.rows?.['crm.deal.list'], now()),
      events: this.events,
      offline: this.offline,
      offlineExtended: options.offlineExtended ?? true,
      newToken,
      methods: () => methods,
      ignore: (method, fields) => {
        for (const field of fields) this.#ignored.add(`${method} ${field}`)
      },
    }
    this.rest = new RestServer({
      gate: this.gate,
      limiter: this.limiter,
      methods,
      shop,
      latency: { ...LATENCY_DEFAULTS, ...options.latency },
      reportOperating: options.reportOperating,
      now,
    })
  }

  stats(): Omit<PortalStats, 'faults'> {
    return {
      ...this.rest.stats,
      events: this.courier.stats,
      offline: this.offline.size,
      orders: this.orders.orders.size,
      ignoredFilters: [...this.#ignored],
    }
  }

  #address(address: { portalUrl: () => string; serverUrl: () => string }): Row {
    return {
      domain: new URL(address.portalUrl()).host,
      server_endpoint: `${address.serverUrl()}/rest/`,
      client_endpoint: `${address.portalUrl()}/rest/`,
      member_id: this.app.memberId,
    }
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

function token(random: () => number): string {
  return Array.from({ length: 32 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
}
