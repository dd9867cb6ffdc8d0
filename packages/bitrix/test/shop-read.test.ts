import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PermanentError, RetryableError, type Order } from '@mufta/kit'
import { createRestShop } from '../src/index.ts'
import { FakeClient, fixture, refusal, type Handler } from './shop-fake.ts'

type Tree = Record<string, unknown>

const PROPERTIES = [
  { id: 20, personTypeId: 3, code: 'FIO', isPayer: 'Y' },
  { id: 21, personTypeId: 3, code: 'MAIL_OF_BUYER', isEmail: 'Y' },
  { id: 22, personTypeId: 3, code: 'EMAIL', isPhone: 'Y' },
  { id: 42, personTypeId: 3, code: 'CONTACT_ADDRESS', isAddress: 'Y' },
  { id: 26, personTypeId: 3, code: 'ADDRESS', isAddress: 'Y' },
]

/** The documented order, with changes. */
function documented(change: Tree = {}): { order: Tree } {
  return { order: { ...fixture('sale.order.get').response.result.order, ...change } }
}

function shopWith(
  get: Handler,
  properties: readonly Tree[] = PROPERTIES,
): { client: FakeClient; read: (id?: string) => Promise<Order> } {
  const client = new FakeClient({ 'sale.order.get': get, 'sale.property.list': () => properties })
  const shop = createRestShop({ client, auth: 'webhook' })
  const read = async (id = '236'): Promise<Order> => {
    const order = (await shop.readOrders([id])).get(id)
    assert.ok(order)
    return order
  }
  return { client, read }
}

test('the documented order is read with its basket, customer, payments and shipments', async () => {
  const order = await shopWith(() => documented()).read()

  const usd = (amount: string) => ({ amount, currency: 'USD' })
  assert.equal(order.id, '236')
  assert.equal(order.number, '392')
  assert.equal(order.updatedAt, '2024-02-28T17:37:11+02:00', 'the portal offset is kept')
  assert.deepEqual(order.total, usd('1480'))
  assert.deepEqual(order.tax, usd('163.33'))
  assert.deepEqual(order.customer, {
    id: '1',
    email: 'email@mail.com',
    phone: '14151234567',
    name: 'John Smith',
    address: 'test',
    zip: null,
  })
  assert.equal(order.items.length, 1)
  assert.equal(order.items[0]?.id, '255')
  assert.equal(order.items[0]?.vatRate, '20', 'the fraction 0.2 is 20 percent')
  assert.equal(order.items[0]?.productId, '348')
  assert.deepEqual(order.payments, [
    {
      id: '123',
      number: '392/1',
      paySystemId: '48',
      paySystemName: 'Card Payment',
      sum: usd('1480'),
      paid: false,
      paidAt: null,
      isReturn: false,
      xmlId: 'bx_65df530c472fa',
    },
  ])
  assert.deepEqual(order.shipments[0]?.items, [{ basketItemId: '255', quantity: '1' }])
  assert.deepEqual(order.shipments[0]?.price, usd('500'))
  assert.equal(order.shipments[0]?.storeId, '1', 'its goods are reserved there')
})

test('the customer is found by the flags of the person type, not by code', async () => {
  const order = await shopWith(() => documented()).read()

  const roles = Object.fromEntries(order.properties.map((property) => [property.id, property.role]))
  assert.deepEqual(roles, { 20: 'name', 21: 'email', 22: 'phone', 42: 'address', 26: 'address' })
})

test('codes are a fallback only for roles that no property of the person type is flagged with', async () => {
  const foreign = [{ id: 99, personTypeId: 4, code: 'EMAIL', isEmail: 'Y' }]
  const unflagged = fixture('sale.order.get').response.result.order.propertyValues.map((row: Tree) => ({
    id: row['orderPropsId'],
    personTypeId: 3,
    code: row['code'],
  }))
  const byCode = await shopWith(() => documented(), [...foreign, ...unflagged]).read()
  const phoneFlagged = await shopWith(
    () => documented(),
    [...unflagged, { id: 77, personTypeId: 3, code: 'MOBILE', isPhone: 'Y' }],
  ).read()

  assert.equal(byCode.customer.email, 'email@mail.com')
  assert.equal(byCode.customer.phone, '14151234567')
  assert.equal(phoneFlagged.customer.phone, null)
})

test('a profile name stands in for the payer only where no property is the payer', async () => {
  const values = [
    { orderPropsId: 1, code: 'COMPANY', name: 'Company', value: 'Romashka' },
    { orderPropsId: 2, code: 'CONTACT', name: 'Contact', value: 'Ivan' },
  ]
  const company = { id: 1, personTypeId: 3, code: 'COMPANY', isProfileName: 'Y' }
  const payer = { id: 2, personTypeId: 3, code: 'CONTACT', isPayer: 'Y' }
  const both = await shopWith(() => documented({ propertyValues: values }), [company, payer]).read()
  const alone = await shopWith(
    () => documented({ propertyValues: values }),
    [company, { ...payer, isPayer: 'N' }],
  ).read()

  assert.equal(both.customer.name, 'Ivan')
  assert.equal(alone.customer.name, 'Romashka')
})

test('amounts stay exact, and no VAT differs from a VAT of 0', async () => {
  const [row] = fixture('sale.order.get').response.result.order.basketItems
  const items = [
    {
      ...row,
      id: '1',
      price: 0.1 + 0.2,
      basePrice: '0.5',
      discountPrice: 0.2,
      quantity: 1.375,
      vatRate: null,
    },
    { ...row, id: 2, vatRate: 0, vatIncluded: 'N', productId: 0 },
    { ...row, id: 3, vatRate: '', basePrice: null, discountPrice: -20 },
  ]
  const order = await shopWith(() => documented({ basketItems: items, price: '1234567890.12' })).read()

  assert.equal(order.total.amount, '1234567890.12')
  assert.deepEqual(
    order.items.map(({ vatRate }) => vatRate),
    [null, '0', null],
  )
  assert.equal(order.items[0]?.price.amount, '0.3')
  assert.equal(order.items[0]?.quantity, '1.375')
  assert.equal(order.items[1]?.productId, null)
  assert.equal(order.items[1]?.vatIncluded, false)
  assert.equal(order.items[2]?.basePrice.amount, '960')
})

test('rows inside a set are not counted beside the set', async () => {
  const [row] = fixture('sale.order.get').response.result.order.basketItems
  const [shipment] = fixture('sale.order.get').response.result.order.shipments
  const order = await shopWith(() =>
    documented({
      basketItems: [
        { ...row, id: '10', setParentId: '10', type: 1 },
        { ...row, id: '11', setParentId: 10 },
        { ...row, id: '12', setParentId: '999' },
      ],
      shipments: [
        { ...shipment, shipmentItems: [10, 11].map((basketId) => ({ basketId, quantity: 1 })) },
        { ...shipment, id: 339, system: 'Y' },
      ],
    }),
  ).read()

  assert.deepEqual(
    order.items.map(({ id }) => id),
    ['10', '12'],
  )
  assert.deepEqual(
    order.shipments.map(({ id }) => id),
    ['338'],
    'the system shipment is hidden',
  )
  assert.deepEqual(order.shipments[0]?.items, [{ basketItemId: '10', quantity: '1' }])
})

test('a shipment leaves from the one store where its goods are reserved', async () => {
  const [row] = fixture('sale.order.get').response.result.order.basketItems
  const [shipment] = fixture('sale.order.get').response.result.order.shipments
  const storeOf = async (first: unknown, second: unknown, goods = [10, 11]) => {
    const order = await shopWith(() =>
      documented({
        basketItems: [
          { ...row, id: '10', reservations: first },
          { ...row, id: '11', reservations: second },
        ],
        shipments: [{ ...shipment, shipmentItems: goods.map((basketId) => ({ basketId, quantity: 1 })) }],
      }),
    ).read()
    return order.shipments[0]?.storeId
  }

  assert.equal(await storeOf([{ storeId: 3 }], [{ storeId: '3' }]), '3')
  assert.equal(await storeOf([{ storeId: 3 }], []), '3')
  assert.equal(await storeOf([{ storeId: 3 }], [{ storeId: 4 }]), null, 'reserved in two')
  assert.equal(await storeOf([{ storeId: 3 }], [{ storeId: 4 }], [11]), '4', 'of its own goods only')
  assert.equal(await storeOf(undefined, [{ storeId: 0 }]), null, 'not reserved')
})

test('lists printed as objects and multiple or file values are understood', async () => {
  const values = [
    { orderPropsId: 20, code: 'FIO', name: 'Name', value: ['', 'Anna'] },
    { orderPropsId: 50, code: 'SCAN', name: 'Scan', value: { id: 7, name: 'scan.pdf' } },
    { orderPropsId: 51, code: 'FLOOR', name: 'Floor', value: 0 },
    { orderPropsId: 52, code: 'NOTE', name: 'Note', value: '' },
  ]
  const order = await shopWith(() =>
    documented({
      payments: {},
      propertyValues: Object.fromEntries(values.map((value, at) => [at + 3, value])),
    }),
  ).read()

  assert.deepEqual(order.payments, [])
  assert.deepEqual(
    order.properties.map(({ value }) => value),
    [['', 'Anna'], '7', '0', ''],
  )
  assert.equal(order.customer.name, 'Anna')
})

test('an answer without a part of the tree is an error that names the part and no value', async () => {
  const { read } = shopWith(() => documented({ payments: undefined, currency: 5 }))

  await assert.rejects(read(), (error) => {
    assert.ok(error instanceof PermanentError)
    assert.equal(error.code, 'SHOP_ANSWER_SHAPE')
    assert.match(error.message, /order\.payments/)
    assert.doesNotMatch(JSON.stringify(error), /email@mail\.com|John/)
    return true
  })
})

test('fields of rows that are not as documented are named by their place, each once', async () => {
  const [row] = fixture('sale.order.get').response.result.order.basketItems
  const items = { 3: { ...row, quantity: 'many', vatIncluded: 7 }, 5: 'none' }
  const { read } = shopWith(() => documented({ basketItems: items, dateUpdate: 'today', canceled: 'maybe' }))

  await assert.rejects(read(), {
    code: 'SHOP_ANSWER_SHAPE',
    facts: {
      system: 'Bitrix',
      method: 'sale.order.get',
      entity: 'order',
      id: '236',
      field:
        'order.dateUpdate, order.canceled, order.basketItems.0.quantity, order.basketItems.0.vatIncluded, order.basketItems.1',
    },
  })
})

test('an answer that is no record at all is an error', async () => {
  for (const answer of [null, 'maintenance', 5, []]) {
    await assert.rejects(shopWith(() => answer).read(), { code: 'SHOP_ANSWER_SHAPE' })
  }
})

test('orders that do not exist are absent, and only real ids are asked for', async () => {
  const client = new FakeClient({
    'sale.order.get': ({ id }) => {
      if (id === '8') throw refusal('201240400001')
      if (id === '9') throw refusal('200540400001')
      return documented({ id: Number(id) })
    },
    'sale.property.list': () => PROPERTIES,
  })
  const shop = createRestShop({ client, auth: 'webhook' })

  const orders = await shop.readOrders(['236', '8', '9', '237', '236', '0', '~ext:5', '', '-1'])

  assert.deepEqual([...orders.keys()], ['236', '237'])
  assert.deepEqual(
    client.asked.filter(({ by }) => by === 'packed').map(({ params }) => params?.['id']),
    ['236', '8', '9', '237'],
  )
})

test('an error of one read is thrown, not taken for a missing order', async () => {
  const { read } = shopWith(() => {
    throw new RetryableError('PORTAL_DOWN', 'down')
  })

  await assert.rejects(read(), { code: 'PORTAL_DOWN' })
})

test('order properties are read once, and once more for a property that is not known', async () => {
  let properties: Tree[] = PROPERTIES
  const client = new FakeClient({
    'sale.order.get': ({ id }) =>
      documented({
        id,
        propertyValues: [{ orderPropsId: Number(id), code: null, name: 'New mail', value: 'a@example.com' }],
      }),
    'sale.property.list': () => properties,
  })
  let now = 0
  const shop = createRestShop({ client, auth: 'webhook', clock: () => now })
  const loads = () => client.methods().filter((method) => method === 'sale.property.list').length

  await Promise.all([shop.readOrders(['21']), shop.readOrders(['22'])])
  assert.equal(loads(), 1)
  properties = [...PROPERTIES, { id: 300, personTypeId: 3, code: null, isEmail: 'Y' }]
  const orders = await shop.readOrders(['300'])
  assert.equal(orders.get('300')?.customer.email, 'a@example.com')
  assert.equal(loads(), 2)
  await shop.readOrders(['301'])
  assert.equal(loads(), 3)
  await shop.readOrders(['302'])
  await shop.readOrders(['301'])
  await shop.readOrders(['302'])
  assert.equal(loads(), 4, 'a deleted property is asked for once')
  now += 601_000
  await shop.readOrders(['300'])
  assert.equal(loads(), 5, 'the properties are read anew when they are old')
})

test('a reader that gives up does not stop the load that others wait for', async () => {
  const gate = Promise.withResolvers<void>()
  const client = new FakeClient({ 'sale.order.get': () => documented() })
  client.list = async function* () {
    await gate.promise
    yield* PROPERTIES
  }
  const shop = createRestShop({ client, auth: 'webhook' })
  const abort = new AbortController()

  const impatient = shop.readOrders(['236'], { signal: abort.signal })
  const patient = shop.readOrders(['236'])
  await new Promise(setImmediate)
  abort.abort()
  await assert.rejects(impatient, { code: 'SHOP_ABORTED' })
  gate.resolve()

  assert.equal((await patient).get('236')?.customer.name, 'John Smith')
})
