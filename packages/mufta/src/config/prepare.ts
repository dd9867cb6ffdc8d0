import { ConfigError, parseSettings, type Connector } from '@mufta/kit'
import { loadConnector } from './connectors.ts'
import type { LoadedConfig } from './load.ts'
import type { Config, ConnectionConfig } from './schema.ts'

export interface Prepared {
  readonly name: string
  readonly config: ConnectionConfig
  readonly connector: Connector
  readonly settings: unknown
}

/**
 * Loads connectors and validates settings, before anything is opened.
 * @throws ConfigError naming each problem by path
 */
export async function prepareConnections(loaded: LoadedConfig, only?: string): Promise<readonly Prepared[]> {
  return prepareNamed(loaded, connectionNames(loaded.config, only))
}

/** Those of the file among these names. */
export async function prepareNamed(
  { config, folder }: LoadedConfig,
  names: readonly string[],
): Promise<readonly Prepared[]> {
  const prepared: Prepared[] = []
  for (const name of names) {
    if (!Object.hasOwn(config.connections, name)) continue
    const connection = config.connections[name] as ConnectionConfig
    const connector = await loadConnector(connection.connector, folder)
    const settings = parseSettings(connector.settings, connection.settings, `connections.${name}.settings`)
    prepared.push({ name, config: connection, connector, settings })
  }
  return prepared
}

/** The connection that is meant, or all. @throws ConfigError `CONNECTION_UNKNOWN` */
export function connectionNames(config: Config, only: string | undefined): readonly string[] {
  const names = Object.keys(config.connections)
  if (only === undefined) return names
  if (names.includes(only)) return [only]
  const known = names.join(', ')
  throw new ConfigError(
    'CONNECTION_UNKNOWN',
    {
      en: `There is no connection "${only}" in the configuration; known: ${known}`,
      ru: `Соединения «${only}» в настройках нет; есть: ${known || 'ни одного'}`,
    },
    { facts: { name: only, known } },
  )
}
