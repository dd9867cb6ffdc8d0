import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { AuthError, RetryableError } from '@mufta/kit'
import { startPortal, type SimulatedPortal } from '@mufta/testing'
import {
  createPortalClient,
  MemoryTokenStore,
  type OAuthOptions,
  type PortalClient,
  type TokenPair,
  type TokenStore,
} from '../src/rest/client/index.ts'

function connect(portal: SimulatedPortal, more: Partial<OAuthOptions> = {}): PortalClient {
  const { app } = portal
  return createPortalClient({
    oauth: {
      portal: portal.url,
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      refreshToken: app.refreshToken,
      accessToken: app.accessToken,
      authServer: new URL(app.tokenUrl).origin,
      ...more,
    },
    allowHosts: ['127.0.0.1:*'],
    random: () => 0,
  })
}

const ROWS = { rows: { 'crm.deal.list': { count: 20 } } }

describe('portal client of an application', () => {
  it('works with the given access token and asks for no other', async () => {
    await using portal = await startPortal(ROWS)
    await using client = connect(portal)
    const { accessToken } = portal.app
    assert.equal(((await client.call('crm.deal.get', { id: 3 })) as { ID: string }).ID, '3')
    assert.equal(portal.app.accessToken, accessToken)
  })

  it('gets new tokens once for many calls that meet an expired one, and repeats each', async () => {
    await using portal = await startPortal(ROWS)
    const store = new CountingStore()
    await using client = connect(portal, { tokenStore: store })
    portal.expireAccessTokens()
    const calls = Array.from({ length: 12 }, (_, index) =>
      client.call('crm.deal.update', { id: index + 1, fields: {} }),
    )
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 12 }, () => true),
    )
    assert.equal(store.saves, 1)
    assert.equal((await store.load())?.refreshToken, portal.app.refreshToken)
  })

  it('starts without an access token', async () => {
    await using portal = await startPortal(ROWS)
    await using client = connect(portal, { accessToken: '' })
    assert.ok(await client.call('crm.deal.get', { id: 3 }))
  })

  it('stores the new pair before it is used', async () => {
    await using portal = await startPortal(ROWS)
    const store = new CountingStore()
    store.isBroken = true
    await using client = connect(portal, { tokenStore: store })
    portal.expireAccessTokens()
    await assert.rejects(client.call('crm.deal.update', { id: 1, fields: {} }), (error) => {
      return error instanceof RetryableError && error.code === 'PORTAL_TOKEN_STORE'
    })
    store.isBroken = false
    // The pair of the failed save was kept: the old refresh token is dead by now.
    assert.equal(await client.call('crm.deal.update', { id: 1, fields: {} }), true)
    assert.equal((await store.load())?.refreshToken, portal.app.refreshToken)
  })

  it("lets two processes share one pair: the loser of a race uses the winner's tokens", async () => {
    await using portal = await startPortal(ROWS)
    const store = new MemoryTokenStore()
    const clients = Array.from({ length: 4 }, () => connect(portal, { tokenStore: store }))
    for (let round = 0; round < 3; round++) {
      portal.expireAccessTokens()
      const calls = clients.map((client) => client.call('crm.deal.get', { id: 1 }))
      assert.equal((await Promise.all(calls)).length, 4)
    }
    await Promise.all(clients.map((client) => client.close()))
  })

  it('pauses the connection when the refresh token is dead', async () => {
    await using portal = await startPortal(ROWS)
    await using client = connect(portal)
    portal.expireAccessTokens()
    portal.revokeApp()
    await assert.rejects(client.call('crm.deal.get', { id: 1 }), (error) => {
      return error instanceof AuthError && error.disposition === 'pause'
    })
    assert.equal(client.facts().state, 'dead')
  })

  it('refuses the tokens of another portal', async () => {
    await using portal = await startPortal(ROWS)
    await using client = connect(portal, { accessToken: '', memberId: 'another' })
    await assert.rejects(client.call('crm.deal.get', { id: 1 }), (error) => {
      return error instanceof AuthError && error.code === 'PORTAL_WRONG_MEMBER'
    })
  })

  it('prints no token and no client secret', async () => {
    await using portal = await startPortal(ROWS)
    const { clientSecret, refreshToken, accessToken } = portal.app
    await using client = connect(portal, { refreshToken: 'wrong-refresh-sentinel' })
    portal.expireAccessTokens()
    const error: unknown = await client.call('crm.deal.get', { id: 1 }).catch((reason: unknown) => reason)
    assert.ok(error instanceof AuthError)
    const text =
      inspect(error, { depth: 9, showHidden: true }) + inspect(client, { depth: 9 }) + JSON.stringify(error)
    for (const secret of [clientSecret, refreshToken, accessToken, 'wrong-refresh-sentinel']) {
      assert.ok(!text.includes(secret))
    }
  })
})

class CountingStore implements TokenStore {
  saves = 0
  isBroken = false
  readonly #inner = new MemoryTokenStore()

  load(): Promise<TokenPair | null> {
    return this.#inner.load()
  }

  save(pair: TokenPair, expected: TokenPair | null): Promise<boolean> {
    if (this.isBroken) return Promise.reject(new Error('disk full'))
    this.saves++
    return this.#inner.save(pair, expected)
  }
}
