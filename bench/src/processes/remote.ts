import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a process of the bench answers to: one function a name. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>

type Input<Call> = Call extends (input: infer In) => unknown ? In : never
type Output<Call> = Call extends (input: never) => infer Out ? Awaited<Out> : never

interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

const CALL_MS = 600_000

/**
 * A part of the bench in a process of its own, so that it shares no event loop with what is measured. Values travel
 * as JSON-like copies.
 */
export class Remote<Served extends Calls> implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #number = 0

  /** @param file beside the caller: `new URL('./portal-process.ts', import.meta.url)` */
  constructor(file: URL) {
    this.#child = fork(fileURLToPath(file), { serialization: 'advanced' })
    this.#child.on('message', (message) => {
      const answer = message as Answer
      this.#waiting.get(answer.number)?.(answer)
    })
    this.#child.on('exit', (code) => this.#endAll(`The process of the bench ended with code ${code}`))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  call<Name extends keyof Served & string>(
    name: Name,
    input: Input<Served[Name]>,
  ): Promise<Output<Served[Name]>> {
    this.#number += 1
    const number = this.#number
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`"${name}" took more than ${CALL_MS} ms`)), CALL_MS)
      this.#waiting.set(number, ({ value, error }) => {
        clearTimeout(timer)
        this.#waiting.delete(number)
        if (error === undefined) resolve(value as Output<Served[Name]>)
        else reject(new Error(error))
      })
      this.#child.send({ number, name, input })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }

  #endAll(error: string): void {
    for (const end of this.#waiting.values()) end({ number: 0, error })
  }
}
