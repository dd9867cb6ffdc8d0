import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, ParkError, type Order } from '@mufta/kit'
import { TestConnection } from './connection.ts'
import { describeTryton } from './describe-tryton.ts'
import { rejects } from './rejects.ts'
import { sampleItem, sampleOrder } from './sample-order.ts'
import { products } from './tryton-setup.ts'

describeTryton('orders in a real Tryton', (tryton) => {
  test('an order comes in as a quotation that costs what the buyer pays', async () => {
    const order = sampleOrder('1024')
    const { record } = await tryton.connection.push(order)
    assert.equal(record.state, 'quotation')
    assert.equal(record.reference, '1024')
    assert.equal(record.total, '4280.00')
    assert.deepEqual(tryton.connection.flow.mapper.mismatches(order, record), [])
    assert.deepEqual(
      record.lines.map(({ product, description, quantity }) => [product, description, quantity]),
      [
        ['TSHIRT', 'Футболка', '2'],
        [null, 'Доставка', '1'],
      ],
    )
  })

  test('broken quantities, VAT on top and a rounding difference still give the shop’s total', async () => {
    const order = sampleOrder('1025', {
      total: money('78.94', 'RUB'),
      shipments: [],
      items: [
        sampleItem('1', { productXmlId: products.cable.code, quantity: '0.5', price: money('33.33', 'RUB') }),
        sampleItem('2', {
          productXmlId: products.cable.code,
          quantity: '1.25',
          price: money('41.51', 'RUB'),
          vatIncluded: false,
        }),
      ],
    })
    const { record } = await tryton.connection.push(order)
    assert.deepEqual(tryton.connection.flow.mapper.mismatches(order, record), [])
  })

  test('the same order twice makes one sale and one party', async () => {
    const order = buyer(sampleOrder('1030'), '30')
    const first = await tryton.connection.push(order)
    const second = await tryton.connection.push(order)
    assert.equal(second.id, first.id)
    assert.equal(await tryton.count('sale.sale', [['reference', '=', '1030']]), 1)
    await tryton.connection.push(buyer(sampleOrder('1031'), '30'))
    assert.equal(await tryton.count('party.party', [['code', '=', 'SHOP-30']]), 1)
  })

  test('two first orders of one buyer at the same moment make one party', async () => {
    const orders = ['1040', '1041'].map((id) => buyer(sampleOrder(id), '40'))
    await Promise.all(orders.map((order) => tryton.connection.push(order)))
    assert.equal(await tryton.count('party.party', [['code', '=', 'SHOP-40']]), 1)
  })

  test('a buyer who moved gets a second address, and the old sale keeps the first', async () => {
    const order = buyer(sampleOrder('1045'), '45')
    await tryton.connection.push(order)
    await tryton.connection.push({
      ...order,
      id: '1046',
      customer: { ...order.customer, address: 'Другая улица, 2' },
    })
    await tryton.connection.push({ ...order, id: '1047' })
    assert.equal(await tryton.count('party.address', [['party.code', '=', 'SHOP-45']]), 2)
  })

  test('a paid order is confirmed and processed: Tryton makes invoice and shipment', async () => {
    await tryton.connection.push(sampleOrder('1070'))
    const { id, record } = await tryton.connection.push(sampleOrder('1070', { status: 'P' }))
    assert.equal(record.state, 'processing')
    assert.equal(await tryton.count('stock.shipment.out', [['moves.sale', '=', Number(id)]]), 1)
    const again = await tryton.connection.push(sampleOrder('1070', { status: 'P' }))
    assert.deepEqual(again.record, record)
  })

  test('an order cancelled in the shop is cancelled in Tryton, unless it is already on its way', async () => {
    await tryton.connection.push(sampleOrder('1080'))
    const cancelled = await tryton.connection.push(sampleOrder('1080', { canceled: true }))
    assert.equal(cancelled.record.state, 'cancelled')

    await tryton.connection.push(sampleOrder('1081', { status: 'P' }))
    await rejects(
      tryton.connection.push(sampleOrder('1081', { canceled: true })),
      ParkError,
      'TRYTON_STATE_BLOCKED',
    )
  })

  test('an order taken up again after its cancel goes on', async () => {
    await tryton.connection.push(sampleOrder('1085', { canceled: true }))
    const { record } = await tryton.connection.push(sampleOrder('1085', { status: 'P' }))
    assert.equal(record.state, 'processing')
  })

  test('an order that the shop finished waits parked until Tryton has shipped it', async () => {
    await rejects(
      tryton.connection.push(sampleOrder('1090', { status: 'F' })),
      ParkError,
      'TRYTON_STATE_BLOCKED',
    )
    assert.equal(await tryton.count('sale.sale', [['reference', '=', '1090']]), 1)
  })

  test('a basket that changes before confirmation is written anew beside the clerk’s own row', async () => {
    const order = sampleOrder('1100')
    const { id } = await tryton.connection.push(order)
    await tryton.staff.call('model.sale.sale.write', [Number(id)], {
      lines: [
        [
          'create',
          [
            {
              type: 'line',
              description: 'Подарок',
              quantity: 1,
              unit_price: { __class__: 'Decimal', decimal: '0' },
            },
          ],
        ],
      ],
    })
    const item = sampleItem('501', { productXmlId: 'TSHIRT', quantity: '1', price: money('1990', 'RUB') })
    const { record } = await tryton.connection.push({ ...order, items: [item], total: money('2290', 'RUB') })
    assert.equal(record.total, '2290.00')
    assert.deepEqual(
      record.lines.map((line) => line.description).toSorted((a, b) => (a ?? '').localeCompare(b ?? '', 'ru')),
      ['Доставка', 'Подарок', 'Футболка'],
    )
  })

  test('a basket that changes after confirmation parks the order and leaves the sale alone', async () => {
    await tryton.connection.push(sampleOrder('1101', { status: 'P' }))
    const changed = sampleOrder('1101', { status: 'P', shipments: [], total: money('3980', 'RUB') })
    await rejects(tryton.connection.push(changed), ParkError, 'TRYTON_SALE_LOCKED')
  })

  test('a missing product parks the order, names the product and leaves nothing behind', async () => {
    const order = buyer(
      sampleOrder('1140', { items: [sampleItem('1', { productXmlId: 'NEW-9', name: 'Новинка' })] }),
      '140',
    )
    const error = await rejects(tryton.connection.push(order), ParkError, 'TRYTON_PRODUCT_MISSING')
    assert.match(error.message, /"NEW-9" \("Новинка"\)/)
    assert.equal(await tryton.count('party.party', [['code', '=', 'SHOP-140']]), 0)
  })

  test('a missing product goes as a line of text where the settings say so', async () => {
    await using lenient = new TestConnection(tryton.server, { missingProduct: 'line' })
    const item = sampleItem('1', { productXmlId: 'NEW-9', name: 'Новинка', price: money('50', 'RUB') })
    const { record } = await lenient.push(
      sampleOrder('1141', { items: [item], shipments: [], total: money('50', 'RUB') }),
    )
    assert.deepEqual(
      record.lines.map(({ product, description }) => [product, description]),
      [[null, 'Новинка']],
    )
    assert.equal(record.total, '50.00')
  })
})

function buyer(order: Order, id: string): Order {
  return { ...order, customer: { ...order.customer, id } }
}
