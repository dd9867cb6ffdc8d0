import { randomUUID } from 'node:crypto'
import type { Connection } from '../connection.ts'
import { planShop, type PlannedOrder, type PlanScope } from '../plan.ts'
import type { Failure, Store } from '../store/store.ts'

export const planStates = ['running', 'done', 'stopped', 'failed'] as const
export type PlanState = (typeof planStates)[number]

export const plannedActions = ['create', 'change', 'skip', 'park', 'missing'] as const

export interface PlanRun {
  readonly id: string
  readonly connection: string
  readonly state: PlanState
  readonly done: number
  /** null while the shop's orders are still being listed. */
  readonly total: number | null
  readonly totals: Readonly<Record<PlannedOrder['action'], number>>
  readonly rows: readonly PlannedOrder[]
  /** Why it failed. */
  readonly reason: Failure | null
}

/** Its limit by default: `PLAN_LIMIT.preset`. */
export type PlanOptions = Partial<PlanScope>

export const PLAN_LIMIT = { preset: 1_000, max: 5_000 } as const
const MAX_RUNNING = 2
/** Each may hold some megabytes. */
const MAX_KEPT = 4

/** Plans being made and made, in memory: a stop of Mufta forgets them. They only read. */
export class PlanRuns {
  readonly #store: Store
  readonly #stopping: AbortSignal
  readonly #runs = new Map<string, { run: PlanRun; readonly abort: AbortController }>()

  constructor(store: Store, stopping: AbortSignal) {
    this.#store = store
    this.#stopping = stopping
  }

  /** Its id; null = too many are being made. */
  start(connection: Connection, options: PlanOptions): string | null {
    const running = this.all().filter(({ state }) => state === 'running')
    if (running.length >= MAX_RUNNING) return null
    this.#forgetOldest()
    const id = randomUUID()
    const abort = new AbortController()
    const run: PlanRun = {
      id,
      connection: connection.name,
      state: 'running',
      done: 0,
      total: null,
      totals: { create: 0, change: 0, skip: 0, park: 0, missing: 0 },
      rows: [],
      reason: null,
    }
    this.#runs.set(id, { run, abort })
    void this.#make(id, connection, options, AbortSignal.any([abort.signal, this.#stopping]))
    return id
  }

  get(id: string): PlanRun | null {
    return this.#runs.get(id)?.run ?? null
  }

  /** Keeps what was planned so far. Safe to call twice. */
  stop(id: string): boolean {
    const present = this.#runs.get(id)
    present?.abort.abort()
    if (present?.run.state === 'running') this.#change(id, { state: 'stopped' })
    return present !== undefined
  }

  all(): readonly PlanRun[] {
    return [...this.#runs.values()].map(({ run }) => run)
  }

  async #make(id: string, connection: Connection, options: PlanOptions, signal: AbortSignal): Promise<void> {
    const { limit = PLAN_LIMIT.preset, since } = options
    try {
      for await (const planned of planShop(this.#store, connection, { limit, since }, signal)) {
        if (signal.aborted) break
        this.#add(id, planned)
      }
      this.#end(id, signal.aborted ? 'stopped' : 'done', null)
    } catch (error) {
      if (signal.aborted) this.#end(id, 'stopped', null)
      else this.#end(id, 'failed', connection.failure(error))
    }
  }

  #add(id: string, planned: readonly PlannedOrder[]): void {
    const run = this.get(id)
    if (run === null) return
    const totals = { ...run.totals }
    for (const { action } of planned) totals[action]++
    this.#change(id, { rows: [...run.rows, ...planned], done: run.done + planned.length, totals })
  }

  #end(id: string, state: PlanState, reason: Failure | null): void {
    const run = this.get(id)
    if (run?.state !== 'running') return
    this.#change(id, { state, reason, ...(state === 'done' ? { total: run.done } : {}) })
  }

  #change(id: string, change: Partial<PlanRun>): void {
    const present = this.#runs.get(id)
    if (present !== undefined) present.run = { ...present.run, ...change }
  }

  #forgetOldest(): void {
    for (const { id, state } of this.all()) {
      if (this.#runs.size < MAX_KEPT) return
      if (state !== 'running') this.#runs.delete(id)
    }
  }
}
