import { MuftaError, RateLimitedError, type ConnectorLog } from '@mufta/kit'
import { backoffMs, isUsedUp, minimumWaitMs, type BackoffOptions } from './backoff.ts'
import { abortError, dispositionOf, failureOf, UnsettledError, whereThrown } from './errors.ts'
import type { RuntimeMetrics } from './metrics.ts'
import { parseLane, repeatingKinds } from './lanes.ts'
import type { FailOutcome, Failure, JournalEntry, Lease, Store } from './store/store.ts'

export interface WorkerOptions {
  readonly store: Store
  /** Those open now. */
  readonly connections: () => readonly string[]
  /** Does the work of a lease and settles it. Throws to have it retried, parked, buried or the connection paused. */
  readonly handle: (lease: Lease, signal: AbortSignal) => Promise<string>
  readonly mapperVersion: (connection: string) => string
  /** What may be stored and printed about an error. */
  readonly failure: (connection: string, error: unknown) => Failure
  readonly onPause: (connection: string, failure: Failure) => void
  readonly metrics: RuntimeMetrics
  readonly log: ConnectorLog
  readonly owner: string
  readonly concurrency: number
  readonly leaseMs: number
  readonly backoff: Required<BackoffOptions>
  readonly clock: () => number
  readonly random: () => number
}

/** Longest sleep between looks at the queue: another process (the command line) may have pushed work. */
const MAX_SLEEP_MS = 1_000
/** What a handler that ignores its signal may take after the deadline; its lane comes back when the lease runs out. */
const LAST_GRACE_MS = 1_000

/** Takes due lanes, runs them side by side up to `concurrency`, and settles every end of a run. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #inHand = new Map<Lease, Promise<void>>()
  /** What ends the runs of a connection. */
  readonly #aborts = new Map<string, AbortController>()
  /** Connections of which nothing is taken for the moment. */
  readonly #held = new Set<string>()
  #stopping = false
  #wake: (() => void) | null = null
  #loop: Promise<void> | null = null
  #heartbeat: NodeJS.Timeout | null = null

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#inHand.size
  }

  start(): void {
    if (this.#loop !== null) return
    const { store, leaseMs } = this.#options
    const off = store.onDue(() => this.#wake?.())
    this.#heartbeat = setInterval(() => void this.#beat(), Math.max(50, leaseMs / 3))
    this.#loop = this.#run().finally(off)
  }

  /** Stops taking work, lets running attempts finish until the deadline, aborts the rest, gives it back to the queue. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#loop
    if (!(await this.#finished(deadlineMs))) {
      for (const { connection } of this.#inHand.keys()) this.#abortOf(connection).abort()
      await this.#finished(LAST_GRACE_MS)
    }
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat)
  }

  /**
   * Takes nothing more of a connection and waits for what runs, until the deadline: the rest is aborted and given back.
   * Nothing of it runs until `release`.
   */
  async hold(connection: string, deadlineMs: number): Promise<void> {
    this.#held.add(connection)
    if (await this.#finished(deadlineMs, connection)) return
    this.#abortOf(connection).abort()
    await this.#finished(LAST_GRACE_MS, connection)
  }

  release(connection: string): void {
    this.#held.delete(connection)
    this.#aborts.delete(connection)
    this.#wake?.()
  }

  /** Whether everything in hand (of a connection) came to its end within the time. */
  async #finished(limitMs: number, connection?: string): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs)
    })
    const runs = [...this.#inHand]
      .filter(([lease]) => connection === undefined || lease.connection === connection)
      .map(([, run]) => run)
    const finished = await Promise.race([Promise.allSettled(runs).then(() => true), tooLate])
    clearTimeout(timer)
    return finished
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        const taken = await this.#take()
        if (taken === 0 || this.#inHand.size >= this.#options.concurrency) await this.#sleep(this.#untilDue())
      } catch (error) {
        // The store does not answer (disk full, another process holds it): look again later, never fall over.
        this.#options.log.error({ code: failureOf(error).code }, 'Could not take work from the store')
        await this.#sleep(MAX_SLEEP_MS)
      }
    }
  }

  async #take(): Promise<number> {
    const { store, owner, leaseMs, concurrency } = this.#options
    const free = concurrency - this.#inHand.size
    if (free <= 0) return 0
    const leases = await store.lease({ limit: free, owner, leaseMs, connections: this.#taking() })
    for (const lease of leases) {
      if (this.#stopping || this.#held.has(lease.connection)) {
        await this.#giveBack(lease)
        continue
      }
      const run = this.#attempt(lease).finally(() => {
        this.#inHand.delete(lease)
        this.#wake?.()
      })
      this.#inHand.set(lease, run)
    }
    return leases.length
  }

  async #giveBack(lease: Lease): Promise<void> {
    await this.#options.store.fail(lease, failureOf(abortError()), { kind: 'release' })
  }

  #untilDue(): number {
    const { store, clock, concurrency } = this.#options
    const due = this.#inHand.size >= concurrency ? null : store.nextDue(this.#taking())
    return due === null ? MAX_SLEEP_MS : Math.min(MAX_SLEEP_MS, Math.max(0, due - clock()))
  }

  #taking(): readonly string[] {
    const connections = this.#options.connections()
    return this.#held.size === 0 ? connections : connections.filter((name) => !this.#held.has(name))
  }

  #abortOf(connection: string): AbortController {
    const known = this.#aborts.get(connection)
    if (known !== undefined) return known
    const abort = new AbortController()
    this.#aborts.set(connection, abort)
    return abort
  }

  #sleep(waitMs: number): Promise<void> {
    if (this.#stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
    })
  }

  async #attempt(lease: Lease): Promise<void> {
    const { handle, metrics } = this.#options
    const { signal } = this.#abortOf(lease.connection)
    try {
      metrics.run(lease.connection, await handle(lease, signal))
    } catch (error) {
      await this.#settleFailure(lease, error, signal)
    }
  }

  async #settleFailure(lease: Lease, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log, metrics } = this.#options
    if (error instanceof MuftaError && error.code === 'STORE_LEASE_LOST') {
      log.warn(
        { connection: lease.connection, lane: lease.lane, code: error.code },
        'Lease lost; another run has the lane',
      )
      return
    }
    const failure = this.#options.failure(lease.connection, error)
    const outcome = this.#outcome(lease, error, signal)
    if (failure.code === 'UNEXPECTED')
      log.debug({ lane: lease.lane, error: whereThrown(error) }, 'Unexpected error')
    log.warn(
      {
        connection: lease.connection,
        lane: lease.lane,
        code: failure.code,
        outcome: outcome.kind,
        attempt: lease.attempt,
      },
      failure.message,
    )
    metrics.failure(lease.connection, outcome.kind, failure.code)
    try {
      if (dispositionOf(error) === 'pause') await this.#pause(lease, failure)
      await store.fail(lease, failure, outcome, { journal: this.#journal(lease, failure, outcome) })
    } catch (settleError) {
      // The lease runs out by itself and the lane comes back, so nothing is lost.
      log.error({ lane: lease.lane, code: failureOf(settleError).code }, 'Could not settle a failed run')
    }
  }

  #outcome(lease: Lease, error: unknown, signal: AbortSignal): FailOutcome {
    const { backoff, clock, random, mapperVersion } = this.#options
    if (signal.aborted) return { kind: 'release' }
    const disposition = dispositionOf(error)
    if (disposition === 'pause') return { kind: 'release' }
    const at = clock() + minimumWaitMs(error, backoff) + backoffMs(lease.failures + 1, random, backoff)
    if (isRepeating(lease)) return { kind: 'retry', at }
    if (disposition === 'park') return { kind: 'park' }
    // A limit that lasts, or an answer that is waited for, is no failure of the job: it must not end as a dead letter.
    if (error instanceof RateLimitedError || error instanceof UnsettledError)
      return { kind: 'retry', at, counted: false }
    if (disposition === 'give-up' || isUsedUp(lease, backoff)) {
      return { kind: 'dead', mapperVersion: mapperVersion(lease.connection) }
    }
    return { kind: 'retry', at }
  }

  async #pause(lease: Lease, failure: Failure): Promise<void> {
    const { store, onPause } = this.#options
    if (!store.connectionState(lease.connection).paused) await store.pause(lease.connection, failure, false)
    onPause(lease.connection, failure)
  }

  #journal(lease: Lease, failure: Failure, outcome: FailOutcome): readonly JournalEntry[] {
    if (outcome.kind === 'release') return []
    const { entity, id } = parseLane(lease.lane)
    const detail = {
      message: failure.message,
      ru: failure.ru,
      facts: failure.facts,
      attempt: lease.attempt,
      ...(outcome.kind === 'retry' ? { at: outcome.at } : {}),
      events: lease.jobs.map((job) => ({
        job: job.id,
        at: job.createdAt,
        reason: job.payload['reason'] ?? job.kind,
      })),
    }
    return [{ connection: lease.connection, entity, id, kind: outcome.kind, code: failure.code, detail }]
  }

  async #beat(): Promise<void> {
    if (this.#inHand.size === 0) return
    const lost = await this.#options.store
      .heartbeat([...this.#inHand.keys()], this.#options.leaseMs)
      .catch(() => [])
    for (const lease of lost) this.#options.log.warn({ lane: lease.lane }, 'Lease lost while running')
  }
}

function isRepeating(lease: Lease): boolean {
  return lease.jobs.some((job) => repeatingKinds.has(job.kind))
}
