import { createBridgeShop, type BridgeCredentials } from '@mufta/bitrix'
import { ConfigError, type Shop } from '@mufta/kit'
import type { Store } from '@mufta/runtime'
import { pairedCredentials } from '../bridge/paired-key.ts'
import { KEYS_VARIABLE, Vault } from '../bridge/vault.ts'
import type { LoadedConfig } from './load.ts'
import type { Opened } from './open.ts'
import type { ConnectionConfig } from './schema.ts'

export type BridgeSite = Extract<ConnectionConfig['site'], { kind: 'bridge' }>

/** The vault of this configuration's environment. @throws ConfigError `CONFIG_KEYS_MISSING`, `CONFIG_KEYS_INVALID` */
export function openVault({ env }: LoadedConfig): Vault {
  return new Vault(env[KEYS_VARIABLE])
}

/** The shop over the site's module: with the key of the configuration, else with the paired one. */
export function openBridgeShop({ loaded, store, log }: Opened, name: string, site: BridgeSite): Shop {
  const { security, http } = loaded.config
  const common = {
    allowHosts: security.allowHosts,
    log,
    publicPath: http.publicUrl === undefined ? '' : new URL(http.publicUrl).pathname.replace(/\/+$/, ''),
    ...(site.concurrency === undefined ? {} : { concurrency: site.concurrency }),
  }
  const configured = configuredKey(site)
  if (configured !== null) return createBridgeShop({ ...common, ...configured })
  return createBridgeShop({ ...common, credentials: paired(loaded, store, name, site.endpoint) })
}

/** The key of a connection at this moment: of the configuration, else the paired one; null = not paired yet. */
export function bridgeKey(
  loaded: LoadedConfig,
  store: Store,
  name: string,
  site: BridgeSite,
): BridgeCredentials | null {
  return configuredKey(site) ?? paired(loaded, store, name, site.endpoint)()
}

function configuredKey({ endpoint, keyId, secret }: BridgeSite): BridgeCredentials | null {
  if (endpoint === undefined || keyId === undefined || secret === undefined) return null
  return { endpoint, keyId, secret }
}

function paired(
  loaded: LoadedConfig,
  store: Store,
  name: string,
  endpoint: string | undefined,
): () => BridgeCredentials | null {
  // Without keys there is nothing that could be read; said now, not at the third job.
  const vault = openVault(loaded)
  const present = pairedCredentials(store, () => vault, name)
  return () => {
    const found = present()
    return found === null || endpoint === undefined ? found : { ...found, endpoint }
  }
}

/** @throws ConfigError `CONNECTION_UNKNOWN`, `CONNECTION_NOT_A_BRIDGE` */
export function requireBridge({ config }: LoadedConfig, name: string): BridgeSite {
  const site = config.connections[name]?.site
  if (site === undefined) {
    const known = Object.keys(config.connections).join(', ')
    throw new ConfigError('CONNECTION_UNKNOWN', `There is no connection "${name}"; known: ${known}`)
  }
  if (site.kind === 'bridge') return site
  throw new ConfigError(
    'CONNECTION_NOT_A_BRIDGE',
    `The site of "${name}" is reached by ${site.kind}: set "site": { "kind": "bridge" } first`,
  )
}

/** @throws ConfigError those of `requireBridge`, `CONNECTION_KEY_CONFIGURED` when there is nothing to pair */
export function requirePairable(loaded: LoadedConfig, name: string): BridgeSite {
  const site = requireBridge(loaded, name)
  if (site.secret === undefined) return site
  throw new ConfigError(
    'CONNECTION_KEY_CONFIGURED',
    `"${name}" has its key in the configuration: take keyId and secret out to pair by a code`,
  )
}
