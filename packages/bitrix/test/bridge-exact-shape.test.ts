import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Order } from '@mufta/kit'
import fc from 'fast-check'
import { z } from 'zod'
import { commands } from '../src/bridge/commands.ts'
import { isExactly } from '../src/bridge/exact-shape.ts'
import { orderOfRow } from '../src/bridge/order-of-row.ts'
import { orderRow, propertyKind } from '../src/bridge/order-row.ts'
import { id, isoTime } from '../src/bridge/wire.ts'
import { rowsOfOrders } from './row-of-order.ts'

const money = fc.constantFrom('0 RUB', '-1.5 USD', '-1.5 ', '100 R', '01 RUB', ' RUB', '7')
const text = fc.option(fc.constantFrom('', 'a', 'Ы'))
const ids = fc.constantFrom('1', '12345678901234567890', '0', '')

describe('a row of an order', () => {
  it('holds the whole order', () => {
    const sent = rowsOfOrders([sample()])
    const row = orderRow.parse(sent.orders[0])
    const kinds = sent.kinds.map((kind) => propertyKind.parse([...kind, 'of a newer module']))
    assert.deepEqual(orderOfRow(row, kinds), sample())
    assert.deepEqual(orderOfRow(orderRow.parse([...row, 'of a newer module']), kinds), sample())
  })

  it('names a currency where it is not the one of the total', () => {
    const [item] = sample().items
    assert.ok(item)
    const order = { ...sample(), items: [{ ...item, discount: { amount: '-2', currency: 'USD' } }] }
    const { orders, kinds } = rowsOfOrders([order])
    const texts = JSON.stringify(orders)
    assert.ok(texts.includes('"10.5 RUB"') && texts.includes('"10.5"') && texts.includes('"-2 USD"'))
    assert.deepEqual(
      orderOfRow(
        orderRow.parse(orders[0]),
        kinds.map((kind) => propertyKind.parse(kind)),
      ),
      order,
    )
  })

  it('with a property that the answer does not describe is refused', () => {
    const row = orderRow.parse(rowsOfOrders([sample()]).orders[0])
    assert.throws(() => orderOfRow(row, []), { code: 'BRIDGE_ANSWER_SHAPE' })
  })
})

describe('the quick look at an answer', () => {
  it('takes an order of the contract as it is', () => {
    const row = sampleRow()
    assert.equal(isExactly(orderRow, row), true)
    assert.deepEqual(orderRow.parse(row), row)
  })

  it('never takes what the schema would refuse or change', () => {
    const part = fc.oneof(ids, text, money, fc.boolean(), fc.integer(), fc.constant([]), fc.constant({}))
    fc.assert(
      fc.property(fc.nat(sampleRow().length - 1), part, (place, value) => {
        const row = sampleRow().with(place, value)
        const parsed = orderRow.safeParse(row)
        if (!isExactly(orderRow, row)) return
        assert.equal(parsed.success, true)
        assert.deepEqual(parsed.data, row)
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves a member too many and a member too few to the schema', () => {
    const row = sampleRow()
    assert.equal(isExactly(orderRow, [...row, 1]), false)
    assert.equal(isExactly(orderRow, row.slice(0, -1)), false)
    assert.equal(orderRow.safeParse(row.slice(0, -1)).success, false)
    assert.equal(isExactly(orderRow, Object.fromEntries(Object.entries(row))), false)
    const change = z.object({ id, at: isoTime })
    const at = '2026-01-02T03:04:05Z'
    assert.equal(isExactly(change, { id: '1', at }), true)
    assert.equal(isExactly(change, { id: '1', at, extra: 1 }), false)
    assert.equal(isExactly(change, { id: '1', extra: 1 }), false)
    assert.equal(isExactly(change, JSON.parse('{"__proto__":{"id":"1"}}')), false)
  })

  it('leaves every kind of rule that it does not know to the schema', () => {
    const strange: readonly [z.ZodType, unknown][] = [
      [z.string().trim(), 'a'],
      [z.string().toUpperCase(), 'A'],
      [z.string().max(3), 'a'],
      [z.string().regex(/a/g), 'a'],
      [z.string().min(1).regex(/a/), 'a'],
      [z.base64(), 'YQ=='],
      [z.coerce.string(), 'a'],
      [z.number(), 1],
      [z.int().min(0).max(9), 1],
      [z.array(z.string()).max(3), []],
      [z.object({ a: z.string() }).refine(() => false), { a: 'a' }],
      [z.looseObject({ a: z.string() }), { a: 'a' }],
      [z.string().prefault('x'), 'a'],
      [z.string().catch('x'), 'a'],
      [z.boolean().transform((value) => !value), true],
      [z.unknown(), 1],
      [z.union([z.string().trim(), z.string()]), 'a'],
      [z.union([z.string().min(2), z.string()]), 'a'],
      [z.union([z.coerce.number(), z.string()]), '1'],
      [z.string().trim().nullable(), null],
    ]
    for (const [schema, value] of strange) assert.equal(isExactly(schema, value), false)
  })

  it('knows all kinds that the answers of much data are made of', () => {
    const page = { ...rowsOfOrders([sample(), sample()]), missing: ['7'] }
    assert.equal(isExactly(commands['orders.read'].result, page), true)
    const at = '2026-01-02T03:04:05+03:00'
    const changes = [
      { id: '1', version: null, updatedAt: at },
      { id: '2', version: 0, updatedAt: at },
    ]
    const feed = { changes, next: { since: at, afterId: '2' }, more: true, now: at }
    assert.equal(isExactly(commands['orders.changed'].result, feed), true)
    for (const bad of [-1, 0.5, 2 ** 53, '1'])
      assert.equal(
        isExactly(commands['orders.changed'].result, {
          ...feed,
          changes: [{ id: '1', version: bad, updatedAt: at }],
        }),
        false,
      )
    assert.deepEqual([isExactly(id, '7'), isExactly(id, '07'), isExactly(isoTime, '')], [true, false, false])
  })
})

function sampleRow(): unknown[] {
  return rowsOfOrders([sample()]).orders[0] ?? []
}

function sample(): Order {
  const price = { amount: '10.5', currency: 'RUB' }
  return {
    id: '1',
    number: '1',
    siteId: 's1',
    xmlId: null,
    version: 3,
    createdAt: '2026-01-02T03:04:05+03:00',
    updatedAt: '2026-01-02T03:04:05Z',
    status: 'N',
    canceled: false,
    cancelReason: null,
    paid: true,
    personType: '1',
    total: price,
    discount: price,
    tax: null,
    customer: { id: '2', email: 'a', phone: null, name: 'Иван', address: null, zip: null },
    customerComment: null,
    managerComment: '',
    items: [
      {
        id: '5',
        productId: '6',
        productXmlId: null,
        name: '',
        quantity: '1',
        price,
        basePrice: price,
        discount: price,
        vatRate: null,
        vatIncluded: true,
        measureCode: null,
        measureName: null,
        properties: [{ code: 'C', name: 'N', value: '' }],
      },
    ],
    properties: [
      { id: '1', code: null, name: '', role: 'email', value: ['', 'a'] },
      { id: '2', code: '', name: '', role: null, value: null },
      { id: '3', code: '', name: '', role: 'phone', value: ' ' },
      { id: '4', code: '', name: '', role: 'name', value: 'Иван' },
      { id: '5', code: '', name: '', role: 'name', value: 'Пётр' },
    ],
    payments: [
      {
        id: '1',
        number: '1',
        paySystemId: '2',
        paySystemName: '',
        sum: price,
        paid: false,
        paidAt: null,
        isReturn: false,
        xmlId: null,
      },
    ],
    shipments: [
      {
        id: '1',
        number: '1',
        deliveryId: '2',
        deliveryName: '',
        status: 'DN',
        price,
        allowDelivery: false,
        deducted: false,
        canceled: false,
        trackingNumber: null,
        storeId: null,
        items: [{ basketItemId: '5', quantity: '1' }],
      },
    ],
  }
}
