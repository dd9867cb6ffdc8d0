import { PermanentError } from '@mufta/kit'
import type { Command, CommandOutcome } from './command.ts'
import { Pump, type CommandSource } from './pump.ts'
import type { PortalTransport } from './transport.ts'

/**
 * Runs a source of reads of which every one is needed: a throw in `settle` cancels what is under way and is thrown.
 */
export async function runReads<C extends Command>(
  transport: PortalTransport,
  source: CommandSource<C>,
  signal: AbortSignal | undefined,
  onPump?: (pump: Pump<C>) => void,
): Promise<void> {
  const stop = new AbortController()
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const guarded = new GuardedSource(source, () => stop.abort())
  const pump = new Pump(transport, guarded, both)
  onPump?.(pump)
  try {
    await pump.run()
  } catch (error) {
    if (guarded.failure === undefined) throw error
  }
  if (guarded.failure !== undefined) throw guarded.failure.reason
}

export function notRunError(method: string): PermanentError {
  return new PermanentError('PORTAL_NOT_RUN', `The portal did not run ${method}`, {
    facts: { system: 'portal', endpoint: method },
  })
}

class GuardedSource<C extends Command> implements CommandSource<C> {
  readonly methods: readonly string[]
  readonly minCommands: number
  failure: { readonly reason: unknown } | undefined
  readonly #source: CommandSource<C>
  readonly #stop: () => void

  constructor(source: CommandSource<C>, stop: () => void) {
    this.#source = source
    this.#stop = stop
    this.methods = source.methods
    this.minCommands = source.minCommands
  }

  isFinished(): boolean {
    return this.failure !== undefined || this.#source.isFinished()
  }

  pending(): number {
    return this.failure === undefined ? this.#source.pending() : 0
  }

  remaining(): number {
    return this.failure === undefined ? this.#source.remaining() : 0
  }

  isUrgent(): boolean {
    return this.#source.isUrgent?.() === true
  }

  take(max: number): C[] {
    return this.#source.take(max)
  }

  settle(command: C, outcome: CommandOutcome): void {
    if (this.failure !== undefined) return
    try {
      this.#source.settle(command, outcome)
    } catch (reason) {
      this.failure = { reason }
      this.#stop()
    }
  }
}
