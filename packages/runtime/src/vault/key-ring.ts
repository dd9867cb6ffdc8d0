import { createHmac, randomBytes } from 'node:crypto'
import { Secret, type Title } from '@mufta/kit'
import { VaultError } from './errors.ts'

export const KEY_BYTES = 32

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

/** The keys of a vault by id. The first one given seals; the others only open what they sealed earlier. */
export class KeyRing {
  readonly currentId: string
  readonly #keys: ReadonlyMap<string, Buffer>

  constructor(keys: ReadonlyMap<string, Buffer>) {
    const [first] = keys.keys()
    if (first === undefined) throw badKeys({ en: 'it is empty', ru: 'она пуста' })
    this.currentId = first
    this.#keys = keys
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()]
  }

  /** @throws VaultError `VAULT_KEY_MISSING` */
  key(id: string): Buffer {
    const key = this.#keys.get(id)
    if (key !== undefined) return key
    throw new VaultError(
      'VAULT_KEY_MISSING',
      {
        en: `A secret is sealed with the key "${id}", which is not in MUFTA_KEYS: add it behind the present one; if it is lost, "mufta secrets forget" takes its secrets away`,
        ru: `Секрет зашифрован ключом «${id}», которого нет в MUFTA_KEYS: добавьте его после текущего; если он утерян, такие секреты удалит «mufta secrets forget»`,
      },
      { facts: { key: id } },
    )
  }

  /** Eight characters that tell two keys apart and nothing about either: to compare a kept copy with the one in use. */
  checkValue(id: string): string {
    return createHmac('sha256', this.key(id)).update('mufta key check').digest('hex').slice(0, 8)
  }
}

/**
 * Keys from MUFTA_KEYS: "id:base64,id:base64", each 32 bytes, the first one in use.
 * @throws VaultError `VAULT_BAD_KEYS`; never quotes the text
 */
export function parseKeys(text: Secret): KeyRing {
  const keys = new Map<string, Buffer>()
  const parts = text.reveal().split(',')
  for (const [index, part] of parts.entries()) {
    const colon = part.indexOf(':')
    const id = part.slice(0, Math.max(0, colon)).trim()
    const encoded = part.slice(colon + 1).trim()
    if (colon < 1 || !KEY_ID.test(id))
      throw badKeys({
        en: `key ${index + 1} has no id of letters and digits`,
        ru: `у ключа ${index + 1} нет имени из букв и цифр`,
      })
    const key = Buffer.from(encoded, 'base64')
    // Buffer.from skips what is no base64: what comes back must be what was given.
    if (key.length !== KEY_BYTES || !sameBase64(key, encoded))
      throw badKeys({
        en: `key ${index + 1} is not ${KEY_BYTES} bytes in base64`,
        ru: `ключ ${index + 1} — не ${KEY_BYTES} байта в base64`,
      })
    if (keys.has(id))
      throw badKeys({
        en: `two keys have the id of key ${index + 1}`,
        ru: `имя ключа ${index + 1} носят два ключа`,
      })
    keys.set(id, key)
  }
  return new KeyRing(keys)
}

/** A fresh key as it stands in MUFTA_KEYS. */
export function generateKey(id: string): Secret {
  if (!KEY_ID.test(id))
    throw badKeys({
      en: 'the id of a key is of letters, digits, "-" and "_", at most 32',
      ru: 'имя ключа — латинские буквы, цифры, «-» и «_», не больше 32',
    })
  return new Secret(`${id}:${randomBytes(KEY_BYTES).toString('base64')}`)
}

function sameBase64(key: Buffer, encoded: string): boolean {
  const plain = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  return plain(key.toString('base64')) === plain(encoded)
}

function badKeys(why: Title): VaultError {
  return new VaultError('VAULT_BAD_KEYS', {
    en: `MUFTA_KEYS cannot be used: ${why.en}. It looks like "k1:base64,k0:base64"; "mufta secrets generate-key" makes a key`,
    ru: `MUFTA_KEYS не годится: ${why.ru}. Она выглядит как "k1:base64,k0:base64"; ключ создаст «mufta secrets generate-key»`,
  })
}
