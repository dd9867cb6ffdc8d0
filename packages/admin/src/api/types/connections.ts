import type { ConnectionRunState, Mode, Title, Tree, Words } from './basics.ts'

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

export interface FieldRule {
  readonly field: string
  /** Path of the field in the shop; null = computed. */
  readonly shop: string | null
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
  /** Hosts that the configuration file allows every connection, beside those of `security`. */
  readonly commonHosts: readonly string[]
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
  readonly message: Words
  readonly fix?: Words
  readonly facts?: Tree
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
  /** Known from orders alone: there may be more than the listed. */
  readonly fromOrders?: true
}

type Lists = Readonly<Record<string, readonly DictionaryEntry[]>>

export interface Dictionaries {
  readonly shop: Lists
  readonly external: Lists
  readonly mapped: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** How many orders wait for a code: dictionary → code → count. */
  readonly parked: Readonly<Record<string, Readonly<Record<string, number>>>>
}
