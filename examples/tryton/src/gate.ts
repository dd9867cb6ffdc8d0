import { AbortedError, type CallOptions } from '@mufta/kit'

/** Lets `limit` tasks run at once; the others wait in order. SQLite has one writer, so more only collide. */
export class Gate {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(task: () => Promise<T>, options: CallOptions = {}): Promise<T> {
    await this.#enter(options.signal)
    try {
      return await task()
    } finally {
      // The place is handed on, not freed: nobody can slip in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  #enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(aborted())
    if (this.#running < this.#limit) {
      this.#running++
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
        reject(aborted())
      }
      const enter = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      this.#waiting.push(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

function aborted(): AbortedError {
  return new AbortedError('TRYTON_ABORTED', 'The call was cancelled before it was sent')
}
