import type { FaultDial } from '../sim/http.ts'
import type { StatusEntry } from './dictionaries.ts'

export interface PortalLimits {
  /** Requests per second that leak out of the bucket. @default 2 */
  readonly leakPerSecond: number
  /** Requests that the bucket holds; the next one is refused. @default 50 */
  readonly burst: number
  /** How much of the bucket is used up at the start. @default 0 */
  readonly used: number
  /** Seconds of execution of one method in ten minutes; false = no such limit (a box, a site). @default 480 */
  readonly operatingSeconds: number | false
  /** What one call costs of it. @default its simulated latency without `perCallMs` */
  readonly operatingCost: ((method: string, rows: number) => number) | null
  /** Newer servers: a fixed ban after crossing instead of rolling buckets. @default null */
  readonly banSeconds: number | null
}

export interface PortalLatency {
  /** Once per HTTP request. @default 0 */
  readonly perCallMs: number
  /** Once per command of a batch, or per single call. @default 0 */
  readonly perCommandMs: number
  /** Per row returned or written. @default 0 */
  readonly perRowMs: number
}

export interface SyntheticRows {
  readonly count: number
  /** Id of the i-th row, growing with i. @default i + 1 */
  readonly gap?: (index: number) => number
}

/** Events without tokens to one address, as an administrator sets them up by hand. */
export interface OutgoingWebhook {
  readonly url: string
  /** @default the portal's own */
  readonly applicationToken?: string
  /** @default ONSALEORDERSAVED and ONSALEBEFOREORDERDELETE */
  readonly events?: readonly string[]
}

export interface DictionaryNames {
  readonly paySystems?: Readonly<Record<number, string>>
  readonly deliveries?: Readonly<Record<number, string>>
}

export interface PortalOptions {
  /** @default 0, a free one */
  readonly port?: number
  readonly host?: string
  readonly webhook?: {
    readonly userId?: number
    readonly secret?: string
    readonly scopes?: readonly string[]
  }
  readonly app?: {
    readonly clientId?: string
    readonly clientSecret?: string
    readonly scopes?: readonly string[]
    /** @default 3600 */
    readonly accessTokenSeconds?: number
  }
  /** false switches every limit off. */
  readonly limits?: Partial<PortalLimits> | false
  readonly latency?: Partial<PortalLatency>
  /** Big tables that cost nothing until they are written to. Deals are seen by crm.deal.* and crm.item.* alike. */
  readonly rows?: { readonly 'crm.deal.list'?: SyntheticRows }
  readonly faults?: Partial<FaultDial>
  /** Part of the events that never leaves the portal, 0..1. @default 0 */
  readonly eventLoss?: number
  readonly outgoingWebhook?: OutgoingWebhook
  /** HTTP status of auth refusals: 403 by the docs, 401 in older server code. @default 403 */
  readonly authStatus?: 401 | 403
  /** false = `time` without `operating`, as on a box or a site. @default true while the operating limit is on */
  readonly reportOperating?: boolean
  /** Plan feature `rest_offline_extended`: reservation of offline events. @default true */
  readonly offlineExtended?: boolean
  /** @default 'RUB' */
  readonly currency?: string
  /** @default 5001 */
  readonly firstOrderId?: number
  /** Beside the usual ones. */
  readonly statuses?: readonly StatusEntry[]
  /** What the shop calls its pay systems and deliveries, by id. @default their usual names */
  readonly names?: DictionaryNames
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number
  /** Random in [0,1). @default Math.random */
  readonly random?: () => number
}

export const LIMIT_DEFAULTS = {
  leakPerSecond: 2,
  burst: 50,
  used: 0,
  operatingSeconds: 480,
  operatingCost: null,
  banSeconds: null,
} as const satisfies PortalLimits

export const LATENCY_DEFAULTS = {
  perCallMs: 0,
  perCommandMs: 0,
  perRowMs: 0,
} as const satisfies PortalLatency

export const SCOPES = ['crm', 'sale', 'pay_system', 'catalog', 'user'] as const
