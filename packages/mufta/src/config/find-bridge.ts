import { closeParts, ConnectionEditor, openVault, type ConnectionRegistry } from '@mufta/runtime'
import { openHouse } from './house.ts'
import type { LoadedConfig } from './load.ts'
import { notABridge, requireBridge, type BridgeSite } from './open-bridge.ts'
import { allowHosts, openLog, openOrMakeStore, type Opened } from './open.ts'
import { siteConfigSchema, siteSchema, type SiteConfig } from './schema.ts'

/** A connection over a site's module, and how its settings are changed. */
export interface FoundBridge {
  readonly opened: Opened
  readonly site: BridgeSite
  readonly allowHosts: readonly string[]
  /** null = it stands in the configuration file. */
  readonly editor: ConnectionEditor | null
}

/**
 * Finds a connection of the file or of the store, and closes everything after the work. Its settings need not be
 * whole: they may be what is to come from the site.
 * @throws ConfigError `CONNECTION_UNKNOWN`, `CONNECTION_NOT_A_BRIDGE`
 */
export async function withBridge<Result>(
  loaded: LoadedConfig,
  name: string,
  work: (found: FoundBridge) => Promise<Result>,
): Promise<Result> {
  return Object.hasOwn(loaded.config.connections, name)
    ? await ofFile(loaded, name, work)
    : await ofStore(loaded, name, work)
}

async function ofFile<Result>(
  loaded: LoadedConfig,
  name: string,
  work: (found: FoundBridge) => Promise<Result>,
): Promise<Result> {
  const site = requireBridge(loaded, name)
  const { security } = loaded.config.connections[name] as SiteConfig
  const store = await openOrMakeStore(loaded)
  try {
    const vault = await openVault(store.admin, loaded.keys)
    const opened = { loaded, store, log: openLog(loaded, []), vault }
    return await work({ opened, site, allowHosts: allowHosts(loaded, { security }), editor: null })
  } finally {
    await store.close()
  }
}

async function ofStore<Result>(
  loaded: LoadedConfig,
  name: string,
  work: (found: FoundBridge) => Promise<Result>,
): Promise<Result> {
  const house = await openHouse(loaded, { only: name, openStore: () => openOrMakeStore(loaded) })
  const { store, log, vault, admin } = house
  try {
    const { site, security } = await storedSite(admin.registry, name)
    if (site.kind !== 'bridge') throw notABridge(name, site.kind)
    const opened = { loaded, store, log, vault }
    const hosts = allowHosts(loaded, { security })
    return await work({ opened, site, allowHosts: hosts, editor: new ConnectionEditor(admin.registry) })
  } finally {
    for (const parts of house.parts) await closeParts(parts)
    await store.close()
  }
}

/** With its secret, where it has one of its own. */
async function storedSite(registry: ConnectionRegistry, name: string): Promise<SiteConfig> {
  const { site, security } = JSON.parse((await registry.stored(name)).body) as SiteConfig
  const secret = (await registry.secrets(name)).get('site.secret')
  const whole = secret === undefined ? site : { ...site, secret: secret.reveal() }
  // A site that is not whole could not be opened: that says what is missing.
  if (!siteSchema.safeParse(whole).success) registry.requireOpened(name)
  return siteConfigSchema.parse({ site: whole, security })
}
