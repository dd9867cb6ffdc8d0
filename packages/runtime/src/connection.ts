import {
  createRedactor,
  secretsOf,
  type Connector,
  type FlowContext,
  type Mapper,
  type Order,
  type Redactor,
  type Shop,
  type SyncFlow,
} from '@mufta/kit'
import { failureOf } from './errors.ts'
import { Loader } from './loader.ts'
import type { Failure } from './store/store.ts'

/** A record of the external system: its fields are the mapper's business alone. */
export type External = Readonly<Record<string, unknown>>

/** Requests that an account may make right now, of how many at most, and how many come back each second. */
export interface Budget {
  readonly free: number
  readonly capacity: number
  readonly perSecond: number
}

/** null = that side tells no budget. */
export interface ConnectionBudgets {
  readonly site: Budget | null
  readonly external: Budget | null
}

/** What puts a connection together: made by the `mufta` package from the configuration, or by a test. */
export interface ConnectionParts<Client = unknown, Settings = unknown> {
  readonly name: string
  readonly mode: 'production' | 'test'
  readonly shop: Shop
  readonly connector: Connector<Client, Settings>
  readonly settings: Settings
  readonly client: Client
  /** Changes with the configuration; a change clears parked lanes, since a mapping may have been added. */
  readonly fingerprint: string
  /** Secrets of the site, beside those of the settings: never stored or printed, whatever text they come in. */
  readonly secrets?: readonly string[]
  /** Seconds between polls of the shop by change date. @default 60 */
  readonly pollSeconds?: number
  /** Seconds between sweeps that look for what events missed. @default 600 */
  readonly sweepSeconds?: number
  /** What is left of both sides' rate budgets, for the operator. Only looks. */
  readonly budgets?: () => ConnectionBudgets
}

/** One open connection: its parts, its flow and the gatherers that turn many single reads into few requests. */
export class Connection {
  readonly name: string
  readonly parts: ConnectionParts
  readonly flow: SyncFlow<unknown, External>
  readonly external: Loader<External>
  readonly orders: Loader<Order>
  /** Takes this connection's secrets out of a text. */
  readonly safe: Redactor

  constructor(parts: ConnectionParts, signal: AbortSignal) {
    const flow = parts.connector.flows(parts.settings)[0]
    if (flow === undefined) throw new TypeError(`Connector ${parts.connector.id} declares no flow`)
    this.name = parts.name
    this.parts = parts
    this.safe = createRedactor([...secretsOf(parts.settings), ...(parts.secrets ?? [])])
    this.flow = flow as SyncFlow<unknown, External>
    this.orders = new Loader({ size: 50, parallel: 8, read: (ids) => parts.shop.readOrders(ids, { signal }) })
    this.external = new Loader({
      size: 100,
      parallel: 4,
      read: (ids) => this.flow.read(parts.client, ids, this.context(signal, '')),
    })
  }

  /** What is stored and printed about an error. */
  failure(error: unknown): Failure {
    return failureOf(error, this.safe)
  }

  get mapper(): Mapper<Order, External> {
    return this.flow.mapper
  }

  get shop(): Shop {
    return this.parts.shop
  }

  get client(): unknown {
    return this.parts.client
  }

  context(signal: AbortSignal, idempotencyKey: string): FlowContext {
    return { settings: this.parts.settings, signal, idempotencyKey }
  }
}

/** Closes both sides. Safe to call twice. */
export async function closeParts({ shop, connector, client }: ConnectionParts): Promise<void> {
  await shop.close()
  await connector.close?.(client)
}
