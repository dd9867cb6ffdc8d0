import type { Secret } from '@mufta/kit'
import type { AdminStore, SealedSecret } from '../store/admin-store.ts'
import { VaultError } from './errors.ts'
import { parseKeys } from './key-ring.ts'
import { keyIdOf, Vault } from './vault.ts'

/**
 * The vault of a store, or null when there is neither a key nor a secret.
 * @throws VaultError `VAULT_BAD_KEYS`; `VAULT_NO_KEY`, `VAULT_KEY_MISSING` when a stored secret could not be opened
 */
export async function openVault(store: AdminStore, keys: Secret | null): Promise<Vault | null> {
  const secrets = await store.secrets()
  if (keys === null) {
    if (secrets.length === 0) return null
    throw new VaultError(
      'VAULT_NO_KEY',
      {
        en: `The store holds ${secrets.length} secrets and MUFTA_KEYS is not set: set it to the key they were sealed with; if it is lost, "mufta secrets forget" takes them away`,
        ru: `В хранилище секретов: ${secrets.length}, а MUFTA_KEYS не задана: укажите ключ, которым они зашифрованы; если он утерян, их удалит «mufta secrets forget»`,
      },
      { facts: { secrets: secrets.length } },
    )
  }
  const vault = new Vault(parseKeys(keys))
  for (const { sealed } of secrets) vault.keys.key(keyIdOf(sealed))
  return vault
}

/** Secrets that these keys do not open: of a lost key, or damaged. */
export async function unreadableSecrets(
  store: AdminStore,
  vault: Vault | null,
): Promise<readonly SealedSecret[]> {
  return (await store.secrets()).filter((secret) => vault === null || !isReadable(vault, secret))
}

function isReadable(vault: Vault, secret: SealedSecret): boolean {
  try {
    vault.open(secret, secret.sealed)
    return true
  } catch {
    return false
  }
}

/** @throws VaultError `VAULT_NO_KEY` */
export function requireVault(vault: Vault | null): Vault {
  if (vault !== null) return vault
  throw new VaultError('VAULT_NO_KEY', {
    en: 'No secret can be stored without a key in MUFTA_KEYS: run "mufta secrets generate-key --save" and start Mufta again',
    ru: 'Без ключа секрет не сохранить: «mufta secrets generate-key --save», затем перезапустите Mufta',
  })
}
