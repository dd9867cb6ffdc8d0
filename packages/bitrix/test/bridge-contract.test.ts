import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { protocolSchema } from '../src/bridge/contract.ts'
import {
  codeLetters,
  isPairProof,
  openBox,
  pairingCode,
  pairProof,
  sealBox,
  type BridgeKey,
} from '../src/bridge/pairing.ts'
import { bridgeSignature, isSameDigest, textToSign, type SignedParts } from '../src/bridge/signer.ts'

interface RequestVector extends Omit<SignedParts, 'body'> {
  readonly name: string
  readonly secret: string
  readonly body?: string
  readonly bodyBase64?: string
  readonly bodyRepeat?: { readonly text: string; readonly bytes: number }
  readonly text: string
  readonly signature: string
}

interface PairVector {
  readonly connection: string
  readonly siteUrl: string
  readonly moduleId: string
  readonly code: string
  readonly typed: string
  readonly letters: string
  readonly nonce: string
  readonly proof: string
  readonly iv: string
  readonly opened: BridgeKey
  readonly box: string
}

interface Vectors {
  readonly requests: readonly RequestVector[]
  readonly refused: readonly {
    readonly name: string
    readonly of: string
    readonly change: Partial<RequestVector>
  }[]
  readonly pairing: readonly PairVector[]
}

const contract = new URL('../src/bridge/contract/', import.meta.url)
const vectors = JSON.parse(readFileSync(new URL('hmac-vectors.json', contract), 'utf8')) as Vectors

test('the schema file is what the declarations say', () => {
  const file: unknown = JSON.parse(readFileSync(new URL('protocol.schema.json', contract), 'utf8'))
  assert.deepEqual(file, protocolSchema())
})

describe('signature vectors', () => {
  for (const vector of vectors.requests) {
    test(vector.name, () => {
      const parts = { ...vector, body: bodyOf(vector) }
      assert.equal(textToSign(parts), vector.text)
      assert.equal(bridgeSignature(vector.secret, parts), vector.signature)
    })
  }

  for (const { name, of, change } of vectors.refused) {
    test(`${name} is told from the right one`, () => {
      const right = vectors.requests.find((vector) => vector.name === of)
      assert.ok(right)
      const { signature, secret, ...parts } = { ...right, ...change }
      assert.equal(isSameDigest(bridgeSignature(secret, { ...parts, body: bodyOf(parts) }), signature), false)
    })
  }
})

describe('pairing', () => {
  for (const vector of vectors.pairing) {
    test(`the vector of ${vector.connection}`, () => {
      assert.equal(codeLetters(vector.typed), vector.letters)
      assert.equal(pairProof(vector.letters, vector), vector.proof)
      const iv = Buffer.from(vector.iv, 'base64')
      assert.equal(sealBox(vector.letters, vector.nonce, iv, vector.opened), vector.box)
      assert.deepEqual(openBox(vector.letters, vector.nonce, vector.box), vector.opened)
    })
  }

  test('a proof holds for its own site, module and nonce only', () => {
    const [vector] = vectors.pairing
    assert.ok(vector)
    assert.equal(isPairProof(vector.letters, vector, vector.proof), true)
    for (const change of [
      { siteUrl: 'https://evil.example' },
      { moduleId: 'a.b' },
      { nonce: 'f'.repeat(32) },
    ]) {
      assert.equal(isPairProof(vector.letters, { ...vector, ...change }, vector.proof), false)
    }
    assert.equal(isPairProof('AAAABBBBCCCCDDDD', vector, vector.proof), false)
  })

  test('an altered box, a box of another code and a box of another nonce do not open', () => {
    const [vector] = vectors.pairing
    assert.ok(vector)
    const altered = Buffer.from(vector.box, 'base64')
    altered[30] = (altered[30] ?? 0) ^ 1
    assert.throws(() => openBox(vector.letters, vector.nonce, altered.toString('base64')))
    assert.throws(() => openBox('AAAABBBBCCCCDDDD', vector.nonce, vector.box))
    assert.throws(() => openBox(vector.letters, 'f'.repeat(32), vector.box))
  })

  test('a code has sixteen letters in groups of four behind the name of the connection', () => {
    assert.match(pairingCode('shop-crm', new Uint8Array(16).fill(255)), /^shop-crm\.7777-7777-7777-7777$/)
    assert.equal(codeLetters('Shop.x1.abcd-efgh-2345-ijkl'), 'ABCDEFGH2345IJKL')
  })
})

function bodyOf({ body, bodyBase64, bodyRepeat }: Partial<RequestVector>): Uint8Array {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64')
  if (bodyRepeat !== undefined) return Buffer.alloc(bodyRepeat.bytes, bodyRepeat.text)
  return Buffer.from(body ?? '')
}
