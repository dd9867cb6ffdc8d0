import type { AuthError } from '@mufta/kit'
import type { PortalStateEvent } from './options.ts'

/**
 * Remembers that the portal is dead for us (webhook deleted, licence block, closed), so that calls fail at once
 * instead of hammering. After a minute calls are let through again until one of them finds it still dead: those that
 * come at the same time must not fail for a death that the first of them is about to disprove.
 */
export class Health {
  readonly #clock: () => number
  readonly #onState: (event: PortalStateEvent) => void
  #death: AuthError | undefined
  #nextLook = 0

  constructor(clock: () => number, onState: (event: PortalStateEvent) => void) {
    this.#clock = clock
    this.#onState = onState
  }

  get death(): AuthError | undefined {
    return this.#death
  }

  /** @throws AuthError the reason of the death, unless it is time to look again */
  check(): void {
    if (this.#death !== undefined && this.#clock() < this.#nextLook) throw this.#death
  }

  died(error: AuthError): void {
    const isNews = this.#death === undefined
    this.#death = error
    this.#nextLook = this.#clock() + LOOK_MS
    if (isNews) this.#onState({ state: 'dead', reason: { code: error.code, message: error.message } })
  }

  answered(): void {
    if (this.#death === undefined) return
    this.#death = undefined
    this.#onState({ state: 'alive' })
  }
}

const LOOK_MS = 60_000
