import {
  AbortedError,
  ConfigError,
  type CallOptions,
  type ChangePage,
  type ConnectorLog,
  type EventQueue,
  type Finding,
  type HookRequest,
  type HookResult,
  type Order,
  type OrderPatch,
  type Shop,
  type ShopDictionaries,
  type Words,
} from '@mufta/kit'
import { idText, parseAnswer } from './answer.ts'
import { ChangeFeed } from './change-feed.ts'
import { checkSite } from './check.ts'
import { readDictionaries } from './dictionaries.ts'
import { OfflineEventQueue } from './event-queue.ts'
import { createHookParser } from './hook.ts'
import { readOrders } from './order-reader.ts'
import { writeOrder } from './order-writer.ts'
import type { PortalCalls } from './portal-calls.ts'
import { PropertyCatalog } from './property-catalog.ts'
import { subscribe, unsubscribe, WEBHOOK_ADVICE, WEBHOOK_LEAVING } from './subscriptions.ts'

export interface RestShopOptions {
  /** Closed with the shop. */
  readonly client: PortalCalls
  /** Checked on every delivery; without it all are refused and changes are polled. */
  readonly applicationToken?: string | undefined
  /** An application (oauth) can bind events and pull offline ones, a webhook cannot. */
  readonly auth: 'webhook' | 'oauth'
  /** Unix milliseconds. @default Date.now */
  readonly clock?: () => number
  /** How far behind its mark the order feed reads again, 0..3600. @default 180 */
  readonly overlapSeconds?: number
  /** How long order properties are kept. @default 600 */
  readonly propertySeconds?: number
  readonly log?: ConnectorLog
}

const silent: ConnectorLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const DEFAULTS = {
  clock: Date.now,
  overlapSeconds: 180,
  propertySeconds: 600,
  log: silent,
} satisfies Partial<RestShopOptions>

/**
 * The shop of a 1C-Bitrix site or Bitrix24 portal over REST.
 * @throws ConfigError `SHOP_BAD_OPTIONS`
 */
export function createRestShop(options: RestShopOptions): Shop {
  const { overlapSeconds = DEFAULTS.overlapSeconds, propertySeconds = DEFAULTS.propertySeconds } = options
  if (!(overlapSeconds >= 0 && overlapSeconds <= 3600) || !(propertySeconds >= 0)) {
    throw new ConfigError(
      'SHOP_BAD_OPTIONS',
      'overlapSeconds must be 0..3600 and propertySeconds not negative',
    )
  }
  return new RestShop(options, Math.floor(overlapSeconds), propertySeconds)
}

class RestShop implements Shop {
  readonly kind = 'rest'
  readonly eventQueue?: EventQueue
  readonly #client: PortalCalls
  readonly #options: RestShopOptions
  readonly #clock: () => number
  readonly #log: ConnectorLog
  readonly #catalog: PropertyCatalog
  readonly #feed: ChangeFeed
  readonly #queue: OfflineEventQueue | null
  readonly #parseHook: (request: HookRequest) => HookResult

  constructor(options: RestShopOptions, overlapSeconds: number, propertySeconds: number) {
    const { client, clock = DEFAULTS.clock, log = DEFAULTS.log } = options
    this.#client = client
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#catalog = new PropertyCatalog(client, { maxAgeMs: propertySeconds * 1000, clock })
    this.#feed = new ChangeFeed(client, { overlapSeconds, clock })
    this.#parseHook = createHookParser({ applicationToken: options.applicationToken })
    this.#queue = options.auth === 'oauth' ? new OfflineEventQueue(client, { clock }) : null
    if (this.#queue !== null) this.eventQueue = this.#queue
  }

  async readOrders(ids: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, Order>> {
    return await readOrders(this.#client, this.#catalog, ids, options)
  }

  async writeOrder(order: Order, patch: OrderPatch, options?: CallOptions): Promise<void> {
    await writeOrder(this.#client, this.#log, order, patch, options)
  }

  async changedOrders(cursor: string | null, options?: CallOptions): Promise<ChangePage> {
    return await this.#feed.page(cursor, options)
  }

  /** `since` = placed at or after this time. */
  async *orderIds(
    options: CallOptions & { readonly after?: string; readonly since?: string } = {},
  ): AsyncIterable<string> {
    const { after, since, ...call } = options
    const method = 'sale.order.list'
    const filter = {
      ...(after !== undefined && { '>id': after }),
      ...(since !== undefined && { '>=dateInsert': since }),
    }
    for await (const row of this.#client.list(method, { ...call, select: ['id'], filter })) {
      if (call.signal?.aborted) throw new AbortedError('SHOP_ABORTED', 'Listing the orders was aborted')
      yield parseAnswer(idText, row['id'], method)
    }
  }

  async dictionaries(options?: CallOptions): Promise<ShopDictionaries> {
    return await readDictionaries(this.#client, this.#log, options)
  }

  async check(options?: CallOptions): Promise<readonly Finding[]> {
    const { auth, applicationToken } = this.#options
    const hasToken = applicationToken !== undefined && applicationToken !== ''
    return await checkSite(this.#client, this.#catalog, { auth, hasToken, clock: this.#clock }, options)
  }

  parseHook(request: HookRequest): HookResult {
    return this.#parseHook(request)
  }

  async subscribe(handlerUrl: string, options?: CallOptions): Promise<readonly Words[]> {
    if (this.#queue === null) return WEBHOOK_ADVICE
    return await subscribe(this.#client, this.#queue, handlerUrl, options)
  }

  async unsubscribe(handlerUrl: string, options?: CallOptions): Promise<readonly Words[]> {
    if (this.#queue === null) return WEBHOOK_LEAVING
    return await unsubscribe(this.#client, handlerUrl, options)
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
