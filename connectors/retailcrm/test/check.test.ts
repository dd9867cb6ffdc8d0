import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import {
  shopDictionaries,
  wordsIn,
  type DictionaryEntry,
  type Finding,
  type ShopDictionaries,
} from '@mufta/kit'
import type { RetailCrmOptions } from '@mufta/testing'
import { FindingWords } from '@mufta/testing/acceptance'
import connector, { settingsSchema } from '../src/index.ts'
import { check } from '../src/check.ts'
import type { RetailCrmClient } from '../src/client.ts'
import type { Credentials } from '../src/wire.ts'
import { openBench, openClient } from './crm.ts'
import { apiKey } from './orders.ts'

const entry = (code: string, active = true): DictionaryEntry => ({ code, name: `name of ${code}`, active })

function shop(change: Partial<ShopDictionaries> = {}): ShopDictionaries {
  const empty = Object.fromEntries(shopDictionaries.map((name) => [name, []])) as unknown as ShopDictionaries
  return {
    ...empty,
    statuses: ['N', 'P', 'A', 'D', 'F'].map((code) => entry(code)),
    paymentTypes: [entry('2'), entry('3')],
    deliveryTypes: [entry('2'), entry('3')],
    ...change,
  }
}

interface Given {
  readonly settings?: Record<string, unknown>
  readonly crm?: RetailCrmOptions
  readonly shop?: Partial<ShopDictionaries>
  readonly currencies?: readonly string[]
}

const words = new FindingWords()

async function findings(t: TestContext, given: Given = {}) {
  const bench = await openBench(t, given.settings, given.crm)
  const found = await check({
    client: bench.client,
    settings: bench.settings,
    shop: shop(given.shop),
    currencies: given.currencies ?? ['RUB'],
  })
  return words.read(found)
}

function english({ message }: Finding): string {
  return wordsIn(message, 'en')
}

async function problems(t: TestContext, given: Given = {}) {
  return (await findings(t, given)).filter((finding) => finding.level !== 'ok')
}

const wayBack = {
  'availability-confirmed': 'N',
  prepayed: 'P',
  'send-to-assembling': 'A',
  'assembling-complete': 'A',
  'send-to-delivery': 'D',
}
const complete = {
  statusesToShop: { ...wayBack },
}

describe('check', () => {
  it('finds nothing wrong with a complete connection', async (t) => {
    const found = await findings(t, { settings: complete })
    assert.deepEqual(
      found.filter((finding) => finding.level !== 'ok'),
      [],
    )
    assert.deepEqual(
      found.map((finding) => finding.code),
      [
        'RETAILCRM_KEY_OK',
        'RETAILCRM_SCOPES_OK',
        'RETAILCRM_SITE_OK',
        'RETAILCRM_CURRENCY_OK',
        'RETAILCRM_STATUS_OK',
        'RETAILCRM_PAYMENT_TYPE_OK',
        'RETAILCRM_DELIVERY_TYPE_OK',
        'RETAILCRM_STORE_OFF',
      ],
    )
  })

  it('says what to do about each thing it finds', async (t) => {
    const found = await problems(t, {
      settings: {
        statuses: {},
        paymentTypes: {},
        deliveryTypes: {},
        orderType: 'x',
        cancelStatus: 'complete',
      },
    })
    assert.ok(found.length > 10)
    for (const finding of found) assert.ok(wordsIn(finding.fix ?? '', 'en').length > 10, finding.code)
  })

  it('stops at a refused key', async (t) => {
    const found = await findings(t, { settings: { apiKey: 'other-key-entirely' } })
    assert.deepEqual(
      found.map((finding) => finding.code),
      ['RETAILCRM_KEY_REFUSED'],
    )
    assert.ok(!JSON.stringify(found).includes('other-key-entirely'))
  })

  it('tells a wrong account address', async (t) => {
    const found = await findings(t, { crm: { hasAccount: false } })
    assert.deepEqual(
      found.map((finding) => finding.code),
      ['RETAILCRM_KEY_REFUSED'],
    )
    assert.match(found.map(english).join(), /no such RetailCRM account/)
  })

  it('tells a CRM that cannot be reached', async (t) => {
    const { client, settings } = openClient(t, 'http://127.0.0.1:1')
    const found = words.read(await check({ client, settings, shop: shop(), currencies: [] }))
    assert.deepEqual(
      found.map((finding) => finding.code),
      ['RETAILCRM_UNREACHABLE'],
    )
  })

  it('names the rights that the key lacks', async (t) => {
    const crm = {
      apiKey: 'main-key',
      keys: [{ key: apiKey, scopes: ['order_read', 'reference_read', 'customer_write'] as const }],
    }
    const missing = (await problems(t, { settings: complete, crm })).filter(
      (finding) => finding.code === 'RETAILCRM_SCOPE_MISSING',
    )
    assert.deepEqual(
      missing.map((finding) => /"(.+?)"/.exec(english(finding))?.[1]),
      ['order_write', 'order_history_read'],
    )
  })

  it('says when the key may not read dictionaries', async (t) => {
    const crm = { apiKey: 'main-key', keys: [{ key: apiKey, scopes: ['order_read'] as const }] }
    assert.ok((await problems(t, { crm })).some((finding) => finding.code === 'RETAILCRM_DICTIONARIES'))
  })

  it('finds a shop of the CRM that is unknown, denied or not chosen', async (t) => {
    const sites = ['shop-ru', 'shop-kz']
    const codes = async (given: Given) =>
      (await problems(t, given)).map((finding) => finding.code).filter((code) => code.includes('SITE'))
    assert.deepEqual(await codes({ settings: { ...complete, site: 'shop-by' }, crm: { sites } }), [
      'RETAILCRM_SITE_UNKNOWN',
    ])
    assert.deepEqual(await codes({ settings: { ...complete, site: undefined }, crm: { sites } }), [
      'RETAILCRM_SITE_NOT_CHOSEN',
    ])
    const keys = [{ key: apiKey, sites: ['shop-kz'] }]
    assert.deepEqual(await codes({ settings: complete, crm: { sites, apiKey: 'main-key', keys } }), [
      'RETAILCRM_SITE_UNKNOWN',
    ])
  })

  it('looks at each shop that the sites lead to, and finds a site without one', async (t) => {
    const given = { shop: { sites: [entry('s1'), entry('s2')] }, crm: { sites: ['shop-ru', 'shop-kz'] } }
    const about = async (sites: Record<string, string>, crm: Partial<RetailCrmOptions> = {}, site?: string) =>
      (await findings(t, { ...given, settings: { ...complete, sites, site }, crm: { ...given.crm, ...crm } }))
        .filter(({ code }) => code.includes('SITE'))
        .map((finding) => [finding.code, /"(s\d|shop-..)"/.exec(english(finding))?.[1]])
    assert.deepEqual(await about({ s1: 'shop-ru', s2: 'shop-kz' }), [
      ['RETAILCRM_SITES_OK', undefined],
      ['RETAILCRM_SITE_OK', 'shop-ru'],
      ['RETAILCRM_SITE_OK', 'shop-kz'],
    ])
    assert.deepEqual(await about({ s1: 'shop-kz' }), [
      ['RETAILCRM_SITES_UNMAPPED', 's2'],
      ['RETAILCRM_SITE_OK', 'shop-kz'],
    ])
    assert.deepEqual(
      await about({ s1: 'shop-kz', s2: 'shop-kz' }, {}, 'shop-ru'),
      [
        ['RETAILCRM_SITES_OK', undefined],
        ['RETAILCRM_SITE_OK', 'shop-kz'],
        ['RETAILCRM_SITE_OK', 'shop-ru'],
      ],
      'the shop of earlier orders is still read',
    )
    const keys = [{ key: apiKey, sites: ['shop-kz'] }]
    assert.deepEqual(await about({ s1: 'shop-ru', s2: 'shop-kz' }, { apiKey: 'main-key', keys }), [
      ['RETAILCRM_SITES_GONE', 's1'],
      ['RETAILCRM_SITE_OK', 'shop-kz'],
    ])
  })

  it('finds orders in another currency than the CRM counts in', async (t) => {
    const found = await problems(t, { settings: complete, currencies: ['RUB', 'KZT'] })
    assert.deepEqual(
      found.map((finding) => finding.code),
      ['RETAILCRM_CURRENCY'],
    )
    assert.match(found.map(english).join(), /KZT/)
    const crm = { sites: [{ code: 'shop-ru', currency: 'KZT' }] }
    const [other] = await problems(t, { settings: { ...complete, currency: 'RUB' }, crm })
    assert.match(wordsIn(other?.fix ?? '', 'ru'), /KZT/)
  })

  it('finds each unmapped status, payment system and delivery, but no switched-off one', async (t) => {
    const given = {
      statuses: [entry('N'), entry('Z')],
      paymentTypes: [entry('9')],
      deliveryTypes: [entry('8'), entry('7', false)],
    }
    const found = await problems(t, { settings: complete, shop: given })
    assert.deepEqual(
      found.map((finding) => [finding.code, /"(.+?)"/.exec(english(finding))?.[1]]),
      [
        ['RETAILCRM_STATUS_UNMAPPED', 'Z'],
        ['RETAILCRM_PAYMENT_TYPE_UNMAPPED', '9'],
        ['RETAILCRM_DELIVERY_TYPE_UNMAPPED', '8'],
      ],
    )
  })

  it('looks at stores only where they are mapped, and then at each of them', async (t) => {
    const given = { stores: [entry('1'), entry('2'), entry('3', false)] }
    const about = async (stores: Record<string, string>) =>
      (await findings(t, { settings: { ...complete, stores }, shop: given }))
        .filter(({ code }) => code.startsWith('RETAILCRM_STORE'))
        .map((finding) => [finding.level, finding.code, /"(\d)"/.exec(english(finding))?.[1]])
    assert.deepEqual(await about({}), [['ok', 'RETAILCRM_STORE_OFF', undefined]])
    assert.deepEqual(await about({ '1': 'main', '2': 'shop-center' }), [
      ['ok', 'RETAILCRM_STORE_OK', undefined],
    ])
    assert.deepEqual(await about({ '1': 'gone' }), [
      ['error', 'RETAILCRM_STORE_UNMAPPED', '2'],
      ['error', 'RETAILCRM_STORE_GONE', '1'],
    ])
  })

  it('finds codes that the CRM does not have or has switched off', async (t) => {
    const settings = {
      ...complete,
      statuses: { N: 'new', P: 'client-confirmed', A: 'assembling', D: 'delivering', F: '3' },
      paymentTypes: { '2': 'cash', '3': 'credit' },
      deliveryTypes: { '2': 'courier', '3': 'teleport' },
      orderMethod: 'by-pigeon',
      paymentStatuses: { paid: 'paid', notPaid: 'gone' },
    }
    const found = (await problems(t, { settings })).filter((finding) => finding.level === 'error')
    assert.deepEqual(
      found.map((finding) => finding.code),
      [
        'RETAILCRM_STATUS_GONE',
        'RETAILCRM_PAYMENT_TYPE_GONE',
        'RETAILCRM_DELIVERY_TYPE_GONE',
        'RETAILCRM_CODE_GONE',
        'RETAILCRM_CODE_GONE',
      ],
    )
  })

  it('finds an ambiguous way back, a cancel status that is none, and CRM statuses that mean nothing', async (t) => {
    const ambiguous = { N: 'new', P: 'new', A: 'assembling', D: 'delivering', F: 'complete' }
    const found = await problems(t, { settings: { statuses: ambiguous, cancelStatus: 'prepayed' } })
    const codes = new Set(found.map((finding) => finding.code))
    assert.ok(codes.has('RETAILCRM_STATUS_AMBIGUOUS'))
    assert.ok(codes.has('RETAILCRM_CANCEL_STATUS'))
    assert.ok(codes.has('RETAILCRM_STATUS_NO_WAY_BACK'))
  })

  it('finds a shop that is kept from the key, and a key that does not tell its rights', async (t) => {
    const { client, settings } = await openBench(t, complete)
    const telling = (credentials: Credentials) =>
      check({
        client: {
          credentials: async () => credentials,
          dictionaries: () => client.dictionaries(),
        } as unknown as RetailCrmClient,
        settings,
        shop: shop(),
        currencies: [],
      })
    const codes = (found: readonly Finding[]) =>
      found.filter(({ level }) => level !== 'ok').map(({ code }) => code)
    const denied = await telling({ isSelective: true, sites: [], scopes: ALL_SCOPES })
    assert.deepEqual(codes(words.read(denied)), ['RETAILCRM_SITE_DENIED'])
    const silent = await telling({ isSelective: false, sites: [], scopes: undefined })
    assert.deepEqual(codes(words.read(silent)), ['RETAILCRM_SCOPES_UNKNOWN'])
  })

  it('says everything that it can find in both languages', () => {
    words.assertRead(codesOfSources())
  })
})

const ALL_SCOPES = ['order_read', 'order_write', 'order_history_read', 'customer_write', 'reference_read']

/** Every code that check can give; those of a mapping are its prefix with an end. */
function codesOfSources(): readonly string[] {
  const sources = ['check.ts', 'check-mapping.ts', 'mapping-subjects.ts'].map((file) =>
    readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8'),
  )
  const found = (pattern: RegExp) =>
    sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = '']) => name))
  const prefixes = found(/code: '(RETAILCRM_\w+)'/g)
  const ends = found(/`\$\{code\}_([A-Z]+)`/g)
  assert.deepEqual([prefixes.length, ends.length], [5, 3])
  return [
    ...found(/'(RETAILCRM_\w+)'/g).filter((code) => !prefixes.includes(code)),
    ...prefixes.flatMap((prefix) => ends.map((end) => `${prefix}_${end}`)),
  ]
}

describe('connector', () => {
  it('gives the live dictionaries by name', async (t) => {
    const bench = await openBench(t)
    const dictionaries = (await connector.dictionaries?.(bench.client)) ?? {}
    assert.deepEqual(Object.keys(dictionaries).toSorted(), [
      'deliveryTypes',
      'orderMethods',
      'orderTypes',
      'paymentStatuses',
      'paymentTypes',
      'sites',
      'statuses',
      'stores',
    ])
    assert.deepEqual(dictionaries['statuses']?.find((one) => one.code === '3')?.active, false)
    assert.deepEqual(
      dictionaries['sites']?.map((one) => one.code),
      ['shop-ru'],
    )
  })

  it('needs only an address and a key to start with', () => {
    const parsed = settingsSchema.parse({ url: 'https://demo.retailcrm.ru', apiKey: 'k' })
    assert.deepEqual([parsed.pollSeconds, parsed.orderType, parsed.statuses], [30, 'eshop-individual', {}])
  })

  it('does not accept a setting that it does not know', () => {
    assert.equal(
      settingsSchema.safeParse({ url: 'https://demo.retailcrm.ru', apiKey: 'k', statusses: {} }).success,
      false,
    )
  })

  it('has a title in both languages for every setting', () => {
    for (const [name, field] of Object.entries(settingsSchema.shape)) {
      const { title } = (field.meta() ?? {}) as { title?: { en?: string; ru?: string } }
      assert.ok(title?.en && title.ru, name)
    }
  })

  it('installs and uninstalls twice, saying what it did', async (t) => {
    const bench = await openBench(t)
    const context = { client: bench.client, settings: bench.settings }
    for (let round = 0; round < 2; round++) {
      assert.equal((await connector.installer?.install(context))?.length, 1)
      assert.equal((await connector.installer?.uninstall(context))?.length, 1)
    }
  })
})
