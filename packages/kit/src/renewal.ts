import { AsyncLocalStorage } from 'node:async_hooks'

/** Runs one renewal of credentials for all calls that need it at the same time. */
export class Renewal {
  readonly #refresh: () => Promise<boolean>
  readonly #inside = new AsyncLocalStorage<true>()
  #running: Promise<boolean> | undefined
  #generation = 0

  constructor(refresh: () => Promise<boolean>) {
    this.#refresh = refresh
  }

  /** true inside the renewal itself: a login that is refused must not wait for itself. */
  get isInside(): boolean {
    return this.#inside.getStore() === true
  }

  /** Counts renewals; note it before a call is sent. */
  get generation(): number {
    return this.#generation
  }

  /** true = credentials newer than `generation` are in place: one more attempt is worth it. */
  async renew(generation: number): Promise<boolean> {
    if (generation !== this.#generation) return true
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<boolean> {
    try {
      const isRenewed = await this.#inside.run(true, this.#refresh)
      if (isRenewed) this.#generation += 1
      return isRenewed
    } finally {
      this.#running = undefined
    }
  }
}
