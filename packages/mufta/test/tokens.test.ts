import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  generateKey,
  openSqliteStore,
  openVault,
  rotateSecrets,
  type Store,
  type Vault,
} from '@mufta/runtime'
import { Secret } from '@mufta/kit'
import { storeTokens } from '../src/config/tokens.ts'

const K1 = generateKey('k1').reveal()
const K2 = generateKey('k2').reveal()

async function vaultOf(store: Store, ...keys: readonly string[]): Promise<Vault> {
  const vault = await openVault(store.admin, new Secret(keys.join(',')))
  assert.ok(vault)
  return vault
}

const pair = (number: number) => ({ accessToken: `access-${number}`, refreshToken: `refresh-${number}` })

describe('the tokens of a connection', () => {
  it('that a command with a newer key renews still open for a Mufta that has only the older one', async () => {
    await using store = await openSqliteStore({ path: ':memory:' })
    const running = storeTokens(store, await vaultOf(store, K1), 'shop-crm')
    assert.equal(await running.save(pair(1), null), true)

    const command = storeTokens(store, await vaultOf(store, K2, K1), 'shop-crm')
    assert.equal(await command.save(pair(2), pair(1)), true)
    assert.deepEqual(await running.load(), pair(2))

    await rotateSecrets(store.admin, await vaultOf(store, K2, K1))
    const later = storeTokens(store, await vaultOf(store, K2), 'shop-crm')
    assert.deepEqual(await later.load(), pair(2))
    assert.equal(await later.save(pair(3), pair(2)), true)
  })

  it('are set by one of two that renew the same pair', async () => {
    await using store = await openSqliteStore({ path: ':memory:' })
    const tokens = storeTokens(store, await vaultOf(store, K1), 'shop-crm')
    await tokens.save(pair(1), null)
    assert.deepEqual(
      [await tokens.save(pair(2), pair(1)), await tokens.save(pair(3), pair(1)), await tokens.load()],
      [true, false, pair(2)],
    )
  })
})
