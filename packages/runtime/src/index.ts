export { Connection } from './connection.ts'
export type { ConnectionParts, External } from './connection.ts'
export { dispositionOf, failureOf, RuntimeError } from './errors.ts'
export { orderLane, parseLane, serviceLanes } from './lanes.ts'
export { createLog } from './log.ts'
export { planOrders } from './plan.ts'
export type { PlannedField, PlannedOrder } from './plan.ts'
export { startRuntime } from './runtime.ts'
export type { Runtime, RuntimeOptions } from './runtime.ts'
export { laneStates } from './store/store.ts'
export { openSqliteStore } from './store/sqlite-store.ts'
export type {
  Binding,
  DeadJob,
  Failure,
  Job,
  JobInput,
  JournalEntry,
  LaneInfo,
  LaneState,
  Lease,
  QueueCounts,
  Store,
  StoredJournalEntry,
  Work,
} from './store/store.ts'
