import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { BridgeCaller, KEY, pairWith, type Answer, type Twist } from './bridge-helpers/bridge-caller.ts'
import { faultsOf } from './bridge-helpers/contract.ts'
import { Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const HEALTH = '{"v":1,"command":"health","args":{}}'
const now = (): number => Math.floor(Date.now() / 1000)

/** Nothing that an answer may ever say: places, statements, secrets. */
function assertSilent({ text }: Answer): void {
  assert.doesNotMatch(text, /\.php|\/tmp|\/local|mufta_bridge_|SELECT|INSERT|Stack|#0/)
  assert.ok(!text.includes(KEY.secret))
}

describe('the endpoint of the site', { skip: skipWithoutPhp() }, () => {
  let site: Site
  let caller: BridgeCaller
  before(async () => {
    site = await Site.make()
    const server = await site.serve(2)
    caller = new BridgeCaller(server.url, site.id)
  })
  after(() => site[Symbol.asyncDispose]())

  it('is closed while the site is not paired, whoever asks', async () => {
    const answer = await caller.send(HEALTH)
    assert.equal(answer.status, 503)
    assert.equal(answer.body.error?.code, 'NOT_CONFIGURED')
    await pairWith(site)
    assert.equal((await caller.send(HEALTH)).status, 200)
  })

  const refusals: readonly (readonly [string, number, string, Twist, string?])[] = [
    ['another secret', 401, 'BAD_SIGNATURE', { secret: 'cd'.repeat(32) }],
    ['another key', 401, 'BAD_SIGNATURE', { keyId: 'key-2' }],
    ['an altered body', 401, 'BAD_SIGNATURE', { sentBody: HEALTH.replace('health', 'dictionaries') }],
    [
      'an altered address',
      401,
      'BAD_SIGNATURE',
      { sentTarget: '/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call&x=1' },
    ],
    ['another method', 405, 'BAD_REQUEST', { method: 'PUT' }],
    ['GET', 405, 'BAD_REQUEST', { method: 'GET' }],
    ['a time that is past', 401, 'STALE', { time: now() - 3600 }],
    ['a time to come', 401, 'STALE', { time: now() + 3600 }],
    ['no signature', 401, 'BAD_SIGNATURE', { headers: { 'x-bridge-signature': undefined } }],
    ['no key', 401, 'BAD_SIGNATURE', { headers: { 'x-bridge-key': undefined } }],
    ['no time', 401, 'BAD_SIGNATURE', { headers: { 'x-bridge-time': undefined } }],
    ['no nonce', 401, 'BAD_SIGNATURE', { headers: { 'x-bridge-nonce': undefined } }],
    ['a nonce of another form', 401, 'BAD_SIGNATURE', { nonce: 'A'.repeat(32) }],
    ['a form', 415, 'UNSUPPORTED_TYPE', { contentType: 'application/x-www-form-urlencoded' }],
    ['multipart', 415, 'UNSUPPORTED_TYPE', { contentType: 'multipart/form-data; boundary=x' }],
    ['no JSON', 400, 'BAD_REQUEST', {}, '{"v":1,'],
    ['a list', 400, 'BAD_REQUEST', {}, '[]'],
    ['an unknown version', 400, 'BAD_REQUEST', {}, '{"v":2,"command":"health","args":{}}'],
    ['an unknown member', 400, 'BAD_REQUEST', {}, '{"v":1,"command":"health","args":{},"more":1}'],
    ['an unknown command', 404, 'UNKNOWN_COMMAND', {}, '{"v":1,"command":"orders.drop","args":{}}'],
    [
      'an unknown argument',
      400,
      'BAD_REQUEST',
      {},
      '{"v":1,"command":"orders.read","args":{"ids":["1"],"x":1}}',
    ],
    ['no ids', 400, 'BAD_REQUEST', {}, '{"v":1,"command":"orders.read","args":{"ids":[]}}'],
    [
      'an id that is no number',
      400,
      'BAD_REQUEST',
      {},
      `{"v":1,"command":"orders.read","args":{"ids":["1' OR 1=1"]}}`,
    ],
    [
      'a write without a key',
      400,
      'BAD_REQUEST',
      {},
      '{"v":1,"command":"orders.patch","args":{"id":"1","expectedVersion":null,"patch":{}}}',
    ],
  ]
  for (const [what, status, code, twist, body = HEALTH] of refusals) {
    it(`refuses ${what} with ${status} ${code} and tells nothing else`, async () => {
      const answer = await caller.send(body, twist)
      assert.deepEqual([answer.status, answer.body.error?.code], [status, code], answer.text)
      assert.equal(faultsOf('Failure', answer.body), '')
      assertSilent(answer)
    })
  }

  it('refuses bytes that are no UTF-8, though they are signed for', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"v":1,"command":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('","args":{}}'),
    ])
    const answer = await caller.send(new Uint8Array(bytes))
    assert.deepEqual([answer.status, answer.body.error?.code], [400, 'BAD_REQUEST'])
  })

  it('takes a time that is a little off', async () => {
    for (const skew of [-290, 290])
      assert.equal((await caller.send(HEALTH, { time: now() + skew })).status, 200)
  })

  it('takes a request once', async () => {
    const twist = { nonce: 'ab'.repeat(16), time: now() }
    assert.equal((await caller.send(HEALTH, twist)).status, 200)
    const again = await caller.send(HEALTH, twist)
    assert.deepEqual([again.status, again.body.error?.code], [401, 'REPLAYED'])
  })

  it('of eight equal requests at once takes one', async () => {
    const twist = { nonce: 'cd'.repeat(16), time: now() }
    const answers = await Promise.all(Array.from({ length: 8 }, () => caller.send(HEALTH, twist)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401, 401, 401])
  })

  it('a stranger fills no table', async () => {
    const count = async (): Promise<unknown> =>
      (await site.rows('SELECT COUNT(*) AS N FROM mufta_bridge_nonce'))[0]?.['N']
    const before = await count()
    await caller.send(HEALTH, { secret: 'cd'.repeat(32) })
    assert.equal(await count(), before)
  })

  it('a body over two megabytes is refused before it is signed for', async () => {
    const answer = await caller.send(
      JSON.stringify({ v: 1, command: 'health', args: {}, x: 'x'.repeat(2_097_200) }),
    )
    assert.deepEqual([answer.status, answer.body.error?.code], [413, 'TOO_LARGE'])
  })

  it('a multipart body whose parts PHP took away is refused as multipart', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    const answer = await caller.send(body, { contentType: 'multipart/form-data; boundary=x' })
    assert.equal(answer.status, 415)
  })

  it('the filter of the site alters parameters, yet what was signed is what is read', async () => {
    await site.place()
    const comment = '<script>alert(1)</script> select from union'
    await caller.call(
      'orders.patch',
      { id: '1', expectedVersion: null, patch: { managerComment: comment } },
      'filter-1',
    )
    assert.deepEqual(await site.rows('SELECT COMMENTS FROM b_sale_order WHERE ID = 1'), [
      { COMMENTS: comment },
    ])
  })

  it('where the module itself breaks, the answer is 500 without a word of why', async () => {
    await site.rows('RENAME TABLE b_sale_order TO b_sale_order_away')
    const answer = await caller.ask('orders.read', { ids: ['1'] })
    await site.rows('RENAME TABLE b_sale_order_away TO b_sale_order')
    assert.deepEqual([answer.status, answer.body.error?.code], [500, 'INTERNAL'])
    assertSilent(answer)
    const lines = await site.rows('SELECT DESCRIPTION FROM b_event_log')
    assert.ok(lines.length > 0)
    assert.doesNotMatch(JSON.stringify(lines), /SELECT/)
  })

  it('agents do not run on its requests, and no session is asked for', async () => {
    const cookie = await new Promise<unknown>((resolve, reject) => {
      const { hostname, port } = new URL(caller.url)
      const call = request({ hostname, port, path: caller.target, method: 'POST' }, (response) => {
        response.resume()
        resolve(response.headers['set-cookie'])
      })
      call.on('error', reject)
      call.end(HEALTH)
    })
    assert.equal(cookie, undefined)
  })
})
