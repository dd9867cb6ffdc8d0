export { Admin } from './api/admin.ts'
export type { AdminOptions } from './api/admin.ts'
export { Access } from './access/access.ts'
export type { PortalAccess } from './access/access.ts'
export type { PortalAuth, PortalUser } from './access/portal.ts'
export { closeParts, Connection } from './connection.ts'
export type { Budget, ConnectionBudgets, ConnectionParts, External } from './connection.ts'
export { dispositionOf, failureOf, RuntimeError } from './errors.ts'
export { recordCounts } from './insight/record-counts.ts'
export { orderLane, parseLane } from './lanes.ts'
export { createLog } from './log.ts'
export { LogRing } from './insight/log-ring.ts'
export { planShop } from './plan.ts'
export type { PlannedField, PlannedOrder, PlanScope } from './plan.ts'
export { startRuntime } from './runtime.ts'
export type { Runtime, RuntimeOptions } from './runtime.ts'
export { checkSides } from './settings-store/check-sides.ts'
export type { CheckReport } from './settings-store/check-sides.ts'
export type { ConnectionDefinition } from './settings-store/definition.ts'
export { ConnectionEditor } from './settings-store/editor.ts'
export { changedKey } from './settings-store/outside-changes.ts'
export { ConnectionRegistry } from './settings-store/registry.ts'
export type { PairedSite, PairingInvitation, SitePairing } from './settings-store/site-pairing.ts'
export type { FileConnection, NamedConnector, Workshop } from './settings-store/workshop.ts'
export { roles } from './store/admin-store.ts'
export type { Role, SealedSecret, User } from './store/admin-store.ts'
export { laneStates } from './store/store.ts'
export { isRuntimeOn } from './store/lock.ts'
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
export type { RunRead } from './sync/journal-lines.ts'
export { generateKey, parseKeys } from './vault/key-ring.ts'
export { openVault, requireVault, unreadableSecrets } from './vault/open-vault.ts'
export { rotateSecrets } from './vault/rotate.ts'
export { announceKeys, requireLoadedKey } from './vault/running-keys.ts'
export { keyIdOf, Vault } from './vault/vault.ts'
