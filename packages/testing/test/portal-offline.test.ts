import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { PortalOptions, SimulatedPortal } from '../src/portal/index.ts'
import { appCall, at, call, fixture, openPortal, rows, shapeDifference, type Json } from './portal-caller.ts'

async function openQueue(t: TestContext, options: PortalOptions = {}): Promise<SimulatedPortal> {
  const portal = await openPortal(t, options)
  await appCall(portal, 'event.bind', { event: 'ONSALEORDERSAVED', event_type: 'offline' })
  return portal
}

async function get(portal: SimulatedPortal, params: Json = {}): Promise<Json> {
  return (await appCall(portal, 'event.offline.get', params)).body['result'] as Json
}

test('a row has the documented fields, the event data and a 32-character message id', async (t) => {
  const portal = await openQueue(t)
  const id = portal.placeOrder()
  const result = await get(portal, { clear: 0 })
  const row = at(result, 'events', 0)
  const documented = at(fixture('event.offline.get'), 'response', 'result', 'events', 0)
  // The documented example prints `false`; the code stores the same data as online.
  assert.deepEqual(shapeDifference(row, documented), [
    'EVENT_ADDITIONAL: object instead of boolean',
    'EVENT_DATA: object instead of boolean',
  ])
  assert.equal(at(row, 'EVENT_DATA', 'FIELDS', 'ID'), id)
  assert.match(String(at(row, 'MESSAGE_ID')), /^[0-9a-f]{32}$/)
})

test('by default rows are gone as they are returned', async (t) => {
  const portal = await openQueue(t)
  portal.placeOrder()
  const first = await get(portal)
  assert.deepEqual([rows(first, 'events').length, first['process_id']], [1, null])
  assert.equal(rows(await get(portal), 'events').length, 0)
  assert.equal(portal.stats.offline, 0)
})

test('a reservation hides rows until it is cleared, and can be fetched again', async (t) => {
  const portal = await openQueue(t)
  portal.placeOrder()
  portal.placeOrder()
  const mine = await get(portal, { clear: 0, limit: 1 })
  const other = await get(portal, { clear: 0 })
  const taken = [mine, other].map((result) => at(result, 'events', 0, 'ID'))
  assert.equal(new Set(taken).size, 2)
  assert.deepEqual((await get(portal, { clear: 0 }))['events'], [])
  const again = await get(portal, { clear: 0, process_id: mine['process_id'] })
  assert.deepEqual([again['process_id'], again['events']], [mine['process_id'], mine['events']])
  const listed = (
    await appCall(portal, 'event.offline.list', { filter: { '=PROCESS_ID': mine['process_id'] } })
  ).body
  assert.equal(listed['total'], 1)
  assert.deepEqual(
    shapeDifference(at(listed, 'result', 0), at(fixture('event.offline.list'), 'response', 'result', 0))
      .length,
    2,
  )
  await appCall(portal, 'event.offline.clear', { process_id: mine['process_id'] })
  assert.equal(portal.stats.offline, 1)
})

test('repeated saves of one order collapse, but a reserved row does not absorb later ones', async (t) => {
  const portal = await openQueue(t)
  const id = portal.placeOrder()
  portal.editOrder(id, { statusId: 'P' })
  assert.equal(portal.stats.offline, 1)
  await get(portal, { clear: 0 })
  portal.editOrder(id, { statusId: 'F' })
  assert.equal(portal.stats.offline, 2)
})

test("the application's own writes stay out of its queue, a webhook's and a person's get in", async (t) => {
  const portal = await openQueue(t)
  const id = portal.placeOrder()
  await get(portal)
  await appCall(portal, 'sale.order.update', { id, fields: { comments: 'own' } })
  assert.equal(portal.stats.offline, 0)
  await appCall(portal, 'sale.order.update', {
    id,
    fields: { comments: 'labelled' },
    auth_connector: 'other',
  })
  assert.equal(portal.stats.offline, 1)
  await get(portal)
  await call(portal, 'sale.order.update', { id, fields: { comments: 'webhook' } })
  assert.equal(portal.stats.offline, 1)
})

test('a connector is a queue of its own', async (t) => {
  const portal = await openPortal(t)
  await appCall(portal, 'event.bind', {
    event: 'ONSALEORDERSAVED',
    event_type: 'offline',
    auth_connector: 'mufta',
  })
  portal.placeOrder()
  assert.equal(rows(await get(portal), 'events').length, 0)
  assert.equal(rows(await get(portal, { auth_connector: 'mufta' }), 'events').length, 1)
})

test('a row marked as an error comes only to those who ask for errors', async (t) => {
  const portal = await openQueue(t)
  portal.placeOrder()
  const taken = await get(portal, { clear: 0 })
  const messageId = at(taken, 'events', 0, 'MESSAGE_ID')
  const { body } = await appCall(portal, 'event.offline.error', {
    process_id: taken['process_id'],
    message_id: [messageId],
  })
  assert.equal(body['result'], true)
  assert.equal(rows(await get(portal), 'events').length, 0)
  assert.equal(rows(await get(portal, { error: 1 }), 'events').length, 1)
})

test('part of a reservation can be cleared by id or by message id', async (t) => {
  const portal = await openQueue(t)
  for (let index = 0; index < 3; index++) portal.placeOrder()
  const taken = await get(portal, { clear: 0 })
  const process_id = taken['process_id']
  await appCall(portal, 'event.offline.clear', { process_id, id: [at(taken, 'events', 0, 'ID')] })
  await appCall(portal, 'event.offline.clear', {
    process_id,
    message_id: [at(taken, 'events', 1, 'MESSAGE_ID')],
  })
  assert.equal(portal.stats.offline, 1)
  const bad = await appCall(portal, 'event.offline.clear', { process_id, message_id: ['1'] })
  assert.equal(bad.body['error'], 'ERROR_ARGUMENT')
})

test('without the plan feature a reservation is refused and feature.get says so', async (t) => {
  const portal = await openQueue(t, { offlineExtended: false })
  const feature = await appCall(portal, 'feature.get', { CODE: 'rest_offline_extended' })
  assert.deepEqual(feature.body['result'], { value: 'N' })
  assert.equal((await appCall(portal, 'event.offline.get', { clear: 0 })).status, 403)
  assert.equal((await appCall(portal, 'event.offline.get')).status, 200)
})
