import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createPortalClient, createRestShop, type RenameEvent } from '@mufta/bitrix'
import {
  ConfigError,
  createBudgetRegistry,
  createRedactor,
  type BudgetRegistry,
  type Connector,
  type ConnectorLog,
  type Shop,
} from '@mufta/kit'
import {
  createLog,
  openSqliteStore,
  requireVault,
  type Budget,
  type ConnectionParts,
  type Store,
  type Vault,
} from '@mufta/runtime'
import { portalBudget, watchBudgets } from './budgets.ts'
import type { LoadedConfig } from './load.ts'
import type { Prepared } from './prepare.ts'
import type { ConnectionConfig, ExternalConfig, SiteConfig } from './schema.ts'
import { allSecrets, siteSecrets } from './secrets.ts'
import { openBridgeShop } from './open-bridge.ts'
import { storeTokens } from './tokens.ts'

/** Polls of a site that sends no events are its only news, so they are closer together. */
const POLL_SECONDS = { withEvents: 60, withoutEvents: 20 } as const

export interface Opened {
  readonly loaded: LoadedConfig
  readonly store: Store
  readonly log: ConnectorLog
  /** Opens the keys of paired sites. @default none: there are no MUFTA_KEYS */
  readonly vault?: Vault | null
  /** Hears of the key of a paired site before it is used, for the redaction of logs and answers. */
  readonly onSecret?: (value: string) => void
  /** One for all connections that live together: accounts share their rate. @default a fresh one */
  readonly budgets?: BudgetRegistry
}

/** Opens the store named in the configuration. `tool` = beside a running runtime; it makes no file. */
export function openStore(loaded: LoadedConfig, role: 'runtime' | 'tool'): Promise<Store> {
  return openSqliteStore({ path: storePath(loaded), role, keepDays: loaded.config.journal.keepDays })
}

/**
 * The store for a command that only looks: none is made where there is none yet. Except for an application: its
 * tokens rotate with the first call, and a pair that is not kept is a dead connection.
 */
export function openStoreToLook(loaded: LoadedConfig, prepared: readonly Prepared[]): Promise<Store> {
  if (existsSync(storePath(loaded))) return openStore(loaded, 'tool')
  const rotates = prepared.some(
    ({ config }) => config.site.kind === 'rest' && config.site.oauth !== undefined,
  )
  return rotates ? openStore(loaded, 'runtime') : openSqliteStore({ path: ':memory:', role: 'runtime' })
}

/**
 * The store for a command that may come before the runtime has run for the first time. Making it takes the runtime's
 * lock; it is let go at once, or the command would take itself for a runtime and keep the first one from starting.
 */
export async function openOrMakeStore(loaded: LoadedConfig): Promise<Store> {
  if (!existsSync(storePath(loaded))) await (await openStore(loaded, 'runtime')).close()
  return await openStore(loaded, 'tool')
}

/** Log of a command, every line of it redacted. @default write nowhere */
export function openLog(
  { config }: LoadedConfig,
  prepared: readonly Prepared[],
  write: (line: string) => void = () => undefined,
): ConnectorLog {
  return createLog({ level: config.log.level, redact: createRedactor(allSecrets(config, prepared)), write })
}

/** Opens both sides of every prepared connection. */
export function openConnections(opened: Opened, prepared: readonly Prepared[]): readonly ConnectionParts[] {
  const budgets = opened.budgets ?? createBudgetRegistry()
  return prepared.map((each) => openConnection(opened, each, budgets))
}

export function storePath({ config, folder }: LoadedConfig): string {
  const path = /^sqlite:(.+)$/.exec(config.store)?.[1]
  if (path !== undefined) return resolve(folder, path)
  throw new ConfigError('CONFIG_STORE_UNKNOWN', {
    en: `"store" must look like sqlite:./data/mufta.db; other engines are not part of this version`,
    ru: '«store» должно выглядеть как sqlite:./data/mufta.db; других хранилищ в этой версии нет',
  })
}

export function openConnection(opened: Opened, prepared: Prepared, budgets: BudgetRegistry): ConnectionParts {
  const { name, config, connector, settings } = prepared
  const watched = watchBudgets(budgets)
  const client = openClient(opened, config, connector, settings, watched)
  const { shop, left } = openSite(opened, name, config)
  const { site } = config
  return {
    name,
    mode: config.mode,
    shop,
    connector,
    settings,
    client,
    budgets: () => ({ site: left(), external: watched.left() }),
    fingerprint: fingerprint(config),
    secrets: siteSecrets(site),
    pollSeconds: site.pollSeconds ?? defaultPollSeconds(site),
    ...(site.sweepSeconds === undefined ? {} : { sweepSeconds: site.sweepSeconds }),
  }
}

/** The outbox of a bridge is pulled at this pace too, so it is the closer one. */
function defaultPollSeconds(site: ConnectionConfig['site']): number {
  const hasEvents = site.kind === 'rest' && site.applicationToken !== undefined
  return hasEvents ? POLL_SECONDS.withEvents : POLL_SECONDS.withoutEvents
}

export function openClient(
  { loaded, log }: Opened,
  config: ExternalConfig,
  connector: Connector,
  settings: unknown,
  budgets: BudgetRegistry,
): unknown {
  return connector.open({ settings, mode: config.mode, allowHosts: allowHosts(loaded, config), budgets, log })
}

export function openShop(opened: Opened, name: string, config: SiteConfig): Shop {
  return openSite(opened, name, config).shop
}

interface OpenedSite {
  readonly shop: Shop
  /** What is left of its rate budget; null = it has none. */
  readonly left: () => Budget | null
}

function openSite(opened: Opened, name: string, config: SiteConfig): OpenedSite {
  const { site } = config
  const hosts = allowHosts(opened.loaded, config)
  if (site.kind === 'bridge') return { shop: openBridgeShop(opened, name, site, hosts), left: () => null }
  return openRestSite(opened, name, site, hosts)
}

/** Hosts that one connection may reach, whatever they are. */
export function allowHosts(
  { config }: LoadedConfig,
  { security }: Pick<ConnectionConfig, 'security'>,
): readonly string[] {
  return [...config.security.allowHosts, ...(security?.allowHosts ?? [])]
}

function openRestSite(
  { store, log, vault }: Opened,
  name: string,
  site: RestSite,
  allowHosts: readonly string[],
): OpenedSite {
  const limits = {
    log,
    store: {
      load: (key: string) => store.value(`limits/${key}`),
      save: (key: string, json: string) => store.setValueSoon(`limits/${key}`, json),
    },
    ...site.limits,
  }
  const common = { allowHosts, log, limits }
  const client =
    site.oauth === undefined
      ? createPortalClient({ ...common, ...renamed(store, name, site.webhook as string) })
      : createPortalClient({
          ...common,
          oauth: {
            ...oauthOptions(site.oauth),
            tokenStore: storeTokens(store, requireVault(vault ?? null), name),
          },
        })
  const shop = createRestShop({
    client,
    auth: site.oauth === undefined ? 'webhook' : 'oauth',
    log,
    ...(site.applicationToken === undefined ? {} : { applicationToken: site.applicationToken }),
  })
  return { shop, left: () => portalBudget(client.facts()) }
}

/** A renamed portal's new address is kept, so that a restart does not ask the old one. */
function renamed(store: Store, name: string, webhook: string) {
  const key = `origin/${name}`
  const url = new URL(webhook)
  const kept = JSON.parse(store.value(key) ?? 'null') as { readonly from: string; readonly to: string } | null
  const base = kept !== null && kept.from === url.origin ? new URL(url.pathname, kept.to).href : webhook
  return {
    webhook: base,
    onRename: ({ to }: RenameEvent) => store.setValueSoon(key, JSON.stringify({ from: url.origin, to })),
  }
}

type RestSite = Extract<ConnectionConfig['site'], { kind: 'rest' }>

function oauthOptions(oauth: NonNullable<RestSite['oauth']>) {
  const { authServer, ...rest } = oauth
  return authServer === undefined ? rest : { ...rest, authServer }
}

// Hashed, so that neither the store nor a listing holds a key.
function fingerprint(config: ConnectionConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16)
}
