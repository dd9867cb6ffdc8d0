import { AbortedError, MuftaError, PermanentError, UnknownOutcomeError } from '@mufta/kit'
import type { JsonObject } from './answer.ts'
import type { Command, CommandOutcome } from './command.ts'
import { Pump, type CommandSource } from './pump.ts'
import type { PortalTransport } from './transport.ts'

/** What became of one item of `write`. */
export type WriteOutcome =
  | { readonly status: 'done'; readonly result: unknown }
  /** Certainly not done. */
  | { readonly status: 'failed'; readonly error: MuftaError }
  /** The answer was lost: look it up before any repeat. */
  | { readonly status: 'unknown'; readonly error: MuftaError }

/**
 * Writes many items of one method in parallel batches. One outcome per item, in order, whatever happens to the
 * others; nothing that may have been done is repeated. After an abort the rest is `failed` with AbortedError.
 * @throws AbortedError only when nothing was sent yet
 */
export async function writeMany(
  transport: PortalTransport,
  method: string,
  items: readonly JsonObject[],
  signal: AbortSignal | undefined,
): Promise<readonly WriteOutcome[]> {
  const source = new WriteSource(method, items)
  try {
    await new Pump(transport, source, signal).run()
  } catch (error) {
    if (!(error instanceof MuftaError)) throw error
    if (error instanceof AbortedError && source.isUntouched) throw error
    source.failRest(error)
  }
  return source.outcomes()
}

interface WriteCommand extends Command {
  readonly index: number
}

class WriteSource implements CommandSource<WriteCommand> {
  readonly methods: readonly string[]
  readonly minCommands = 10
  readonly #items: readonly JsonObject[]
  readonly #outcomes: (WriteOutcome | undefined)[]
  #next = 0
  /** Set when no other item can succeed either. */
  #end: MuftaError | undefined

  constructor(method: string, items: readonly JsonObject[]) {
    this.methods = [method]
    this.#items = items
    this.#outcomes = Array.from({ length: items.length })
  }

  get isUntouched(): boolean {
    return this.#next === 0
  }

  isFinished(): boolean {
    return this.#next >= this.#items.length
  }

  pending(): number {
    return this.#items.length - this.#next
  }

  remaining(): number {
    return this.pending()
  }

  take(max: number): WriteCommand[] {
    const from = this.#next
    const items = this.#items.slice(from, from + max)
    this.#next += items.length
    const method = this.methods[0] ?? ''
    return items.map((params, offset) => ({ method, params, kind: 'write', index: from + offset }))
  }

  settle({ index }: WriteCommand, outcome: CommandOutcome): void {
    this.#outcomes[index] = writeOutcome(outcome)
    if (outcome.status !== 'error' || outcome.error.disposition !== 'pause') return
    // The portal is dead for us: the other items would only hammer it.
    this.#end ??= outcome.error
    this.failRest(this.#end)
  }

  failRest(error: MuftaError): void {
    this.#next = this.#items.length
    for (const [index, outcome] of this.#outcomes.entries()) {
      if (outcome === undefined) this.#outcomes[index] = { status: 'failed', error }
    }
  }

  outcomes(): readonly WriteOutcome[] {
    return this.#outcomes.map((outcome) => outcome ?? { status: 'failed', error: NOT_RUN })
  }
}

function writeOutcome(outcome: CommandOutcome): WriteOutcome {
  if (outcome.status === 'ok') return { status: 'done', result: outcome.result }
  if (outcome.status === 'not-run') return { status: 'failed', error: NOT_RUN }
  return { status: outcome.error instanceof UnknownOutcomeError ? 'unknown' : 'failed', error: outcome.error }
}

const NOT_RUN = new PermanentError('PORTAL_NOT_RUN', 'The portal did not run this command')
