import { serviceLanes } from '../lanes.ts'
import type { QueueCounts, Store } from '../store/store.ts'

/** What waits and runs of a connection's records: its own polls and sweeps always have a next time, and are no work of anybody. */
export function recordCounts(store: Store, connection: string): Omit<QueueCounts, 'connection'> {
  const counts = store.counts().find((each) => each.connection === connection)
  const states = serviceLanes.map((lane) => store.laneInfo(connection, lane)?.state)
  // Counts of a long backlog may be a little older than the lanes.
  const without = (state: 'waiting' | 'running'): number =>
    Math.max(0, (counts?.[state] ?? 0) - states.filter((each) => each === state).length)
  return {
    waiting: without('waiting'),
    running: without('running'),
    parked: counts?.parked ?? 0,
    dead: counts?.dead ?? 0,
    lagMs: counts?.lagMs ?? 0,
  }
}
