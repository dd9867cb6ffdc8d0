import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { AuthError, RetryableError, wordsIn, type Words } from '@mufta/kit'
import { FindingWords } from '@mufta/testing/acceptance'
import { createRestShop, type RestShopOptions } from '../src/index.ts'
import { FakeClient, Page, recordingLog, refusal, type Handler } from './shop-fake.ts'

const refuse =
  (code: string): Handler =>
  () => {
    throw refusal(code)
  }

const SITE: Record<string, Handler> = {
  'sale.status.list': () => ({
    statuses: [
      { id: 'N', type: 'O' },
      { id: 'F', type: 'O' },
      { id: 'DN', type: 'D' },
      { id: 'X', type: 'O' },
    ],
  }),
  'sale.statusLang.list': () => ({
    statusLangs: [
      { statusId: 'N', lid: 'en', name: 'New' },
      { statusId: 'N', lid: 'ru', name: 'Принят' },
      { statusId: 'F', lid: 'ru', name: '' },
      { statusId: 'F', lid: 'en', name: 'Done' },
      { statusId: 'DN', lid: 'en', name: 'Waiting' },
    ],
  }),
  'sale.persontype.list': () => ({
    personTypes: [
      { id: 3, name: 'Individual', active: 'Y' },
      { id: 4, name: 'Company', active: 'N' },
    ],
  }),
  'sale.paysystem.list': () => [
    { ID: 48, NAME: 'Card', ACTIVE: 'Y', ENTITY_REGISTRY_TYPE: 'ORDER' },
    { ID: 49, NAME: 'Invoice', ACTIVE: 'Y', ENTITY_REGISTRY_TYPE: 'CRM_INVOICE' },
  ],
  'sale.delivery.getlist': () => [{ ID: '2', NAME: 'Courier', ACTIVE: 'N' }],
  'sale.order.list': () => ({
    orders: [
      { id: 2, lid: 's2' },
      { id: 1, lid: 's1' },
      { id: 3, lid: 's2' },
    ],
  }),
  'sale.payment.list': () => ({
    payments: [
      { paySystemId: 5, paySystemName: 'Cash' },
      { paySystemId: 5, paySystemName: 'Cash' },
    ],
  }),
  'sale.shipment.list': () => ({
    shipments: [
      { deliveryId: 9, deliveryName: 'System', system: 'Y' },
      { deliveryId: 2, deliveryName: 'Courier' },
    ],
  }),
  'sale.property.list': () => [
    { id: 1, personTypeId: 3, code: 'A', isEmail: 'Y' },
    { id: 2, personTypeId: 3, code: 'B', isPhone: 'Y' },
  ],
  'catalog.store.list': () => ({
    stores: [
      { id: 1, title: 'Main', active: 'Y' },
      { id: 2, title: '', active: 'N' },
    ],
  }),
  scope: () => ['sale', 'pay_system', 'catalog'],
}

function open(handlers: Record<string, Handler> = {}, options: Partial<RestShopOptions> = {}) {
  const client = new FakeClient({ ...SITE, ...handlers })
  const { log, warnings } = recordingLog()
  const clock = () => Date.parse('2026-03-01T12:00:05+03:00')
  const shop = createRestShop({ client, auth: 'webhook', applicationToken: 'token', log, clock, ...options })
  return { client, shop, warnings }
}

test('dictionaries come in one request, with names in Russian, then English', async () => {
  const { client, shop, warnings } = open()

  const names = await shop.dictionaries()

  assert.deepEqual(names, {
    statuses: [
      { code: 'N', name: 'Принят', active: true },
      { code: 'F', name: 'Done', active: true },
      { code: 'X', name: 'X', active: true },
    ],
    shipmentStatuses: [{ code: 'DN', name: 'Waiting', active: true }],
    paymentTypes: [{ code: '48', name: 'Card', active: true }],
    deliveryTypes: [{ code: '2', name: 'Courier', active: false }],
    personTypes: [
      { code: '3', name: 'Individual', active: true },
      { code: '4', name: 'Company', active: false },
    ],
    sites: [
      { code: 's1', name: 's1', active: true, fromOrders: true },
      { code: 's2', name: 's2', active: true, fromOrders: true },
    ],
    stores: [
      { code: '1', name: 'Main', active: true },
      { code: '2', name: '2', active: false },
    ],
  })
  assert.equal(client.halted.length, 1)
  assert.deepEqual(warnings, [])
})

test('a dictionary of more than a page is read to its end, and only that one', async () => {
  const { client, shop } = open({
    'sale.statusLang.list': ({ start }) =>
      start === 50
        ? { statusLangs: [{ statusId: 'X', lid: 'ru', name: 'Икс' }] }
        : new Page({ statusLangs: [{ statusId: 'N', lid: 'ru', name: 'Принят' }] }, 50),
  })

  const { statuses } = await shop.dictionaries()

  assert.deepEqual(
    statuses.map(({ name }) => name),
    ['Принят', 'F', 'Икс'],
  )
  assert.equal(client.methods().filter((method) => method === 'sale.statusLang.list').length, 2)
  assert.equal(client.methods().filter((method) => method === 'sale.status.list').length, 1)
})

test('what the key may not list is taken from recent orders, with a warning', async () => {
  const { shop, warnings } = open({
    'sale.paysystem.list': refuse('insufficient_scope'),
    'sale.delivery.getlist': refuse('ACCESS_DENIED'),
  })

  const { paymentTypes, deliveryTypes } = await shop.dictionaries()

  assert.deepEqual(paymentTypes, [{ code: '5', name: 'Cash', active: true, fromOrders: true }])
  assert.deepEqual(deliveryTypes, [{ code: '2', name: 'Courier', active: true, fromOrders: true }])
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['SHOP_DICTIONARY_REFUSED', 'SHOP_DICTIONARY_REFUSED'],
  )
})

test('a key without the catalogue has no stores, and every other dictionary', async () => {
  for (const code of ['insufficient_scope', '200040300010', 'ERROR_METHOD_NOT_FOUND']) {
    const { shop, warnings } = open({ 'catalog.store.list': refuse(code) })

    const { stores, deliveryTypes } = await shop.dictionaries()

    assert.deepEqual([stores.length, deliveryTypes.length], [0, 1], code)
    assert.deepEqual(warnings, [])
  }
})

test('a dictionary that is needed and refused is an error, and so is a missing list', async () => {
  await assert.rejects(open({ 'sale.status.list': refuse('200040300010') }).shop.dictionaries(), {
    facts: { systemCode: '200040300010' },
  })
  await assert.rejects(open({ 'sale.paysystem.list': refuse('ERROR_CORE') }).shop.dictionaries(), {
    facts: { systemCode: 'ERROR_CORE' },
  })
  await assert.rejects(open({ 'catalog.store.list': refuse('ERROR_CORE') }).shop.dictionaries(), {
    facts: { systemCode: 'ERROR_CORE' },
  })
  await assert.rejects(open({ 'sale.status.list': () => 'maintenance' }).shop.dictionaries(), {
    code: 'SHOP_ANSWER_SHAPE',
  })
})

const words = new FindingWords()

test('a healthy webhook has nothing to fix', async () => {
  const findings = words.read(await open({ 'event.get': refuse('WRONG_AUTH_TYPE') }).shop.check())

  assert.deepEqual(
    findings.filter(({ level }) => level !== 'ok'),
    [],
  )
  assert.ok(findings.some(({ code }) => code === 'SITE_EVENTS_BY_POLL'))
})

test('each thing that is wrong is found and comes with what to do', async () => {
  const check = async (
    handlers: Record<string, Handler>,
    options: Partial<RestShopOptions> = {},
  ): Promise<string[]> => {
    const findings = words.read(await open({ 'event.get': () => [], ...handlers }, options).shop.check())
    for (const finding of findings)
      assert.equal(finding.fix !== undefined, finding.level !== 'ok', finding.code)
    return findings.filter(({ level }) => level !== 'ok').map(({ code }) => code)
  }

  assert.deepEqual(await check({ scope: () => ['crm'] }), ['SITE_SCOPE_MISSING'])
  assert.deepEqual(await check({ 'sale.order.list': refuse('200040300010') }), ['SITE_ORDERS_REFUSED'])
  assert.deepEqual(await check({ 'sale.order.list': refuse('ERROR_METHOD_NOT_FOUND') }), [
    'SITE_NO_SALE_MODULE',
  ])
  assert.deepEqual(await check({ 'sale.paysystem.list': refuse('insufficient_scope') }), [
    'SITE_PAYMENT_SYSTEMS_REFUSED',
  ])
  assert.deepEqual(await check({ 'sale.property.list': () => [] }), [
    'SITE_PROPERTY_NO_EMAIL',
    'SITE_PROPERTY_NO_PHONE',
  ])
  assert.deepEqual(await check({ 'sale.property.list': refuse('200040300010') }), ['SITE_PROPERTIES_REFUSED'])
  assert.deepEqual(await check({}, { clock: () => Date.parse('2026-03-01T12:05:00+03:00') }), [
    'SITE_CLOCK_DIFFERS',
  ])
  assert.deepEqual(await check({ 'event.get': refuse('ACCESS_DENIED') }, { auth: 'oauth' }), [
    'SITE_EVENTS_BY_POLL',
  ])
  assert.deepEqual(await check({ 'sale.delivery.getlist': refuse('ACCESS_DENIED') }), [
    'SITE_DELIVERIES_REFUSED',
  ])
  assert.deepEqual(await check({ 'catalog.store.list': refuse('insufficient_scope') }), [
    'SITE_STORES_REFUSED',
  ])
  assert.deepEqual(await check({}, { auth: 'oauth', applicationToken: undefined }), [
    'SITE_NO_APPLICATION_TOKEN',
  ])
})

test('a dead key and a silent site are told apart', async () => {
  const failing = async (error: Error): Promise<string[]> => {
    const { client, shop } = open()
    client.batch = async () => {
      throw error
    }
    return words.read(await shop.check()).map(({ code }) => code)
  }

  assert.deepEqual(await failing(new AuthError('PORTAL_CREDENTIALS', 'dead')), ['SITE_KEY_REFUSED'])
  assert.deepEqual(await failing(new RetryableError('PORTAL_DOWN', 'down')), ['SITE_UNREACHABLE'])
})

test('everything that the check can find is said in both languages', () => {
  const codesIn = (file: string): readonly string[] => {
    const source = readFileSync(new URL(`../src/rest/shop/${file}`, import.meta.url), 'utf8')
    return [...source.matchAll(/'(SITE_[A-Z_]+)'/g)].map(([, code = '']) => code)
  }
  const lists = codesIn('check-lists.ts')
  const codes = [...codesIn('check.ts'), ...lists, ...lists.map((code) => `${code}_REFUSED`)]
  assert.ok(codes.length > 15)
  words.assertRead([...codes, 'SITE_PROPERTY_NO_EMAIL', 'SITE_PROPERTY_NO_PHONE'])
})

/** Bindings as a portal keeps them: a second binding of a pair is refused. */
function bindings(feature: Handler = () => ({ value: 'Y' })) {
  const bound: { event: string; handler?: string; offline: number }[] = []
  const at = (params: Record<string, unknown>): number =>
    bound.findIndex((row) => row.event === params['event'] && row.handler === params['handler'])
  const handlers: Record<string, Handler> = {
    'event.get': () => bound,
    'event.bind': (params) => {
      if (at(params) >= 0) throw refusal('ERROR_CORE')
      const offline = params['event_type'] === 'offline' ? 1 : 0
      bound.push({
        event: String(params['event']),
        offline,
        ...(offline === 0 && { handler: String(params['handler']) }),
      })
      return true
    },
    'event.unbind': (params) => ({ count: bound.splice(at(params), 1).length }),
    'feature.get': feature,
  }
  return { bound, handlers }
}

const HANDLER = 'https://mufta.example.com/hooks/shop-crm/site'

function inEnglish(lines: readonly Words[]): readonly string[] {
  return lines.map((line) => wordsIn(line, 'en'))
}

test('an application binds what is missing, and only once', async () => {
  const { bound, handlers } = bindings()
  const { shop } = open(handlers, { auth: 'oauth' })
  bound.push({ event: 'ONSALEORDERSAVED', handler: 'https://other.example.com/', offline: 0 })

  const first = inEnglish(await shop.subscribe(HANDLER))
  const second = inEnglish(await shop.subscribe(HANDLER))

  assert.equal(bound.length, 5)
  assert.ok(first.every((line) => line.startsWith('bound')))
  assert.ok(second.every((line) => line.startsWith('already bound')))
  await shop.unsubscribe(HANDLER)
  assert.deepEqual(bound, [{ event: 'ONSALEORDERSAVED', handler: 'https://other.example.com/', offline: 0 }])
  assert.deepEqual(inEnglish(await shop.unsubscribe(HANDLER)), ['nothing was bound'])
})

test('offline events are bound only where the plan has them', async () => {
  const { bound, handlers } = bindings(() => ({ value: 'N' }))
  const { shop } = open(handlers, { auth: 'oauth' })

  const lines = inEnglish(await shop.subscribe(HANDLER))

  assert.deepEqual(
    bound.map(({ offline }) => offline),
    [0, 0],
  )
  assert.match(lines.join('\n'), /polling/)
  const queued = await shop.eventQueue?.reserve({})
  assert.deepEqual(queued, { reservation: null, events: [], ignored: [] })
})

test('a webhook binds nothing and says what an administrator can do', async () => {
  const { client, shop } = open()

  assert.match(inEnglish(await shop.subscribe(HANDLER)).join('\n'), /outgoing webhook/)
  assert.equal((await shop.unsubscribe(HANDLER)).length, 1)
  assert.deepEqual(client.asked, [])
  assert.equal(shop.eventQueue, undefined)
})

const queued = (name: string, data: unknown = { FIELDS: { ID: '300' } }) => ({
  ID: '1',
  EVENT_NAME: name,
  EVENT_DATA: data,
})

test('offline events are reserved, never deleted by reading, and an earlier reservation comes again', async () => {
  const { client, shop } = open(
    {
      'feature.get': refuse('ERROR_METHOD_NOT_FOUND'),
      'event.offline.list': () => [],
      'event.offline.get': ({ process_id: id }) => ({
        process_id: id ?? 'p1',
        events: [
          queued('ONSALEORDERSAVED'),
          queued('ONSALEBEFOREORDERDELETE', { FIELDS: { ID: 301 } }),
          queued('ONSALEORDERSAVED', false),
          queued('ONCRMDEALADD'),
        ],
      }),
      'event.offline.clear': () => true,
    },
    { auth: 'oauth' },
  )
  const queue = shop.eventQueue
  assert.ok(queue)

  const taken = await queue.reserve({ limit: 10 })
  assert.equal(taken.reservation, 'p1')
  assert.deepEqual(
    taken.events.map(({ id, deleted }) => [id, deleted]),
    [
      ['300', undefined],
      ['301', true],
    ],
  )
  assert.deepEqual(taken.ignored, ['ONSALEORDERSAVED', 'ONCRMDEALADD'])
  assert.deepEqual(await queue.reserve({ reservation: 'p1' }), taken)
  await queue.clear('p1')

  const calls = client.asked.filter(
    ({ method }) => method !== 'feature.get' && method !== 'event.offline.list',
  )
  assert.deepEqual(
    calls.map(({ params }) => params),
    [{ clear: 0, limit: 10 }, { clear: 0, limit: 50, process_id: 'p1' }, { process_id: 'p1' }],
  )
})

test('a reservation whose answer was lost is found in the queue and given out again', async () => {
  let rows: unknown[] = [
    { ID: 1, PROCESS_ID: '' },
    { ID: 2, PROCESS_ID: 'lost' },
  ]
  const { shop } = open(
    {
      'feature.get': () => ({ value: 'Y' }),
      'event.offline.list': () => rows,
      'event.offline.get': ({ process_id: id }) => ({
        process_id: id ?? null,
        events: id === 'lost' ? [queued('ONSALEORDERSAVED')] : [],
      }),
      'event.offline.clear': () => {
        rows = []
        return true
      },
    },
    { auth: 'oauth' },
  )
  const taken = await shop.eventQueue?.reserve({})
  assert.equal(taken?.reservation, 'lost')
  assert.equal(taken?.events.length, 1)
  await shop.eventQueue?.clear('lost')

  assert.equal((await shop.eventQueue?.reserve({}))?.reservation, null)
})

test('closing the shop closes its client, and bad options are refused at once', async () => {
  const { client, shop } = open()
  await shop.close()
  assert.equal(client.closed, 1)

  assert.throws(() => open({}, { overlapSeconds: -1 }), { code: 'SHOP_BAD_OPTIONS' })
  assert.throws(() => open({}, { overlapSeconds: Number.NaN }), { code: 'SHOP_BAD_OPTIONS' })
})
