import { timingSafeEqual } from 'node:crypto'
import { Refusal } from './answers.ts'

/** Scopes a key may have (names of the vendor's API settings page). */
export const retailCrmScopes = [
  'order_read',
  'order_write',
  'order_history_read',
  'customer_read',
  'customer_write',
  'customer_history_read',
  'reference_read',
  'store_read',
  'store_write',
] as const

export type RetailCrmScope = (typeof retailCrmScopes)[number]

export interface RetailCrmKey {
  /** The secret itself. */
  readonly key: string
  /** @default every scope */
  readonly scopes?: readonly RetailCrmScope[]
  /** Shops it sees (`access_selective`). @default every shop (`access_full`) */
  readonly sites?: readonly string[]
}

/** One caller, once its key is recognised. */
export interface Access {
  /** Stable name of the key inside the simulator; not the secret. */
  readonly keyId: string
  readonly scopes: ReadonlySet<RetailCrmScope>
  /** null = all shops. */
  readonly sites: ReadonlySet<string> | null
  readonly limit: RateLimit
}

/** The keys of the account. */
export class KeyRing {
  readonly #keys = new Map<string, Access>()
  readonly #perSecond: number
  readonly #clock: () => number
  #issued = 0

  /** @param perSecond requests of one key in any second; 0 = no limit */
  constructor(perSecond: number, clock: () => number) {
    this.#perSecond = perSecond
    this.#clock = clock
  }

  add(options: RetailCrmKey): void {
    this.#keys.set(options.key, {
      keyId: `key-${++this.#issued}`,
      scopes: new Set(options.scopes ?? retailCrmScopes),
      sites: options.sites === undefined ? null : new Set(options.sites),
      limit: new RateLimit(this.#perSecond, this.#clock),
    })
  }

  revoke(key: string): void {
    this.#keys.delete(key)
  }

  /** @throws Refusal as the CRM answers a missing or wrong key */
  recognise(header: string | undefined, parameter: unknown): Access {
    const key = header ?? (typeof parameter === 'string' ? parameter : undefined)
    if (key === undefined || key === '') throw new Refusal(403, '"apiKey" is missing.')
    for (const [known, access] of this.#keys) if (isSame(known, key)) return access
    throw new Refusal(403, 'Wrong "apiKey" value.')
  }
}

/** At most so many in any window of one second. */
export class RateLimit {
  readonly #times: number[]
  readonly #clock: () => number
  #next = 0
  refused = 0

  constructor(perSecond: number, clock: () => number) {
    this.#times = Array.from({ length: perSecond }, () => -Infinity)
    this.#clock = clock
  }

  take(): boolean {
    if (this.#times.length === 0) return true
    const now = this.#clock()
    const oldest = this.#times[this.#next] ?? -Infinity
    if (now - oldest < 1000) {
      this.refused += 1
      return false
    }
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % this.#times.length
    return true
  }
}

function isSame(known: string, given: string): boolean {
  const [a, b] = [Buffer.from(known), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
