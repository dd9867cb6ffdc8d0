import type { ConnectorLog } from '@mufta/kit'
import type { Hono } from 'hono'
import { Access, type PortalAccess } from '../access/access.ts'
import type { PasswordCost } from '../access/passwords.ts'
import type { ConnectionParts } from '../connection.ts'
import type { LogRing } from '../insight/log-ring.ts'
import type { Runtime } from '../runtime.ts'
import { ConnectionEditor } from '../settings-store/editor.ts'
import { ConnectionRegistry } from '../settings-store/registry.ts'
import { watchOutsideChanges } from '../settings-store/outside-changes.ts'
import type { SitePairing } from '../settings-store/site-pairing.ts'
import type { FileConnection, Workshop } from '../settings-store/workshop.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../vault/vault.ts'
import { mountApi } from './api.ts'

export interface AdminOptions {
  readonly store: Store
  readonly vault: Vault | null
  readonly workshop: Workshop
  /** @default sites that pair are not offered */
  readonly pairing?: SitePairing
  /** Connections of the configuration file. */
  readonly files: readonly FileConnection[]
  readonly log: ConnectorLog
  /** Where the lines of `log` are kept for the page. @default the page shows none */
  readonly logs?: LogRing
  /** Secrets in use: those of the file from the start, others as they come. No answer may hold one. */
  readonly secrets: Set<string>
  readonly version: string
  /** Folder of the built page, or null. */
  readonly pageFolder: string | null
  readonly trustProxy?: boolean
  /** Origins of the portals that may frame the page. @default none */
  readonly portals?: readonly string[]
  /** Lets people of those portals in. @default nobody */
  readonly portal?: PortalAccess
  readonly clock?: () => number
  /** How often to look for changes of the command line. @default 2_000 */
  readonly watchMs?: number
  /** Session times and password cost of a test. */
  readonly idleMs?: number
  readonly absoluteMs?: number
  readonly passwordCost?: PasswordCost
}

/** The admin page's backend: access, connections of the store, the API and the page. */
export class Admin {
  readonly access: Access
  readonly registry: ConnectionRegistry
  readonly #options: AdminOptions

  constructor(options: AdminOptions) {
    const { store, secrets, idleMs, absoluteMs, passwordCost, portal } = options
    this.#options = options
    this.access = new Access({
      store: store.admin,
      clock: options.clock ?? Date.now,
      ...(portal === undefined ? {} : { portal }),
      ...(idleMs === undefined ? {} : { idleMs }),
      ...(absoluteMs === undefined ? {} : { absoluteMs }),
      ...(passwordCost === undefined ? {} : { passwordCost }),
    })
    this.registry = new ConnectionRegistry({ ...options, onSecret: (value) => void secrets.add(value) })
  }

  /** Connections of the store that can be opened, for `startRuntime` beside those of the file. */
  openStored(only?: string): Promise<readonly ConnectionParts[]> {
    return this.registry.openStored(only)
  }

  /** For `RuntimeOptions.http.routes`. */
  readonly routes = (app: Hono, runtime: Runtime): void => {
    const { store, vault, log, secrets, version, pageFolder, watchMs, clock = Date.now } = this.#options
    this.registry.attach(runtime)
    const editor = new ConnectionEditor(this.registry)
    watchOutsideChanges({
      store,
      log,
      reopen: (name) => editor.reopen(name),
      signal: runtime.stopping,
      ...(watchMs === undefined ? {} : { everyMs: watchMs }),
    })
    mountApi(
      app,
      {
        runtime,
        store,
        vault,
        pairing: this.#options.pairing ?? null,
        log,
        logs: this.#options.logs ?? null,
        clock,
        version,
        registry: this.registry,
        editor,
        access: this.access,
        audit: (audit) => store.admin.writeAudit(audit),
        secrets: () => secrets,
        trustProxy: this.#options.trustProxy ?? false,
        portals: this.#options.portals ?? [],
      },
      pageFolder,
    )
  }
}
