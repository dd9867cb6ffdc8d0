import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, call, fixture, openPortal, rows, shapeDifference, type Json } from './portal-caller.ts'

test('sale.order.get has every part in the documented shape, oddities included', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({
    items: [{ name: 'A', price: '10.00', properties: [{ code: 'C', name: 'N', value: 'V' }] }],
  })
  const order = at((await call(portal, 'sale.order.get', { id })).body, 'result', 'order')
  const documented = at(fixture('sale.order.get'), 'response', 'result', 'order')
  // `[]` where an object is meant: what the portal prints for an empty link.
  assert.deepEqual(shapeDifference(order, documented), ['requisiteLink: array instead of object'])
  for (const part of ['basketItems', 'payments', 'propertyValues', 'shipments'] as const) {
    assert.deepEqual(shapeDifference(at(order, part, 0), at(documented, part, 0)), [], part)
  }
  assert.deepEqual(
    shapeDifference(
      at(order, 'shipments', 0, 'shipmentItems', 0),
      at(documented, 'shipments', 0, 'shipmentItems', 0),
    ),
    [],
  )
  assert.deepEqual(
    shapeDifference(
      at(order, 'basketItems', 0, 'properties', 0),
      at(documented, 'basketItems', 0, 'properties', 0),
    ),
    [],
  )
  assert.equal(typeof at(order, 'basketItems', 0, 'id'), 'string')
})

test('an order that is not there has a numeric code', async (t) => {
  const portal = await openPortal(t)
  const { status, body } = await call(portal, 'sale.order.get', { id: 1 })
  assert.deepEqual([status, body], [400, at(fixture('sale.order.get.error_not_found'), 'response')])
  assert.equal((await call(portal, 'sale.order.get')).body['error'], 100)
})

test('every save moves version and dateUpdate; a refused one moves nothing', async (t) => {
  let now = Date.UTC(2026, 0, 1)
  const portal = await openPortal(t, { now: () => now })
  const id = portal.placeOrder()
  assert.equal(portal.order(id)?.['version'], 1)
  now += 1_500
  const updated = await call(portal, 'sale.order.update', {
    id,
    fields: { statusId: 'P', price: 1, id: 9, payed: 'Y' },
  })
  assert.equal(at(updated.body, 'result', 'order', 'version'), 2)
  assert.equal(at(updated.body, 'result', 'order', 'dateUpdate'), '2026-01-01T03:00:01+03:00')
  assert.deepEqual(
    [portal.order(id)?.['statusId'], portal.order(id)?.['payed'], portal.order(id)?.['price']],
    ['P', 'N', 1990],
  )
  const refused = await call(portal, 'sale.order.update', {
    id,
    fields: { statusId: 'XX', comments: 'lost' },
  })
  assert.deepEqual([refused.status, refused.body['error']], [400, 'BX_INVALID_VALUE'])
  assert.deepEqual([portal.order(id)?.['version'], portal.order(id)?.['comments']], [2, ''])
})

test('the answers of order, payment and shipment updates have the documented fields', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const order = portal.order(id)
  const answers: readonly (readonly [string, string, Json])[] = [
    ['sale.order.update', 'order', { id, fields: { comments: 'x' } }],
    ['sale.payment.update', 'payment', { id: at(order, 'payments', 0, 'id'), fields: { paySystemId: 1 } }],
    [
      'sale.shipment.update',
      'shipment',
      { id: at(order, 'shipments', 0, 'id'), fields: { allowDelivery: 'N', deducted: 'N', deliveryId: 2 } },
    ],
  ]
  for (const [method, key, params] of answers) {
    const { body } = await call(portal, method, params)
    assert.deepEqual(
      shapeDifference(at(body, 'result', key), at(fixture(method), 'response', 'result', key)),
      [],
      method,
    )
  }
})

test('a payment update demands paySystemId, and the order is paid when its payments cover it', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({ payments: [{ paySystemId: 2, sum: '990.00' }, { paySystemId: 1 }] })
  const [first, second] = rows(portal.order(id), 'payments')
  const bare = await call(portal, 'sale.payment.update', { id: first?.['id'], fields: { paid: 'Y' } })
  assert.deepEqual(bare.body, { error: 0, error_description: 'Required fields: paySystemId' })
  await call(portal, 'sale.payment.update', { id: first?.['id'], fields: { paySystemId: 2, paid: 'Y' } })
  assert.equal(portal.order(id)?.['payed'], 'N')
  const paid = await call(portal, 'sale.payment.update', {
    id: second?.['id'],
    fields: { paySystemId: 1, paid: 'Y' },
  })
  assert.match(String(at(paid.body, 'result', 'payment', 'datePaid')), /\+03:00$/)
  assert.equal(portal.order(id)?.['payed'], 'Y')
})

test('neither cancelling nor deleting an order with an active payment is allowed', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({ payments: [{ paid: true }] })
  const cancel = await call(portal, 'sale.order.update', {
    id,
    fields: { canceled: 'Y', reasonCanceled: 'no' },
  })
  assert.deepEqual([cancel.status, cancel.body['error']], [400, 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'])
  assert.equal((await call(portal, 'sale.order.delete', { id })).status, 400)
  const payment = at(portal.order(id), 'payments', 0, 'id')
  await call(portal, 'sale.payment.update', { id: payment, fields: { paySystemId: 1, paid: 'N' } })
  const again = await call(portal, 'sale.order.update', {
    id,
    fields: { canceled: 'Y', reasonCanceled: 'no' },
  })
  assert.equal(at(again.body, 'result', 'order', 'canceled'), 'Y')
  assert.match(String(at(again.body, 'result', 'order', 'dateCanceled')), /T/)
  assert.equal((await call(portal, 'sale.order.delete', { id })).body['result'], true)
  assert.equal(portal.order(id), undefined)
})

test('an order whose goods are out is not cancelled until they are back', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({ shipments: [{ deducted: true }] })
  const cancel = (): ReturnType<typeof call> =>
    call(portal, 'sale.order.update', { id, fields: { canceled: 'Y' } })
  const refused = await cancel()
  assert.deepEqual([refused.status, refused.body['error']], [400, 'SALE_ORDER_CANCEL_SHIPMENT_EXIST_SHIPPED'])
  const shipment = Number(at(portal.order(id), 'shipments', 0, 'id'))
  portal.editOrder(id, { shipments: [{ id: shipment, deducted: false }] })
  assert.equal((await cancel()).status, 200)
})

test('a shipment update without a price sets it to 0 and with it the order total', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({ shipments: [{ deliveryId: 2, price: '300.50' }] })
  const shipment = at(portal.order(id), 'shipments', 0, 'id')
  assert.equal(portal.order(id)?.['price'], 2290.5)
  const some = await call(portal, 'sale.shipment.update', { id: shipment, fields: { trackingNumber: 'T1' } })
  assert.equal(some.body['error_description'], 'Required fields: allowDelivery, deducted, deliveryId')
  const required = { allowDelivery: 'N', deducted: 'N', deliveryId: 2 }
  await call(portal, 'sale.shipment.update', {
    id: shipment,
    fields: { ...required, trackingNumber: 'T1', priceDelivery: 300.5, basePriceDelivery: 300.5 },
  })
  assert.deepEqual(
    [portal.order(id)?.['price'], at(portal.order(id), 'shipments', 0, 'trackingNumber')],
    [2290.5, 'T1'],
  )
  await call(portal, 'sale.shipment.update', { id: shipment, fields: required })
  assert.equal(portal.order(id)?.['price'], 1990)
})

test('deducted of the order follows its shipments, and a delivery status is not an order status', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const shipment = at(portal.order(id), 'shipments', 0, 'id')
  const fields = { allowDelivery: 'Y', deducted: 'Y', deliveryId: 2, statusId: 'DF' }
  await call(portal, 'sale.shipment.update', { id: shipment, fields })
  assert.equal(portal.order(id)?.['deducted'], 'Y')
  const wrong = await call(portal, 'sale.shipment.update', {
    id: shipment,
    fields: { ...fields, statusId: 'F' },
  })
  assert.equal(wrong.body['error'], 'BX_INVALID_VALUE')
})

test('propertyvalue.modify replaces the set: what is left out is erased', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const { body } = await call(portal, 'sale.propertyvalue.modify', {
    fields: {
      order: {
        id,
        propertyValues: [
          { orderPropsId: 1, value: 'Пётр' },
          { orderPropsId: 24, value: 'alien' },
        ],
      },
    },
  })
  const documented = at(fixture('sale.propertyvalue.modify'), 'response', 'result', 'propertyValues', 0)
  assert.deepEqual(shapeDifference(at(body, 'result', 'propertyValues', 0), documented), [])
  const kept = rows(portal.order(id), 'propertyValues').map((row) => [row['orderPropsId'], row['value']])
  assert.deepEqual(kept, [[1, 'Пётр']])
})

test('an order is built by add, basketitem.add, payment.add and shipment.add', async (t) => {
  const portal = await openPortal(t)
  const missing = await call(portal, 'sale.order.add', { fields: { lid: 's1' } })
  assert.equal(missing.body['error_description'], 'Required fields: currency, personTypeId')
  const added = await call(portal, 'sale.order.add', {
    fields: { lid: 's1', personTypeId: '1', currency: 'RUB', xmlId: 'mine' },
  })
  const orderId = Number(at(added.body, 'result', 'order', 'id'))
  const item = {
    orderId,
    productId: 0,
    currency: 'RUB',
    quantity: 0.5,
    name: 'Чай',
    customPrice: 'Y',
    price: 99.99,
    basePrice: 109.99,
    vatRate: 0.2,
    vatIncluded: 'N',
  }
  const basket = await call(portal, 'sale.basketitem.add', { fields: item })
  const documented = at(fixture('sale.basketitem.add'), 'response', 'result', 'basketItem')
  // Both are documented fields of the object; the example of this method leaves them out.
  assert.deepEqual(shapeDifference(at(basket.body, 'result', 'basketItem'), documented), [
    'barcodeMulti: not documented',
    'type: not documented',
  ])
  assert.equal(at(basket.body, 'result', 'basketItem', 'discountPrice'), 10)
  await call(portal, 'sale.shipment.add', {
    fields: { orderId, allowDelivery: 'N', deducted: 'N', deliveryId: 4, basePriceDelivery: '150.01' },
  })
  await call(portal, 'sale.payment.add', { fields: { orderId, paySystemId: 1, sum: '210.00' } })
  const order = portal.order(orderId)
  // 99.99 × 1.2 × 0.5 = 59.994 → 59.99; VAT in it 9.99833 → 10.00
  assert.deepEqual([order?.['price'], order?.['taxValue'], order?.['xmlId']], [210, 10, 'mine'])
  assert.deepEqual(
    [at(order, 'payments', 0, 'accountNumber'), at(order, 'shipments', 0, 'accountNumber')],
    [`${orderId}/1`, `${orderId}/2`],
  )
})

test('without customPrice a basket price comes from the catalogue, whatever was written', async (t) => {
  const portal = await openPortal(t)
  const orderId = portal.placeOrder()
  const { body } = await call(portal, 'sale.basketitem.add', {
    fields: { orderId, productId: 50, currency: 'RUB', quantity: 1, price: 1 },
  })
  assert.equal(at(body, 'result', 'basketItem', 'price'), 150)
})

test('a refused part leaves no half of itself behind', async (t) => {
  const portal = await openPortal(t)
  const orderId = portal.placeOrder()
  const { status } = await call(portal, 'sale.payment.add', { fields: { orderId, paySystemId: 99, sum: 5 } })
  assert.equal(status, 400)
  assert.equal(rows(portal.order(orderId), 'payments').length, 1)
})

test('a person in the admin panel edits anything in one save', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder()
  const before = portal.order(id)
  portal.editOrder(id, {
    statusId: 'A',
    managerComment: 'проверено',
    items: [{ id: Number(at(before, 'basketItems', 0, 'id')), quantity: '2' }],
    addItems: [{ name: 'Ещё', price: '0.10' }],
    shipments: [{ id: Number(at(before, 'shipments', 0, 'id')), trackingNumber: 'RA1', price: '100' }],
    properties: { 3: null, 4: '101000' },
  })
  const after = portal.order(id)
  assert.deepEqual(
    [after?.['version'], after?.['price'], after?.['statusId'], at(after, 'payments', 0, 'sum')],
    [2, 4080.1, 'A', 4080.1],
  )
  assert.equal(rows(after, 'shipments', 0, 'shipmentItems').length, 2)
  assert.deepEqual(
    rows(after, 'propertyValues').map((row) => row['orderPropsId']),
    [1, 2, 4],
  )
  assert.equal(at(after, 'propertyValues', 0, 'id'), at(before, 'propertyValues', 0, 'id'))
})

test('getFields tells types and rights as documented', async (t) => {
  const portal = await openPortal(t)
  const { body } = await call(portal, 'sale.order.getFields')
  assert.deepEqual(body['result'], at(fixture('sale.order.getFields'), 'response', 'result'))
})

test('stores are listed with the scope catalog only, and a reservation must name one', async (t) => {
  const portal = await openPortal(t)
  const id = portal.placeOrder({ items: [{ name: 'Чай', price: '10', storeId: 2 }] })

  const stores = await call(portal, 'catalog.store.list', { select: ['id', 'active'], order: { id: 'desc' } })
  assert.deepEqual(stores.body['result'], {
    stores: [
      { active: 'N', id: 3 },
      { active: 'Y', id: 2 },
      { active: 'Y', id: 1 },
    ],
  })
  const order = await call(portal, 'sale.order.get', { id })
  assert.equal(at(order.body, 'result', 'order', 'basketItems', 0, 'reservations', 0, 'storeId'), 2)
  assert.throws(() => portal.placeOrder({ items: [{ name: 'Чай', price: '10', storeId: 9 }] }))

  const narrow = await openPortal(t, { webhook: { scopes: ['sale'] } })
  const refused = await call(narrow, 'catalog.store.list', {})
  assert.equal(refused.body['error'], 'insufficient_scope')
})
