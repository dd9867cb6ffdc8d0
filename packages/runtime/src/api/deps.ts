import type { ConnectorLog } from '@mufta/kit'
import type { Access } from '../access/access.ts'
import type { LogRing } from '../insight/log-ring.ts'
import type { Runtime } from '../runtime.ts'
import type { ConnectionEditor } from '../settings-store/editor.ts'
import type { ConnectionRegistry } from '../settings-store/registry.ts'
import type { SitePairing } from '../settings-store/site-pairing.ts'
import type { AuditInput } from '../store/admin-store.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../vault/vault.ts'

/** What every route can reach. */
export interface ApiDeps {
  readonly runtime: Runtime
  readonly store: Store
  readonly registry: ConnectionRegistry
  readonly editor: ConnectionEditor
  readonly access: Access
  readonly vault: Vault | null
  /** null = sites that pair are not offered. */
  readonly pairing: SitePairing | null
  /** A line of who changed what; every route that changes something writes one. */
  readonly audit: (audit: AuditInput) => Promise<void>
  /** Secrets in use, which no answer may hold. */
  readonly secrets: () => Iterable<string>
  readonly log: ConnectorLog
  /** The last lines of the log; null = they are not kept. */
  readonly logs: LogRing | null
  readonly clock: () => number
  readonly version: string
  /** X-Forwarded-For and X-Forwarded-Proto are believed: a proxy of ours sets them. */
  readonly trustProxy: boolean
  /** Origins of the portals that may frame the page. */
  readonly portals: readonly string[]
}
