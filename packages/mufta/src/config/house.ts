import { ConfigError, createBudgetRegistry, type ConnectorLog } from '@mufta/kit'
import {
  Admin,
  createLog,
  LogRing,
  openVault,
  type ConnectionParts,
  type Store,
  type Vault,
} from '@mufta/runtime'
import { createSitePairing } from '../bridge/page-pairing.ts'
import { pageFolder, VERSION } from './page-folder.ts'
import type { LoadedConfig } from './load.ts'
import { openConnections } from './open.ts'
import { portalAccess, portalOrigins } from './portal-users.ts'
import { prepareNamed, type Prepared } from './prepare.ts'
import { allSecrets, growingRedactor } from './secrets.ts'
import { createWorkshop, fileConnections } from './workshop.ts'
import { unknownConnection } from './unknown-connection.ts'

/** Everything that the configuration and the store make together. */
export interface House {
  readonly loaded: LoadedConfig
  readonly store: Store
  readonly log: ConnectorLog
  readonly vault: Vault | null
  readonly admin: Admin
  /** Open connections of the file and of the store, those that were asked for. */
  readonly parts: readonly ConnectionParts[]
  readonly names: readonly string[]
  /** @throws SettingsError, naming what is in the way, when one of them could not be opened */
  readonly requireOpen: () => void
}

export interface HouseOptions {
  /** Opens the store, once it is known what the file holds. */
  readonly openStore: (prepared: readonly Prepared[]) => Promise<Store>
  /** Only this connection. */
  readonly only?: string | undefined
  /** Without any there is nothing to do. @default false */
  readonly needsConnection?: boolean
  /** Where log lines go. @default nowhere */
  readonly write?: (line: string) => void
}

/**
 * Opens the store and every connection of the file and of the store. Whoever calls it closes the store; nothing stays
 * open when it throws.
 * @throws ConfigError `CONNECTION_UNKNOWN`, `CONNECTION_NONE`, and naming each problem of the file by path; VaultError
 */
export async function openHouse(
  loaded: LoadedConfig,
  { openStore, only, needsConnection = false, write = () => undefined }: HouseOptions,
): Promise<House> {
  const names = Object.keys(loaded.config.connections)
  const prepared = await prepareNamed(
    loaded,
    only === undefined ? names : names.filter((name) => name === only),
  )
  const secrets = new Set(allSecrets(loaded.config, prepared))
  const logs = new LogRing()
  const log = createLog({
    level: loaded.config.log.level,
    redact: growingRedactor(secrets),
    write: (line) => {
      logs.write(line)
      write(line)
    },
  })
  const store = await openStore(prepared)
  try {
    const vault = await openVault(store.admin, loaded.keys)
    const budgets = createBudgetRegistry()
    const onSecret = (value: string): void => void secrets.add(value)
    const opened = { loaded, store, log, vault, budgets, onSecret }
    const portal = portalAccess(loaded)
    const admin = new Admin({
      store,
      vault,
      log,
      logs,
      secrets,
      workshop: createWorkshop(opened, prepared, secrets),
      files: fileConnections(prepared),
      pairing: createSitePairing(loaded, store, vault),
      version: VERSION,
      pageFolder: pageFolder(),
      trustProxy: loaded.config.http.trustProxy ?? false,
      portals: portalOrigins(loaded),
      ...(portal === undefined ? {} : { portal }),
    })
    const stored = (await store.admin.connections()).map(({ name }) => name)
    const known = [...new Set([...names, ...stored])]
    if (needsConnection && only === undefined && known.length === 0) throw noConnection(loaded.file)
    if (only !== undefined && !known.includes(only)) throw unknownConnection(only, known)
    const parts = [...openConnections(opened, prepared), ...(await admin.openStored(only))]
    const asked = only === undefined ? known : [only]
    const closed = asked.filter((name) => !parts.some((each) => each.name === name))
    const requireOpen = (): void => closed.forEach((name) => admin.registry.requireOpened(name))
    return { loaded, store, log, vault, admin, parts, names: asked, requireOpen }
  } catch (error) {
    await store.close()
    throw error
  }
}

function noConnection(file: string): ConfigError {
  return new ConfigError(
    'CONNECTION_NONE',
    {
      en: `There is no connection yet: describe one in ${file}, or make one on the admin page ("mufta run" prints the link)`,
      ru: `Соединений ещё нет: опишите его в ${file} или создайте на странице администратора («mufta run» напечатает ссылку)`,
    },
    { facts: { file } },
  )
}
