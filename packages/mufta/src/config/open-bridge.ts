import { createBridgeShop, type BridgeCredentials } from '@mufta/bitrix'
import { ConfigError, type Shop } from '@mufta/kit'
import { requireVault, type Store } from '@mufta/runtime'
import { pairedCredentials } from '../bridge/paired-key.ts'
import type { LoadedConfig } from './load.ts'
import type { Opened } from './open.ts'
import type { ConnectionConfig } from './schema.ts'
import { unknownConnection } from './unknown-connection.ts'

export type BridgeSite = Extract<ConnectionConfig['site'], { kind: 'bridge' }>

/** The shop over the site's module: with the key of the configuration, else with the paired one. */
export function openBridgeShop(
  opened: Opened,
  name: string,
  site: BridgeSite,
  allowHosts: readonly string[],
): Shop {
  const { http } = opened.loaded.config
  const common = {
    allowHosts,
    log: opened.log,
    publicPath: http.publicUrl === undefined ? '' : new URL(http.publicUrl).pathname.replace(/\/+$/, ''),
    ...(site.concurrency === undefined ? {} : { concurrency: site.concurrency }),
  }
  const configured = configuredKey(site)
  if (configured !== null) return createBridgeShop({ ...common, ...configured })
  return createBridgeShop({ ...common, credentials: paired(opened, name, site.endpoint) })
}

/** The key of a connection at this moment: of the configuration, else the paired one; null = not paired yet. */
export function bridgeKey(
  opened: Pick<Opened, 'store' | 'vault'>,
  name: string,
  site: BridgeSite,
): BridgeCredentials | null {
  return configuredKey(site) ?? paired(opened, name, site.endpoint)()
}

function configuredKey({ endpoint, keyId, secret }: BridgeSite): BridgeCredentials | null {
  if (endpoint === undefined || keyId === undefined || secret === undefined) return null
  return { endpoint, keyId, secret }
}

function paired(
  { store, vault, onSecret }: Pick<Opened, 'store' | 'vault' | 'onSecret'>,
  name: string,
  endpoint: string | undefined,
): () => BridgeCredentials | null {
  // Without keys there is nothing that could be read; said now, not at the third job.
  const present = pairedCredentials(store, requireVault(vault ?? null), name)
  return () => {
    const found = present()
    if (found !== null) onSecret?.(found.secret)
    return found === null || endpoint === undefined ? found : { ...found, endpoint }
  }
}

/** @throws ConfigError `CONNECTION_UNKNOWN`, `CONNECTION_NOT_A_BRIDGE` */
export function requireBridge({ config }: LoadedConfig, name: string): BridgeSite {
  const site = config.connections[name]?.site
  if (site === undefined) throw unknownConnection(name, Object.keys(config.connections))
  if (site.kind === 'bridge') return site
  throw notABridge(name, site.kind)
}

/**
 * Of the file or of the store.
 * @throws ConfigError those of `requireBridge`, `CONNECTION_KEY_CONFIGURED` when there is nothing to pair
 */
export async function requirePairable(loaded: LoadedConfig, store: Store, name: string): Promise<void> {
  const inFile = loaded.config.connections[name]?.site
  const stored = inFile === undefined ? await store.admin.connection(name) : null
  const site = stored === null ? requireBridge(loaded, name) : siteOf(stored.body)
  if (site.kind !== 'bridge') throw notABridge(name, site.kind)
  // The store keeps the secret apart, so the id of the key tells.
  if (site.keyId === undefined) return
  throw new ConfigError(
    'CONNECTION_KEY_CONFIGURED',
    `"${name}" has its key in the configuration: take keyId and secret out to pair by a code`,
  )
}

function siteOf(body: string): { readonly kind: string; readonly keyId?: string } {
  return (JSON.parse(body) as { readonly site: { readonly kind: string; readonly keyId?: string } }).site
}

export function notABridge(name: string, kind: string): ConfigError {
  return new ConfigError(
    'CONNECTION_NOT_A_BRIDGE',
    `The site of "${name}" is reached by ${kind}: set "site": { "kind": "bridge" } first`,
  )
}
