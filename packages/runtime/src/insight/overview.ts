import type { ConnectionBudgets } from '../connection.ts'
import type { Runtime } from '../runtime.ts'
import type { ConnectionRegistry } from '../settings-store/registry.ts'
import { runState, type ConnectionSummary, type RunState } from '../settings-store/views.ts'
import { recordCounts } from './record-counts.ts'
import type { Failure, HourCount, Store } from '../store/store.ts'

export interface OverviewConnection {
  readonly name: string
  readonly mode: 'production' | 'test'
  readonly connector: {
    readonly id: string
    readonly title: { readonly en: string; readonly ru: string }
    readonly version: string
  }
  readonly state: RunState
  readonly reason: Failure | null
  readonly byOperator: boolean
  readonly counts: {
    readonly waiting: number
    readonly running: number
    readonly parked: number
    readonly dead: number
    readonly doneToday: number
  }
  readonly lagMs: number
  readonly budgets: ConnectionBudgets
  /** The last 24 hours, oldest first, the present one last. */
  readonly hours: readonly HourCount[]
}

export interface Overview {
  readonly now: number
  readonly connections: readonly OverviewConnection[]
}

export interface OverviewDeps {
  readonly runtime: Pick<Runtime, 'connections'>
  readonly registry: Pick<ConnectionRegistry, 'list'>
  readonly store: Store
  readonly clock: () => number
}

const HOUR_MS = 3_600_000
const HOURS = 24

/** How every connection is: those that are open, and those of the settings that could not be opened. */
export async function overviewOf(deps: OverviewDeps): Promise<Overview> {
  const listed = new Map((await deps.registry.list()).map((summary) => [summary.name, summary]))
  const names = [...new Set([...deps.runtime.connections.keys(), ...listed.keys()])].sort()
  const now = deps.clock()
  return { now, connections: names.map((name) => one(deps, name, listed.get(name), now)) }
}

function one(
  { runtime, store }: OverviewDeps,
  name: string,
  summary: ConnectionSummary | undefined,
  now: number,
): OverviewConnection {
  const parts = runtime.connections.get(name)?.parts
  const present = store.connectionState(name)
  const { state, reason } = summary ?? runState(present, null)
  const { lagMs, ...counts } = recordCounts(store, name)
  const hours = store.hours(name, Math.min(midnight(now), hourOf(now) - (HOURS - 1) * HOUR_MS))
  return {
    name,
    mode: parts?.mode ?? summary?.mode ?? 'production',
    connector: connectorOf(parts?.connector, summary?.connector ?? ''),
    state,
    reason,
    byOperator: present.byOperator,
    counts: { ...counts, doneToday: sum(hours.filter(({ at }) => at >= midnight(now))) },
    lagMs,
    budgets: parts?.budgets?.() ?? { site: null, external: null },
    hours: lastDay(hours, now),
  }
}

/** One that is not open is known by its name alone. */
function connectorOf(
  connector: OverviewConnection['connector'] | undefined,
  name: string,
): OverviewConnection['connector'] {
  if (connector === undefined) return { id: name, title: { en: name, ru: name }, version: '' }
  const { id, title, version } = connector
  return { id, title, version }
}

/** Every hour has its place, also one without any run. */
function lastDay(hours: readonly HourCount[], now: number): readonly HourCount[] {
  const known = new Map(hours.map((hour) => [hour.at, hour]))
  return Array.from({ length: HOURS }, (_, index) => {
    const at = hourOf(now) - (HOURS - 1 - index) * HOUR_MS
    return known.get(at) ?? { at, done: 0, failed: 0 }
  })
}

function hourOf(time: number): number {
  return time - (time % HOUR_MS)
}

/** Where this server stands; "today" ends and begins there. */
function midnight(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0)
}

function sum(hours: readonly HourCount[]): number {
  return hours.reduce((total, { done }) => total + done, 0)
}
