import { abortError, concernsAll } from './errors.ts'

interface Waiter<Value> {
  readonly id: string
  readonly resolve: (value: Value | undefined) => void
  readonly reject: (error: unknown) => void
}

export interface LoaderOptions<Value> {
  /** Reads many; an id that is absent from the map resolves to undefined. */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>
  /** Ids per read. */
  readonly size: number
  /** Reads under way at once; what comes meanwhile waits and goes together. @default 4 */
  readonly parallel?: number
}

/** Gathers single reads that happen at the same time into few reads of many. */
export class Loader<Value> {
  readonly #options: LoaderOptions<Value>
  #waiting: Waiter<Value>[] = []
  #running = 0
  #scheduled = false

  constructor(options: LoaderOptions<Value>) {
    this.#options = options
  }

  /** Rejects at once when the signal is aborted; the read itself belongs to the others too and goes on. */
  load(id: string, signal?: AbortSignal): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(abortError())
      const onAbort = (): void => reject(abortError())
      signal?.addEventListener('abort', onAbort, { once: true })
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', onAbort)
          done(value)
        }
      this.#waiting.push({ id, resolve: settle(resolve), reject: settle(reject) })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#running >= (this.#options.parallel ?? 4))
      return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#flush()
    })
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#options.size)
    if (batch.length === 0) return
    this.#running++
    this.#schedule()
    await this.#read(batch)
    this.#running--
    this.#schedule()
  }

  /** One record that cannot be read must not fail those that were read with it: such a batch is halved. */
  async #read(batch: readonly Waiter<Value>[]): Promise<void> {
    const ids = [...new Set(batch.map((waiter) => waiter.id))]
    try {
      const found = await this.#options.read(ids)
      for (const waiter of batch) waiter.resolve(found.get(waiter.id))
    } catch (error) {
      if (ids.length === 1 || concernsAll(error)) {
        for (const waiter of batch) waiter.reject(error)
        return
      }
      const first = new Set(ids.slice(0, Math.ceil(ids.length / 2)))
      await this.#read(batch.filter((waiter) => first.has(waiter.id)))
      await this.#read(batch.filter((waiter) => !first.has(waiter.id)))
    }
  }
}
