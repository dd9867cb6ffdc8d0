/** One call to a fake, as the hooks see it. */
export interface Call {
  readonly method: string
  readonly ids: readonly string[]
  readonly signal?: AbortSignal | undefined
}
export type Hook = (call: Call) => void | Promise<void>

/**
 * Fault hooks around every call of a fake. What throws in `before` was refused and not done; what throws in `after`
 * was done, only its answer is lost. A promise is latency that the test resolves.
 */
export class Faults {
  before: Hook = () => undefined
  after: Hook = () => undefined
  readonly calls: Call[] = []

  async around<Result>(call: Call, body: () => Result | Promise<Result>): Promise<Result> {
    this.calls.push(call)
    await this.before(call)
    const result = await body()
    await this.after(call)
    return result
  }

  count(method: string, id?: string): number {
    return this.calls.filter((call) => call.method === method && (id === undefined || call.ids.includes(id)))
      .length
  }

  clear(): void {
    this.before = () => undefined
    this.after = () => undefined
  }
}

/** Throws for the first `times` calls of this method (about this id), then lets them pass. */
export function failing(
  method: string,
  error: () => Error,
  { times = Infinity, id }: { readonly times?: number; readonly id?: string } = {},
): Hook {
  let left = times
  return (call) => {
    if (call.method !== method || (id !== undefined && !call.ids.includes(id)) || left <= 0) return
    left--
    throw error()
  }
}

/** A door that calls wait at until the test opens it. */
export class Gate {
  waiting = 0
  readonly #opened: Promise<void>
  #open: () => void = () => undefined

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  pass(): Promise<void> {
    this.waiting++
    return this.#opened
  }

  open(): void {
    this.#open()
  }
}
