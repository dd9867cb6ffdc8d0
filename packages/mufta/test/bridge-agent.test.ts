import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { BridgeCaller, KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { faultsOf } from './bridge-helpers/contract.ts'
import { accept, FakeRuntime, refuse, silence } from './bridge-helpers/fake-runtime.ts'
import { Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const NAME = '\\Mufta\\Bridge\\Agent::run();'
const RUN = 'return \\Mufta\\Bridge\\Agent::run();'

/** A paired site with orders waiting in its outbox; nothing was pushed yet. */
async function siteWith(orders: number, runtime: FakeRuntime): Promise<Site> {
  const site = await Site.make()
  if (orders > 0) await site.place(orders)
  await pairWith(site, runtime.url)
  return site
}

const waiting = async (site: Site): Promise<number> =>
  (await site.rows("SELECT ID FROM mufta_bridge_outbox WHERE STATUS = 'W'")).length

describe('the agent of the site', { skip: skipWithoutPhp(), concurrency: 3 }, () => {
  it('sends what waits in one signed push that keeps the contract, and returns its own name', async () => {
    await using runtime = await FakeRuntime.start()
    await using site = await siteWith(3, runtime)
    assert.equal(await site.eval(RUN), NAME)
    assert.deepEqual(runtime.events(), ['1', '2', '3'])
    const [push] = runtime.received
    assert.equal(push?.path, '/hooks/shop-crm/site')
    assert.equal(push?.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(faultsOf('Push', JSON.parse(push?.body ?? '')), '')
    const {
      'x-bridge-time': time,
      'x-bridge-nonce': nonce,
      'x-bridge-signature': signature,
    } = push?.headers ?? {}
    const bodyHash = createHash('sha256')
      .update(push?.body ?? '')
      .digest('hex')
    const text = [time, nonce, 'POST', '/hooks/shop-crm/site', bodyHash].join('\n')
    assert.equal(signature, createHmac('sha256', KEY.secret).update(text).digest('hex'))
    assert.equal(push?.headers['x-bridge-key'], KEY.id)
    assert.equal(await waiting(site), 0)
  })

  it('is not waited for where PHP can finish the response first: the order is pushed right after it', async () => {
    await using runtime = await FakeRuntime.start()
    await using site = await siteWith(0, runtime)
    await site.place(3)
    assert.equal(runtime.received.length, 1)
    assert.deepEqual(runtime.events(), ['1', '2', '3'])
    assert.equal(await waiting(site), 0)
    runtime.behaviour = refuse(503)
    assert.deepEqual(await site.place(1), ['4'])
    assert.equal(await waiting(site), 1)
  })

  it('runs from the timer of the kernel and stays there, also when it breaks inside', async () => {
    await using runtime = await FakeRuntime.start()
    await using site = await siteWith(1, runtime)
    const server = await site.serve(1)
    const hit = async (): Promise<Record<string, string | null> | undefined> => {
      await site.rows('UPDATE b_agent SET NEXT_EXEC = DATE_SUB(NOW(), INTERVAL 1 SECOND), DATE_CHECK = NULL')
      assert.equal((await fetch(server.url)).status, 200)
      return (await site.rows('SELECT NAME, RUNNING, RETRY_COUNT FROM b_agent'))[0]
    }
    const good = { NAME, RUNNING: 'N', RETRY_COUNT: '0' }
    assert.deepEqual(await hit(), good)
    assert.deepEqual(runtime.events(), ['1'])
    await site.rows('RENAME TABLE mufta_bridge_state TO mufta_bridge_away')
    assert.deepEqual(await hit(), good)
    await site.rows('RENAME TABLE mufta_bridge_away TO mufta_bridge_state')
    const log = await site.rows("SELECT DISTINCT ITEM_ID FROM b_event_log WHERE SEVERITY = 'ERROR'")
    assert.deepEqual(log, [{ ITEM_ID: 'AGENT_FAILED' }])
  })

  it('returns its name where nothing is paired or the key cannot be read', async () => {
    await using site = await Site.make()
    assert.equal(await site.eval(RUN), NAME)
    await pairWith(site)
    site.configure({ cryptoKey: 'another key' })
    assert.equal(await site.eval(RUN), NAME)
    site.configure({ cryptoKey: null })
    assert.equal(await site.eval(RUN), NAME)
  })

  const failures = [
    ['503', refuse(503), 1],
    ['429 with Retry-After', refuse(429, '{}', { 'retry-after': '40' }), 1],
    ['401', refuse(401), 1],
    ['a page of a proxy with 200', refuse(200, '<html>'), 1],
    ['a redirect', refuse(302, '', { location: 'http://127.0.0.1:9/' }), 1],
  ] as const
  for (const [what, behaviour, requests] of failures) {
    it(`${what} loses no row, counts no attempt, and is followed by a pause`, async () => {
      await using runtime = await FakeRuntime.start(behaviour)
      await using site = await siteWith(2, runtime)
      await site.eval(RUN)
      await site.eval(RUN)
      assert.equal(runtime.received.length, requests)
      assert.deepEqual(await site.rows('SELECT STATUS, ATTEMPTS FROM mufta_bridge_outbox'), [
        { STATUS: 'W', ATTEMPTS: '0' },
        { STATUS: 'W', ATTEMPTS: '0' },
      ])
      const [pause] = await site.rows("SELECT VALUE FROM mufta_bridge_state WHERE NAME = 'push'")
      const until = (JSON.parse(pause?.['VALUE'] ?? '') as { until: number }).until
      assert.ok(until - Date.now() / 1000 > (what.startsWith('429') ? 30 : 0))
      runtime.behaviour = accept
      await site.rows("DELETE FROM mufta_bridge_state WHERE NAME = 'push'")
      await site.eval(RUN)
      assert.equal(await waiting(site), 0)
    })
  }

  it('one row that is refused goes back alone and holds up no other', async () => {
    await using runtime = await FakeRuntime.start((request, response) =>
      request.body.includes('"id":"2"') ? refuse(400)(request, response) : accept(request, response),
    )
    await using site = await siteWith(3, runtime)
    await site.eval(RUN)
    assert.deepEqual(
      await site.rows('SELECT ENTITY_ID, STATUS, ATTEMPTS, LAST_ERROR FROM mufta_bridge_outbox'),
      [{ ENTITY_ID: '2', STATUS: 'W', ATTEMPTS: '1', LAST_ERROR: 'HTTP_400' }],
    )
  })

  it('a runtime that never answers holds it for seconds, not minutes, and a second run at the same time does nothing', async () => {
    await using runtime = await FakeRuntime.start(silence)
    await using site = await siteWith(2, runtime)
    const started = Date.now()
    const first = site.eval(RUN)
    while (runtime.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const second = Date.now()
    assert.equal(await site.eval(RUN), NAME)
    assert.ok(Date.now() - second < 5000)
    assert.equal(await first, NAME)
    assert.ok(Date.now() - started < 30_000)
    assert.equal(runtime.received.length, 1)
    assert.equal(await waiting(site), 2)
  })

  it('a killed run leaves its rows, which go out after the lease', async () => {
    await using runtime = await FakeRuntime.start(silence)
    await using site = await siteWith(2, runtime)
    const stop = new AbortController()
    const run = site.run(RUN, { signal: stop.signal }).catch(() => undefined)
    while (runtime.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    await run
    runtime.behaviour = accept
    await site.rows('UPDATE mufta_bridge_outbox SET AVAILABLE_AT = NOW()')
    await site.eval(RUN)
    assert.equal(await waiting(site), 0)
    assert.deepEqual(runtime.events(), ['1', '2', '1', '2'])
  })

  it('a write of the runtime that another module told of later is dropped as its echo', async () => {
    await using runtime = await FakeRuntime.start()
    await using site = await siteWith(0, runtime)
    const [id = ''] = await site.place()
    await site.rows('DELETE FROM mufta_bridge_outbox')
    runtime.received.length = 0
    const server = await site.serve(1)
    const caller = new BridgeCaller(server.url, site.id)
    await caller.call('orders.patch', { id, expectedVersion: 0, patch: { status: 'P' } }, 'echo-1')
    const tell = `\\Mufta\\Bridge\\Outbox::add('order', '${id}', 'OnSaleOrderSaved', 1);`
    await site.eval(`${tell} ${RUN}`)
    assert.deepEqual(runtime.events(), [])
    assert.equal(await waiting(site), 0)
    // The same version with another content is no echo.
    await site.rows(`UPDATE b_sale_order SET COMMENTS = 'by a manager' WHERE ID = ${id}`)
    await site.eval(`${tell} ${RUN}`)
    assert.deepEqual(runtime.events(), [id])
  })

  it('old nonces and old answers are taken away, fresh ones stay', async () => {
    await using runtime = await FakeRuntime.start()
    await using site = await siteWith(0, runtime)
    await site.eval(
      `use Mufta\\Bridge\\Sql;
       Sql::run("INSERT INTO mufta_bridge_nonce (NONCE, EXPIRES_AT) VALUES ('old', DATE_SUB(NOW(), INTERVAL 1 SECOND)), ('new', DATE_ADD(NOW(), INTERVAL 600 SECOND))");
       return 1;`,
    )
    await site.eval(RUN)
    assert.deepEqual(await site.rows('SELECT NONCE FROM mufta_bridge_nonce'), [{ NONCE: 'new' }])
  })
})
