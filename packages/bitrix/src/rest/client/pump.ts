import { MuftaError, PermanentError, RateLimitedError, RetryableError } from '@mufta/kit'
import {
  batchOutcomes,
  batchRequest,
  MAX_COMMANDS,
  mustGoAlone,
  okOutcome,
  type Command,
  type CommandOutcome,
} from './command.ts'
import type { Permit } from './limit-types.ts'
import type { PortalTransport } from './transport.ts'
import { Bell } from './wait.ts'

/** Commands that are chosen only when a request may really be sent, so that each request carries what fits then. */
export interface CommandSource<C extends Command> {
  /** Methods it calls: their time budgets are waited for. */
  readonly methods: readonly string[]
  /**
   * Fewest commands worth a request of their own. While requests are plenty more is sent at once, unless the source
   * is `patient`: then it waits for what is under way, because more commands are likely to come.
   */
  readonly minCommands: number
  readonly isPatient?: boolean
  /** All settled: nothing will come any more. */
  isFinished(): boolean
  /** Commands that could go now. */
  pending(): number
  /** The same with those that must wait for room or for the reader: what is left to do, as far as is known. */
  remaining(): number
  /** Everything else waits for one of the pending commands. */
  isUrgent?(): boolean
  take(max: number): C[]
  settle(command: C, outcome: CommandOutcome): void
}

/**
 * Turns a source of commands into parallel batches. With a full bucket many small ones (short wait), with an empty
 * bucket full ones (fewest requests).
 */
export class Pump<C extends Command> {
  readonly #transport: PortalTransport
  readonly #source: CommandSource<C>
  readonly #signal: AbortSignal | undefined
  readonly #bell = new Bell()
  /** Commands to be sent once more, before new ones. */
  readonly #again: C[] = []
  readonly #failures = new Map<C, Failures>()
  #flying = 0

  constructor(transport: PortalTransport, source: CommandSource<C>, signal: AbortSignal | undefined) {
    this.#transport = transport
    this.#source = source
    this.#signal = signal
  }

  /** The source may have new commands. */
  wake(): void {
    this.#bell.ring()
  }

  /**
   * Resolves when the source is finished and nothing is under way. Failures of a command are settled as its outcome;
   * rejects only when no request can be sent at all (AbortedError, AuthError, RateLimitedError, ConfigError).
   */
  async run(): Promise<void> {
    try {
      await this.#loop()
    } catch (error) {
      // Answers of what is under way still belong to the source.
      while (this.#flying > 0) await this.#bell.wait()
      throw error
    }
  }

  async #loop(): Promise<void> {
    const { limits } = this.#transport
    while (!this.#isFinished()) {
      if (!this.#isWorthSending(limits.available())) {
        await this.#bell.wait(this.#signal)
        continue
      }
      const permit = await this.#transport.enter(this.#source.methods, this.#signal)
      // This permit is one of the requests that could pass.
      const commands = this.#take(this.#batchSize(limits.available() + 1))
      if (commands.length === 0) {
        permit.giveBack()
        await this.#bell.wait(this.#signal)
        continue
      }
      this.#flying++
      void this.#fly(permit, commands)
    }
  }

  #isFinished(): boolean {
    return this.#flying === 0 && this.#again.length === 0 && this.#source.isFinished()
  }

  /** While answers are under way that bring more commands, a request waits until it can be filled. */
  #isWorthSending(available: number): boolean {
    const pending = this.#again.length + this.#source.pending()
    if (pending === 0) return false
    if (this.#flying === 0 || pending >= this.#batchSize(available)) return true
    if (available < SOME || this.#source.isPatient === true) return false
    const isRest = pending >= this.#again.length + this.#source.remaining()
    return isRest || this.#source.isUrgent?.() === true
  }

  #batchSize(available: number): number {
    const remaining = this.#again.length + this.#source.remaining()
    // Some requests stay in hand for what answers leave open.
    const share = Math.ceil(remaining / Math.max(1, available * 0.85))
    return Math.min(MAX_COMMANDS, Math.max(this.#source.minCommands, share))
  }

  #take(max: number): C[] {
    const taken = this.#again.splice(0, max)
    if (taken.length < max) taken.push(...this.#source.take(max - taken.length))
    if (taken.length < 2) return taken
    const alone = taken.filter(({ params }) => mustGoAlone(params))
    if (alone.length === 0) return taken
    const together = taken.filter((command) => !alone.includes(command))
    const [first] = alone
    this.#again.unshift(...(together.length === 0 ? alone.slice(1) : alone))
    return together.length === 0 && first !== undefined ? [first] : together
  }

  async #fly(permit: Permit, commands: readonly C[]): Promise<void> {
    try {
      const outcomes = await this.#send(permit, commands)
      await Promise.all(commands.map((command, index) => this.#settle(command, outcomes[index] ?? MISSING)))
    } catch (error) {
      permit.release()
      await this.#failed(commands, error)
    } finally {
      this.#flying--
      this.#bell.ring()
    }
  }

  async #send(permit: Permit, commands: readonly C[]): Promise<readonly CommandOutcome[]> {
    const [only] = commands
    if (only !== undefined && commands.length === 1) {
      return [okOutcome(await this.#transport.send(permit, { ...only, signal: this.#signal }))]
    }
    const named = commands.map(({ method, params, kind }, index) => ({
      method,
      params,
      kind,
      name: `c${index}`,
    }))
    const request = batchRequest(named, { halt: false, signal: this.#signal })
    return batchOutcomes(named, await this.#transport.send(permit, request), false, this.#transport)
  }

  async #failed(commands: readonly C[], error: unknown): Promise<void> {
    const known = error instanceof MuftaError ? error : unexpected(error)
    const past = commands
      .map((command) => this.#failures.get(command))
      .filter((failures) => failures !== undefined)
    const attempt = Math.max(0, ...past.map((failures) => failures.attempts)) + 1
    // Patience counts from a command's first failure: a pump may run for hours.
    const since = Math.min(this.#transport.options.clock(), ...past.map((failures) => failures.since))
    const delay = this.#transport.delayBeforeRepeat(known, attempt, since)
    if (delay !== undefined) {
      // Being told to wait is no failed attempt.
      const attempts = known instanceof RateLimitedError ? attempt - 1 : attempt
      for (const command of commands) this.#failures.set(command, { attempts, since })
      try {
        await this.#transport.pause(delay, commands[0]?.method ?? 'batch', known, this.#signal)
        this.#again.push(...commands)
        return
      } catch {
        // Cancelled while waiting: the commands end with the failure they had.
      }
    }
    for (const command of commands) this.#end(command, { status: 'error', error: known })
  }

  async #settle(command: C, outcome: CommandOutcome): Promise<void> {
    if (outcome.status !== 'error') return this.#end(command, outcome)
    const { error } = outcome
    const isRepeatable = error instanceof RetryableError || error instanceof RateLimitedError
    if (isRepeatable && this.#signal?.aborted !== true) return this.#failed([command], error)
    this.#end(command, outcome)
  }

  #end(command: C, outcome: CommandOutcome): void {
    this.#failures.delete(command)
    this.#source.settle(command, outcome)
  }
}

interface Failures {
  readonly attempts: number
  /** When the first one came. */
  readonly since: number
}

/** Requests at hand that allow one to go out partly filled. */
const SOME = 6

const MISSING: CommandOutcome = { status: 'not-run' }

function unexpected(error: unknown): MuftaError {
  return new PermanentError('PORTAL_CLIENT_BUG', 'The portal client failed on an answer; please report it', {
    cause: error,
  })
}
