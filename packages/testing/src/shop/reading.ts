import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimal, deliveryCost, grossPrice, type Order } from '@mufta/kit'
import { orderSamples } from '../portal/samples.ts'
import { buyerOf, placed, plainOrders } from './orders.ts'
import type { Road } from './road.ts'

export function testReading(road: Road): void {
  test('sixty varied orders come in a handful of requests, and their parts add up to their totals', async (context) => {
    const { hands, shop, requests } = await road.open(context)
    const samples = orderSamples(60, 7)
    const ids = await hands.place(samples)
    const before = requests()

    const orders = await shop.readOrders([...ids, '999999'])

    assert.deepEqual([...orders.keys()], ids)
    assert.ok(requests() - before <= road.readRequests, `${requests() - before} requests`)
    for (const [index, sample] of samples.entries()) {
      const order = orders.get(ids[index] ?? '')
      assert.ok(order)
      assert.equal(sumOf(order, road), decimal.round(order.total.amount, 4), `order ${order.id}`)
      assert.deepEqual(order.customer, buyerOf(sample))
      assert.equal(order.customerComment ?? '', sample.comment ?? '')
    }
  })

  test('every part of an order comes whole and exact, whatever its amounts look like', async (context) => {
    const site = await road.open(context)
    const { paymentTypes, deliveryTypes } = await site.shop.dictionaries()
    const nameOf = (list: typeof paymentTypes, code: string): string | undefined =>
      list.find((entry) => entry.code === code)?.name

    const order = await placed(site, {
      personTypeId: 2,
      userId: 3,
      number: 'А-17/б',
      xmlId: 'from-1c-0017',
      statusId: 'P',
      comment: 'Строка 1\nСтрока 2 & "кавычки" 🎁',
      managerComment: '0',
      properties: { '20': 'ООО «Ромашка»', '21': '0077001', '23': "O'Нил", '24': 'a@b.example' },
      items: [
        {
          name: 'Дешёвое',
          quantity: '3',
          price: '0.1',
          basePrice: '0.3',
          productId: 301,
          productXmlId: 'tea#0301',
          vatPercent: '10',
          vatIncluded: false,
          measureCode: '796',
          measureName: 'шт',
          properties: [{ code: 'COLOR', name: 'Цвет', value: 'красный' }],
        },
        { name: 'Дробное', quantity: '0.125', price: '1234567.89', productId: 302, vatPercent: '0' },
        { name: 'Чужое', quantity: '1', price: '0', productId: 0, vatPercent: null },
      ],
      shipments: [
        { deliveryId: 2, price: '0.1', statusId: 'DF', trackingNumber: '00420', allowDelivery: true },
        { deliveryId: 3, price: '0.2' },
      ],
      payments: [{ paySystemId: 2, sum: '0.3', paid: true }, { paySystemId: 3 }],
    })

    const rub = (amount: string) => ({ amount, currency: 'RUB' })
    assert.deepEqual(
      order.items.map((item) => without(item, ['id'])),
      [
        {
          productId: '301',
          productXmlId: 'tea#0301',
          name: 'Дешёвое',
          quantity: '3',
          price: rub('0.1'),
          basePrice: rub('0.3'),
          discount: rub('0.2'),
          vatRate: '10',
          vatIncluded: false,
          measureCode: '796',
          measureName: 'шт',
          properties: [{ code: 'COLOR', name: 'Цвет', value: 'красный' }],
        },
        {
          productId: '302',
          productXmlId: '1000000302',
          name: 'Дробное',
          quantity: '0.125',
          price: rub('1234567.89'),
          basePrice: rub('1234567.89'),
          discount: rub('0'),
          vatRate: '0',
          vatIncluded: true,
          measureCode: order.items[1]?.measureCode,
          measureName: order.items[1]?.measureName,
          properties: [],
        },
        {
          productId: null,
          productXmlId: '',
          name: 'Чужое',
          quantity: '1',
          price: rub('0'),
          basePrice: rub('0'),
          discount: rub('0'),
          vatRate: null,
          vatIncluded: true,
          measureCode: order.items[2]?.measureCode,
          measureName: order.items[2]?.measureName,
          properties: [],
        },
      ],
    )
    assert.equal(sumOf(order, road), decimal.round(order.total.amount, 4))
    assert.equal(order.discount.amount, '0.6')
    assert.deepEqual(
      order.payments.map(({ paySystemId, paySystemName, sum, paid, isReturn }) => ({
        paySystemId,
        paySystemName,
        sum,
        paid,
        isReturn,
      })),
      [
        { paySystemId: '2', sum: rub('0.3'), paid: true },
        { paySystemId: '3', sum: rub(decimal.subtract(order.total.amount, '0.3')), paid: false },
      ].map((payment) => ({
        ...payment,
        paySystemName: nameOf(paymentTypes, payment.paySystemId),
        isReturn: false,
      })),
    )
    assert.notEqual(order.payments[0]?.paidAt, null)
    assert.deepEqual(
      order.shipments.map((shipment) => without(shipment, ['id', 'number'])),
      [
        {
          deliveryId: '2',
          deliveryName: nameOf(deliveryTypes, '2'),
          status: 'DF',
          price: rub('0.1'),
          allowDelivery: true,
          deducted: false,
          canceled: false,
          trackingNumber: '00420',
          storeId: null,
          items: order.items.map(({ id, quantity }) => ({ basketItemId: id, quantity })),
        },
        {
          deliveryId: '3',
          deliveryName: nameOf(deliveryTypes, '3'),
          status: 'DN',
          price: rub('0.2'),
          allowDelivery: false,
          deducted: false,
          canceled: false,
          trackingNumber: order.shipments[1]?.trackingNumber,
          storeId: null,
          items: [],
        },
      ],
    )
    assert.deepEqual(
      order.properties.map(({ id, code, role, value }) => ({ id, code, role, value })),
      [
        { id: '20', code: 'COMPANY', role: null, value: 'ООО «Ромашка»' },
        { id: '21', code: 'INN', role: null, value: '0077001' },
        { id: '23', code: 'CONTACT_PERSON', role: 'name', value: "O'Нил" },
        { id: '24', code: 'CONTACT_MAIL', role: 'email', value: 'a@b.example' },
      ],
    )
    const { number, siteId, xmlId, status, canceled, paid, personType, customer } = order
    assert.deepEqual(
      { number, siteId, xmlId, status, canceled, paid, personType, customer },
      {
        number: 'А-17/б',
        siteId: 's1',
        xmlId: 'from-1c-0017',
        status: 'P',
        canceled: false,
        paid: false,
        personType: '2',
        customer: {
          id: '3',
          name: "O'Нил",
          email: 'a@b.example',
          phone: null,
          address: null,
          zip: null,
        },
      },
    )
    assert.equal(order.customerComment, 'Строка 1\nСтрока 2 & "кавычки" 🎁')
    assert.equal(order.managerComment, '0')
    for (const time of [order.createdAt, order.updatedAt]) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
      assert.ok(Math.abs(Date.parse(time) - Date.now()) < 120_000, time)
    }
  })

  test('what is no id of the shop, and what is not there, is absent', async (context) => {
    const { hands, shop } = await road.open(context)
    const [id = '', gone = ''] = await hands.place(plainOrders(2))
    await hands.delete(gone)

    const orders = await shop.readOrders(['', '0', 'A-1', '-5', id, id, gone, '999999'])

    assert.deepEqual([...orders.keys()], [id])
    assert.equal((await shop.readOrders([])).size, 0)
  })

  test('an aborted read ends at once and leaves other reads alone', async (context) => {
    const { hands, shop } = await road.open(context)
    const [id = ''] = await hands.place(plainOrders(1))
    const abort = new AbortController()

    const aborted = shop.readOrders([id], { signal: abort.signal })
    const other = shop.readOrders([id])
    abort.abort()

    await assert.rejects(aborted)
    assert.deepEqual([...(await other).keys()], [id])
  })
}

/** Goods with VAT, line by line, and delivery. */
function sumOf(order: Order, { lineDigits }: Road): string {
  const lines = order.items.map((item) =>
    decimal.round(decimal.multiply(grossPrice(item).amount, item.quantity), lineDigits),
  )
  return decimal.round(decimal.add(decimal.sum(lines), deliveryCost(order).amount), 4)
}

function without<T extends object>(record: T, names: readonly (keyof T & string)[]): Partial<T> {
  const kept = Object.entries(record).filter(([name]) => !names.some((one) => one === name))
  return Object.fromEntries(kept) as Partial<T>
}
