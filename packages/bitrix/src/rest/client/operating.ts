import type { PortalTime } from './answer.ts'

/**
 * Time that methods have cost the portal. Bitrix24 REST docs, *Limits*: one method of one application or webhook may
 * run 480 s within ten minutes; the call after that gets 429 until `operating_reset_at`, other methods go on.
 */
export class OperatingTimes {
  readonly #limitSeconds: number
  readonly #entries = new Map<string, Entry>()

  constructor(limitSeconds: number) {
    this.#limitSeconds = limitSeconds
  }

  /** Learns from the `time` of an answer. Both fields are optional: boxes and sites send none. */
  learn(account: string, method: string, time: PortalTime | undefined, now: number): void {
    const seconds = time?.operating
    const reset = time?.operating_reset_at
    if (seconds === undefined || reset === undefined) return
    // The portal's clock may differ from ours: its own `finish` says when its `reset` is.
    const portalNow = time?.finish ?? now / 1000
    const resetAt = now + Math.min(Math.max(0, reset - portalNow) * 1000, LONGEST_MS)
    const isStopped = seconds >= this.#limitSeconds * STOP_SHARE
    this.#entries.set(key(account, method), { seconds, resetAt, isStopped })
    this.#forgetOld(now)
  }

  /** The portal refused the method. Without a known reset time it rests a minute. */
  stop(account: string, method: string, now: number): void {
    const known = this.#entries.get(key(account, method))
    const resetAt = known !== undefined && known.resetAt > now ? known.resetAt : now + REST_MS
    this.#entries.set(key(account, method), {
      seconds: known?.seconds ?? this.#limitSeconds,
      resetAt,
      isStopped: true,
    })
  }

  /** Milliseconds until the method may be called again; 0 = now. */
  delay(account: string, method: string, now: number): number {
    const found = this.#entries.get(key(account, method))
    if (found === undefined || !found.isStopped) return 0
    return Math.max(0, found.resetAt - now)
  }

  facts(account: string, now: number): readonly OperatingFact[] {
    return [...this.#entries]
      .filter(([name, found]) => name.startsWith(`${account} `) && found.resetAt > now)
      .map(([name, found]) => ({
        method: name.slice(account.length + 1),
        seconds: found.seconds,
        stoppedForMs: found.isStopped ? found.resetAt - now : 0,
      }))
  }

  toJSON(): Readonly<Record<string, readonly [number, number, boolean]>> {
    return Object.fromEntries(
      [...this.#entries].map(([name, { seconds, resetAt, isStopped }]) => [
        name,
        [seconds, resetAt, isStopped],
      ]),
    )
  }

  restore(saved: unknown): void {
    if (typeof saved !== 'object' || saved === null) return
    for (const [name, value] of Object.entries(saved)) {
      if (!Array.isArray(value)) continue
      const [seconds, resetAt, isStopped] = value as unknown[]
      if (typeof seconds !== 'number' || typeof resetAt !== 'number') continue
      this.#entries.set(name, { seconds, resetAt, isStopped: isStopped === true })
    }
  }

  #forgetOld(now: number): void {
    if (this.#entries.size < 500) return
    for (const [name, found] of this.#entries) if (found.resetAt <= now) this.#entries.delete(name)
  }
}

export interface OperatingFact {
  readonly method: string
  /** Used in the present ten minutes. */
  readonly seconds: number
  readonly stoppedForMs: number
}

interface Entry {
  readonly seconds: number
  readonly resetAt: number
  readonly isStopped: boolean
}

const STOP_SHARE = 0.8
const REST_MS = 60_000
const LONGEST_MS = 15 * 60_000

function key(account: string, method: string): string {
  return `${account} ${method.toLowerCase()}`
}
