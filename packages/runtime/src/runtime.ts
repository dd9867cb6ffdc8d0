import { randomUUID } from 'node:crypto'
import type { ConnectorLog } from '@mufta/kit'
import type { Hono } from 'hono'
import { BACKOFF_DEFAULTS, type BackoffOptions } from './backoff.ts'
import { closeParts, Connection, type ConnectionParts } from './connection.ts'
import { failureOf, RuntimeError } from './errors.ts'
import { backfill, pollExternal, pollShop, pullEvents, scheduled, type FeedDeps } from './feeds.ts'
import { startHttp, type HttpServer } from './http.ts'
import { type Kind, kinds, serviceLanes } from './lanes.ts'
import { RuntimeMetrics } from './metrics.ts'
import { Prober } from './prober.ts'
import type { Lease, Store } from './store/store.ts'
import { CreationBatcher } from './sync/creation-batcher.ts'
import { Synchronizer } from './sync/synchronizer.ts'
import { Turns } from './turns.ts'
import { Worker } from './worker.ts'

export interface RuntimeOptions {
  readonly store: Store
  readonly connections: readonly ConnectionParts[]
  readonly log: ConnectorLog
  /** null = no HTTP (a one-off command). */
  readonly http: {
    readonly host: string
    readonly port: number
    /** Further routes (the admin page's API). They are reached only after the runtime is ready. */
    readonly routes?: (app: Hono, runtime: Runtime) => void
  } | null
  /** Lanes run side by side. @default 64 */
  readonly concurrency?: number
  /** A killed process's lanes come back after this time on a shared store. @default 30_000 */
  readonly leaseMs?: number
  readonly backoff?: BackoffOptions
  /** false = only jobs that are there are done: no polls, no sweep (a one-off command). @default true */
  readonly schedules?: boolean
  /** How often a connection that paused itself is tried again. @default 600_000 */
  readonly probeMs?: number
  readonly clock?: () => number
  readonly random?: () => number
}

export interface Runtime extends AsyncDisposable {
  readonly url: string | null
  readonly metrics: RuntimeMetrics
  readonly store: Store
  /** Those open now, by name. */
  readonly connections: ReadonlyMap<string, Connection>
  /** Fires when a stop begins: long answers (streams) end with it. */
  readonly stopping: AbortSignal
  connection(name: string): Connection
  /**
   * Opens a connection, or puts new parts in the place of the present ones: what runs comes to its end (at the
   * deadline it is cut off and given back), then the old parts are closed. The queue goes on as it was.
   */
  setConnection(parts: ConnectionParts, options?: { readonly deadlineMs?: number }): Promise<void>
  /** Closes a connection. What waits for it stays in the store. Safe to call twice. */
  removeConnection(name: string, options?: { readonly deadlineMs?: number }): Promise<void>
  /** Starts (or goes on with) a first load; its orders go behind live events. */
  backfill(name: string, options?: { readonly since?: string }): Promise<void>
  /** Graceful: stop taking jobs, let attempts finish until the deadline, give the rest back. Safe to call twice. */
  stop(options?: { readonly deadlineMs?: number }): Promise<void>
}

/** Puts store, lanes, synchronizers, feeds and HTTP together and starts them. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const running = new RunningRuntime(options)
  try {
    await running.start()
    return running
  } catch (error) {
    await running.stop()
    throw error
  }
}

/** How long running attempts may take when a connection is changed or closed. */
const SWAP_MS = 15_000

class RunningRuntime implements Runtime {
  readonly metrics: RuntimeMetrics
  readonly store: Store
  readonly #options: RuntimeOptions
  readonly #clock: () => number
  readonly #abort = new AbortController()
  readonly #stopping = new AbortController()
  readonly #connections = new Map<string, Connection>()
  readonly #synchronizers = new Map<string, Synchronizer>()
  readonly #swaps = new Turns()
  readonly #worker: Worker
  readonly #prober: Prober
  #http: HttpServer | null = null
  #ready = false
  #stopped: Promise<void> | null = null

  constructor(options: RuntimeOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
    this.store = options.store
    this.metrics = new RuntimeMetrics(options.store)
    for (const parts of options.connections) this.#open(parts)
    this.#prober = new Prober({
      store: options.store,
      connections: this.#connections,
      log: options.log,
      everyMs: options.probeMs ?? 600_000,
    })
    this.#worker = this.#makeWorker()
  }

  get url(): string | null {
    return this.#http?.url ?? null
  }

  get connections(): ReadonlyMap<string, Connection> {
    return this.#connections
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  async start(): Promise<void> {
    for (const connection of this.#connections.values()) await this.#prepare(connection)
    const { http } = this.#options
    if (http !== null) {
      const { routes, ...address } = http
      this.#http = await startHttp({
        ...address,
        ...(routes === undefined ? {} : { routes: (app) => routes(app, this) }),
        intake: {
          store: this.store,
          connections: this.#connections,
          onEvents: (connection, source, count) => this.metrics.events(connection, source, count),
        },
        metrics: this.metrics,
        log: this.#options.log,
        isReady: () => this.#ready,
      })
    }
    this.#worker.start()
    this.#prober.start()
    this.#ready = true
  }

  connection(name: string): Connection {
    const connection = this.#connections.get(name)
    if (connection !== undefined) return connection
    throw new RuntimeError(
      'RUNTIME_UNKNOWN_CONNECTION',
      `There is no connection "${name}"; known: ${[...this.#connections.keys()].join(', ')}`,
    )
  }

  setConnection(parts: ConnectionParts, { deadlineMs = SWAP_MS } = {}): Promise<void> {
    return this.#swaps.run(parts.name, async () => {
      if (this.#stopped !== null) {
        await closeParts(parts)
        throw new RuntimeError('RUNTIME_STOPPING', 'Mufta is stopping: nothing is opened any more')
      }
      await this.#worker.hold(parts.name, deadlineMs)
      const before = this.#connections.get(parts.name)
      try {
        await this.#prepare(this.#open(parts))
      } finally {
        this.#worker.release(parts.name)
        if (before !== undefined) await closeParts(before.parts)
      }
      // What is new may be the cure of what it paused itself for.
      this.#prober.probeNow()
    })
  }

  removeConnection(name: string, { deadlineMs = SWAP_MS } = {}): Promise<void> {
    return this.#swaps.run(name, async () => {
      const present = this.#connections.get(name)
      if (present === undefined || this.#stopped !== null) return
      await this.#worker.hold(name, deadlineMs)
      this.#connections.delete(name)
      this.#synchronizers.delete(name)
      this.#worker.release(name)
      await closeParts(present.parts)
    })
  }

  async backfill(name: string, { since }: { readonly since?: string } = {}): Promise<void> {
    const job = scheduled(this.connection(name).name, kinds.backfill, this.#clock())
    await this.store.push([{ ...job, payload: since === undefined ? {} : { since } }])
  }

  stop({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(deadlineMs)
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#ready = false
    this.#stopping.abort()
    this.#prober.stop()
    await this.#swaps.settled()
    // Side by side: a client that keeps its connection must not keep the lanes running.
    await Promise.all([this.#http?.close(deadlineMs), this.#worker.stop(deadlineMs)])
    this.#abort.abort()
    for (const { parts } of this.#connections.values()) await closeParts(parts)
  }

  #open(parts: ConnectionParts): Connection {
    const connection = new Connection(parts, this.#abort.signal)
    const bulk =
      connection.flow.createMany === undefined ? null : new CreationBatcher(connection, this.#abort.signal)
    this.#connections.set(parts.name, connection)
    this.#synchronizers.set(
      parts.name,
      new Synchronizer({
        store: this.store,
        connection,
        newKey: randomUUID,
        creations: bulk,
        startedAt: this.#clock(),
        settleMs: { ...BACKOFF_DEFAULTS, ...this.#options.backoff }.settleMs,
        clock: this.#clock,
      }),
    )
    return connection
  }

  /** A changed configuration may cure what was parked; repeating lanes get their one job. */
  async #prepare(connection: Connection): Promise<void> {
    const { name, parts } = connection
    if (this.store.cursor(name, 'fingerprint') !== parts.fingerprint) {
      await this.store.unpark({ connection: name })
      // What waits for the pace of before would come to the new one only after that.
      await this.store.hasten(name, serviceLanes)
      await this.store.setCursor(name, 'fingerprint', parts.fingerprint)
    }
    if (this.#options.schedules === false) return
    const wanted: Kind[] = [kinds.sweep, kinds.pollShop]
    if (connection.flow.changes !== undefined) wanted.push(kinds.pollExternal)
    if (parts.shop.eventQueue !== undefined) wanted.push(kinds.pullEvents)
    const missing = wanted.filter((kind) => (this.store.laneInfo(name, `${kind}/-`)?.pending ?? 0) === 0)
    await this.store.push(missing.map((kind) => scheduled(name, kind, this.#clock())))
  }

  #makeWorker(): Worker {
    const { backoff, log, random } = this.#options
    return new Worker({
      store: this.store,
      connections: () => [...this.#connections.keys()],
      handle: (lease, signal) => this.#handle(lease, signal),
      mapperVersion: (name) => this.#connections.get(name)?.mapper.version ?? '',
      failure: (name, error) => this.#connections.get(name)?.failure(error) ?? failureOf(error),
      onPause: (name, failure) =>
        log.error({ connection: name, code: failure.code }, `Connection paused: ${failure.message}`),
      metrics: this.metrics,
      log,
      owner: `${process.pid}`,
      concurrency: this.#options.concurrency ?? 64,
      leaseMs: this.#options.leaseMs ?? 30_000,
      backoff: { ...BACKOFF_DEFAULTS, ...backoff },
      clock: this.#clock,
      random: random ?? Math.random,
    })
  }

  #handle(lease: Lease, signal: AbortSignal): Promise<string> {
    const connection = this.connection(lease.connection)
    const kind = lease.jobs[0]?.kind as Kind
    const deps: FeedDeps = {
      store: this.store,
      connection,
      clock: this.#clock,
      onEvents: (source, count) => this.metrics.events(lease.connection, source, count),
    }
    const { pollSeconds = 60, sweepSeconds = 600 } = connection.parts
    switch (kind) {
      case kinds.sync:
        return (this.#synchronizers.get(lease.connection) as Synchronizer).run(lease, signal)
      case kinds.pollShop:
        return pollShop(deps, lease, 'poll', pollSeconds, signal)
      case kinds.sweep:
        return pollShop(deps, lease, 'sweep', sweepSeconds, signal)
      case kinds.pollExternal:
        return pollExternal(deps, lease, signal)
      case kinds.pullEvents:
        return pullEvents(deps, lease, pollSeconds, signal)
      case kinds.backfill:
        return backfill(deps, lease, signal)
      default:
        throw new RuntimeError(
          'RUNTIME_UNKNOWN_JOB',
          `Job of unknown kind in lane ${lease.lane}: made by a newer version?`,
        )
    }
  }
}
