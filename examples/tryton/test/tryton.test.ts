import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { AuthError, money, ParkError, PermanentError, RetryableError, type Order } from '@mufta/kit'
import { TestConnection } from './connection.ts'
import { sampleItem, sampleOrder } from './sample-order.ts'
import { skipTryton, startTryton, type Tryton } from './tryton-server.ts'
import { products } from './tryton-setup.ts'

describe('with a real Tryton', { skip: skipTryton, timeout: 120_000 }, () => {
  let server: Tryton
  let connection: TestConnection

  before(async () => {
    const started = await startTryton()
    assert.ok(started)
    server = started
    connection = new TestConnection(server)
  })

  after(async () => {
    await connection?.client.close()
    await server?.close()
  })

  test('an order comes in as a quotation that costs what the buyer pays', async () => {
    const order = sampleOrder('1024')
    const { record } = await connection.push(order)
    assert.equal(record.state, 'quotation')
    assert.equal(record.reference, '1024')
    assert.equal(record.total, '4280.00')
    assert.deepEqual(connection.flow.mapper.mismatches(order, record), [])
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
    const { record } = await connection.push(order)
    assert.deepEqual(connection.flow.mapper.mismatches(order, record), [])
  })

  test('the same order twice makes one sale and one party', async () => {
    const order = buyer(sampleOrder('1030'), '30')
    const first = await connection.push(order)
    const second = await connection.push(order)
    assert.equal(second.id, first.id)
    assert.equal(await count('sale.sale', [['reference', '=', '1030']]), 1)
    await connection.push(buyer(sampleOrder('1031'), '30'))
    assert.equal(await count('party.party', [['code', '=', 'SHOP-30']]), 1)
  })

  test('two first orders of one buyer at the same moment make one party', async () => {
    const orders = ['1040', '1041'].map((id) => buyer(sampleOrder(id), '40'))
    await Promise.all(orders.map((order) => connection.push(order)))
    assert.equal(await count('party.party', [['code', '=', 'SHOP-40']]), 1)
  })

  test('a buyer who moved gets a second address, and the old sale keeps the first', async () => {
    const order = buyer(sampleOrder('1045'), '45')
    await connection.push(order)
    await connection.push({
      ...order,
      id: '1046',
      customer: { ...order.customer, address: 'Другая улица, 2' },
    })
    await connection.push({ ...order, id: '1047' })
    assert.equal(await count('party.address', [['party.code', '=', 'SHOP-45']]), 2)
  })

  test('a sale that a clerk confirms comes back as a new status, once', async () => {
    const { cursor } = await connection.pull(null)
    const order = sampleOrder('1050')
    const { id } = await connection.push(order)
    await server.staff.call('model.sale.sale.confirm', [Number(id)])

    const page = await connection.pull(cursor)
    assert.deepEqual(page.changes.find((change) => change.id === id)?.shopId, '1050')
    const patch = connection.flow.mapper.patch(await connection.read(id), order, ['state'])
    assert.deepEqual(patch, { status: 'P' })
    assert.deepEqual((await connection.pull(page.cursor)).changes, [])
  })

  test('a change within the overlap is reported again only when it is a new one', async () => {
    const { id } = await connection.push(sampleOrder('1055'))
    const { cursor } = await connection.pull(await connection.pull(null).then((page) => page.cursor))
    await server.staff.call('model.sale.sale.write', [Number(id)], { comment: 'Позвонил' })
    const { changes } = await connection.pull(cursor)
    assert.deepEqual(
      changes.map((change) => change.id),
      [id],
    )
  })

  test('sales that one transaction wrote at the same instant come page by page, none lost and none twice', async () => {
    const { cursor: start } = await connection.pull(null)
    const ids = await manySales(120)
    inDatabase(
      `UPDATE sale_sale SET write_date = '2030-01-01 10:00:00.500000' WHERE id >= ${Math.min(...ids)}`,
    )
    const seen: string[] = []
    let page = await connection.pull(start)
    let pages = 1
    for (; page.more; pages++) {
      seen.push(...page.changes.map((change) => change.id))
      page = await connection.pull(page.cursor)
    }
    seen.push(...page.changes.map((change) => change.id))
    assert.equal(pages, 2)
    assert.deepEqual(
      seen.filter((id) => ids.includes(Number(id))),
      ids.map(String),
    )
    inDatabase(`DELETE FROM sale_sale WHERE id >= ${Math.min(...ids)}`)
  })

  test('a paid order is confirmed and processed: Tryton makes invoice and shipment', async () => {
    await connection.push(sampleOrder('1070'))
    const { id, record } = await connection.push(sampleOrder('1070', { status: 'P' }))
    assert.equal(record.state, 'processing')
    assert.equal(await count('stock.shipment.out', [['moves.sale', '=', Number(id)]]), 1)
    const again = await connection.push(sampleOrder('1070', { status: 'P' }))
    assert.deepEqual(again.record, record)
  })

  test('an order cancelled in the shop is cancelled in Tryton, unless it is already on its way', async () => {
    await connection.push(sampleOrder('1080'))
    const cancelled = await connection.push(sampleOrder('1080', { canceled: true }))
    assert.equal(cancelled.record.state, 'cancelled')

    await connection.push(sampleOrder('1081', { status: 'P' }))
    await rejects(connection.push(sampleOrder('1081', { canceled: true })), ParkError, 'TRYTON_STATE_BLOCKED')
  })

  test('an order taken up again after its cancel goes on', async () => {
    await connection.push(sampleOrder('1085', { canceled: true }))
    const { record } = await connection.push(sampleOrder('1085', { status: 'P' }))
    assert.equal(record.state, 'processing')
  })

  test('an order that the shop finished waits parked until Tryton has shipped it', async () => {
    await rejects(connection.push(sampleOrder('1090', { status: 'F' })), ParkError, 'TRYTON_STATE_BLOCKED')
    assert.equal(await count('sale.sale', [['reference', '=', '1090']]), 1)
  })

  test('a basket that changes before confirmation is written anew beside the clerk’s own row', async () => {
    const order = sampleOrder('1100')
    const { id } = await connection.push(order)
    await server.staff.call('model.sale.sale.write', [Number(id)], {
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
    const { record } = await connection.push({ ...order, items: [item], total: money('2290', 'RUB') })
    assert.equal(record.total, '2290.00')
    assert.deepEqual(record.lines.map((line) => line.description).sort(), ['Доставка', 'Подарок', 'Футболка'])
  })

  test('a basket that changes after confirmation parks the order and leaves the sale alone', async () => {
    await connection.push(sampleOrder('1101', { status: 'P' }))
    const changed = sampleOrder('1101', { status: 'P', shipments: [], total: money('3980', 'RUB') })
    await rejects(connection.push(changed), ParkError, 'TRYTON_SALE_LOCKED')
  })

  test('a clerk’s write in between makes ours wait, and the clerk’s words stay', async () => {
    const order = sampleOrder('1110')
    const { id } = await connection.push(order)
    // Tryton compares whole seconds on SQLite: let the sale be older than that.
    inDatabase(`UPDATE sale_sale SET write_date = '2026-01-01 10:00:00.500000' WHERE id = ${Number(id)}`)
    const stale = { id, record: await connection.read(id) }
    await server.staff.call('model.sale.sale.write', [Number(id)], { comment: 'Клерк' })

    const ours = { ...order, managerComment: 'Магазин' }
    await rejects(connection.update(ours, stale), RetryableError, 'TRYTON_CONFLICT')
    assert.equal((await connection.read(id)).comment, 'Клерк')
    assert.equal((await connection.push(ours)).record.comment, 'Магазин')
  })

  test('a refusal arrives with Tryton’s own words although HTTP says 200', async () => {
    const half = sampleItem('1', { productXmlId: products.shirt.code, quantity: '1.5' })
    const error = await rejects(
      connection.push(sampleOrder('1120', { items: [half] })),
      PermanentError,
      'TRYTON_REFUSED',
    )
    assert.match(error.message, /number of digits in the value "1\.5"/)
    assert.equal(await count('sale.sale', [['reference', '=', '1120']]), 0)
  })

  test('an expired session is renewed on the way, and nobody notices', async () => {
    await connection.read((await connection.push(sampleOrder('1130'))).id)
    inDatabase('DELETE FROM ir_session')
    await server.staff.login()
    await Promise.all(
      ['1130', '1131', '1132'].map((id) =>
        connection.flow.find(connection.client, sampleOrder(id), connection.context),
      ),
    )
    assert.ok(Number(inDatabase('SELECT count(*) AS number FROM ir_session')) <= 3)
  })

  test('a missing product parks the order, names the product and leaves nothing behind', async () => {
    const order = buyer(
      sampleOrder('1140', { items: [sampleItem('1', { productXmlId: 'NEW-9', name: 'Новинка' })] }),
      '140',
    )
    const error = await rejects(connection.push(order), ParkError, 'TRYTON_PRODUCT_MISSING')
    assert.match(error.message, /"NEW-9" \("Новинка"\)/)
    assert.equal(await count('party.party', [['code', '=', 'SHOP-140']]), 0)
  })

  test('a missing product goes as a line of text where the settings say so', async () => {
    await using lenient = new TestConnection(server, { missingProduct: 'line' })
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

  test('a method that Tryton does not know is a permanent error, be the answer HTML', async () => {
    await rejects(connection.client.model('sale.sale', 'nope', [[1]]), PermanentError)
  })

  test('a wrong password pauses the connection and is not printed', async () => {
    await using wrong = new TestConnection({ ...server, password: 'sentinel-3141' })
    const error = await rejects(wrong.push(sampleOrder('1150')), AuthError)
    assert.doesNotMatch(JSON.stringify(error) + String(error.stack), /sentinel/)
  })

  /** Sales of another channel, without lines. */
  async function manySales(number: number): Promise<readonly number[]> {
    const party = await server.staff.one('party.party', [['code', '=', 'SHOP-17']])
    const currency = await server.staff.one('currency.currency', [['code', '=', 'RUB']])
    const values = Array.from({ length: number }, (_, index) => ({
      party,
      currency,
      reference: `X-${index}`,
    }))
    return server.staff.call<number[]>('model.sale.sale.create', values)
  }

  async function count(model: string, domain: unknown): Promise<number> {
    return server.staff.call<number>(`model.${model}.search_count`, domain)
  }

  /** Behind the API's back; gives the first column of the first row. */
  function inDatabase(sql: string): unknown {
    const database = new DatabaseSync(server.file, { timeout: 5_000 })
    try {
      return Object.values(database.prepare(sql).get() ?? {})[0]
    } finally {
      database.close()
    }
  }
})

function buyer(order: Order, id: string): Order {
  return { ...order, customer: { ...order.customer, id } }
}

async function rejects<E extends Error>(
  promise: Promise<unknown>,
  type: new (...args: never) => E,
  code?: string,
): Promise<E> {
  const error: unknown = await promise.then(
    () => assert.fail('It should have been refused'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof type, `${type.name} expected, got ${String(error)}`)
  if (code !== undefined) assert.equal('code' in error ? error.code : undefined, code)
  return error
}
