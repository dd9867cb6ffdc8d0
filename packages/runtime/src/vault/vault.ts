import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Secret } from '@mufta/kit'
import { VaultError } from './errors.ts'
import type { KeyRing } from './key-ring.ts'

/** The row that a secret belongs to: sealed in, so that a sealed text opens in no other place. */
export interface SecretPlace {
  readonly connection: string
  readonly path: string
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals secrets for the store: AES-256-GCM, a random nonce each, the row's identity as additional data. */
export class Vault {
  readonly #keys: KeyRing

  constructor(keys: KeyRing) {
    this.#keys = keys
  }

  get keys(): KeyRing {
    return this.#keys
  }

  /** "v1:<key id>:<nonce, ciphertext and tag in base64url>". `id`: another of our keys. @default the key in use now */
  seal(place: SecretPlace, secret: Secret, id: string = this.#keys.currentId): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#keys.key(id), nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(identity(id, place))
    const body = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
    return `${VERSION}:${id}:${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`
  }

  /** @throws VaultError `VAULT_KEY_MISSING`, `VAULT_NOT_OPENED` */
  open(place: SecretPlace, sealed: string): Secret {
    const id = keyIdOf(sealed)
    const key = this.#keys.key(id)
    const bytes = Buffer.from(sealed.slice(VERSION.length + id.length + 2), 'base64url')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw notOpened(place)
    try {
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(identity(id, place))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES)
      return new Secret(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'))
    } catch {
      throw notOpened(place)
    }
  }

  /** Sealed with the key that is in use now. */
  isCurrent(sealed: string): boolean {
    return keyIdOf(sealed) === this.#keys.currentId
  }
}

/** @throws VaultError `VAULT_NOT_OPENED` for a text that no vault made */
export function keyIdOf(sealed: string): string {
  const id = /^v1:([A-Za-z0-9_-]{1,32}):/.exec(sealed)?.[1]
  if (id !== undefined) return id
  throw new VaultError('VAULT_NOT_OPENED', 'A stored secret has a form that this Mufta does not know')
}

function identity(keyId: string, { connection, path }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify(['mufta secret', VERSION, keyId, connection, path]))
}

function notOpened({ connection, path }: SecretPlace): VaultError {
  return new VaultError(
    'VAULT_NOT_OPENED',
    {
      en: `The secret ${path} of connection ${connection} does not open: MUFTA_KEYS holds another key under this id, or the store was damaged. Set the secret anew`,
      ru: `Секрет ${path} соединения ${connection} не открывается: под этим именем в MUFTA_KEYS другой ключ или хранилище повреждено. Задайте секрет заново или удалите его: «mufta secrets forget»`,
    },
    { facts: { connection, path } },
  )
}
