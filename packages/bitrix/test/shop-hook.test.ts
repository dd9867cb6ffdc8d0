import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HookError, encodeQuery, parsePhpForm, type HookRequest, type HookResult } from '@mufta/kit'
import * as fc from 'fast-check'
import { createRestShop } from '../src/index.ts'
import { readEventForm } from '../src/rest/shop/hook.ts'
import { FakeClient, fixture } from './shop-fake.ts'

const TOKEN = '51856fefc120afa4b628cc82d3935cce'
const FORM = 'application/x-www-form-urlencoded'

function request(body: string | Uint8Array, contentType = FORM): HookRequest {
  return { contentType, headers: {}, query: {}, body: typeof body === 'string' ? Buffer.from(body) : body }
}

function parse(
  body: string | Uint8Array,
  contentType?: string,
  applicationToken: string | undefined = TOKEN,
): HookResult {
  return createRestShop({ client: new FakeClient(), auth: 'webhook', applicationToken }).parseHook(
    request(body, contentType),
  )
}

function refusedWith(status: number, code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof HookError)
    assert.deepEqual([error.status, error.code], [status, code])
    assert.doesNotMatch(JSON.stringify(error) + String(error.stack), new RegExp(TOKEN))
    return true
  }
}

const event = (name: string, id: unknown = 300): string =>
  encodeQuery({
    event: name,
    data: { FIELDS: { ID: id } },
    ts: '1',
    auth: { member_id: 'm', application_token: TOKEN },
  })

test('a saved order becomes an event, a deletion a deleted one', () => {
  assert.deepEqual(parse(fixture('ONSALEORDERSAVED').request.raw_body), {
    events: [{ entity: 'order', id: '300', reason: 'ONSALEORDERSAVED' }],
    ignored: [],
  })
  assert.deepEqual(parse(fixture('ONSALEBEFOREORDERDELETE').request.raw_body, `${FORM}; charset=UTF-8`), {
    events: [{ entity: 'order', id: '300', reason: 'ONSALEBEFOREORDERDELETE', deleted: true }],
    ignored: [],
  })
})

test('other and unknown events are accepted and named', () => {
  for (const name of ['ONOFFLINEEVENT', 'ONAPPINSTALL', 'ONPAYMENTENTITYSAVED']) {
    assert.deepEqual(parse(fixture(name).request.raw_body), { events: [], ignored: [name] })
  }
  assert.deepEqual(parse(event('onNewThing<script>')).ignored, ['ONNEWTHING_SCRIPT_'])
})

test('a missing or wrong token is refused with 403 and never printed', () => {
  const body = event('ONSALEORDERSAVED')
  for (const wrong of [
    body.replace(TOKEN, 'x'),
    body.replace(TOKEN, `6${TOKEN.slice(1)}`),
    body.replace(TOKEN, `${TOKEN}0`),
    body.replace(TOKEN, ''),
    body.replace('application_token', 'token'),
  ]) {
    assert.throws(() => parse(wrong), refusedWith(403, 'HOOK_TOKEN_WRONG'))
  }
})

test('a connection without a token refuses every delivery', () => {
  const shop = createRestShop({ client: new FakeClient(), auth: 'webhook' })
  const empty = createRestShop({ client: new FakeClient(), auth: 'webhook', applicationToken: '' })

  assert.throws(
    () => shop.parseHook(request(event('ONSALEORDERSAVED'))),
    refusedWith(403, 'HOOK_TOKEN_NOT_SET'),
  )
  const untold = request('event=ONSALEORDERSAVED&data[FIELDS][ID]=1&auth[application_token]=')
  assert.throws(() => empty.parseHook(untold), refusedWith(403, 'HOOK_TOKEN_NOT_SET'))
})

test('a body that is no form, too large, not UTF-8 or broken is refused before the token is looked at', () => {
  const body = event('ONSALEORDERSAVED')
  assert.throws(() => parse(body, 'application/json'), refusedWith(415, 'HOOK_NOT_A_FORM'))
  assert.throws(() => parse(body, ''), refusedWith(415, 'HOOK_NOT_A_FORM'))
  assert.throws(() => parse(`${body}&x=${'y'.repeat(300_000)}`), refusedWith(413, 'HOOK_TOO_LARGE'))
  assert.throws(
    () => parse(Buffer.concat([Buffer.from(`${body}&x=`), Buffer.of(0xff)])),
    refusedWith(400, 'HOOK_NOT_UTF8'),
  )
  for (const broken of ['%', '%4', '%zz', '%FF', '%D0', '%D0%00']) {
    assert.throws(() => parse(`${body}&x=${broken}`), refusedWith(400, 'HOOK_MALFORMED'))
  }
})

test('the letter that stands for broken bytes is a letter like any other', () => {
  assert.equal(parse(`${event('ONSALEORDERSAVED')}&x=\uFFFD`).events[0]?.id, '300')
})

test('an order event needs a positive whole id', () => {
  for (const id of ['', '0', '-5', '1.5', '5012abc', '1e3', ' 7', '9'.repeat(40)]) {
    assert.throws(() => parse(event('ONSALEORDERSAVED', id)), refusedWith(400, 'HOOK_BAD_ID'))
  }
  assert.throws(
    () => parse(`event=ONSALEORDERSAVED&auth[application_token]=${TOKEN}`),
    refusedWith(400, 'HOOK_BAD_ID'),
  )
  assert.throws(() => parse(`auth[application_token]=${TOKEN}`), refusedWith(400, 'HOOK_NO_EVENT'))
})

/** How a client may write the same name. */
const spellings = (name: string): string[] => [
  name,
  encodeURIComponent(name),
  name.replaceAll('[', '%5B'),
  name.replaceAll(']', '%5D'),
  encodeURIComponent(name).toLowerCase().replace('fields', 'FIELDS').replaceAll('id', 'ID'),
  name
    .split('')
    .map((letter) => `%${letter.charCodeAt(0).toString(16)}`)
    .join(''),
]

test('the single pass finds exactly what a full parse finds', () => {
  const noise = fc.constantFrom(
    'ts',
    'auth[access_token]',
    'auth[application_tokens]',
    'data[FIELDS][XML_ID]',
    'data[FIELDS][ACTION]',
    'events',
    'e',
    'application_token',
  )
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', '300', 'a=b', '&', '+', '%41'),
  )
  const wanted = fc.constantFrom('event', 'data[FIELDS][ID]', 'auth[application_token]')
  const pair = fc
    .tuple(
      fc.oneof(
        wanted.chain((name) =>
          fc.constantFrom(...spellings(name).filter((raw) => decodeURIComponent(raw) === name)),
        ),
        noise,
      ),
      value,
      fc.boolean(),
    )
    .map(([name, text, plus]) => `${name}=${encodeURIComponent(text).replaceAll('%20', plus ? '+' : '%20')}`)
  const body = fc.array(
    fc.oneof(
      { weight: 9, arbitrary: pair },
      { weight: 1, arbitrary: fc.constantFrom('', 'event', 'x', '=') },
    ),
  )
  fc.assert(
    fc.property(body, (pairs) => {
      const text = pairs.join('&')
      const full = parsePhpForm(text) as {
        event?: string
        data?: { FIELDS?: { ID?: string } }
        auth?: { application_token?: string }
      }
      const { event: name, id, token } = readEventForm(Buffer.from(text))
      assert.deepEqual([name, id, token], [full.event, full.data?.FIELDS?.ID, full.auth?.application_token])
    }),
    { numRuns: 500 },
  )
})

test('no bytes make the parser throw anything but a HookError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parse(bytes)
        assert.fail('nothing random carries the token')
      } catch (error) {
        assert.ok(error instanceof HookError, String(error))
      }
    }),
  )
})
