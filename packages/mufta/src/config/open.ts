import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createPortalClient, createRestShop, type RenameEvent } from '@mufta/bitrix'
import {
  ConfigError,
  createBudgetRegistry,
  createRedactor,
  parseSettings,
  secretsOf,
  type BudgetRegistry,
  type Connector,
  type ConnectorLog,
  type Shop,
} from '@mufta/kit'
import { createLog, openSqliteStore, type ConnectionParts, type Store } from '@mufta/runtime'
import { loadConnector } from './connectors.ts'
import type { LoadedConfig } from './load.ts'
import { openBridgeShop } from './open-bridge.ts'
import type { Config, ConnectionConfig } from './schema.ts'
import { storeTokens } from './tokens.ts'

/** Polls of a site that sends no events are its only news, so they are closer together. */
const POLL_SECONDS = { withEvents: 60, withoutEvents: 20 } as const

export interface Opened {
  readonly loaded: LoadedConfig
  readonly store: Store
  readonly log: ConnectorLog
}

/** Opens the store named in the configuration. `tool` = beside a running runtime. */
export function openStore({ config, folder }: LoadedConfig, role: 'runtime' | 'tool'): Promise<Store> {
  const match = /^sqlite:(.+)$/.exec(config.store)
  if (match === null) {
    throw new ConfigError(
      'CONFIG_STORE_UNKNOWN',
      `"store" must look like sqlite:./data/mufta.db; other engines are not part of this version`,
    )
  }
  const path = resolve(folder, match[1] as string)
  mkdirSync(dirname(path), { recursive: true })
  return openSqliteStore({ path, role })
}

/** Every secret of the configuration that is known before the connectors' schemas are. */
export function configSecrets(config: Config): string[] {
  return Object.values(config.connections).flatMap(({ site }) => {
    if (site.kind === 'bridge') return site.secret === undefined ? [] : [site.secret]
    return [
      site.webhook,
      webhookSecret(site.webhook),
      site.applicationToken,
      site.oauth?.clientSecret,
      site.oauth?.refreshToken,
    ].filter((value) => value !== undefined)
  })
}

/** Log for a command: redacted line by line. */
export function openLog(
  loaded: LoadedConfig,
  write: (line: string) => void,
  secrets: readonly string[],
): ConnectorLog {
  return createLog({ level: loaded.config.log.level, redact: createRedactor(secrets), write })
}

export interface Prepared {
  readonly name: string
  readonly config: ConnectionConfig
  readonly connector: Connector
  readonly settings: unknown
}

/** Loads connectors and validates settings, before anything is opened. @throws ConfigError naming each problem by path */
export async function prepareConnections(
  { config, folder }: LoadedConfig,
  only?: string,
): Promise<readonly Prepared[]> {
  const names = Object.keys(config.connections)
  if (only !== undefined && !names.includes(only)) {
    throw new ConfigError(
      'CONNECTION_UNKNOWN',
      `There is no connection "${only}" in the configuration; known: ${names.join(', ')}`,
    )
  }
  const prepared: Prepared[] = []
  for (const [name, connection] of Object.entries(config.connections)) {
    if (only !== undefined && name !== only) continue
    const connector = await loadConnector(connection.connector, folder)
    const settings = parseSettings(connector.settings, connection.settings, `connections.${name}.settings`)
    prepared.push({ name, config: connection, connector, settings })
  }
  return prepared
}

/** Opens both sides of every prepared connection. */
export function openConnections(opened: Opened, prepared: readonly Prepared[]): readonly ConnectionParts[] {
  const budgets = createBudgetRegistry()
  return prepared.map((each) => openConnection(opened, each, budgets))
}

export function settingsSecrets(prepared: readonly Prepared[]): string[] {
  return prepared.flatMap(({ settings }) => secretsOf(settings))
}

function openConnection(opened: Opened, prepared: Prepared, budgets: BudgetRegistry): ConnectionParts {
  const { name, config, connector, settings } = prepared
  const { allowHosts } = opened.loaded.config.security
  const client = connector.open({ settings, mode: config.mode, allowHosts, budgets, log: opened.log })
  const { site } = config
  return {
    name,
    mode: config.mode,
    shop: openShop(opened, name, config),
    connector,
    settings,
    client,
    fingerprint: fingerprint(config),
    pollSeconds: site.pollSeconds ?? defaultPollSeconds(site),
    ...(site.sweepSeconds === undefined ? {} : { sweepSeconds: site.sweepSeconds }),
  }
}

/** The outbox of a bridge is pulled at this pace too, so it is the closer one. */
function defaultPollSeconds(site: ConnectionConfig['site']): number {
  const hasEvents = site.kind === 'rest' && site.applicationToken !== undefined
  return hasEvents ? POLL_SECONDS.withEvents : POLL_SECONDS.withoutEvents
}

function openShop(opened: Opened, name: string, { site }: ConnectionConfig): Shop {
  return site.kind === 'bridge' ? openBridgeShop(opened, name, site) : openRestShop(opened, name, site)
}

function openRestShop({ loaded, store, log }: Opened, name: string, site: RestSite): Shop {
  const { allowHosts } = loaded.config.security
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
          oauth: { ...oauthOptions(site.oauth), tokenStore: storeTokens(store, name) },
        })
  return createRestShop({
    client,
    auth: site.oauth === undefined ? 'webhook' : 'oauth',
    log,
    ...(site.applicationToken === undefined ? {} : { applicationToken: site.applicationToken }),
  })
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

function webhookSecret(webhook: string | undefined): string | undefined {
  return webhook === undefined ? undefined : /\/rest\/\d+\/([^/]+)/.exec(webhook)?.[1]
}

// Hashed, so that neither the store nor a listing holds a key.
function fingerprint(config: ConnectionConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16)
}
