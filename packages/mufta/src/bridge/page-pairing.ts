import { requireVault, type SitePairing, type Store, type Vault } from '@mufta/runtime'
import type { LoadedConfig } from '../config/load.ts'
import { requirePairable } from '../config/open-bridge.ts'
import { findPairedKey } from './paired-key.ts'
import { resealPairing, startPairing } from './pairing.ts'

/** Pairing as the admin page offers it. */
export function createSitePairing(loaded: LoadedConfig, store: Store, vault: Vault | null): SitePairing {
  return {
    find: async (connection) => {
      await requirePairable(loaded, store, connection)
      // Without a key nothing can be looked into; the page says so at its head.
      const key = vault === null ? null : findPairedKey(store, vault, connection)
      return key === null ? null : { site: key.siteUrl, module: key.moduleId, at: key.pairedAt }
    },
    start: async (connection, listensAt) => {
      await requirePairable(loaded, store, connection)
      const needs = { store, vault: requireVault(vault), clock: Date.now }
      const { host, port, publicUrl } = loaded.config.http
      const address = publicUrl ?? listensAt ?? `http://${host}:${port}`
      return { ...(await startPairing(needs, connection)), address, isPublic: publicUrl !== undefined }
    },
    reseal: (connection) => resealPairing({ store, vault: requireVault(vault), clock: Date.now }, connection),
  }
}
