import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PermanentError, RetryableError } from '@mufta/kit'
import { describeTryton } from './describe-tryton.ts'
import { rejects } from './rejects.ts'
import { sampleItem, sampleOrder } from './sample-order.ts'
import { products } from './tryton-setup.ts'

describeTryton('errors of a real Tryton', (tryton) => {
  test('a clerk’s write in between makes ours wait, and the clerk’s words stay', async () => {
    const order = sampleOrder('1110')
    const { id } = await tryton.connection.push(order)
    // Tryton compares whole seconds on SQLite: let the sale be older than that.
    tryton.inDatabase(
      `UPDATE sale_sale SET write_date = '2026-01-01 10:00:00.500000' WHERE id = ${Number(id)}`,
    )
    const stale = { id, record: await tryton.connection.read(id) }
    await tryton.staff.call('model.sale.sale.write', [Number(id)], { comment: 'Клерк' })

    const ours = { ...order, managerComment: 'Магазин' }
    await rejects(tryton.connection.update(ours, stale), RetryableError, 'TRYTON_CONFLICT')
    assert.equal((await tryton.connection.read(id)).comment, 'Клерк')
    assert.equal((await tryton.connection.push(ours)).record.comment, 'Магазин')
  })

  test('a refusal arrives with Tryton’s own words although HTTP says 200', async () => {
    const half = sampleItem('1', { productXmlId: products.shirt.code, quantity: '1.5' })
    const error = await rejects(
      tryton.connection.push(sampleOrder('1120', { items: [half] })),
      PermanentError,
      'TRYTON_REFUSED',
    )
    assert.match(error.message, /number of digits in the value "1\.5"/)
    assert.equal(await tryton.count('sale.sale', [['reference', '=', '1120']]), 0)
  })

  test('an expired session is renewed on the way, and nobody notices', async () => {
    await tryton.connection.read((await tryton.connection.push(sampleOrder('1130'))).id)
    tryton.inDatabase('DELETE FROM ir_session')
    await tryton.staff.login()
    await Promise.all(
      ['1130', '1131', '1132'].map((id) =>
        tryton.connection.flow.find(tryton.connection.client, sampleOrder(id), tryton.connection.context),
      ),
    )
    assert.ok(Number(tryton.inDatabase('SELECT count(*) AS number FROM ir_session')) <= 3)
  })

  test('a method that Tryton does not know is a permanent error, be the answer HTML', async () => {
    await rejects(tryton.connection.client.model('sale.sale', 'nope', [[1]]), PermanentError)
  })
})
