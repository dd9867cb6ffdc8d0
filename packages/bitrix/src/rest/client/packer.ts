import { MuftaError, PermanentError, UnknownOutcomeError } from '@mufta/kit'
import type { Command, CommandOutcome } from './command.ts'
import { Pump, type CommandSource } from './pump.ts'
import type { PortalTransport } from './transport.ts'
import { aborted } from './wait.ts'

/**
 * Packs calls that are made at the same time into batches: a hundred lanes that each read one order cost two or three
 * requests. Reads and writes are packed apart, so that a lost answer of reads can simply be repeated.
 */
export class Packer {
  readonly #transport: PortalTransport
  readonly #signal: AbortSignal
  readonly #read: PackedSource
  readonly #write: PackedSource

  constructor(transport: PortalTransport, signal: AbortSignal) {
    this.#transport = transport
    this.#signal = signal
    this.#read = new PackedSource()
    this.#write = new PackedSource()
  }

  /** Errors as for a call alone; an abort after sending leaves a write with an unknown outcome. */
  async call(command: Command, signal: AbortSignal | undefined): Promise<unknown> {
    const { limits, auth, options, health } = this.#transport
    health.check()
    await limits.ready(auth.account, [command.method], options.timeouts.waitMs, signal)
    if (signal?.aborted === true || this.#signal.aborted) throw aborted()
    const source = command.kind === 'read' ? this.#read : this.#write
    return new Promise((resolve, reject) => {
      const call: PackedCall = { ...command, resolve, reject: (error) => reject(error), isSent: false }
      if (signal !== undefined) {
        const onAbort = (): void => {
          source.drop(call)
          call.reject(call.isSent && call.kind === 'write' ? cancelledWrite(call.method) : aborted())
        }
        signal.addEventListener('abort', onAbort, { once: true })
        call.forget = () => signal.removeEventListener('abort', onAbort)
      }
      source.add(call)
      this.#start(source)
    })
  }

  #start(source: PackedSource): void {
    if (source.pump !== undefined) return source.pump.wake()
    const pump = new Pump(this.#transport, source, this.#signal)
    source.pump = pump
    // One turn of the event loop: whoever calls in the same moment rides along.
    setImmediate(() => {
      pump
        .run()
        .catch((error: unknown) => source.failAll(error))
        .finally(() => {
          source.pump = undefined
          if (source.pending() > 0) this.#start(source)
        })
    })
  }
}

interface PackedCall extends Command {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  forget?: () => void
  isSent: boolean
}

class PackedSource implements CommandSource<PackedCall> {
  /** Each call waited for its own method before it came here. */
  readonly methods: readonly string[] = []
  readonly minCommands = 25
  readonly isPatient = true
  pump: Pump<PackedCall> | undefined
  readonly #queue = new Set<PackedCall>()

  add(call: PackedCall): void {
    this.#queue.add(call)
  }

  drop(call: PackedCall): void {
    this.#queue.delete(call)
  }

  isFinished(): boolean {
    return this.#queue.size === 0
  }

  pending(): number {
    return this.#queue.size
  }

  remaining(): number {
    return this.pending()
  }

  take(max: number): PackedCall[] {
    const taken = [...this.#queue.values().take(max)]
    for (const call of taken) {
      call.isSent = true
      this.#queue.delete(call)
    }
    return taken
  }

  settle(call: PackedCall, outcome: CommandOutcome): void {
    call.forget?.()
    if (outcome.status === 'ok') return call.resolve(outcome.result)
    call.reject(outcome.status === 'error' ? outcome.error : notRun(call.method))
  }

  failAll(error: unknown): void {
    const known = error instanceof MuftaError ? error : notRun('batch')
    for (const call of this.#queue) {
      call.forget?.()
      call.reject(known)
    }
    this.#queue.clear()
  }
}

function cancelledWrite(method: string): UnknownOutcomeError {
  return new UnknownOutcomeError(
    'PORTAL_UNKNOWN_OUTCOME',
    `${method} was cancelled after it was sent; it may be done`,
    {
      facts: { system: 'portal', endpoint: method },
    },
  )
}

function notRun(method: string): PermanentError {
  return new PermanentError('PORTAL_NOT_RUN', `The portal did not run ${method}`, {
    facts: { system: 'portal', endpoint: method },
  })
}
