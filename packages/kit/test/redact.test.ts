import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { createRedactor, redact, safeCause, safeText, safeUrl } from '../src/redact.ts'
import { Secret, secretsOf } from '../src/secret.ts'

const SENTINEL = 'S3ntinel/+ключ "x"&\'y\''

const forms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => `key ${secret} is wrong`,
  'lower case': (secret) => `host ${secret.toLowerCase()}`,
  'percent-encoded': (secret) => `?x=${encodeURIComponent(secret)}&y=1`,
  'lower-case percent-encoded': (secret) => `?x=${encodeURIComponent(secret).toLowerCase()}`,
  'encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'form-encoded': (secret) => new URLSearchParams({ x: secret }).toString(),
  JSON: (secret) => JSON.stringify({ x: secret }),
  'JSON inside JSON strings of PHP': (secret) =>
    JSON.stringify(secret)
      .replaceAll('/', '\\/')
      .replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 after one byte': (secret) => Buffer.from(`u${secret}`).toString('base64'),
  'base64 after two bytes': (secret) => Buffer.from(`u:${secret}:z`).toString('base64url'),
  HTML: (secret) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#039;'),
}

describe('redact', () => {
  for (const [name, write] of Object.entries(forms)) {
    test(`takes out a listed secret written as ${name}`, () => {
      const written = write(SENTINEL)
      const safe = redact(written, [SENTINEL])
      assert.match(safe, /\[secret\]/)
      assert.equal(safe.includes(write('S3ntinel').slice(2, 8)), false)
    })
  }

  test('leaves no listed secret in any text, whatever stands around it', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
      .filter((text) => /\w{4}/.test(text) && !'[secret] [e-mail] [phone]'.includes(text))
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        assert.equal(redact(before + value + after, [value]).includes(value), false)
      }),
    )
  })

  test('takes out a tiny secret only as a word of its own', () => {
    assert.equal(redact('pin 17 of 1700', ['17']), 'pin [secret] of 1700')
  })

  for (const [text, safe] of [
    [
      'POST https://p.example/rest/1/abcdef12345/crm.deal.get',
      'POST https://p.example/rest/1/[secret]/crm.deal.get',
    ],
    [
      '{"url":"https:\\/\\/p.example\\/rest\\/12\\/zzz9\\/profile"}',
      '{"url":"https:\\/\\/p.example\\/rest\\/12\\/[secret]\\/profile"}',
    ],
    ['%2Frest%2F1%2Fabcdef%2Fprofile', '%2Frest%2F1%2F[secret]%2Fprofile'],
    ['https://user:pa55@h.example/', 'https://[secret]@h.example/'],
    ['Authorization: Bearer abc.def-1', 'Authorization: [secret]'],
    ['{"authorization":"Basic dTpw"}', '{"authorization":"[secret]"}'],
    ['sent Bearer eyJhbGciOi.x.y to', 'sent Bearer [secret] to'],
    ['/x?access_token=q1w2&page=2', '/x?access_token=[secret]&page=2'],
    ['auth%5Bapplication_token%5D=q1w2&event=X', 'auth%5Bapplication_token%5D=[secret]&event=X'],
    ['{"client_secret":"q1\\"w2","id":1}', '{"client_secret":"[secret]","id":1}'],
    ['no buyer ivan.petrov+1@mail.example.ru here', 'no buyer [e-mail] here'],
    ['contacts/ivan%40example.com', 'contacts/[e-mail]'],
    ['rest/1/abcdef/profile', 'rest/1/[secret]/profile'],
    ['q=%2B7%20%28912%29%20345-67-89&p=8+912+345+67+89', 'q=[phone]&p=[phone]'],
    ['call +7 (912) 345-67-89 or 89123456789', 'call [phone] or [phone]'],
  ] as const) {
    test(`makes "${text}" safe without a list`, () => {
      assert.equal(redact(text), safe)
    })
  }

  for (const text of [
    'Order 5012 of 2026-04-01 10:00:00+03:00 not found',
    'items[0].offer.id: Offer with id 700123456 not found.',
    'Token has been revoked',
    'Wrong "apiKey" value.',
    'at 1760000000000, sum 12345.67 RUB',
    'GET /api/v5/orders/5012/edit',
  ]) {
    test(`leaves "${text}" as it is`, () => {
      assert.equal(redact(text, ['sentinel']), text)
    })
  }

  test('stays fast on a long hostile text', () => {
    const started = performance.now()
    for (const piece of ['a-', 'rest/1/', 'token', 'x@', '+7 ', '://', 'auth='])
      redact(piece.repeat(20_000), [SENTINEL])
    assert.ok(performance.now() - started < 5_000)
  })
})

describe('safeText', () => {
  test('gives one short line without tags', () => {
    const line = safeText(`<html><b>Bad\n\tgateway</b> ${'x'.repeat(500)}`, createRedactor())
    assert.equal(line.length, 300)
    assert.match(line, /^Bad gateway x+…$/)
  })

  test('shows no half of a secret at either cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (shift) => {
        const near = 'y'.repeat(shift) + ' ' + 'Sentinel'.repeat(5)
        const far = `${'apikey=a '.repeat(1_800)}${'z'.repeat(shift)}${'Sentinel'.repeat(5)}`
        for (const text of [near, far]) {
          assert.doesNotMatch(safeText(text, createRedactor(['Sentinel'.repeat(5)]), 310), /Sen/)
        }
      }),
    )
  })
})

describe('safeUrl', () => {
  test('keeps scheme, host and path only, without tokens in the path', () => {
    assert.equal(
      safeUrl('https://u:p@h.example:8443/rest/1/abc/m?auth=1#x'),
      'https://h.example:8443/rest/1/[secret]/m',
    )
    assert.equal(
      safeUrl('https://h.example/hook/0123456789abcdef0123456789'),
      'https://h.example/hook/[secret]',
    )
    assert.equal(
      safeUrl('https://h.example/order/7d8f3c1e-1111-2222-3333-444455556666'),
      'https://h.example/order/7d8f3c1e-1111-2222-3333-444455556666',
    )
    assert.equal(safeUrl('not a url sentinel'), '[not a URL]')
  })
})

describe('safeCause', () => {
  test('keeps name, code and message and loses the secret through the whole chain', () => {
    const inner = Object.assign(new Error('connect to sentinel failed'), {
      code: 'ECONNRESET',
      url: 'sentinel',
    })
    const safe = safeCause(new TypeError('fetch sentinel', { cause: inner }), createRedactor(['sentinel']))
    assert.doesNotMatch(inspect(safe, { depth: 9, showHidden: true }), /sentinel/)
    assert.equal(safe?.name, 'TypeError')
    assert.equal(Reflect.get(safe?.cause ?? {}, 'code'), 'ECONNRESET')
  })
})

describe('Secret', () => {
  test('prints as [secret] everywhere and gives its value on demand', () => {
    const settings = { url: 'https://x', deep: { key: new Secret('sentinel') } }
    const shown = [
      String(settings.deep.key),
      'key: ' + settings.deep.key.toString(),
      JSON.stringify(settings),
      inspect(settings, { showHidden: true, depth: 9 }),
      Object.keys(settings.deep.key).join(),
    ]
    assert.doesNotMatch(shown.join(), /sentinel/)
    assert.equal(settings.deep.key.reveal(), 'sentinel')
    assert.deepEqual(secretsOf(settings), ['sentinel'])
  })
})
