import type { Connector, SettingProblem, Shop } from '@mufta/kit'
import type { ConnectionParts } from '../connection.ts'
import type { ConnectionDefinition } from './definition.ts'

export interface NamedConnector {
  /** What a connection calls it. */
  readonly name: string
  readonly connector: Connector
}

/** What the runtime needs from the place where everything is put together: sites and connectors, which it knows only as ports. */
export interface Workshop {
  /** Those that a connection of the store may use. Nothing else is ever loaded for it: a path is code. */
  readonly connectors: () => Promise<readonly NamedConnector[]>
  /** Paths of the secrets inside "site", of every kind of site. */
  readonly siteSecrets: readonly string[]
  /** Private or plain http hosts that every connection may reach, whatever its own settings say. */
  readonly commonHosts: readonly string[]
  /** What is wrong with a site (with its secrets in place), by path inside it. */
  readonly siteProblems: (site: Readonly<Record<string, unknown>>) => readonly SettingProblem[]
  /**
   * Opens both sides; sends nothing. The definition has its secrets in place.
   * @throws ConfigError what validation by fields does not see (a host that may not be reached)
   */
  readonly open: (name: string, definition: ConnectionDefinition, connector: Connector) => ConnectionParts
  /** Only the site, for a check before there is more. */
  readonly openShop: (name: string, definition: ConnectionDefinition) => Shop
  /** Only the external system. `settings` are parsed. */
  readonly openClient: (definition: ConnectionDefinition, connector: Connector, settings: unknown) => unknown
}

/** A connection of the configuration file: shown, never changed. */
export interface FileConnection {
  readonly name: string
  /** With its secrets in place. */
  readonly definition: ConnectionDefinition
  readonly connector: Connector
}
