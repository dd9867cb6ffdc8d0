import { LIMIT_DEFAULTS, type PortalLimits } from './options.ts'

const MINUTE = 60_000
const BUCKETS = 10

export interface Operating {
  /** Seconds used by this method in the last ten minutes. */
  readonly operating: number
  /** Unix seconds when some of it is given back, or the ban ends. */
  readonly resetAt: number
}

/** The portal's two limits: a leaky bucket of HTTP requests, and execution time per method and caller. */
export class Limiter {
  readonly #now: () => number
  #limits: PortalLimits | null
  #level = 0
  #leakedAt: number
  readonly #minutes = new Map<string, Map<number, number>>()
  readonly #bans = new Map<string, number>()

  constructor(limits: Partial<PortalLimits> | false | undefined, now: () => number) {
    this.#now = now
    this.#leakedAt = now()
    this.#limits = null
    this.set(limits ?? {})
  }

  /** Replaces the limits; what is left out takes its default. */
  set(limits: Partial<PortalLimits> | false): void {
    this.#limits = limits === false ? null : { ...LIMIT_DEFAULTS, ...limits }
    this.#level = this.#limits?.used ?? 0
    this.#leakedAt = this.#now()
    this.#minutes.clear()
    this.#bans.clear()
  }

  get limits(): PortalLimits | null {
    return this.#limits
  }

  get countsOperating(): boolean {
    return this.#limits !== null && this.#limits.operatingSeconds !== false
  }

  /** Takes one request's place in the bucket; false = it is full. A refused request takes none. */
  takeRequest(): boolean {
    const limits = this.#limits
    if (limits === null) return true
    const now = this.#now()
    this.#level = Math.max(0, this.#level - ((now - this.#leakedAt) / 1000) * limits.leakPerSecond)
    this.#leakedAt = now
    if (this.#level + 1 > limits.burst) return false
    this.#level += 1
    return true
  }

  /** Checked before a call: the call that crosses the line completes, the next is refused. */
  isBlocked(caller: string, method: string): boolean {
    const limits = this.#limits
    if (limits === null || limits.operatingSeconds === false) return false
    const key = `${caller} ${method}`
    const ban = this.#bans.get(key)
    if (ban !== undefined && ban > this.#now()) return true
    return this.#used(key) >= limits.operatingSeconds
  }

  addOperating(caller: string, method: string, seconds: number): Operating {
    const key = `${caller} ${method}`
    const now = this.#now()
    const minute = Math.floor(now / MINUTE)
    const minutes = this.#minutes.get(key) ?? new Map<number, number>()
    this.#minutes.set(key, minutes)
    minutes.set(minute, (minutes.get(minute) ?? 0) + seconds)
    const operating = this.#used(key)
    const limits = this.#limits
    if (limits !== null && limits.banSeconds !== null && limits.operatingSeconds !== false) {
      if (operating >= limits.operatingSeconds) {
        const end = now + limits.banSeconds * 1000
        this.#bans.set(key, end)
        minutes.clear()
        return { operating, resetAt: Math.ceil(end / 1000) }
      }
    }
    const oldest = Math.min(minute, ...minutes.keys())
    return { operating, resetAt: ((oldest + BUCKETS) * MINUTE) / 1000 }
  }

  #used(key: string): number {
    const minutes = this.#minutes.get(key)
    if (minutes === undefined) return 0
    const oldest = Math.floor(this.#now() / MINUTE) - BUCKETS
    let sum = 0
    for (const [minute, seconds] of minutes) {
      if (minute <= oldest) minutes.delete(minute)
      else sum += seconds
    }
    return sum
  }
}
