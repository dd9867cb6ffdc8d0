import type { ConnectorLog } from '@mufta/kit'
import type { OperatingFact } from './operating.ts'

/** Where the state of a portal's limits outlives the process. A restart then does not burst into a full bucket. */
export interface LimitStore {
  load(key: string): string | null
  save(key: string, json: string): void
}

export interface PortalLimitOptions {
  /** Requests that leak from the bucket each second. Enterprise: 5. @default 2 */
  readonly perSecond?: number
  /** Size of the bucket. Enterprise: 250. @default 50 */
  readonly burst?: number
  /** Part of the burst never used by us: other applications on this address share the bucket. @default a fifth */
  readonly reserve?: number
  /** Budget of one method within ten minutes; it is stopped at 80 %. @default 480 */
  readonly operatingSeconds?: number
  /** Requests under way at once. @default 20 */
  readonly parallel?: number
  readonly store?: LimitStore
  readonly log?: ConnectorLog
  /** @default Date.now */
  readonly clock?: () => number
}

/** The right to send one request. Give it back exactly once. */
export interface Permit {
  readonly grantedAt: number
  /** The request is over. */
  release(): void
  /** Nothing was sent: the place is free again. */
  giveBack(): void
}

export interface LimitFacts {
  /** Requests that may be sent at once. */
  readonly tokens: number
  /** Most that can be there; Infinity for a box without limits. */
  readonly capacity: number
  /** How many come back each second. */
  readonly perSecond: number
  readonly inFlight: number
  readonly waiting: number
  /** Nothing is sent for so long because the portal said "too many". */
  readonly heldForMs: number
  readonly rejections: number
  readonly operating: readonly OperatingFact[]
}
