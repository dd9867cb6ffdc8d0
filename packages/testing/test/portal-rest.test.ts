import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appCall, at, call, fixture, openPortal, post } from './portal-caller.ts'

test('a call by webhook is answered with result and time', async (t) => {
  const portal = await openPortal(t)
  const { status, body } = await call(portal, 'scope')
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['result', 'time'])
  assert.match(String(at(body, 'time', 'date_start')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/)
})

test('the method name may have any case, a .json ending and a slash at the end', async (t) => {
  const portal = await openPortal(t)
  portal.placeOrder()
  for (const name of [
    'SALE.ORDER.LIST',
    'sale.order.list.json',
    'sale.order.list/',
    'Sale.statusLang.List',
  ]) {
    assert.equal((await call(portal, name)).status, 200, name)
  }
})

test('an unknown method is 404 ERROR_METHOD_NOT_FOUND', async (t) => {
  const portal = await openPortal(t)
  const { status, body } = await call(portal, 'sale.order.paint')
  assert.equal(status, 404)
  assert.deepEqual(body, fixture('error.ERROR_METHOD_NOT_FOUND')['response'])
})

test('query and body are merged and the body wins', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const { body } = await post(`${portal.webhook}sale.order.get?id=${id + 5}`, { id })
  assert.equal(at(body, 'result', 'order', 'id'), id)
  const byQuery = await fetch(`${portal.webhook}sale.order.get?id=${id}`)
  assert.equal(at(await byQuery.json(), 'result', 'order', 'id'), id)
})

test('a form body with nested names filters like a JSON body', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  portal.placeOrder()
  const response = await fetch(`${portal.webhook}sale.order.list`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `filter%5B%40id%5D%5B0%5D=${id}&select%5B0%5D=id`,
  })
  assert.deepEqual(at(await response.json(), 'result', 'orders'), [{ id }])
})

test('malformed JSON counts as no parameters: the first page comes unfiltered', async (t) => {
  const portal = await openPortal(t)
  portal.placeOrder()
  portal.placeOrder()
  const { status, body } = await post(`${portal.webhook}sale.order.list`, '{"filter":{"id":1}')
  assert.equal(status, 200)
  assert.equal(at(body, 'total'), 2)
})

test('a revoked or mistyped webhook is INVALID_CREDENTIALS, by the older code with 401', async (t) => {
  const portal = await openPortal(t)
  const mistyped = await post(`${portal.url}/rest/1/wrong/scope`, {})
  assert.deepEqual([mistyped.status, mistyped.body['error']], [403, 'INVALID_CREDENTIALS'])
  portal.revokeWebhook()
  assert.equal((await call(portal, 'scope')).body['error'], 'INVALID_CREDENTIALS')

  const older = await openPortal(t, { authStatus: 401 })
  older.revokeWebhook()
  assert.equal((await call(older, 'scope')).status, 401)
})

test('no refusal repeats the secret of the webhook', async (t) => {
  const portal = await openPortal(t, { webhook: { secret: 'sentinel0secret0' } })
  portal.revokeWebhook()
  for (const method of ['scope', 'nope', 'event.get', 'batch']) {
    assert.doesNotMatch(JSON.stringify((await call(portal, method)).body), /sentinel/)
  }
})

test('a licence block answers every call with ACCESS_DENIED until it is lifted', async (t) => {
  const portal = await openPortal(t)
  portal.blockLicence()
  const { status, body } = await call(portal, 'scope')
  assert.deepEqual([status, body], [403, fixture('error.ACCESS_DENIED')['response']])
  portal.blockLicence(false)
  assert.equal((await call(portal, 'scope')).status, 200)
})

test('a scope that was not granted is insufficient_scope; pay systems have a scope of their own', async (t) => {
  const portal = await openPortal(t, { webhook: { scopes: ['sale'] } })
  assert.equal((await call(portal, 'sale.order.list')).status, 200)
  for (const method of ['crm.deal.list', 'sale.paysystem.list']) {
    const { status, body } = await call(portal, method)
    assert.deepEqual([status, body['error']], [403, 'insufficient_scope'], method)
  }
})

test('event methods demand an application', async (t) => {
  const portal = await openPortal(t)
  for (const method of [
    'event.bind',
    'event.get',
    'event.unbind',
    'event.test',
    'events',
    'event.offline.get',
  ]) {
    const { status, body } = await call(portal, method)
    assert.deepEqual([status, body['error']], [403, 'WRONG_AUTH_TYPE'], method)
  }
  assert.equal((await appCall(portal, 'event.get')).status, 200)
})

test('an application calls by auth parameter or Bearer header, and not without a token', async (t) => {
  const portal = await openPortal(t)
  assert.equal((await appCall(portal, 'scope')).status, 200)
  const bearer = await fetch(`${portal.url}/rest/scope`, {
    headers: { authorization: `Bearer ${portal.app.accessToken}` },
  })
  assert.equal(bearer.status, 200)
  await bearer.arrayBuffer()
  const none = await post(`${portal.url}/rest/scope`, {})
  assert.deepEqual([none.status, none.body['error']], [401, 'NO_AUTH_FOUND'])
})

test('a renamed portal answers 302 to its new address, query included', async (t) => {
  const portal = await openPortal(t)
  const old = portal.webhook
  const url = await portal.rename()
  const response = await fetch(`${old}scope?a=b`, { redirect: 'manual' })
  assert.equal(response.status, 302)
  assert.equal(response.headers.get('location'), `${portal.webhook}scope?a=b`)
  assert.ok(portal.webhook.startsWith(url))
  assert.equal((await call(portal, 'scope')).status, 200)
})

test('the fault dial loses answers of what was done', async (t) => {
  const portal = await openPortal(t, { faults: { rate: 1, kinds: ['reset-after'] } })
  const id = portal.placeOrder()
  await assert.rejects(call(portal, 'sale.order.update', { id, fields: { statusId: 'P' } }))
  assert.equal(portal.order(id)?.['statusId'], 'P')
  portal.faults.kinds = ['rate-limit']
  const { status, body } = await call(portal, 'scope')
  assert.deepEqual([status, body], [503, fixture('error.QUERY_LIMIT_EXCEEDED')['response']])
})
