import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, call, fixture, numberAt, openPortal } from './portal-caller.ts'

test('a batch answers by key, and its empty maps are []', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const { status, body } = await call(portal, 'batch', {
    cmd: { o: `sale.order.get?id=${id}`, l: 'sale.order.list' },
  })
  assert.equal(status, 200)
  assert.equal(at(body, 'result', 'result', 'o', 'order', 'id'), id)
  assert.deepEqual(at(body, 'result', 'result_error'), [])
  assert.deepEqual(at(body, 'result', 'result_next'), [])
  assert.deepEqual(at(body, 'result', 'result_total'), { l: 1 })
  assert.deepEqual(Object.keys(at(body, 'result', 'result_time') as object), ['o', 'l'])
})

test('keys 0..n turn the maps into arrays; a failure in between makes them objects again', async (t) => {
  const portal = await openPortal(t)
  const good = await call(portal, 'batch', { cmd: ['scope', 'server.time'] })
  assert.ok(Array.isArray(at(good.body, 'result', 'result')))
  const mixed = await call(portal, 'batch', { cmd: ['nope', 'scope'] })
  assert.deepEqual(Object.keys(at(mixed.body, 'result', 'result') as object), ['1'])
  assert.ok(Array.isArray(at(mixed.body, 'result', 'result_error')))
  assert.ok(!Array.isArray(at(mixed.body, 'result', 'result')))
})

test('a command that is not a string leaves no trace', async (t) => {
  const portal = await openPortal(t)
  const { body } = await call(portal, 'batch', { cmd: { a: { method: 'scope', params: {} }, b: 'scope' } })
  assert.deepEqual(Object.keys(at(body, 'result', 'result') as object), ['b'])
  assert.deepEqual(at(body, 'result', 'result_error'), [])
})

test('with halt nothing after the first error runs; without it everything does', async (t) => {
  const portal = await openPortal(t, { webhook: { scopes: ['sale'] } })
  const halted = await call(portal, 'batch', { halt: 1, cmd: { get_user: 'user.current', next: 'scope' } })
  const documented = fixture('batch.error_halt1')
  assert.deepEqual(at(halted.body, 'result', 'result'), at(documented, 'response', 'result', 'result'))
  assert.deepEqual(Object.keys(at(halted.body, 'result', 'result_error') as object), ['get_user'])
  assert.deepEqual(at(halted.body, 'result', 'result_time'), [])
  const going = await call(portal, 'batch', { halt: 0, cmd: { get_user: 'user.current', next: 'scope' } })
  assert.deepEqual(Object.keys(at(going.body, 'result', 'result') as object), ['next'])
})

test('commands past the fiftieth and nested batches are refused one by one', async (t) => {
  const portal = await openPortal(t)
  const cmd = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`c${index}`, 'scope']))
  const { body } = await call(portal, 'batch', { cmd: { ...cmd, c3: 'batch?cmd[a]=scope' } })
  const errors = at(body, 'result', 'result_error') as object
  assert.deepEqual(Object.keys(errors), ['c3', 'c50', 'c51'])
  assert.equal(at(errors, 'c3', 'error'), 'ERROR_BATCH_METHOD_NOT_ALLOWED')
  assert.equal(at(errors, 'c51', 'error'), 'ERROR_BATCH_LENGTH_EXCEEDED')
  assert.equal(Object.keys(at(body, 'result', 'result') as object).length, 49)
})

test('a reference takes an earlier answer into a value', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const { body } = await call(portal, 'batch', {
    cmd: {
      list: `sale.order.list?select[0]=id&filter[id]=${id}`,
      one: 'sale.order.get?id=$result[list][orders][0][id]',
      comment: `sale.order.update?id=${id}&fields[comments]=order+$result[list][orders][0][id] of $total[list]`,
    },
  })
  assert.equal(at(body, 'result', 'result', 'one', 'order', 'id'), id)
  assert.equal(portal.order(id)?.['comments'], `order ${id} of 1`)
})

test('a reference that leads nowhere is no error: alone it becomes what was found, inside a text it stays', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const { body } = await call(portal, 'batch', {
    cmd: {
      list: 'sale.order.list?select[0]=id&filter[id]=1',
      one: 'sale.order.get?id=$result[list][orders][0][id]',
      text: `sale.order.update?id=${id}&fields[comments]=see%20$result[list][orders][0][id]`,
    },
  })
  assert.equal(at(body, 'result', 'result_error', 'one', 'error'), 200540400001)
  assert.equal(portal.order(id)?.['comments'], 'see $result[list][orders][0][id]')
})

test("a command's query is decoded once: plus is a space, percent escapes are UTF-8", async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const comment = 'a+b & 50% "кавычки" 🔥'
  const query = `id=${id}&fields[comments]=${encodeURIComponent(comment)}&fields[userDescription]=x+y`
  await call(portal, 'batch', { cmd: { c: `sale.order.update?${query}` } })
  assert.equal(portal.order(id)?.['comments'], comment)
  assert.equal(portal.order(id)?.['userDescription'], 'x y')
})

test('an answer inside a batch shows the state of its own moment', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const paymentId = numberAt(portal.order(id), 'payments', 0, 'id')
  const { body } = await call(portal, 'batch', {
    cmd: {
      before: `sale.payment.get?id=${paymentId}`,
      pay: `sale.payment.update?id=${paymentId}&fields[paySystemId]=1&fields[paid]=Y`,
    },
  })
  assert.equal(at(body, 'result', 'result', 'before', 'payment', 'paid'), 'N')
  assert.equal(at(body, 'result', 'result', 'pay', 'payment', 'paid'), 'Y')
})
