import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { HookError, type HookRequest, type Shop } from '@mufta/kit'
import fc from 'fast-check'
import { NonceMemory } from '../src/bridge/nonce-memory.ts'
import { bridgeSignature } from '../src/bridge/signer.ts'
import { createBridgeShop } from '../src/index.ts'

const keyId = 'k0123456789abcde'
const secret = 'c3'.repeat(32)
const endpoint = 'https://shop.example.ru/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call'
const target = '/hooks/shop-crm/site'
const NOW = Date.parse('2026-03-01T12:00:00Z')

const event = { entity: 'order', id: '5012', reason: 'OnSaleOrderSaved', version: 7, deleted: false }

interface Push {
  readonly body?: string | Uint8Array
  readonly time?: number
  readonly nonce?: string
  readonly signedTarget?: string
  readonly signedWith?: string
  readonly headers?: Record<string, string | undefined>
  readonly contentType?: string
}

function pushOf(push: Push = {}): HookRequest {
  const { time = NOW / 1000, nonce = randomBytes(16).toString('hex') } = push
  const body = Buffer.from(push.body ?? JSON.stringify({ v: 1, events: [event] }))
  const signature = bridgeSignature(push.signedWith ?? secret, {
    time,
    nonce,
    method: 'POST',
    target: push.signedTarget ?? target,
    body,
  })
  return {
    contentType: push.contentType ?? 'application/json; charset=utf-8',
    headers: {
      'x-bridge-key': keyId,
      'x-bridge-time': String(time),
      'x-bridge-nonce': nonce,
      'x-bridge-signature': signature,
      ...push.headers,
    },
    query: {},
    target,
    body,
  }
}

function open(options: { clock?: () => number; publicPath?: string } = {}): Shop {
  return createBridgeShop({ endpoint, keyId, secret, clock: () => NOW, ...options })
}

function refused(status: number, code: string): (error: unknown) => boolean {
  return (error) => error instanceof HookError && error.status === status && error.code === code
}

describe('a push of the module', () => {
  test('becomes events; what no flow needs is named', () => {
    const events = [
      event,
      { ...event, id: '5013', reason: 'OnSaleOrderDeleted', deleted: true },
      { ...event, entity: 'product', reason: 'OnProductUpdate' },
    ]
    assert.deepEqual(open().parseHook(pushOf({ body: JSON.stringify({ v: 1, events }) })), {
      events: [
        { entity: 'order', id: '5012', reason: 'OnSaleOrderSaved' },
        { entity: 'order', id: '5013', reason: 'OnSaleOrderDeleted', deleted: true },
      ],
      ignored: ['product OnProductUpdate'],
    })
  })

  test('is taken once', () => {
    const shop = open()
    const push = pushOf()
    shop.parseHook(push)
    assert.throws(() => shop.parseHook(push), refused(401, 'HOOK_REPLAYED'))
    shop.parseHook(pushOf())
  })

  test('is taken within five minutes of its time, before and after', () => {
    for (const seconds of [-300, 0, 300]) open().parseHook(pushOf({ time: NOW / 1000 + seconds }))
    for (const seconds of [-301, 301]) {
      assert.throws(
        () => open().parseHook(pushOf({ time: NOW / 1000 + seconds })),
        refused(401, 'HOOK_STALE'),
      )
    }
  })

  const altered: [string, Push][] = [
    ['another secret', { signedWith: 'd4'.repeat(32) }],
    ['another address', { signedTarget: '/hooks/other/site' }],
    ['another key', { headers: { 'x-bridge-key': 'k1' } }],
    ['no key', { headers: { 'x-bridge-key': undefined } }],
    ['no signature', { headers: { 'x-bridge-signature': undefined } }],
    ['no time', { headers: { 'x-bridge-time': undefined } }],
    ['a time that is none', { headers: { 'x-bridge-time': 'NaN' } }],
    ['another time', { headers: { 'x-bridge-time': String(NOW / 1000 + 1) } }],
    ['no nonce', { headers: { 'x-bridge-nonce': undefined } }],
    ['another nonce', { headers: { 'x-bridge-nonce': '0'.repeat(32) } }],
    ['a short nonce, although signed', { nonce: 'abc' }],
  ]
  for (const [what, push] of altered) {
    test(`with ${what} is refused`, () => {
      assert.throws(() => open().parseHook(pushOf(push)), refused(401, 'HOOK_SIGNATURE_WRONG'))
    })
  }

  test('whose body was altered in any place is refused', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const push = pushOf()
        const body = Uint8Array.from(push.body)
        const index = at % body.length
        body[index] = (body[index] as number) ^ flip
        assert.throws(() => open().parseHook({ ...push, body }), refused(401, 'HOOK_SIGNATURE_WRONG'))
      }),
      { numRuns: 50 },
    )
  })

  const malformed: [string, Push, number, string][] = [
    ['a form', { contentType: 'application/x-www-form-urlencoded' }, 415, 'HOOK_NOT_JSON'],
    ['multipart', { contentType: 'multipart/form-data; boundary=x' }, 415, 'HOOK_NOT_JSON'],
    ['another character set', { contentType: 'application/json; charset=cp1251' }, 415, 'HOOK_NOT_JSON'],
    ['too much', { body: ' '.repeat(300_000) }, 413, 'HOOK_TOO_LARGE'],
    ['no JSON', { body: '{"v":1,' }, 400, 'HOOK_MALFORMED'],
    ['nothing', { body: '' }, 400, 'HOOK_MALFORMED'],
    ['bytes that are no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'HOOK_NOT_UTF8'],
    ['another protocol', { body: JSON.stringify({ v: 2, events: [] }) }, 400, 'HOOK_MALFORMED'],
    [
      '101 events',
      { body: JSON.stringify({ v: 1, events: Array.from({ length: 101 }, () => event) }) },
      400,
      'HOOK_MALFORMED',
    ],
  ]
  for (const [what, push, status, code] of malformed) {
    test(`with ${what} is answered ${status}`, () => {
      assert.throws(() => open().parseHook(pushOf(push)), refused(status, code))
    })
  }

  test('before pairing is refused', (context) => {
    const shop = createBridgeShop({ credentials: () => null, clock: () => NOW })
    context.after(() => shop.close())
    assert.throws(() => shop.parseHook(pushOf()), refused(403, 'HOOK_NOT_PAIRED'))
  })

  test('may be signed over the public address, of which a proxy takes off the front', () => {
    const push = pushOf({ signedTarget: `/mufta${target}` })
    open({ publicPath: '/mufta' }).parseHook(push)
    assert.throws(() => open().parseHook(push), refused(401, 'HOOK_SIGNATURE_WRONG'))
  })

  test('any bytes at all end in a typed refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        assert.throws(
          () => open().parseHook(pushOf({ body })),
          (error) => error instanceof HookError && error.status === 400,
        )
      }),
      { numRuns: 200 },
    )
  })
})

test('nonces are forgotten after the window, so the memory does not grow for ever', () => {
  let now = NOW
  const memory = new NonceMemory(() => now)
  for (let index = 0; index < 1000; index++) memory.take(String(index))
  assert.equal(memory.take('5'), false)
  now += 599_000
  assert.equal(memory.take('5'), false)
  now += 1_000
  assert.equal(memory.take('5'), true)
  assert.equal(memory.size, 1)
})
