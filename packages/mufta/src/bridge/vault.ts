import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { ConfigError } from '@mufta/kit'

/** Environment variable with the keys: "id:base64 of 32 bytes", separated by commas; the first one seals. */
export const KEYS_VARIABLE = 'MUFTA_KEYS'

/**
 * Encrypts what the store keeps: AES-256-GCM, a random nonce each, the row's name as additional data, so that a value
 * copied into another row does not open. Old keys stay behind the first one as long as rows need them.
 */
export class Vault {
  readonly #keys: ReadonlyMap<string, Buffer>

  /** @throws ConfigError `CONFIG_KEYS_MISSING`, `CONFIG_KEYS_INVALID`; no key ever in the message */
  constructor(text: string | undefined) {
    this.#keys = parseKeys(text)
  }

  /** "v1:<key id>:<base64 of nonce 12, tag 16, ciphertext>". */
  seal(row: string, secret: string): string {
    const [id, key] = [...this.#keys][0] as [string, Buffer]
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(Buffer.from(`${row}\n${id}`))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return `v1:${id}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`
  }

  /** @throws ConfigError `CONFIG_KEYS_UNKNOWN` when no key of ours opens it */
  open(row: string, sealed: string): string {
    const [version, id = '', text = ''] = sealed.split(':')
    const key = this.#keys.get(id)
    if (version !== 'v1' || key === undefined) throw unknownKey(row)
    const raw = Buffer.from(text, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, raw.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(`${row}\n${id}`))
      decipher.setAuthTag(raw.subarray(12, 28))
      return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
    } catch {
      throw unknownKey(row)
    }
  }
}

function parseKeys(text: string | undefined): ReadonlyMap<string, Buffer> {
  if (text === undefined || text.trim() === '') {
    throw new ConfigError(
      'CONFIG_KEYS_MISSING',
      `Secrets are kept encrypted: set ${KEYS_VARIABLE}=k1:KEY in the environment or in .env beside the configuration, where KEY is made by: openssl rand -base64 32`,
    )
  }
  const keys = new Map<string, Buffer>()
  for (const entry of text.split(',')) {
    const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=?)$/.exec(entry.trim()) ?? []
    const key = Buffer.from(encoded ?? '', 'base64')
    if (id === undefined || key.length !== 32 || keys.has(id)) {
      throw new ConfigError(
        'CONFIG_KEYS_INVALID',
        `${KEYS_VARIABLE} must look like k1:KEY,k0:OLDKEY, each KEY 32 bytes in base64 and each name once`,
      )
    }
    keys.set(id, key)
  }
  return keys
}

function unknownKey(row: string): ConfigError {
  return new ConfigError(
    'CONFIG_KEYS_UNKNOWN',
    `The secret "${row}" in the store was sealed with another key: put that key behind the first one in ${KEYS_VARIABLE}, or pair again`,
  )
}
