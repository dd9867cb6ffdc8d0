import { HttpTransport } from '@mufta/kit'
import type { ResolvedOptions } from './options.ts'

/** One pool of connections for each origin a client talks to: the portal, its new name, the auth server. */
export class Origins {
  readonly #options: ResolvedOptions
  readonly #pools = new Map<string, HttpTransport>()

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  get(origin: string): HttpTransport {
    const known = this.#pools.get(origin)
    if (known !== undefined) return known
    const { connectMs, idleMs } = this.#options.timeouts
    const { allowHosts, maxBodyBytes } = this.#options
    const pool = new HttpTransport({ baseUrl: origin, allowHosts, connectMs, idleMs, maxBodyBytes })
    this.#pools.set(origin, pool)
    return pool
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()))
  }
}
