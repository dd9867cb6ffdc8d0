import { createBridgeShop, type BridgeCredentials } from '@mufta/bitrix'
import { ConfigError, type Shop } from '@mufta/kit'
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
  const { endpoint, keyId, secret } = site
  if (endpoint !== undefined && keyId !== undefined && secret !== undefined)
    return createBridgeShop({ ...common, endpoint, keyId, secret })
  return createBridgeShop({ ...common, credentials: paired(loaded, store, name, endpoint) })
}

function paired(
  loaded: LoadedConfig,
  store: Opened['store'],
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

/** @throws ConfigError `CONNECTION_NOT_A_BRIDGE`, `CONNECTION_KEY_CONFIGURED` when there is nothing to pair */
export function requirePairable(name: string, { site }: ConnectionConfig): BridgeSite {
  if (site.kind !== 'bridge') {
    throw new ConfigError(
      'CONNECTION_NOT_A_BRIDGE',
      `The site of "${name}" is reached by ${site.kind}: set "site": { "kind": "bridge" } first`,
    )
  }
  if (site.secret === undefined) return site
  throw new ConfigError(
    'CONNECTION_KEY_CONFIGURED',
    `"${name}" has its key in the configuration: take keyId and secret out to pair by a code`,
  )
}
