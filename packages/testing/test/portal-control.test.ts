import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPortal } from '../src/portal/index.ts'
import { at, call, numberAt, openPortal, post } from './portal-caller.ts'

async function read(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  return response.json()
}

test('another process places, edits, reads and deletes orders under /_sim/', async (t) => {
  const portal = await openPortal(t)
  const placed = await post(`${portal.url}/_sim/orders`, { items: [{ name: 'X', price: '5.00' }] })
  const id = numberAt(placed.body, 'id')
  assert.equal(at(await read(`${portal.url}/_sim/orders/${id}`), 'price'), 5)
  await post(`${portal.url}/_sim/orders/${id}`, { statusId: 'F' })
  assert.equal(portal.order(id)?.['statusId'], 'F')
  const refused = await post(`${portal.url}/_sim/orders/${id}`, { statusId: 'XX' })
  assert.equal(refused.status, 400)
  const samples = await post(`${portal.url}/_sim/orders`, { samples: 3, seed: 5 })
  assert.equal((at(samples.body, 'ids') as unknown[]).length, 3)
  await post(`${portal.url}/_sim/orders/${id}/delete`, {})
  assert.equal(((await read(`${portal.url}/_sim/orders`)) as unknown[]).length, 3)
})

test('faults, limits, the webhook and the name are turned from outside, without limits or faults', async (t) => {
  const portal = await openPortal(t, { limits: { burst: 0 }, faults: { rate: 1 } })
  const turned = await post(`${portal.url}/_sim/faults`, { rate: 0, kinds: ['reset-after', 'no-such-kind'] })
  assert.deepEqual(turned.body, { rate: 0, kinds: ['reset-after'] })
  assert.equal((await call(portal, 'scope')).status, 503)
  await post(`${portal.url}/_sim/limits`, { off: true })
  assert.equal((await call(portal, 'scope')).status, 200)
  const renamed = await post(`${portal.url}/_sim/rename`, {})
  assert.equal(at(renamed.body, 'url'), portal.url)
  await post(`${portal.url}/_sim/webhook/revoke`, {})
  assert.equal((await call(portal, 'scope')).body['error'], 'INVALID_CREDENTIALS')
  const stats = await read(`${portal.url}/_sim/stats`)
  assert.deepEqual([at(stats, 'requests'), at(stats, 'rejections', 'rate')], [3, 1])
  assert.equal((await post(`${portal.url}/_sim/nothing`, {})).status, 404)
})

test('the command line starts a portal with sample orders and prints where it is', async (t) => {
  const lines: string[] = []
  const portal = await runPortal(['--orders', '4', '--seed', '2', '--no-limits', '--deals', '10'], (line) =>
    lines.push(line),
  )
  assert.ok(portal !== null)
  t.after(() => portal.close())
  assert.equal(portal.orders().length, 4)
  assert.ok(lines.some((line) => line.includes(portal.webhook)))
  assert.equal((await call(portal, 'crm.deal.list')).body['total'], 10)
  await assert.rejects(runPortal(['--faults', 'many']), /Expected a number/)
  const help: string[] = []
  assert.equal(await runPortal(['--help'], (line) => help.push(line)), null)
  assert.match(help.join('\n'), /--event-loss/)
})

test('closing twice is safe', async (t) => {
  const portal = await openPortal(t)
  await portal.close()
  await portal.close()
  await assert.rejects(call(portal, 'scope'))
})
