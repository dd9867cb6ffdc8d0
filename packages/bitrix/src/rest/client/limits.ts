import { ConfigError, RateLimitedError, type AbortedError, type ConnectorLog } from '@mufta/kit'
import type { PortalTime } from './answer.ts'
import type { LimitFacts, LimitStore, Permit, PortalLimitOptions } from './limit-types.ts'
import { OperatingTimes } from './operating.ts'
import { aborted, sleep } from './wait.ts'

/**
 * The request bucket and the time budgets of one portal, shared by everything in this process that talks to it.
 * Bitrix24 REST docs, *Limits*: bucket of 50, leak 2/s, per portal and source address.
 */
export class PortalLimits {
  readonly operating: OperatingTimes
  readonly #key: string
  readonly #capacity: number
  readonly #rate: number
  readonly #parallel: number
  readonly #store: LimitStore | undefined
  readonly #log: ConnectorLog | undefined
  readonly #clock: () => number
  readonly #waiters = new Set<Waiter>()
  #tokens: number
  #at: number
  #heldUntil = 0
  /** Refusals in a row; each doubles the pause. */
  #refusals = 0
  #rejections = 0
  #inFlight = 0
  #timer: NodeJS.Timeout | undefined
  #saving: NodeJS.Timeout | undefined

  /** @throws ConfigError `PORTAL_LIMITS` */
  constructor(key: string, options: PortalLimitOptions = {}) {
    const perSecond = options.perSecond ?? 2
    const burst = options.burst ?? 50
    const reserve = options.reserve ?? (Number.isFinite(burst) ? Math.floor(burst / 5) : 0)
    if (!(perSecond > 0) || !(burst - reserve >= 1) || !(reserve >= 0)) {
      throw new ConfigError(
        'PORTAL_LIMITS',
        'Portal limits: perSecond > 0, burst >= reserve + 1, reserve >= 0',
      )
    }
    this.#key = key
    this.#capacity = burst - reserve
    // A little under the leak: once the bucket was full, this slowly frees room for the other applications.
    this.#rate = perSecond * 0.95
    this.#parallel = Math.max(1, options.parallel ?? 20)
    this.#store = options.store
    this.#log = options.log
    this.#clock = options.clock ?? Date.now
    this.operating = new OperatingTimes(options.operatingSeconds ?? 480)
    this.#tokens = this.#capacity
    this.#at = this.#clock()
    this.#restore()
  }

  /**
   * Waits its turn (first come, first served) for a place in the bucket.
   * @throws AbortedError; RateLimitedError `PORTAL_BUSY` after `waitMs`
   */
  enter(waitMs: number, signal?: AbortSignal): Promise<Permit> {
    if (signal?.aborted === true) return Promise.reject(aborted())
    if (this.#waiters.size === 0 && this.#delay() === 0) return Promise.resolve(this.#grant())
    return new Promise((resolve, reject) => {
      const leave = (error: AbortedError | RateLimitedError): void => {
        this.#waiters.delete(waiter)
        waiter.stop()
        if (this.#waiters.size === 0) clearTimeout(this.#timer)
        reject(error)
      }
      const onAbort = (): void => leave(aborted())
      const deadline = setTimeout(() => leave(this.#busy(waitMs)), waitMs)
      const waiter: Waiter = {
        resolve,
        stop() {
          clearTimeout(deadline)
          signal?.removeEventListener('abort', onAbort)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
      this.#pump()
    })
  }

  /** Requests that would pass at once. */
  available(): number {
    this.#refill()
    return this.#heldUntil > this.#clock() ? 0 : Math.floor(this.#tokens)
  }

  /**
   * Waits until the methods' time budgets allow a call.
   * @throws AbortedError; RateLimitedError `PORTAL_METHOD_LIMITED` at once when that takes longer than `waitMs`
   */
  async ready(
    account: string,
    methods: Iterable<string>,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    for (const method of methods) {
      const delay = this.operating.delay(account, method, this.#clock())
      if (delay === 0) continue
      if (delay > waitMs) throw methodLimited(method, delay)
      await sleep(delay, signal)
    }
  }

  /** An answer came that was no "too many". */
  accepted(permit: Permit): void {
    if (permit.grantedAt >= this.#heldUntil) this.#refusals = 0
  }

  /** The portal said "too many": the bucket is full. Go on at its leak rate, after a pause that grows. */
  rejected(permit: Permit): void {
    this.#rejections++
    // Requests that were under way together are refused together: that is one lesson, not twenty.
    if (permit.grantedAt < this.#heldUntil) return
    const pause = Math.min(1000 * 2 ** this.#refusals++, 30_000)
    this.#heldUntil = this.#clock() + pause
    this.#tokens = Math.min(1, this.#capacity)
    this.#at = this.#heldUntil
    this.#log?.warn({ key: this.#key, pauseMs: pause }, 'portal says too many requests; holding back')
    this.#changed()
  }

  learn(account: string, method: string, time: PortalTime | undefined): void {
    this.operating.learn(account, method, time, this.#clock())
  }

  /** Milliseconds for which the method now rests. */
  stopMethod(account: string, method: string): number {
    this.operating.stop(account, method, this.#clock())
    this.#changed()
    return this.operating.delay(account, method, this.#clock())
  }

  facts(account: string): LimitFacts {
    const now = this.#clock()
    return {
      tokens: this.available(),
      capacity: this.#capacity,
      perSecond: this.#rate,
      inFlight: this.#inFlight,
      waiting: this.#waiters.size,
      heldForMs: Math.max(0, this.#heldUntil - now),
      rejections: this.#rejections,
      operating: this.operating.facts(account, now),
    }
  }

  /** Writes the state to the store now instead of within a fifth of a second. */
  flush(): void {
    clearTimeout(this.#saving)
    this.#saving = undefined
    this.#store?.save(this.#key, this.#toJson())
  }

  #grant(): Permit {
    const grantedAt = this.#clock()
    this.#tokens -= 1
    this.#inFlight++
    this.#changed()
    let isOver = false
    const end = (tokens: number): void => {
      if (isOver) return
      isOver = true
      this.#inFlight--
      this.#tokens = Math.min(this.#capacity, this.#tokens + tokens)
      this.#pump()
    }
    return { grantedAt, release: () => end(0), giveBack: () => end(1) }
  }

  /** Hands out what is free and sets the timer for the next place. */
  #pump(): void {
    for (const waiter of this.#waiters) {
      const delay = this.#delay()
      if (delay === Infinity) return
      if (delay > 0) return this.#wakeIn(delay)
      this.#waiters.delete(waiter)
      waiter.stop()
      waiter.resolve(this.#grant())
    }
    clearTimeout(this.#timer)
  }

  /** Milliseconds until the next place; Infinity = when a request comes back. */
  #delay(): number {
    if (this.#inFlight >= this.#parallel) return Infinity
    const held = this.#heldUntil - this.#clock()
    if (held > 0) return held
    this.#refill()
    if (this.#tokens >= 1) return 0
    return ((1 - this.#tokens) / this.#rate) * 1000
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#pump(), Math.ceil(ms))
  }

  #refill(): void {
    const now = this.#clock()
    const seconds = Math.max(0, now - this.#at) / 1000
    // Not backwards: `#at` may lie ahead during a pause, and a clock may be set back.
    if (now > this.#at || this.#at - now > 60_000) this.#at = now
    if (!Number.isFinite(this.#rate)) this.#tokens = this.#capacity
    else this.#tokens = Math.min(this.#capacity, this.#tokens + seconds * this.#rate)
  }

  #busy(waitMs: number): RateLimitedError {
    return new RateLimitedError(
      'PORTAL_BUSY',
      `No place in the portal's request bucket within ${waitMs} ms`,
      {
        facts: { system: 'portal', waiting: this.#waiters.size },
        retryAfterMs: Math.ceil((this.#waiters.size / this.#rate) * 1000),
      },
    )
  }

  #changed(): void {
    if (this.#store === undefined || this.#saving !== undefined) return
    this.#saving = setTimeout(() => this.flush(), SAVE_MS)
    this.#saving.unref()
  }

  #toJson(): string {
    const tokens = Number.isFinite(this.#tokens) ? this.#tokens : null
    return JSON.stringify({ tokens, at: this.#at, heldUntil: this.#heldUntil, operating: this.operating })
  }

  #restore(): void {
    const json = this.#store?.load(this.#key)
    if (json === undefined || json === null) return
    let saved: unknown
    try {
      saved = JSON.parse(json)
    } catch {
      return // A damaged state is no reason not to start: the portal itself teaches again.
    }
    if (typeof saved !== 'object' || saved === null) return
    const { tokens, at, heldUntil, operating } = saved as Readonly<Record<string, unknown>>
    if (typeof tokens === 'number' && typeof at === 'number') {
      this.#tokens = Math.min(this.#capacity, tokens)
      this.#at = at
    }
    if (typeof heldUntil === 'number' && heldUntil - this.#clock() <= 30_000) this.#heldUntil = heldUntil
    this.operating.restore(operating)
    this.#refill()
  }
}

interface Waiter {
  readonly resolve: (permit: Permit) => void
  readonly stop: () => void
}

const SAVE_MS = 200

function methodLimited(method: string, delayMs: number): RateLimitedError {
  return new RateLimitedError(
    'PORTAL_METHOD_LIMITED',
    `The portal's time budget for ${method} is used up; it is called again in ${Math.ceil(delayMs / 1000)} s`,
    { facts: { system: 'portal', endpoint: method }, retryAfterMs: delayMs },
  )
}
