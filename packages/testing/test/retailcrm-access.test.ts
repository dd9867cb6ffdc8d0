import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RateLimit } from '../src/retailcrm/access.ts'
import { startRetailCrm } from '../src/retailcrm/index.ts'
import { TestClient } from './retailcrm-client.ts'

const TWO_SITES = { requestsPerSecond: 0, sites: ['ru', { code: 'kz', currency: 'KZT' }] }

describe('simulated RetailCRM: who may do what', () => {
  it('a call without a key, and one after the key was revoked, is refused 403', async () => {
    await using crm = await startRetailCrm()
    const nobody = await new TestClient(crm, '').get('orders')
    assert.deepEqual([nobody.status, nobody.body.errorMsg], [403, '"apiKey" is missing.'])
    const client = new TestClient(crm)
    assert.equal((await client.get('orders')).status, 200)
    crm.revokeKey()
    assert.equal((await client.get('orders')).body.errorMsg, 'Wrong "apiKey" value.')
  })

  it('the key is also taken from the apiKey parameter', async () => {
    await using crm = await startRetailCrm()
    assert.equal((await fetch(`${crm.url}/api/v5/orders?apiKey=${crm.apiKey}`)).status, 200)
  })

  it('credentials tell the scopes and shops of the key, without a version in the path', async () => {
    await using crm = await startRetailCrm({
      ...TWO_SITES,
      keys: [{ key: 'narrow', scopes: ['order_read'], sites: ['kz'] }],
    })
    const narrow = new TestClient(crm, 'narrow')
    assert.deepEqual((await narrow.get('/api/credentials')).body, {
      success: true,
      scopes: ['order_read'],
      siteAccess: 'access_selective',
      sitesAvailable: ['kz'],
    })
    assert.equal((await new TestClient(crm).get('/api/credentials')).body['siteAccess'], 'access_full')
    assert.deepEqual((await narrow.get('/api/api-versions')).body['versions'], ['3.0', '4.0', '5.0'])
  })

  it('a method outside the scopes of the key is denied', async () => {
    await using crm = await startRetailCrm({ keys: [{ key: 'reader', scopes: ['order_read'] }] })
    const denied = await new TestClient(crm, 'reader').post('orders/create', { order: {} })
    assert.deepEqual([denied.status, denied.body.errorMsg], [403, 'Access denied.'])
    assert.equal(crm.orders().length, 0)
  })

  it('a key of one shop neither sees nor writes the orders of another', async () => {
    await using crm = await startRetailCrm({ ...TWO_SITES, keys: [{ key: 'kz-only', sites: ['kz'] }] })
    const [full, narrow] = [new TestClient(crm), new TestClient(crm, 'kz-only')]
    const { body } = await full.post('orders/create', { site: 'ru', order: { externalId: '1' } })
    await narrow.post('orders/create', { order: { externalId: '1' } })
    assert.equal(crm.orders().length, 2, 'one externalId may live in each shop')
    assert.equal(crm.orders()[1]?.currency, 'KZT')
    assert.equal((await narrow.get(`orders/${body.id}`, { by: 'id' })).status, 404)
    assert.equal((await narrow.get('orders/1', { site: 'ru' })).status, 403)
    assert.deepEqual(((await narrow.get('orders')).body['orders'] as unknown[]).length, 1)
    assert.deepEqual(((await narrow.get('orders/history')).body['history'] as unknown[]).length, 1)
  })

  it('a key that sees several shops must name one, and a known one', async () => {
    await using crm = await startRetailCrm(TWO_SITES)
    const client = new TestClient(crm)
    assert.equal(
      (await client.post('orders/create', { order: {} })).body.errorMsg,
      "Parameter 'site' is missing",
    )
    const unknown = await client.post('orders/create', { order: {}, site: 'de' })
    assert.deepEqual(
      [unknown.status, unknown.body.errors],
      [400, { site: '"Site" with "code"="de" does not exist.' }],
    )
  })

  it('unknown paths, versions and methods are refused, a host without an account answers an HTML page', async () => {
    await using crm = await startRetailCrm({ requestsPerSecond: 0 })
    const client = new TestClient(crm)
    assert.equal((await client.get('nonsense')).status, 404)
    assert.equal((await client.get('/api/v9/orders')).status, 404)
    assert.equal((await client.post('orders')).status, 405)
    await using empty = await startRetailCrm({ hasAccount: false })
    const page = await fetch(`${empty.url}/api/v5/orders`)
    assert.deepEqual([page.status, page.headers.get('content-type')], [405, 'text/html'])
    assert.match(await page.text(), /^<html>/)
  })

  it('more than ten requests of one key in a second answer 503 and do nothing', async () => {
    await using crm = await startRetailCrm({ keys: [{ key: 'calm' }] })
    const client = new TestClient(crm)
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, at) => client.post('orders/create', { order: { externalId: `${at}` } })),
    )
    const limited = answers.filter((answer) => answer.status === 503)
    assert.equal(limited.length, 5)
    assert.equal(limited[0]?.body.success, false)
    assert.equal(crm.orders().length, 10)
    assert.equal(
      (await new TestClient(crm, 'calm').get('orders')).status,
      200,
      'another key has its own limit',
    )
  })

  it('the limit counts any window of one second, not calendar seconds', () => {
    let now = 900
    const limit = new RateLimit(2, () => now)
    assert.deepEqual([limit.take(), limit.take(), limit.take()], [true, true, false])
    now = 1100
    assert.equal(limit.take(), false)
    now = 1900
    assert.deepEqual([limit.take(), limit.take(), limit.take()], [true, true, false])
    assert.equal(limit.refused, 3)
  })
})
