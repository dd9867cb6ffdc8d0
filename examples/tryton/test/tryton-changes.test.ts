import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTryton, type RunningTryton } from './describe-tryton.ts'
import { sampleOrder } from './sample-order.ts'

describeTryton('changes of a real Tryton', (tryton) => {
  test('a sale that a clerk confirms comes back as a new status, once', async () => {
    const { cursor } = await tryton.connection.pull(null)
    const order = sampleOrder('1050')
    const { id } = await tryton.connection.push(order)
    await tryton.staff.call('model.sale.sale.confirm', [Number(id)])

    const page = await tryton.connection.pull(cursor)
    assert.deepEqual(page.changes.find((change) => change.id === id)?.shopId, '1050')
    const patch = tryton.connection.flow.mapper.patch(await tryton.connection.read(id), order, ['state'])
    assert.deepEqual(patch, { status: 'P' })
    assert.deepEqual((await tryton.connection.pull(page.cursor)).changes, [])
  })

  test('a change within the overlap is reported again only when it is a new one', async () => {
    const { id } = await tryton.connection.push(sampleOrder('1055'))
    const { cursor } = await tryton.connection.pull(
      await tryton.connection.pull(null).then((page) => page.cursor),
    )
    await tryton.staff.call('model.sale.sale.write', [Number(id)], { comment: 'Позвонил' })
    const { changes } = await tryton.connection.pull(cursor)
    assert.deepEqual(
      changes.map((change) => change.id),
      [id],
    )
  })

  test('sales that one transaction wrote at the same instant come page by page, none lost and none twice', async () => {
    const { cursor: start } = await tryton.connection.pull(null)
    const ids = await manySales(tryton, 120)
    tryton.inDatabase(
      `UPDATE sale_sale SET write_date = '2030-01-01 10:00:00.500000' WHERE id >= ${Math.min(...ids)}`,
    )
    const seen: string[] = []
    let page = await tryton.connection.pull(start)
    let pages = 1
    for (; page.more; pages++) {
      seen.push(...page.changes.map((change) => change.id))
      page = await tryton.connection.pull(page.cursor)
    }
    seen.push(...page.changes.map((change) => change.id))
    assert.equal(pages, 2)
    assert.deepEqual(
      seen.filter((id) => ids.includes(Number(id))),
      ids.map(String),
    )
    tryton.inDatabase(`DELETE FROM sale_sale WHERE id >= ${Math.min(...ids)}`)
  })
})

/** Sales of another channel, without lines, created in one transaction. */
async function manySales({ staff }: RunningTryton, number: number): Promise<readonly number[]> {
  const party = await staff.one('party.party', [['code', '=', 'SHOP-17']])
  const currency = await staff.one('currency.currency', [['code', '=', 'RUB']])
  const values = Array.from({ length: number }, (_, index) => ({ party, currency, reference: `X-${index}` }))
  return staff.call<number[]>('model.sale.sale.create', values)
}
