import type { ConnectorLog } from '@mufta/kit'
import type { Connection } from './connection.ts'
import type { Store } from './store/store.ts'

export interface ProberOptions {
  readonly store: Store
  readonly connections: ReadonlyMap<string, Connection>
  readonly log: ConnectorLog
  readonly everyMs: number
}

/** Tries connections that paused themselves, rarely and with one cheap call a side, and resumes those that answer. */
export class Prober {
  readonly #options: ProberOptions
  readonly #abort = new AbortController()
  #isProbing = false
  #isAskedAgain = false
  #timer: NodeJS.Timeout | null = null

  constructor(options: ProberOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#timer !== null) return
    this.#timer = setInterval(() => void this.#round(), this.#options.everyMs)
    this.#timer.unref()
    // A restart is often the cure (a new key in the configuration): do not wait ten minutes to see it.
    void this.#round()
  }

  /** A round now: settings were changed, which may be the cure. */
  probeNow(): void {
    this.#isAskedAgain = this.#isProbing
    if (this.#timer !== null) void this.#round()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#abort.abort()
  }

  async #round(): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    for (const connection of this.#options.connections.values()) {
      if (this.#abort.signal.aborted) return
      if (this.#isMine(connection)) await this.#probe(connection)
    }
    this.#isProbing = false
    if (!this.#isAskedAgain) return
    this.#isAskedAgain = false
    await this.#round()
  }

  /** What a person paused, only a person resumes. */
  #isMine({ name }: Connection): boolean {
    const { paused, byOperator } = this.#options.store.connectionState(name)
    return paused && !byOperator
  }

  async #probe(connection: Connection): Promise<void> {
    const { store, log } = this.#options
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(60_000)])
    try {
      await connection.shop.dictionaries({ signal })
      await connection.parts.connector.dictionaries?.(connection.client, { signal })
      if (!this.#isMine(connection)) return
      await store.resume(connection.name)
      log.info({ connection: connection.name }, 'Connection answers again: resumed')
    } catch (error) {
      log.debug(
        { connection: connection.name, code: connection.failure(error).code },
        'Connection still does not answer',
      )
    }
  }
}
