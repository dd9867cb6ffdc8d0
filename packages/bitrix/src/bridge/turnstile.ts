import { AbortedError } from '@mufta/kit'

/** Lets a number of tasks run at the same time; others wait in order. */
export class Turnstile {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(places: number) {
    this.#free = places
  }

  /** @throws AbortedError `BRIDGE_ABORTED` when the signal fires while waiting */
  async run<Result>(task: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    await this.#enter(signal)
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }

  #enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(aborted())
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const pass = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(pass), 1)
        reject(aborted())
      }
      this.#waiting.push(pass)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

function aborted(): AbortedError {
  return new AbortedError('BRIDGE_ABORTED', 'Waiting for a place at the site was aborted')
}
