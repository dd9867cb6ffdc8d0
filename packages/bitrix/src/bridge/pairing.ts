import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { isSameDigest } from './signer.ts'

/** What the site tells of itself when it presents the one-time code. */
export interface PairFacts {
  readonly nonce: string
  readonly siteUrl: string
  readonly moduleId: string
}

export interface BridgeKey {
  readonly key: string
  /** 64 lower hex digits. */
  readonly secret: string
}

const CODE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const AAD = Buffer.from('mufta-pair-v1')

/** Sixteen base32 letters (80 bits) in groups of four, made of random bytes. */
export function pairingCode(connection: string, bytes: Uint8Array): string {
  const letters = [...bytes.subarray(0, 16)].map((byte) => CODE_LETTERS[byte & 31]).join('')
  return `${connection}.${letters.replace(/(.{4})(?=.)/g, '$1-')}`
}

/** The letters alone: they are the key of the proof and of the box. Case, spaces and dashes do not matter. */
export function codeLetters(code: string): string {
  return code
    .slice(code.lastIndexOf('.') + 1)
    .toUpperCase()
    .replace(/[^A-Z2-7]/g, '')
}

/** Lower hex proof that the sender knows the code. */
export function pairProof(letters: string, { nonce, siteUrl, moduleId }: PairFacts): string {
  return createHmac('sha256', letters).update(`pair\n${nonce}\n${siteUrl}\n${moduleId}`).digest('hex')
}

export function isPairProof(letters: string, facts: PairFacts, given: string): boolean {
  return isSameDigest(pairProof(letters, facts), given)
}

/** The new key, readable only by who knows the code: base64 of iv (12), tag (16), ciphertext. */
export function sealBox(letters: string, nonce: string, iv: Uint8Array, key: BridgeKey): string {
  const cipher = createCipheriv('aes-256-gcm', boxKey(letters, nonce), iv)
  cipher.setAAD(AAD)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(key), 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @throws Error when the box was altered or the code is another */
export function openBox(letters: string, nonce: string, box: string): BridgeKey {
  const raw = Buffer.from(box, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', boxKey(letters, nonce), raw.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAAD(AAD)
  decipher.setAuthTag(raw.subarray(12, 28))
  const text = Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
  return JSON.parse(text) as BridgeKey
}

function boxKey(letters: string, nonce: string): Buffer {
  return createHmac('sha256', letters).update(`box\n${nonce}`).digest()
}
