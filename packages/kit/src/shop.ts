import type { ErrorFacts } from './errors.ts'
import type { Order, OrderPatch } from './order.ts'
import type { Words } from './words.ts'

export interface CallOptions {
  /** Aborting leaves no timer, socket or half-written row. */
  readonly signal?: AbortSignal
}

/** One name of a dictionary: a status, a payment system, a delivery, a site … */
export interface DictionaryEntry {
  readonly code: string
  readonly name: string
  readonly active: boolean
  /** Known from orders alone, since the list itself cannot be read: there may be more than those. */
  readonly fromOrders?: true
}

/**
 * Names of a shop's dictionaries. `statuses` are order statuses (type O), `shipmentStatuses` type D. `stores` are
 * warehouses and pickup points; empty where the road or the key's rights do not list them (`check` says so).
 */
export const shopDictionaries = [
  'statuses',
  'shipmentStatuses',
  'paymentTypes',
  'deliveryTypes',
  'personTypes',
  'sites',
  'stores',
] as const
export type ShopDictionary = (typeof shopDictionaries)[number]
export type ShopDictionaries = Readonly<Record<ShopDictionary, readonly DictionaryEntry[]>>

/** One finding of `check`: what was looked at, what came out, what to do about it. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  /** Stable, e.g. "SITE_SCOPE_MISSING". */
  readonly code: string
  readonly message: Words
  /** What to do next; absent when the level is ok. */
  readonly fix?: Words
  /** Of the error that a look failed with. */
  readonly facts?: ErrorFacts
}

/** Something about this record of the shop changed. Carries no data worth trusting: the runtime reads the present state. */
export interface ShopEvent {
  readonly entity: 'order'
  readonly id: string
  /** The event's name or the poll that saw it, for the journal. */
  readonly reason: string
  readonly deleted?: boolean
}

/** A verified delivery to POST /hooks/{connection}/site. */
export interface HookResult {
  readonly events: readonly ShopEvent[]
  /** Names of events that were understood but need nothing, or are unknown: each gets a journal line. */
  readonly ignored: readonly string[]
}

export interface HookRequest {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string>>
  /** Path and query exactly as sent, for signatures over them. */
  readonly target?: string
  readonly body: Uint8Array
}

/** A page of a change feed. The cursor is opaque JSON; it is stored in the transaction that stores the events. */
export interface ChangePage {
  readonly events: readonly ShopEvent[]
  readonly cursor: string
  /** true = call again at once with the new cursor. */
  readonly more: boolean
}

/**
 * The port to a 1C-Bitrix site or a Bitrix24 portal, whatever the road. Calls made at the same time may be packed
 * into fewer requests. Errors: the classes of errors.ts.
 */
export interface Shop extends AsyncDisposable {
  readonly kind: 'rest' | 'exchange' | 'bridge'
  /** Orders with basket, properties, payments and shipments. A missing or invisible id is absent from the map. */
  readOrders(ids: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, Order>>
  /** Writes only what the patch names. Throws UnknownOutcomeError when the answer was lost. */
  writeOrder(order: Order, patch: OrderPatch, options?: CallOptions): Promise<void>
  /**
   * Orders changed since the cursor, oldest first, with an overlap (events may repeat). `null` starts at the present
   * moment: history is loaded by `orderIds`.
   */
  changedOrders(cursor: string | null, options?: CallOptions): Promise<ChangePage>
  /** All order ids ascending, for a backfill; `after` resumes. */
  orderIds(
    options?: CallOptions & { readonly after?: string; readonly since?: string },
  ): AsyncIterable<string>
  /** Events that the site queued for us to pull (offline events). Absent where the road has none. */
  readonly eventQueue?: EventQueue
  dictionaries(options?: CallOptions): Promise<ShopDictionaries>
  check(options?: CallOptions): Promise<readonly Finding[]>
  /** Verifies and parses a delivery. Throws HookError with the HTTP status to answer. */
  parseHook(request: HookRequest): HookResult
  /** Subscribes to the site's events; safe to run twice. Returns what it did, a line each. */
  subscribe(handlerUrl: string, options?: CallOptions): Promise<readonly Words[]>
  unsubscribe(handlerUrl: string, options?: CallOptions): Promise<readonly Words[]>
  close(): Promise<void>
}

/**
 * Pull side of offline events. The runtime stores the reservation before it works on the events and clears it after
 * they are committed as jobs, so a crash in between repeats them instead of losing them.
 */
export interface EventQueue {
  /** Reserves up to `limit` events, or returns those of an earlier reservation again. */
  reserve(options: CallOptions & { readonly limit?: number; readonly reservation?: string }): Promise<{
    /** null when there was nothing. */
    readonly reservation: string | null
    readonly events: readonly ShopEvent[]
    readonly ignored: readonly string[]
  }>
  clear(reservation: string, options?: CallOptions): Promise<void>
}
