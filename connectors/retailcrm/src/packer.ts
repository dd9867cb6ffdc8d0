import { AbortedError, type CallOptions } from '@mufta/kit'

export interface PackerOptions<Value> {
  /** Keys in one request at most. */
  readonly size: number
  readonly call: (keys: readonly string[], options: CallOptions) => Promise<ReadonlyMap<string, Value>>
}

interface Waiter<Value> {
  readonly keys: readonly string[]
  readonly settle: (values: ReadonlyMap<string, Value>) => void
  readonly fail: (cause: unknown) => void
  left: boolean
}

/**
 * Packs the keys that callers ask for at the same time into few requests: while one is under way the next fills up.
 * A caller that aborts leaves alone; the request is aborted only when nobody waits for it any more.
 */
export class Packer<Value> {
  readonly #options: PackerOptions<Value>
  readonly #waiting: Waiter<Value>[] = []
  #running = false
  #abandon: (() => void) | undefined

  constructor(options: PackerOptions<Value>) {
    this.#options = options
  }

  /** Values of the keys; a key that the other side does not know is absent. */
  get(keys: readonly string[], { signal }: CallOptions = {}): Promise<ReadonlyMap<string, Value>> {
    if (signal?.aborted === true) return Promise.reject(aborted())
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiter.left = true
        reject(aborted())
        this.#abandon?.()
      }
      const waiter: Waiter<Value> = {
        keys,
        left: false,
        settle: (values) => {
          signal?.removeEventListener('abort', leave)
          resolve(values)
        },
        fail: (cause) => {
          signal?.removeEventListener('abort', leave)
          reject(cause)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    // One turn of the event loop lets everyone who asks "now" into the first request.
    await new Promise((resolve) => setImmediate(resolve))
    for (let pack = this.#take(); pack.length > 0; pack = this.#take()) await this.#send(pack)
    this.#running = false
  }

  #take(): readonly Waiter<Value>[] {
    const pack: Waiter<Value>[] = []
    const keys = new Set<string>()
    while (this.#waiting.length > 0) {
      const next = this.#waiting[0] as Waiter<Value>
      const together = new Set([...keys, ...next.keys])
      if (pack.length > 0 && together.size > this.#options.size) break
      this.#waiting.shift()
      if (next.left) continue
      pack.push(next)
      for (const key of next.keys) keys.add(key)
    }
    return pack
  }

  async #send(pack: readonly Waiter<Value>[]): Promise<void> {
    const controller = new AbortController()
    this.#abandon = () => {
      if (pack.every((waiter) => waiter.left)) controller.abort()
    }
    try {
      const values = new Map<string, Value>()
      const keys = [...new Set(pack.flatMap((waiter) => waiter.keys))]
      for (let from = 0; from < keys.length; from += this.#options.size) {
        const some = keys.slice(from, from + this.#options.size)
        for (const [key, value] of await this.#options.call(some, { signal: controller.signal }))
          values.set(key, value)
      }
      for (const waiter of pack) waiter.settle(pick(values, waiter.keys))
    } catch (cause) {
      for (const waiter of pack) waiter.fail(cause)
    } finally {
      this.#abandon = undefined
    }
  }
}

function pick<Value>(
  values: ReadonlyMap<string, Value>,
  keys: readonly string[],
): ReadonlyMap<string, Value> {
  const picked = new Map<string, Value>()
  for (const key of keys) {
    const value = values.get(key)
    if (value !== undefined) picked.set(key, value)
  }
  return picked
}

function aborted(): AbortedError {
  return new AbortedError('ABORTED', 'Waiting for RetailCRM was aborted')
}
