import { isIPv6 } from 'node:net'
import { AccessError } from './errors.ts'

/** Wrong tries allowed within the window. One address is stopped long before it can lock a login for all. */
const LIMITS = { pair: 8, address: 30, login: 60 } as const
const WINDOW_MS = 15 * 60_000
/** Keys remembered; the oldest go first. */
const MAX_KEYS = 20_000

interface Tries {
  count: number
  readonly endsAt: number
}

/** Counts wrong logins by login, by address and by both. A try counts before it is verified, so that many at once gain nothing. */
export class LoginLimits {
  readonly #clock: () => number
  readonly #tries = new Map<string, Tries>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /**
   * Counts a try; call the result when it was right. `login: null` where none is guessed at: only the address counts.
   * @throws AccessError `ACCESS_TOO_MANY`
   */
  take(login: string | null, address: string): () => void {
    const from = addressKey(address)
    const byLogin = [
      [`pair ${from} ${login}`, LIMITS.pair],
      [`login ${login}`, LIMITS.login],
    ] as const
    const keys = [[`address ${from}`, LIMITS.address] as const, ...(login === null ? [] : byLogin)]
    const waitMs = Math.max(...keys.map(([key, limit]) => this.#waitMs(key, limit)))
    if (waitMs > 0) {
      throw new AccessError(
        'ACCESS_TOO_MANY',
        `Too many wrong tries: wait ${Math.ceil(waitMs / 60_000)} minutes`,
        { retryAfterMs: waitMs },
      )
    }
    const counted = keys.map(([key]) => this.#count(key))
    return () => {
      for (const tries of counted) tries.count--
    }
  }

  #waitMs(key: string, limit: number): number {
    const tries = this.#present(key)
    return tries !== undefined && tries.count >= limit ? tries.endsAt - this.#clock() : 0
  }

  #count(key: string): Tries {
    const tries = this.#present(key) ?? { count: 0, endsAt: this.#clock() + WINDOW_MS }
    tries.count++
    this.#tries.delete(key)
    this.#tries.set(key, tries)
    for (const oldest of this.#tries.keys()) {
      if (this.#tries.size <= MAX_KEYS) break
      this.#tries.delete(oldest)
    }
    return tries
  }

  #present(key: string): Tries | undefined {
    const tries = this.#tries.get(key)
    return tries !== undefined && tries.endsAt > this.#clock() ? tries : undefined
  }
}

/** One subscriber of IPv6 has a whole /64. */
function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
