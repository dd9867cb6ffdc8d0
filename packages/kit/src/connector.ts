import type { ZodType } from 'zod'
import { ConfigError } from './errors.ts'
import type { SyncFlow } from './flow.ts'
import type { CallOptions, DictionaryEntry, Finding, ShopDictionaries } from './shop.ts'
import type { Words } from './words.ts'

/** What the runtime hands to a connector when it opens a connection. */
export interface ConnectorContext<Settings> {
  readonly settings: Settings
  readonly mode: 'production' | 'test'
  /** Hosts ("name" or "name:port", "*" as port) that may be reached although they are private or not https. */
  readonly allowHosts: readonly string[]
  /** Rate state of this account, shared by everything in the process. */
  readonly budgets: BudgetRegistry
  readonly log: ConnectorLog
}

/** Hands out one shared rate budget per account. */
export interface BudgetRegistry {
  get(account: string, options: BudgetOptions): RateBudget
}

export interface BudgetOptions {
  readonly perSecond: number
  readonly burst: number
}

export interface RateBudget {
  readonly options: BudgetOptions
  /** Waits for a place; rejects with AbortedError when the signal fires. */
  take(options?: CallOptions): Promise<void>
  /** The system said "too many": nothing is given out before `ms` have passed. */
  penalize(ms: number): void
  /** Places free right now, for the operator. */
  available(): number
}

export interface ConnectorLog {
  readonly debug: (facts: Record<string, unknown>, message: string) => void
  readonly info: (facts: Record<string, unknown>, message: string) => void
  readonly warn: (facts: Record<string, unknown>, message: string) => void
  readonly error: (facts: Record<string, unknown>, message: string) => void
}

export interface CheckContext<Client, Settings> extends CallOptions {
  readonly client: Client
  readonly settings: Settings
  readonly shop: ShopDictionaries
  /** Currencies seen in the shop's recent orders. */
  readonly currencies: readonly string[]
}

/** What to set up in the external system and how to take it away again. Both are safe to run twice. */
export interface Installer<Client, Settings> {
  /** Returns what it did, a line each. */
  install(context: InstallContext<Client, Settings>): Promise<readonly Words[]>
  uninstall(context: InstallContext<Client, Settings>): Promise<readonly Words[]>
}

export interface InstallContext<Client, Settings> extends CallOptions {
  readonly client: Client
  readonly settings: Settings
  /** Public address of POST /hooks/{connection}/external, when the operator configured one. */
  readonly hookUrl?: string
}

export interface Connector<Client = unknown, Settings = unknown> {
  /** `vendor.name`, lower case. */
  readonly id: string
  readonly version: string
  /** Shown to the administrator. */
  readonly title: { readonly en: string; readonly ru: string }
  readonly settings: ZodType<Settings>
  readonly open: (context: ConnectorContext<Settings>) => Client
  readonly close?: (client: Client) => Promise<void>
  // External differs per flow; the runtime only passes it through.
  // oxlint-disable-next-line no-explicit-any
  readonly flows: (settings: Settings) => readonly SyncFlow<Client, any, Settings>[]
  /** Live dictionaries of the external system, by name, for mapping pages and `check`. */
  readonly dictionaries?: (
    client: Client,
    options?: CallOptions,
  ) => Promise<Readonly<Record<string, readonly DictionaryEntry[]>>>
  readonly check: (context: CheckContext<Client, Settings>) => Promise<readonly Finding[]>
  readonly installer?: Installer<Client, Settings>
}

/**
 * Declares a connector. Checked at once: bad ids and versions throw here, not at the third job.
 * @throws ConfigError `CONNECTOR_BAD_ID`, `CONNECTOR_BAD_VERSION`
 */
export function defineConnector<Client, Settings>(
  connector: Connector<Client, Settings>,
): Connector<Client, Settings> {
  if (!/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/.test(connector.id)) {
    throw new ConfigError(
      'CONNECTOR_BAD_ID',
      `Connector id "${connector.id}" must look like vendor.name, lower case`,
    )
  }
  if (!/^\d+\.\d+\.\d+/.test(connector.version)) {
    throw new ConfigError('CONNECTOR_BAD_VERSION', `Connector ${connector.id}: version must look like 1.0.0`)
  }
  return connector
}
