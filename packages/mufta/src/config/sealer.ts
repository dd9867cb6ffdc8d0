import { isRuntimeOn, requireLoadedKey, requireVault, type Vault } from '@mufta/runtime'
import { storePath, type Opened } from './open.ts'

/**
 * The vault, when a Mufta that runs beside this command can open what it seals.
 * @throws VaultError `VAULT_NO_KEY`, `VAULT_KEY_NOT_LOADED`
 */
export function sealerOf({ loaded, store, vault }: Pick<Opened, 'loaded' | 'store' | 'vault'>): Vault {
  const sealer = requireVault(vault ?? null)
  if (isRuntimeOn(storePath(loaded))) requireLoadedKey(store, sealer)
  return sealer
}
