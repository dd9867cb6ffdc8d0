/** Answers and bodies of the HTTP API under /api. Times are Unix milliseconds. Checked against its OpenAPI by a test. */

export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

export interface Title {
  readonly en: string
  readonly ru: string
}

export interface Session {
  readonly user: { readonly login: string; readonly role: Role } | null
  readonly csrf: string
  readonly needsFirstAdmin: boolean
  readonly mode: 'alone' | 'portal'
  /** "no-key" = no secret can be stored before the server has a key. */
  readonly vault?: 'ready' | 'no-key'
  readonly version: string
}

export interface User {
  readonly login: string
  readonly role: Role
  readonly createdAt?: number
  readonly lastSeenAt?: number | null
}

export interface AuditEntry {
  readonly id: number
  readonly at: number
  readonly who: string
  readonly action: string
  readonly target: string
  readonly before?: unknown
  readonly after?: unknown
}

export interface Reason {
  readonly code: string
  readonly message: string
}

export interface Budget {
  readonly free: number
  readonly capacity: number
}

export type Mode = 'production' | 'test'
export type ConnectionRunState = 'running' | 'paused' | 'failing'

export interface Counts {
  readonly waiting: number
  readonly running: number
  readonly parked: number
  readonly dead: number
  readonly doneToday: number
}

export interface Hour {
  readonly at: number
  readonly done: number
  readonly failed: number
}

export interface OverviewConnection {
  readonly name: string
  readonly mode: Mode
  readonly connector: { readonly id: string; readonly title: Title; readonly version: string }
  readonly state: ConnectionRunState
  readonly reason: Reason | null
  readonly byOperator: boolean
  readonly counts: Counts
  readonly lagMs: number
  readonly budgets: { readonly site: Budget | null; readonly external: Budget | null }
  readonly hours: readonly Hour[]
}

export interface Overview {
  readonly now: number
  readonly connections: readonly OverviewConnection[]
}

export type SettingKind =
  | 'text'
  | 'secret'
  | 'url'
  | 'number'
  | 'boolean'
  | 'mapping'
  | 'choice'
  | 'list'
  | 'json'

/** One field of a settings form, as the connector's schema describes it. */
export interface SettingField {
  readonly path: string
  readonly kind: SettingKind
  readonly title: Title
  readonly hint?: Title
  readonly required: boolean
  readonly default?: unknown
  readonly choices?: readonly string[]
  readonly dictionary?: { readonly shop?: string; readonly external?: string }
}

export interface ConnectorInfo {
  /** What a connection names: a built-in name, a package or a path. */
  readonly name: string
  readonly id: string
  readonly title: Title
  readonly version: string
  readonly fields: readonly SettingField[]
}

export type SettingsSource = 'file' | 'store'

export interface ConnectionSummary {
  readonly name: string
  readonly source: SettingsSource
  readonly connector: string
  readonly mode: Mode
  readonly state: ConnectionRunState
}

/** What the API shows in place of a secret. */
export interface SecretMark {
  readonly set: true
  readonly at: number | null
  readonly by: string | null
}

export type Tree = { readonly [key: string]: unknown }

export interface FieldRule {
  readonly field: string
  readonly direction: 'out' | 'in' | 'both' | 'create-only' | 'check'
  readonly owner: 'shop' | 'external'
}

export interface ConnectionDetail {
  readonly name: string
  readonly source: SettingsSource
  readonly readOnly: boolean
  readonly version: number
  readonly connector: string
  readonly mode: Mode
  readonly site: Tree
  readonly settings: Tree
  readonly fields: readonly SettingField[]
  readonly schedule: { readonly pollSeconds: number | null; readonly sweepSeconds: number | null }
  readonly security: { readonly allowHosts: readonly string[] }
  readonly fieldRules: readonly FieldRule[]
}

/** Body of a save: only what is named is touched. A secret as a text is set, null takes it away, nothing leaves it. */
export interface ConnectionChange {
  readonly version: number
  readonly mode?: Mode
  readonly site?: Tree
  readonly settings?: Tree
  readonly schedule?: { readonly pollSeconds?: number | null; readonly sweepSeconds?: number | null }
  readonly security?: { readonly allowHosts: readonly string[] }
}

export interface NewConnection {
  readonly name: string
  readonly connector: string
  readonly mode: Mode
  readonly site: Tree
  readonly settings: Tree
  readonly security?: { readonly allowHosts: readonly string[] }
}

export interface VersionEntry {
  readonly version: number
  readonly at: number
  readonly who: string
  readonly changes: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[]
}

export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  readonly code: string
  readonly message: string
  readonly fix?: string
  readonly side?: 'site' | 'external' | 'shop'
}

export interface CheckResult {
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

export interface CheckBody {
  readonly name?: string
  readonly site?: Tree
  readonly connector?: string
  readonly settings?: Tree
  readonly mode?: Mode
  readonly security?: { readonly allowHosts: readonly string[] }
}

export interface DictionaryEntry {
  readonly code: string
  readonly name: string
  readonly active: boolean
}

type Lists = Readonly<Record<string, readonly DictionaryEntry[]>>

export interface Dictionaries {
  readonly shop: Lists
  readonly external: Lists
  readonly mapped: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** How many orders wait for a code: dictionary → code → count. */
  readonly parked: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface OrderRow {
  readonly connection: string
  readonly shopId: string
  readonly externalId: string | null
  readonly number: string | null
  readonly state: string
  readonly updatedAt: number
  readonly code?: string | null
}

export interface OrderPage {
  readonly rows: readonly OrderRow[]
  /** `before` of the next page; null = there is no more. A page may be short, even empty, and still have one. */
  readonly next: string | null
}

export interface LifeStep {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly code: string
  readonly detail?: Tree | null
}

export interface OrderLife {
  readonly binding: {
    readonly shopId: string
    readonly externalId: string | null
    readonly mapperVersion: string
    readonly updatedAt: number
  } | null
  readonly lane: {
    readonly lane: string
    readonly state: string
    readonly pending: number
    readonly attempts: number
    readonly due: number | null
    readonly failure: Reason | null
  } | null
  readonly steps: readonly LifeStep[]
  readonly values: {
    readonly shop: Tree | null
    readonly external: Tree | null
    readonly base: Tree | null
    readonly baseExternal: Tree | null
  }
}

export type ProblemAction =
  | {
      readonly type: 'map'
      readonly field: string
      readonly side: 'shop' | 'external'
      readonly value: string
    }
  | { readonly type: 'retry' }
  | { readonly type: 'settings' }

export interface ProblemGroup {
  readonly key: string
  readonly connection: string
  readonly kind: 'parked' | 'dead'
  readonly code: string
  readonly message: string
  readonly facts: Tree
  readonly count: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly action: ProblemAction
}

export interface ProblemItem {
  readonly id?: number
  readonly lane: string
  readonly shopId: string
  readonly code: string
  readonly message: string
  readonly attempts: number
  readonly at: number | null
}

/** Dead letters by their numbers, parked orders by their lanes. */
export type PickedProblems =
  | { readonly ids: readonly number[] }
  | { readonly connection: string; readonly lanes: readonly string[] }
export type ProblemChoice = { readonly key: string } | PickedProblems

export interface PlannedField {
  readonly field: string
  readonly way: 'out' | 'in'
  readonly from?: unknown
  readonly to?: unknown
}

export const plannedActions = ['create', 'change', 'skip', 'park', 'missing'] as const
export type PlannedAction = (typeof plannedActions)[number]

export interface PlannedOrder {
  readonly shopId: string
  readonly number: string
  readonly externalId: string | null
  readonly action: PlannedAction
  readonly fields: readonly PlannedField[]
  readonly reason?: Reason
}

export interface Plan {
  readonly connection: string
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  readonly done: number
  readonly total: number | null
  readonly totals: Readonly<Record<PlannedAction, number>>
  readonly rows: readonly PlannedOrder[]
  readonly reason: Reason | null
}

export interface Backfill {
  readonly listing: boolean
  readonly total: number
  readonly left: number
  readonly parked: number
  readonly dead: number
  readonly paused: boolean
}

/** In place of what the mapper could not make. */
export interface LabFailure {
  readonly error: Reason
}

export interface LabView {
  readonly shop: Tree
  readonly externalId: string | null
  readonly external: Tree | null
  readonly out: Tree | LabFailure
  readonly back: Tree | LabFailure | null
  readonly values: { readonly shop: Tree; readonly external: Tree | null; readonly expected: Tree }
  readonly decision:
    | { readonly kind: 'create' }
    | {
        readonly kind: 'change' | 'skip'
        readonly out: readonly string[]
        readonly in: readonly string[]
        readonly conflicts: readonly { readonly field: string; readonly winner: 'shop' | 'external' }[]
      }
    | LabFailure
}

export interface ReplayResult {
  readonly looked: number
  /** Never bound, or not readable now. */
  readonly skipped: number
  readonly differs: readonly {
    readonly shopId: string
    readonly fields: readonly {
      readonly field: string
      readonly way: 'out' | 'in'
      readonly was?: unknown
      readonly would?: unknown
    }[]
  }[]
}

export interface JournalRow extends LifeStep {
  readonly connection: string
  readonly entity: string
  readonly id: string
}

export interface JournalPage {
  readonly entries: readonly JournalRow[]
  /** `before` of the next page; null = there is no more. */
  readonly next: number | null
}

export interface LogRow {
  readonly seq: number
  readonly at: number
  readonly level: string
  readonly message: string
  readonly facts: Tree
}

export interface LogPage {
  readonly lines: readonly LogRow[]
}

export interface StreamEvents {
  overview: Overview
  journal: readonly JournalRow[]
  progress: {
    readonly kind: 'plan' | 'backfill'
    readonly id?: string
    readonly connection: string
    readonly state: string
    readonly done: number
    readonly total: number | null
  }
}
