import type { Store } from '../store/store.ts'
import { VaultError } from './errors.ts'
import type { Vault } from './vault.ts'

/** Check values of the keys that the last started runtime holds, by id; they tell keys apart and nothing about them. */
const ROW = 'vault/keys'

/** Leaves word of the keys that this runtime opens secrets with, for tools that seal beside it. */
export async function announceKeys(store: Store, vault: Vault | null): Promise<void> {
  await store.setValue(ROW, JSON.stringify(vault === null ? {} : checkValues(vault)))
}

/**
 * For a tool beside a running runtime, before it seals: what that one cannot open stops a connection that works.
 * @throws VaultError `VAULT_KEY_NOT_LOADED`
 */
export function requireLoadedKey(store: Store, { keys }: Vault): void {
  const key = keys.currentId
  const loaded = JSON.parse(store.value(ROW) ?? '{}') as Readonly<Record<string, string>>
  if (loaded[key] === keys.checkValue(key)) return
  throw new VaultError(
    'VAULT_KEY_NOT_LOADED',
    {
      en: `Mufta runs without the key "${key}" and could not open what is sealed with it: start it again with the present MUFTA_KEYS, then repeat this command; nothing was changed`,
      ru: `Mufta запущена без ключа «${key}» и не открыла бы зашифрованное им: перезапустите её с нынешним MUFTA_KEYS и повторите команду; ничего не изменено`,
    },
    { facts: { key } },
  )
}

function checkValues({ keys }: Vault): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.ids.map((id) => [id, keys.checkValue(id)]))
}
