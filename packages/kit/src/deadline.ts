import { setTimeout as delay } from 'node:timers/promises'

/** A total time limit joined with the caller's signal. Dispose it: it holds a timer. */
export class Deadline implements Disposable {
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #end: number
  readonly #caller: AbortSignal | undefined
  readonly #onAbort = (): void => this.#abort.abort()

  constructor(totalMs: number, caller: AbortSignal | undefined) {
    this.#end = performance.now() + totalMs
    this.#timer = setTimeout(this.#onAbort, totalMs)
    this.#caller = caller
    if (caller?.aborted === true) this.#abort.abort()
    else caller?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Fires at the time limit and when the caller aborts. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isCallerAborted(): boolean {
    return this.#caller?.aborted === true
  }

  remainingMs(): number {
    return Math.max(0, this.#end - performance.now())
  }

  /** Rejects when the deadline passes first; the work itself goes on unseen. */
  async race<T>(work: T | Promise<T>): Promise<T> {
    if (!(work instanceof Promise)) return work
    const { promise: over, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(new Error('deadline'))
    this.signal.addEventListener('abort', onAbort, { once: true })
    if (this.signal.aborted) onAbort()
    try {
      return await Promise.race([work, over])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
  }

  async sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal })
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#onAbort)
  }
}
