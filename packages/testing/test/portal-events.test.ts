import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { parsePhpForm } from '@mufta/kit'
import { appCall, at, call, fixture, openPortal, post, shapeDifference, type Json } from './portal-caller.ts'

interface Handler {
  readonly url: string
  readonly received: Json[]
  /** Names, sorted: no order is promised. */
  events(): readonly string[]
}

async function openHandler(t: TestContext, status = 200): Promise<Handler> {
  const received: Json[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
      received.push(parsePhpForm(Buffer.concat(chunks).toString('utf8')))
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    events: () => received.map((body) => String(body['event'])).toSorted((a, b) => a.localeCompare(b, 'en')),
  }
}

test('a bound handler gets the documented form for a saved order', async (t) => {
  const portal = await openPortal(t)
  const handler = await openHandler(t)
  assert.equal(
    (await appCall(portal, 'event.bind', { event: 'OnSaleOrderSaved', handler: handler.url })).body['result'],
    true,
  )
  const id = portal.placeOrder()
  await portal.eventsDelivered()
  const [event] = handler.received
  const documented = at(fixture('ONSALEORDERSAVED'), 'request', 'decoded_form')
  assert.deepEqual(shapeDifference(event, documented), [])
  assert.deepEqual(shapeDifference(at(event, 'data', 'FIELDS'), at(documented, 'data', 'FIELDS')), [])
  // The overview page and the code: no refresh token in an ordinary event.
  assert.deepEqual(shapeDifference(at(event, 'auth'), at(documented, 'auth')), ['refresh_token: missing'])
  assert.deepEqual(at(event, 'data', 'FIELDS'), { ID: String(id), XML_ID: `bx_order_${id}`, ACTION: 'save' })
  assert.equal(at(event, 'auth', 'application_token'), portal.applicationToken)
  assert.equal((await appCall(portal, 'scope', { auth: at(event, 'auth', 'access_token') })).status, 200)
})

test('a change by an agent carries no tokens', async (t) => {
  const portal = await openPortal(t)
  const handler = await openHandler(t)
  await appCall(portal, 'event.bind', { event: 'ONSALEORDERSAVED', handler: handler.url })
  portal.placeOrder({ by: 'agent' })
  await portal.eventsDelivered()
  assert.equal(at(handler.received, 0, 'auth', 'access_token'), undefined)
  assert.equal(at(handler.received, 0, 'auth', 'application_token'), portal.applicationToken)
})

test('one order save gives a burst of part events with the ids of the parts', async (t) => {
  const portal = await openPortal(t)
  const handler = await openHandler(t)
  for (const event of ['ONPAYMENTENTITYSAVED', 'ONSHIPMENTENTITYSAVED', 'ONPROPERTYVALUEENTITYSAVED']) {
    await appCall(portal, 'event.bind', { event, handler: handler.url })
  }
  const id = portal.placeOrder()
  await portal.eventsDelivered()
  const payment = handler.received.find((body) => body['event'] === 'ONPAYMENTENTITYSAVED')
  assert.deepEqual(at(payment, 'data', 'FIELDS'), { ID: String(at(portal.order(id), 'payments', 0, 'id')) })
  assert.deepEqual(handler.events(), [
    'ONPAYMENTENTITYSAVED',
    'ONPROPERTYVALUEENTITYSAVED',
    'ONPROPERTYVALUEENTITYSAVED',
    'ONPROPERTYVALUEENTITYSAVED',
    'ONSHIPMENTENTITYSAVED',
  ])
})

test('an outgoing webhook gets orders saved and deleted, never tokens, and our own REST writes too', async (t) => {
  const handler = await openHandler(t)
  const portal = await openPortal(t)
  await post(`${portal.url}/_sim/outgoing`, { url: handler.url, applicationToken: 'shared' })
  const id = portal.placeOrder()
  await call(portal, 'sale.order.update', { id, fields: { comments: 'by rest' } })
  portal.deleteOrder(id)
  await portal.eventsDelivered()
  assert.deepEqual(handler.events(), ['ONSALEBEFOREORDERDELETE', 'ONSALEORDERSAVED', 'ONSALEORDERSAVED'])
  for (const body of handler.received) {
    assert.equal(at(body, 'auth', 'application_token'), 'shared')
    assert.equal(at(body, 'auth', 'access_token'), undefined)
  }
})

test('saves of one order within one batch collapse into one event of a handler', async (t) => {
  const handler = await openHandler(t)
  const portal = await openPortal(t, { outgoingWebhook: { url: handler.url } })
  const id = portal.placeOrder()
  await portal.eventsDelivered()
  handler.received.length = 0
  const command = `sale.order.update?id=${id}&fields[comments]=`
  await call(portal, 'batch', { cmd: { a: `${command}1`, b: `${command}2`, c: `${command}3` } })
  await portal.eventsDelivered()
  assert.equal(handler.received.length, 1)
})

test('nothing is repeated: a lost event or a dead handler is the end of it', async (t) => {
  const handler = await openHandler(t, 500)
  const portal = await openPortal(t, { outgoingWebhook: { url: handler.url }, eventLoss: 1 })
  portal.placeOrder()
  portal.setEventLoss(0)
  portal.placeOrder()
  await portal.eventsDelivered()
  assert.deepEqual(portal.stats.events, { sent: 1, lost: 1, failed: 0 })

  const dead = await openPortal(t, { outgoingWebhook: { url: 'http://127.0.0.1:9/' } })
  dead.placeOrder()
  await dead.eventsDelivered()
  assert.deepEqual(dead.stats.events, { sent: 0, lost: 0, failed: 1 })
})

test('binding twice is an error, unbinding counts, and bad handlers are refused', async (t) => {
  const portal = await openPortal(t)
  const bind = { event: 'ONSALEORDERSAVED', handler: 'https://hook.example/x' }
  await appCall(portal, 'event.bind', bind)
  const twice = await appCall(portal, 'event.bind', bind)
  assert.deepEqual([twice.status, twice.body['error']], [400, 'ERROR_CORE'])
  const list = (await appCall(portal, 'event.get')).body['result']
  assert.deepEqual(shapeDifference(at(list, 0), at(fixture('event.get'), 'response', 'result', 0)), [])
  const refused = async (change: Json): Promise<unknown> =>
    (await appCall(portal, 'event.bind', { ...bind, ...change })).body['error']
  assert.equal(await refused({ handler: 'http://localhost/x' }), 'ERROR_WRONG_HANDLER_URL')
  assert.equal(await refused({ handler: 'ftp://a.b/x' }), 'ERROR_UNSUPPORTED_PROTOCOL')
  assert.equal(await refused({ event: 'ONNOTHING' }), 'ERROR_EVENT_NOT_FOUND')
  assert.equal(await refused({ handler: '' }), 'ERROR_ARGUMENT')
  assert.deepEqual((await appCall(portal, 'event.unbind', bind)).body['result'], { count: 1 })
  assert.deepEqual((await appCall(portal, 'event.unbind', bind)).body['result'], { count: 0 })
})

test('an event outside the scopes of the application cannot be bound', async (t) => {
  const portal = await openPortal(t, { app: { scopes: ['crm'] } })
  const { body } = await appCall(portal, 'event.bind', {
    event: 'ONSALEORDERSAVED',
    handler: 'https://hook.example/x',
  })
  assert.equal(body['error'], 'ERROR_EVENT_NOT_FOUND')
})

test('event.test sends the parameters back under data.QUERY', async (t) => {
  const portal = await openPortal(t)
  const handler = await openHandler(t)
  await appCall(portal, 'event.bind', { event: 'ONAPPTEST', handler: handler.url })
  assert.equal((await appCall(portal, 'event.test', { any: 'thing' })).body['result'], 1)
  await portal.eventsDelivered()
  assert.deepEqual(at(handler.received, 0, 'data', 'QUERY'), { any: 'thing' })
  assert.equal(at(handler.received, 0, 'auth', 'refresh_token'), portal.app.refreshToken)
})
