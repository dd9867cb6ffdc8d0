import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnknownOutcomeError, type Order, type OrderPatch } from '@mufta/kit'
import { createRestShop, type PortalParams } from '../src/index.ts'
import { FakeClient, fixture, recordingLog, refusal, type Handler } from './shop-fake.ts'

const tree = (): Record<string, unknown> => fixture('sale.order.get').response.result.order
const shipmentNow = (): Record<string, unknown> => ({
  ...fixture('sale.order.get').response.result.order.shipments[0],
})

interface Bench {
  readonly client: FakeClient
  readonly order: Order
  readonly warnings: Record<string, unknown>[]
  /** Writes, as [method, params]. */
  readonly write: (patch: OrderPatch) => Promise<(readonly [string, PortalParams | undefined])[]>
}

async function bench(handlers: Record<string, Handler> = {}): Promise<Bench> {
  const client = new FakeClient({
    'sale.order.get': () => ({ order: tree() }),
    'sale.property.list': () => [],
    'sale.order.update': () => ({ order: { marked: 'N' } }),
    'sale.payment.update': () => ({ payment: { marked: 'N' } }),
    'sale.shipment.get': () => ({ shipment: shipmentNow() }),
    'sale.shipment.update': ({ fields }) => ({ shipment: { ...shipmentNow(), ...(fields as object) } }),
    ...handlers,
  })
  const { log, warnings } = recordingLog()
  const shop = createRestShop({ client, auth: 'webhook', log })
  const order = (await shop.readOrders(['236'])).get('236')
  assert.ok(order)
  client.asked.length = 0
  const write = async (patch: OrderPatch) => {
    await shop.writeOrder(order, patch)
    return client.asked.map(({ method, params }) => [method, params] as const)
  }
  return { client, order, warnings, write }
}

test('a patch of one field is one packed call that names only this field', async () => {
  const { client, write } = await bench()

  assert.deepEqual(await write({ status: 'P' }), [
    ['sale.order.update', { id: '236', fields: { statusId: 'P' } }],
  ])
  assert.equal(client.asked[0]?.by, 'packed')
})

test('a comment that looks like a reference of a batch stays a comment', async () => {
  const { client, write } = await bench()

  const writes = await write({ managerComment: '$result[c0][order]', payments: [{ id: '123', paid: true }] })

  assert.deepEqual(
    writes.map(([method]) => method),
    ['sale.payment.update', 'sale.order.update'],
  )
  assert.deepEqual(client.halted, [])
})

test('an empty patch asks nothing', async () => {
  const { write } = await bench()

  assert.deepEqual(await write({}), [])
  assert.deepEqual(await write({ payments: [{ id: '123' }] }), [])
})

test('null clears a text, and what is left out is not sent', async () => {
  const { write } = await bench()

  assert.deepEqual(await write({ managerComment: null, customerComment: 'call first', cancelReason: null }), [
    [
      'sale.order.update',
      { id: '236', fields: { comments: '', userDescription: 'call first', reasonCanceled: '' } },
    ],
  ])
})

test('a payment is marked paid together with its payment system, which the portal demands', async () => {
  const { write } = await bench()

  assert.deepEqual(await write({ payments: [{ id: '123', paid: true }] }), [
    ['sale.payment.update', { id: '123', fields: { paySystemId: '48', paid: 'Y' } }],
  ])
})

test('a tracking number is written with the present delivery, flags, status and price', async () => {
  const present = {
    ...shipmentNow(),
    deliveryId: 7,
    allowDelivery: 'Y',
    statusId: 'DT',
    priceDelivery: 350.5,
    basePriceDelivery: 500,
  }
  const { write } = await bench({ 'sale.shipment.get': () => ({ shipment: present }) })

  const [read, update] = await write({ shipments: [{ id: '338', trackingNumber: 'RB123' }] })
  assert.deepEqual(read, ['sale.shipment.get', { id: '338' }])
  assert.deepEqual(update, [
    'sale.shipment.update',
    {
      id: '338',
      fields: {
        deliveryId: '7',
        allowDelivery: 'Y',
        deducted: 'N',
        statusId: 'DT',
        priceDelivery: '350.5',
        trackingNumber: 'RB123',
      },
    },
  ])
})

test('a cancellation takes money and goods back first, in one batch that stops at a refusal', async () => {
  const { client, write } = await bench()

  const writes = await write({
    canceled: true,
    cancelReason: 'changed mind',
    status: 'D',
    shipments: [{ id: '338', deducted: false }],
    payments: [{ id: '123', paid: false }],
  })

  assert.deepEqual(
    writes.map(([method]) => method),
    ['sale.shipment.get', 'sale.payment.update', 'sale.shipment.update', 'sale.order.update'],
  )
  assert.deepEqual(writes[3]?.[1]?.['fields'], {
    statusId: 'D',
    canceled: 'Y',
    reasonCanceled: 'changed mind',
  })
  assert.deepEqual(client.halted, [true])
})

test('a cancelled order is revived before its parts are written, and the status comes last', async () => {
  const { write } = await bench()

  const writes = await write({ canceled: false, status: 'P', payments: [{ id: '123', paid: true }] })

  assert.deepEqual(
    writes.map(([method, params]) => [method, params?.['fields']]),
    [
      ['sale.order.update', { canceled: 'N' }],
      ['sale.payment.update', { paySystemId: '48', paid: 'Y' }],
      ['sale.order.update', { statusId: 'P' }],
    ],
  )
  const { write: alone } = await bench()
  assert.equal((await alone({ canceled: false, status: 'P' })).length, 1)
})

test('the refusal to cancel a paid order keeps the code of the portal', async () => {
  const code = 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'
  const refuse: Handler = () => {
    throw refusal(code)
  }
  const { write } = await bench({ 'sale.order.update': refuse })

  const isRefusal = { disposition: 'give-up', facts: { systemCode: code } }
  await assert.rejects(write({ canceled: true }), isRefusal)
  await assert.rejects(write({ canceled: true, payments: [{ id: '123', paid: true }] }), isRefusal)
})

test('what stood before a refusal in the batch is the error, not the commands that did not run', async () => {
  const { client, write } = await bench({
    'sale.payment.update': () => {
      throw refusal('200640400001')
    },
  })

  await assert.rejects(write({ status: 'P', payments: [{ id: '123', paid: true }] }), {
    facts: { systemCode: '200640400001' },
  })
  assert.ok(!client.methods().includes('sale.order.update'))
})

test('a lost answer is an unknown outcome', async () => {
  const lost: Handler = () => {
    throw new UnknownOutcomeError('PORTAL_UNKNOWN', 'lost')
  }
  const { client, write } = await bench({ 'sale.order.update': lost })

  await assert.rejects(write({ status: 'P' }), UnknownOutcomeError)
  client.batch = async () => await Promise.reject(new UnknownOutcomeError('PORTAL_UNKNOWN', 'lost'))
  await assert.rejects(write({ status: 'P', payments: [{ id: '123', paid: true }] }), UnknownOutcomeError)
})

test('a part that is not in the order is refused before anything is written', async () => {
  const { client, write } = await bench()

  await assert.rejects(write({ status: 'P', payments: [{ id: '999', paid: true }] }), {
    code: 'SHOP_PART_NOT_IN_ORDER',
  })
  await assert.rejects(write({ status: 'P', shipments: [{ id: '999', deducted: true }] }), {
    code: 'SHOP_PART_NOT_IN_ORDER',
  })
  assert.deepEqual(client.methods(), ['sale.shipment.get'])
})

test('a mark of a problem, an unkept status and a changed delivery price become warnings', async () => {
  const { warnings, write } = await bench({
    'sale.order.update': () => ({
      order: { marked: 'Y', reasonMarked: 'Reserve failed, ask ivan@example.com', statusId: 'F' },
    }),
    'sale.shipment.update': () => ({ shipment: { ...shipmentNow(), priceDelivery: 0 } }),
  })

  await write({ status: 'P', shipments: [{ id: '338', trackingNumber: 'X' }] })

  assert.deepEqual(
    new Set(warnings.map(({ code }) => code)),
    new Set(['SHOP_DELIVERY_PRICE_CHANGED', 'SHOP_ORDER_MARKED', 'SHOP_STATUS_NOT_KEPT']),
  )
  const marked = warnings.find(({ code }) => code === 'SHOP_ORDER_MARKED')
  assert.equal(marked?.['id'], '236')
  assert.match(String(marked?.['reason']), /Reserve failed/)
  assert.doesNotMatch(String(marked?.['reason']), /ivan@example/)
})

test('a write that is taken as asked warns of nothing', async () => {
  const { warnings, write } = await bench({
    'sale.order.update': () => ({ order: { marked: 'N', statusId: 'P' } }),
  })

  await write({
    status: 'P',
    shipments: [{ id: '338', trackingNumber: 'X' }],
    payments: [{ id: '123', paid: true }],
  })

  assert.deepEqual(warnings, [])
})
