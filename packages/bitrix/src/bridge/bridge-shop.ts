import {
  checkUrl,
  ConfigError,
  PermanentError,
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
import { BridgeClient, type BridgeClientOptions, type BridgeCredentials } from './bridge-client.ts'
import { BridgeChangeFeed } from './change-feed.ts'
import { checkBridge } from './check.ts'
import { createPushParser } from './hook.ts'
import { OrderGatherer } from './order-gatherer.ts'
import { writeOrder } from './order-writer.ts'
import { OutboxQueue } from './outbox-queue.ts'

interface Common extends Omit<BridgeClientOptions, 'credentials'> {
  /** How far behind its mark the order feed reads again, 0..3600. @default 180 */
  readonly overlapSeconds?: number
  /** Path of our public address that a proxy takes off before it reaches us. @default '' */
  readonly publicPath?: string
  readonly log?: ConnectorLog
}

/** The key as it stands in the configuration, or a function that gives the present one (pairing may change it). */
export type BridgeShopOptions = Common &
  (BridgeCredentials | { readonly credentials: () => BridgeCredentials | null })

const silent: ConnectorLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const DEFAULTS = { overlapSeconds: 180, log: silent, clock: Date.now } satisfies Partial<Common>

/**
 * The shop of a 1C-Bitrix site over the bridge module inside it.
 * @throws ConfigError `SHOP_BAD_OPTIONS`, and the codes of `checkUrl` for the endpoint
 */
export function createBridgeShop(options: BridgeShopOptions): Shop {
  const { overlapSeconds = DEFAULTS.overlapSeconds } = options
  if (!(overlapSeconds >= 0 && overlapSeconds <= 3600))
    throw new ConfigError('SHOP_BAD_OPTIONS', 'overlapSeconds must be 0..3600')
  if ('credentials' in options) return new BridgeShop(options, options.credentials, overlapSeconds)
  const { endpoint, keyId, secret } = options
  checkUrl(endpoint, options.allowHosts)
  if (keyId === '' || secret.length < 32) {
    throw new ConfigError(
      'SHOP_BAD_OPTIONS',
      'keyId must not be empty and secret must have 32 letters or more',
    )
  }
  return new BridgeShop(options, () => ({ endpoint, keyId, secret }), overlapSeconds)
}

class BridgeShop implements Shop {
  readonly kind = 'bridge'
  readonly eventQueue: EventQueue
  readonly #client: BridgeClient
  readonly #clock: () => number
  readonly #log: ConnectorLog
  readonly #orders: OrderGatherer
  readonly #feed: BridgeChangeFeed
  readonly #parsePush: (request: HookRequest) => HookResult

  constructor(options: Common, credentials: () => BridgeCredentials | null, overlapSeconds: number) {
    const { log = DEFAULTS.log, clock = DEFAULTS.clock, publicPath = '' } = options
    this.#client = new BridgeClient({ ...options, credentials })
    this.#clock = clock
    this.#log = log
    this.#orders = new OrderGatherer(this.#client)
    this.#feed = new BridgeChangeFeed(this.#client, { overlapSeconds })
    this.#parsePush = createPushParser({ credentials, clock, publicPath })
    this.eventQueue = new OutboxQueue(this.#client)
  }

  async readOrders(ids: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, Order>> {
    return await this.#orders.read(ids, options)
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
    let afterId = after ?? null
    for (;;) {
      const args = { afterId, limit: 1000, ...(since === undefined ? {} : { since }) }
      const { ids, more } = await this.#client.call('orders.ids', args, call)
      yield* ids
      const last = ids.at(-1)
      if (!more) return
      if (last === undefined || BigInt(last) <= BigInt(afterId ?? '0')) throw stuck()
      afterId = last
    }
  }

  async dictionaries(options?: CallOptions): Promise<ShopDictionaries> {
    const { statuses, shipmentStatuses, paymentTypes, deliveryTypes, personTypes, sites, stores } =
      await this.#client.call('dictionaries', {}, options)
    return { statuses, shipmentStatuses, paymentTypes, deliveryTypes, personTypes, sites, stores }
  }

  async check(options?: CallOptions): Promise<readonly Finding[]> {
    return await checkBridge(this.#client, this.#clock, options)
  }

  parseHook(request: HookRequest): HookResult {
    return this.#parsePush(request)
  }

  async subscribe(): Promise<readonly Words[]> {
    return [
      {
        en: 'The module registers its events itself when it is installed: nothing to do',
        ru: 'Модуль сам подписывается на события при установке: делать ничего не нужно',
      },
    ]
  }

  async unsubscribe(): Promise<readonly Words[]> {
    return [
      {
        en: 'The module takes its events away when it is uninstalled: nothing to do',
        ru: 'Модуль снимает свои подписки при удалении: делать ничего не нужно',
      },
    ]
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function stuck(): PermanentError {
  return new PermanentError(
    'BRIDGE_FEED_STUCK',
    'The module promises further order ids but does not move on; update the module',
    { facts: { system: 'site', method: 'orders.ids' } },
  )
}
