import { NONCE_SECONDS } from './signer.ts'

/** Nonces seen within the window. Only verified ones come here, so a stranger cannot fill it. */
export class NonceMemory {
  readonly #clock: () => number
  /** Until when each is kept; oldest first. */
  readonly #seen = new Map<string, number>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  get size(): number {
    return this.#seen.size
  }

  /** false = seen before. */
  take(nonce: string): boolean {
    const now = this.#clock()
    for (const [old, until] of this.#seen) {
      if (until > now) break
      this.#seen.delete(old)
    }
    if (this.#seen.has(nonce)) return false
    this.#seen.set(nonce, now + NONCE_SECONDS * 1000)
    return true
  }
}
