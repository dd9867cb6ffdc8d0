import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@mufta/kit'
import fc from 'fast-check'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Store } from '../src/store/store.ts'
import { generateKey, parseKeys } from '../src/vault/key-ring.ts'
import { openVault } from '../src/vault/open-vault.ts'
import { rotateSecrets } from '../src/vault/rotate.ts'
import { keyIdOf, Vault } from '../src/vault/vault.ts'

const K1 = generateKey('k1').reveal()
const K2 = generateKey('k2').reveal()
const place = { connection: 'shop-crm', path: 'settings.apiKey' }
const audit = { who: 'test', action: 'secret.set', target: 'shop-crm' }

function vaultOf(...keys: readonly string[]): Vault {
  return new Vault(parseKeys(new Secret(keys.join(','))))
}

async function storeWith(vault: Vault, secrets: Readonly<Record<string, string>>): Promise<Store> {
  const store = await openSqliteStore({ path: ':memory:' })
  for (const [path, value] of Object.entries(secrets)) {
    const at = { connection: 'shop-crm', path }
    await store.admin.putSecret({ ...at, sealed: vault.seal(at, new Secret(value)) }, audit)
  }
  return store
}

const code = (expected: string) => (error: Error & { code?: string }) => {
  assert.equal(error.code, expected)
  return true
}

describe('the vault', () => {
  it('opens what it sealed, whatever the text', () => {
    const vault = vaultOf(K1)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, connection, path) => {
        const at = { connection, path }
        assert.equal(vault.open(at, vault.seal(at, new Secret(text))).reveal(), text)
      }),
      { numRuns: 200 },
    )
  })

  it('never seals the same text twice alike', () => {
    const vault = vaultOf(K1)
    const sealed = Array.from({ length: 100 }, () => vault.seal(place, new Secret('same')))
    assert.equal(new Set(sealed).size, 100)
  })

  it('opens a sealed text in no other row', () => {
    const vault = vaultOf(K1)
    const sealed = vault.seal(place, new Secret('key'))
    for (const other of [
      { connection: 'other', path: place.path },
      { connection: place.connection, path: 'settings.other' },
      { connection: 'shop-crm","settings.apiKey', path: '' },
    ]) {
      assert.throws(() => vault.open(other, sealed), code('VAULT_NOT_OPENED'))
    }
  })

  it('refuses a sealed text with any one bit changed', () => {
    const vault = vaultOf(K1)
    const sealed = vault.seal(place, new Secret('a key of some length'))
    const prefix = 'v1:k1:'
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] as number) ^ (1 << bit)
        assert.throws(
          () => vault.open(place, prefix + changed.toString('base64url')),
          code('VAULT_NOT_OPENED'),
        )
      }),
    )
    assert.throws(() => vault.open(place, `${prefix}AAAA`), code('VAULT_NOT_OPENED'))
    assert.throws(() => vault.open(place, 'v9:k1:AAAA'), code('VAULT_NOT_OPENED'))
  })

  it('seals with the first key and opens with any; a key under a false name opens nothing', () => {
    const old = vaultOf(K1).seal(place, new Secret('old'))
    const both = vaultOf(K2, K1)
    assert.equal(both.open(place, old).reveal(), 'old')
    assert.equal(keyIdOf(both.seal(place, new Secret('new'))), 'k2')
    assert.throws(() => vaultOf(K2).open(place, old), code('VAULT_KEY_MISSING'))
    const falseName = generateKey('k1').reveal()
    assert.throws(() => vaultOf(falseName).open(place, old), code('VAULT_NOT_OPENED'))
  })
})

describe('MUFTA_KEYS', () => {
  it('is refused when it is not right, without a word of its content', () => {
    const key = K1.slice(3)
    for (const text of [
      '',
      key,
      `k1:${key.slice(4)}`,
      `k1:${key}x`,
      `k1:${key},k1:${key}`,
      `k 1:${key}`,
      `k1:${key},`,
    ]) {
      assert.throws(
        () => parseKeys(new Secret(text)),
        (error: Error) => {
          code('VAULT_BAD_KEYS')(error)
          assert.ok(!inspect(error).includes(key.slice(4, 20)))
          return true
        },
      )
    }
  })

  it('takes spaces and base64url, and tells two keys apart by a check value', () => {
    const url = K1.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
    const ring = parseKeys(new Secret(` ${url} , ${K2} `))
    assert.deepEqual(ring.ids, ['k1', 'k2'])
    assert.equal(ring.checkValue('k1'), parseKeys(new Secret(K1)).checkValue('k1'))
    assert.notEqual(ring.checkValue('k1'), ring.checkValue('k2'))
    assert.ok(!inspect(ring, { depth: 9, showHidden: true }).includes(K1.slice(3, 12)))
  })
})

describe('opening the vault of a store', () => {
  it('needs no key where there is no secret', async () => {
    await using store = await openSqliteStore({ path: ':memory:' })
    assert.equal(await openVault(store.admin, null), null)
  })

  it('refuses to start with secrets and no key, or without the key that sealed them', async () => {
    await using store = await storeWith(vaultOf(K1), { 'settings.apiKey': 'key' })
    await assert.rejects(openVault(store.admin, null), code('VAULT_NO_KEY'))
    await assert.rejects(openVault(store.admin, new Secret(K2)), code('VAULT_KEY_MISSING'))
    assert.ok(await openVault(store.admin, new Secret(`${K2},${K1}`)))
  })
})

describe('rotation', () => {
  const secrets = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`settings.k${index}`, `value ${index}`]),
  )

  async function values(store: Store, vault: Vault): Promise<Record<string, string>> {
    const rows = await store.admin.secrets()
    return Object.fromEntries(rows.map((row) => [row.path, vault.open(row, row.sealed).reveal()]))
  }

  it('seals all anew with the first key; the old key is then needed no more', async () => {
    await using store = await storeWith(vaultOf(K1), secrets)
    assert.deepEqual(await rotateSecrets(store.admin, vaultOf(K2, K1)), { rotated: 10, left: 0 })
    assert.deepEqual(await values(store, vaultOf(K2)), secrets)
    assert.deepEqual(await rotateSecrets(store.admin, vaultOf(K2, K1)), { rotated: 0, left: 0 })
  })

  it('stopped in between it goes on where it was, and all stays readable meanwhile', async () => {
    await using store = await storeWith(vaultOf(K1), secrets)
    const both = vaultOf(K2, K1)
    const abort = new AbortController()
    const first = await rotateSecrets(store.admin, both, {
      signal: abort.signal,
      onStep: (done) => {
        if (done === 4) abort.abort()
      },
    })
    assert.deepEqual(first, { rotated: 4, left: 6 })
    assert.deepEqual(await values(store, both), secrets)
    assert.deepEqual(await rotateSecrets(store.admin, both), { rotated: 6, left: 0 })
    assert.deepEqual(await values(store, vaultOf(K2)), secrets)
  })

  it('a secret set meanwhile keeps its new value', async () => {
    await using store = await storeWith(vaultOf(K1), { a: 'old a', b: 'old b' })
    const both = vaultOf(K2, K1)
    const at = { connection: 'shop-crm', path: 'b' }
    const setB = { ...at, sealed: both.seal(at, new Secret('new b')) }
    let change: Promise<void> | undefined
    await rotateSecrets(store.admin, both, {
      onStep: () => {
        change ??= store.admin.putSecret(setB, audit)
      },
    })
    await change
    assert.deepEqual(await values(store, vaultOf(K2)), { a: 'old a', b: 'new b' })
  })
})
