import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimulatedPortal } from '../src/portal/index.ts'
import { appCall, fixture, openPortal, post, shapeDifference, type Answer } from './portal-caller.ts'

function refresh(portal: SimulatedPortal, change: Record<string, string> = {}): Promise<Answer> {
  const { clientId, clientSecret, refreshToken, tokenUrl } = portal.app
  return post(tokenUrl, {
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
    ...change,
  })
}

test('a refresh gives a new pair and kills the old refresh token', async (t) => {
  const portal = await openPortal(t)
  const before = portal.app.refreshToken
  const first = await refresh(portal)
  assert.equal(first.status, 200)
  assert.deepEqual(shapeDifference(first.body, fixture('oauth.token.refresh_token')['response']), [])
  assert.equal(first.body['refresh_token'], portal.app.refreshToken)
  const again = await refresh(portal, { refresh_token: before })
  assert.deepEqual([again.status, again.body['error']], [400, 'invalid_grant'])
  assert.equal(first.body['client_endpoint'], `${portal.url}/rest/`)
})

test('an access token that is over is 401 expired_token, an unknown one invalid_token', async (t) => {
  const portal = await openPortal(t)
  const old = portal.app.accessToken
  portal.expireAccessTokens()
  const expired = await appCall(portal, 'scope', { auth: old })
  assert.deepEqual([expired.status, expired.body], [401, fixture('error.expired_token')['response']])
  const unknown = await appCall(portal, 'scope', { auth: 'nobody' })
  assert.deepEqual([unknown.status, unknown.body['error']], [401, 'invalid_token'])
})

test('access tokens run out by the clock', async (t) => {
  let now = Date.UTC(2026, 0, 1)
  const portal = await openPortal(t, { now: () => now, app: { accessTokenSeconds: 60 } })
  const token = portal.app.accessToken
  now += 59_000
  assert.equal((await appCall(portal, 'scope', { auth: token })).status, 200)
  now += 1_000
  assert.equal((await appCall(portal, 'scope', { auth: token })).body['error'], 'expired_token')
})

test('a code works once and for 30 seconds', async (t) => {
  let now = Date.UTC(2026, 0, 1)
  const portal = await openPortal(t, { now: () => now })
  const code = portal.authorizationCode()
  const exchange = (value: string): Promise<Answer> =>
    refresh(portal, { grant_type: 'authorization_code', code: value })
  const first = await exchange(code)
  assert.deepEqual(shapeDifference(first.body, fixture('oauth.token.authorization_code')['response']), [])
  assert.equal((await exchange(code)).status, 400)
  const late = portal.authorizationCode()
  now += 30_000
  assert.equal((await exchange(late)).status, 400)
})

test('a wrong client is 401 invalid_client and a removed application invalid_grant', async (t) => {
  const portal = await openPortal(t)
  const wrong = await refresh(portal, { client_secret: 'guess' })
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client'])
  const { refreshToken } = portal.app
  portal.revokeApp()
  assert.equal((await refresh(portal, { refresh_token: refreshToken })).body['error'], 'invalid_grant')
})

test('the auth server keeps its address when the portal is renamed', async (t) => {
  const portal = await openPortal(t)
  const { tokenUrl } = portal.app
  await portal.rename()
  assert.equal(portal.app.tokenUrl, tokenUrl)
  assert.equal((await refresh(portal)).body['client_endpoint'], `${portal.url}/rest/`)
})
