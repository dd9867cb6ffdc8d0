import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { z } from 'zod'
import { ConfigError } from '../src/errors.ts'
import { describeSettings } from '../src/describe-settings.ts'
import { Secret } from '../src/secret.ts'
import { rule } from '../src/setting-problems.ts'
import { findProblems, httpsUrl, mapping, parseSettings, secret } from '../src/settings.ts'

const title = (en: string) => ({ en, ru: `${en} по-русски` })

const schema = z.strictObject({
  url: httpsUrl().meta({ title: title('Address'), hint: title('As in the browser') }),
  apiKey: secret().meta({ title: title('Key') }),
  site: z
    .string()
    .min(1)
    .optional()
    .meta({ title: title('Site') }),
  statuses: mapping()
    .default({ N: 'new' })
    .meta({ title: title('Statuses'), dictionary: { shop: 'statuses', external: 'statuses' } }),
  payment: z
    .strictObject({ paid: z.string(), notPaid: z.string() })
    .default({ paid: 'paid', notPaid: 'not-paid' })
    .meta({ title: title('Payment') }),
  order: z.enum(['a', 'b']).default('a'),
  pollSeconds: z.number().int().min(1).max(3600).default(30),
  isFast: z.boolean(),
  cancel: z.array(z.string()).default([]),
  people: z.record(z.string(), z.strictObject({ type: z.string() })).default({}),
  oldKey: secret().optional(),
})

const good = { url: ' https://crm.example/shop/ ', apiKey: 'sentinel-key', isFast: true }

describe('parseSettings', () => {
  test('gives typed settings with secrets wrapped and addresses trimmed', () => {
    const settings = parseSettings(schema, good, 'connections.a.settings')
    assert.ok(settings.apiKey instanceof Secret)
    assert.equal(settings.apiKey.reveal(), 'sentinel-key')
    assert.equal(settings.url, 'https://crm.example/shop')
    assert.deepEqual(settings.statuses, { N: 'new' })
    assert.doesNotMatch(
      inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings),
      /sentinel/,
    )
  })

  test('accepts a Secret where a secret is asked for', () => {
    const settings = parseSettings(schema, { ...good, apiKey: new Secret('k') }, 'x')
    assert.equal(settings.apiKey.reveal(), 'k')
  })

  test('names every problem by path with what to do, and no value', () => {
    const bad = {
      url: 'crm.example/sentinel',
      apiKey: '',
      statuses: { N: 7 },
      order: 'sentinel',
      pollSeconds: 0,
      sentinelNot: 'sentinel',
      payment: { paid: 'x' },
    }
    assert.throws(
      () => parseSettings(schema, bad, 'connections.a.settings'),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(error.code, 'SETTINGS_INVALID')
        for (const text of [
          'connections.a.settings is not right',
          'url must be a full address that begins with https://',
          'apiKey ',
          'statuses.N must be a string',
          'order must be one of a, b',
          'pollSeconds must be 1 or more',
          'isFast is missing: add it',
          'payment.notPaid is missing: add it',
          'sentinelNot is unknown',
        ]) {
          assert.ok(error.message.includes(text), text)
        }
        assert.doesNotMatch(inspect(error).replaceAll('sentinelNot', ''), /sentinel/)
        return true
      },
    )
  })

  test('tells every problem in Russian too, from what the schema found and not from its English', () => {
    const wide = z.strictObject({
      name: z.string().min(1),
      code: z.string().min(3).max(5),
      list: z.array(z.string()).min(2),
      share: z.number().positive().multipleOf(0.5),
      whole: z.int().max(9),
      link: z.url(),
      site: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('rest') }),
        z.strictObject({ kind: z.literal('bridge') }),
      ]),
      mode: z.literal('test'),
      odd: z
        .number()
        .refine((value) => value % 2 === 1, rule({ en: 'must be odd', ru: 'должно быть нечётным' })),
      table: z.record(
        z.string().refine((key) => key !== 'no', rule({ en: 'bad name', ru: 'плохое имя' })),
        z.boolean(),
      ),
    })
    const wrong = {
      name: '',
      code: 'x',
      list: [],
      share: -1,
      whole: 10,
      link: 'x',
      site: { kind: 'ftp' },
      mode: 'prod',
      odd: 2,
      table: { no: true, yes: 'x' },
      more: 1,
    }
    assert.deepEqual(
      findProblems(wide, wrong).map(({ path, text: { en, ru } }) => [path, en, ru]),
      [
        ['name', 'must not be empty', 'не должно быть пустым'],
        ['code', 'must have 3 characters or more', 'длина не меньше 3'],
        ['list', 'must have 2 entries or more', 'записей не меньше 2'],
        ['share', 'must be more than 0', 'должно быть больше 0'],
        ['whole', 'must be 9 or less', 'не больше 9'],
        [
          'link',
          'must be a full address such as https://shop.example',
          'нужен полный адрес, как https://shop.example',
        ],
        ['site.kind', 'must be one of rest, bridge', 'нужно одно из: rest, bridge'],
        ['mode', 'must be test', 'нужно test'],
        ['odd', 'must be odd', 'должно быть нечётным'],
        ['table.no', 'bad name', 'плохое имя'],
        ['table.yes', 'must be true or false', 'нужно true или false'],
        [
          'more',
          'is unknown: remove it or correct its name',
          'такой настройки нет: уберите или исправьте имя',
        ],
      ],
    )
    assert.throws(
      () => parseSettings(schema, { ...good, url: 'x', isFast: undefined }, 'connections.a.settings'),
      (error) =>
        error instanceof ConfigError &&
        error.ru ===
          'В connections.a.settings ошибки: url — нужен полный адрес, который начинается с https://, без имени и пароля; isFast — не задано: добавьте',
    )
  })

  test('drops a text of a connector that repeats the value', () => {
    const quoting = z.strictObject({
      key: z.string().refine(() => false, { error: ({ input }) => `${String(input)} is bad` }),
    })
    assert.throws(
      () => parseSettings(quoting, { key: 'sentinel' }, 'x'),
      (error) =>
        error instanceof Error &&
        /key is not right/.test(error.message) &&
        !error.message.includes('sentinel'),
    )
  })

  for (const url of ['crm.example', 'ftp://x', 'https://u:p@x.example', 'javascript:alert(1)', '']) {
    test(`refuses "${url}" as an address`, () => {
      assert.throws(() => parseSettings(schema, { ...good, url }, 'x'), {
        code: 'SETTINGS_INVALID',
        facts: { field: 'url' },
      })
    })
  }
})

describe('describeSettings', () => {
  test('lists the fields of a schema in order, with kind, title, need and default', () => {
    const fields = describeSettings(schema)
    assert.deepEqual(
      fields.map(({ path, kind, required }) => `${path} ${kind} ${required ? 'required' : 'optional'}`),
      [
        'url url required',
        'apiKey secret required',
        'site text optional',
        'statuses mapping optional',
        'payment.paid text optional',
        'payment.notPaid text optional',
        'order choice optional',
        'pollSeconds number optional',
        'isFast boolean required',
        'cancel list optional',
        'people json optional',
        'oldKey secret optional',
      ],
    )
    const byPath = new Map(fields.map((field) => [field.path, field]))
    assert.deepEqual(byPath.get('url')?.title, title('Address'))
    assert.deepEqual(byPath.get('url')?.hint, title('As in the browser'))
    assert.deepEqual(byPath.get('statuses')?.default, { N: 'new' })
    assert.deepEqual(byPath.get('statuses')?.dictionary, { shop: 'statuses', external: 'statuses' })
    assert.equal(byPath.get('payment.notPaid')?.default, 'not-paid')
    assert.equal(byPath.get('payment.paid')?.title.en, 'Payment: paid')
    assert.deepEqual(byPath.get('order')?.choices, ['a', 'b'])
    assert.deepEqual(byPath.get('order')?.title, { en: 'order', ru: 'order' })
  })
})
