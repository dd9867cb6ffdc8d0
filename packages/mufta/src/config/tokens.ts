import type { TokenPair, TokenStore } from '@mufta/bitrix'
import { Secret } from '@mufta/kit'
import { keyIdOf, type Store, type Vault } from '@mufta/runtime'

/** Where they lie among the secrets of the connection; no setting has a path like that. */
const PATH = 'oauth.tokens'

/**
 * OAuth tokens of a connection, sealed in the store: a compare-and-set, so that two processes never use one refresh
 * twice.
 */
export function storeTokens(store: Pick<Store, 'admin'>, vault: Vault, connection: string): TokenStore {
  const place = { connection, path: PATH }
  const opened = (sealed: string | null): TokenPair | null =>
    sealed === null ? null : (JSON.parse(vault.open(place, sealed).reveal()) as TokenPair)
  return {
    load: async () => opened(store.admin.sealedSecret(connection, PATH)),
    save: async (pair, expected) => {
      const present = store.admin.sealedSecret(connection, PATH)
      if (opened(present)?.refreshToken !== expected?.refreshToken) return false
      // With the key of the pair before: a Mufta beside us may not have the newest yet; a rotation goes over to it.
      const key = present === null ? vault.keys.currentId : keyIdOf(present)
      const sealed = vault.seal(place, new Secret(JSON.stringify(pair)), key)
      return store.admin.swapSecret({ ...place, sealed }, present, 'portal')
    },
  }
}
