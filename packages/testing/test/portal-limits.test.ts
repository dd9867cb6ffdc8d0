import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, call, fixture, openPortal } from './portal-caller.ts'

const START = Date.UTC(2026, 0, 1, 12)

test('the bucket takes its burst, refuses the next request and leaks two a second', async (t) => {
  let now = START
  const portal = await openPortal(t, { limits: {}, now: () => now })
  for (let index = 0; index < 50; index++) assert.equal((await call(portal, 'scope')).status, 200)
  const refused = await call(portal, 'scope')
  assert.deepEqual([refused.status, refused.body], [503, fixture('error.QUERY_LIMIT_EXCEEDED')['response']])
  now += 1_000
  assert.equal((await call(portal, 'scope')).status, 200)
  assert.equal((await call(portal, 'scope')).status, 200)
  assert.equal((await call(portal, 'scope')).status, 503)
  assert.equal(portal.stats.rejections.rate, 2)
})

test('a batch is one request for the bucket', async (t) => {
  const portal = await openPortal(t, { limits: { burst: 1, leakPerSecond: 0 } })
  const cmd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, 'scope']))
  const { body } = await call(portal, 'batch', { cmd })
  assert.deepEqual(at(body, 'result', 'result_error'), [])
  assert.equal((await call(portal, 'scope')).status, 503)
})

test('a bucket can start used up', async (t) => {
  const portal = await openPortal(t, { limits: { used: 50, leakPerSecond: 0 } })
  assert.equal((await call(portal, 'scope')).status, 503)
  portal.setLimits(false)
  assert.equal((await call(portal, 'scope')).status, 200)
})

test('operating time: the call that crosses the line completes, the next of that method is 429', async (t) => {
  let now = START
  const portal = await openPortal(t, {
    limits: { operatingSeconds: 10, operatingCost: (method) => (method === 'scope' ? 6 : 0) },
    now: () => now,
  })
  const first = await call(portal, 'scope')
  assert.equal(at(first.body, 'time', 'operating'), 6)
  assert.equal(at(first.body, 'time', 'operating_reset_at'), START / 1000 + 600)
  assert.equal((await call(portal, 'scope')).status, 200)
  const blocked = await call(portal, 'scope')
  assert.deepEqual([blocked.status, blocked.body], [429, fixture('error.OPERATION_TIME_LIMIT')['response']])
  assert.equal((await call(portal, 'server.time')).status, 200)
  const batch = await call(portal, 'batch', { cmd: { a: 'scope', b: 'server.time' } })
  assert.equal(at(batch.body, 'result', 'result_error', 'a', 'error'), 'OPERATION_TIME_LIMIT')
  assert.equal(at(batch.body, 'result', 'result_time', 'b', 'operating'), 0)
  now += 600_000
  assert.equal((await call(portal, 'scope')).status, 200)
})

test('newer servers ban a method for a fixed time instead', async (t) => {
  let now = START
  const portal = await openPortal(t, {
    limits: { operatingSeconds: 5, banSeconds: 300, operatingCost: () => 6 },
    now: () => now,
  })
  const crossing = await call(portal, 'scope')
  assert.equal(at(crossing.body, 'time', 'operating_reset_at'), START / 1000 + 300)
  now += 299_000
  assert.equal((await call(portal, 'scope')).status, 429)
  now += 2_000
  assert.equal((await call(portal, 'scope')).status, 200)
})

test('a box or a site reports no operating time', async (t) => {
  const portal = await openPortal(t, { limits: { operatingSeconds: false } })
  assert.equal(at((await call(portal, 'scope')).body, 'time', 'operating'), undefined)
})

test('an answer waits for its call and its rows, and requests wait side by side', async (t) => {
  const portal = await openPortal(t, {
    latency: { perCallMs: 30, perRowMs: 1 },
    rows: { 'crm.deal.list': { count: 100 } },
  })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 6 }, () => call(portal, 'crm.deal.list', { start: -1 })))
  const spent = performance.now() - startedAt
  assert.ok(spent >= 78, `answered after ${spent} ms, 80 are simulated`)
  assert.ok(spent < 6 * 80, `answered after ${spent} ms: one after another`)
})
