import type { Mapper } from './mapper.ts'
import type { Order } from './order.ts'
import type { HookRequest } from './shop.ts'

/** What a flow's calls get beside the client. */
export interface FlowContext<Settings = unknown> {
  readonly settings: Settings
  readonly signal: AbortSignal
  /** The same for every attempt of the same create: hand it to a system that takes idempotency keys. */
  readonly idempotencyKey: string
}

/** A record of the external system, with its id there. */
export interface ExternalRecord<External> {
  readonly id: string
  readonly record: External
}

/** One line of an external change feed. */
export interface ExternalChange {
  /** Id in the external system. */
  readonly id: string
  /** The shop's id, when the external record carries it. */
  readonly shopId?: string
  /** Made by this very connection: journalled as an echo, starts no work. */
  readonly own?: boolean
  /** What changed, for the journal: a field name, never a value. */
  readonly reason: string
  readonly deleted?: boolean
}

export interface ExternalChangePage {
  readonly changes: readonly ExternalChange[]
  readonly cursor: string
  readonly more: boolean
}

export interface ChangeFeed<Client, Settings> {
  /** `null` = first run: return the cursor of the present moment and no changes. */
  readonly pull: (
    client: Client,
    cursor: string | null,
    context: FlowContext<Settings>,
  ) => Promise<ExternalChangePage>
  /** Seconds between polls. */
  readonly everySeconds: (settings: Settings) => number
}

export interface BulkOutcome<External> {
  readonly shopId: string
  readonly created?: ExternalRecord<External | undefined>
  /** Why this one failed; the others are not touched by it. */
  readonly error?: Error
}

/**
 * One entity kept the same on both sides. The runtime owns the sequence (read, map, compare, decide, write, bind,
 * journal); the connector supplies these calls. `Draft` is what the mapper makes.
 */
export interface SyncFlow<Client, External, Settings = unknown> {
  readonly entity: 'order'
  readonly mapper: Mapper<Order, External>
  /** Reads many by external id in as few requests as the system allows. Missing = absent from the map. */
  readonly read: (
    client: Client,
    ids: readonly string[],
    context: FlowContext<Settings>,
  ) => Promise<ReadonlyMap<string, External>>
  /** The probe after a lost answer: looks the order up by the reference that `create` wrote. */
  readonly find: (
    client: Client,
    order: Order,
    context: FlowContext<Settings>,
  ) => Promise<ExternalRecord<External> | null>
  /** true = `find` before every first create (the system has no unique external reference). */
  readonly findFirst?: boolean
  /** Must write a reference by which `find` finds it. May return the record as stored. */
  readonly create: (
    client: Client,
    draft: Partial<External>,
    context: FlowContext<Settings> & { readonly order: Order },
  ) => Promise<ExternalRecord<External | undefined>>
  /**
   * First load: many in one request, one outcome each. Where they take several requests, an error of one is the outcome
   * of its own orders; a throw = the outcome of all is what the error says.
   */
  readonly createMany?: {
    readonly size: number
    readonly call: (
      client: Client,
      drafts: readonly { readonly order: Order; readonly draft: Partial<External> }[],
      context: FlowContext<Settings>,
    ) => Promise<readonly BulkOutcome<External>[]>
  }
  /**
   * Writes `changes` (only the fields that differ; a list field comes whole). `current` is the record as just read,
   * `changed` names the fields. Must be safe to repeat. May return the record as stored.
   */
  readonly update: (
    client: Client,
    id: string,
    changes: Partial<External>,
    context: FlowContext<Settings> & {
      readonly order: Order
      readonly current: External
      readonly changed: readonly string[]
    },
  ) => Promise<External | undefined>
  /** Called when the order was deleted in the shop. Absent = journalled only. */
  readonly remove?: (client: Client, id: string, context: FlowContext<Settings>) => Promise<void>
  readonly changes?: ChangeFeed<Client, Settings>
  /** Verifies and parses a delivery to POST /hooks/{connection}/external. Throws HookError. */
  readonly hook?: (request: HookRequest, settings: Settings) => readonly ExternalChange[]
}

/** Declares a flow of one entity in both directions. */
export function sync<Client, External, Settings>(
  entity: 'order',
  flow: Omit<SyncFlow<Client, External, Settings>, 'entity'>,
): SyncFlow<Client, External, Settings> {
  return { entity, ...flow }
}

/** A change feed read by cursor at an interval. @default everySeconds 60 */
export function poll<Client, Settings>(
  pull: ChangeFeed<Client, Settings>['pull'],
  everySeconds: ChangeFeed<Client, Settings>['everySeconds'] = () => 60,
): ChangeFeed<Client, Settings> {
  return { pull, everySeconds }
}
