import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { orderSamples } from '@mufta/testing'
import { until } from './helpers/wait.ts'
import { startWorld, type World } from './helpers/world.ts'

describe('an order between the site and the CRM', () => {
  it('60 orders of every kind arrive once, with totals equal to the kopeck and their customers', async (t) => {
    const world = await startWorld(t)
    const { portal, crm } = world
    const ids = orderSamples(60, 7).map((sample) => portal.placeOrder(sample))
    await until('60 orders in the CRM', () => crm.orders().length >= 60)
    await world.stop()
    assert.equal(crm.orders().length, 60)
    for (const id of ids) {
      const shop = portal.order(id)
      const copy = crm.order(String(id))
      assert.ok(copy, `order ${id} arrived`)
      assert.equal(copy.totalSumm.toFixed(2), Number(shop?.['price']).toFixed(2), `total of order ${id}`)
      assert.equal(copy.number, String(shop?.['accountNumber']))
      assert.equal(Object.keys(copy.payments).length, world.parts(id, 'payments').length)
    }
    const buyers = new Set(ids.map((id) => String(portal.order(id)?.['userId'])))
    assert.deepEqual(new Set(crm.customers().map(({ externalId }) => externalId)), buyers)
    assert.deepEqual(portal.stats.ignoredFilters, [])
  })

  it('a status set in the shop reaches the CRM, one set in the CRM comes back', async (t) => {
    const { world, id } = await bound(t)
    world.portal.editOrder(id, { statusId: 'A' })
    await until('status in the CRM', () => world.crm.order(String(id))?.status === 'assembling')
    await fromCrm(world, id, { status: 'delivering' }, () => world.portal.order(id)?.['statusId'] === 'S')
  })

  it('a payment in the shop marks the CRM payment paid, a payment in the CRM marks the shop payment paid', async (t) => {
    const { world, id } = await bound(t)
    const paymentId = Number(world.parts(id, 'payments')[0]?.['id'])
    world.portal.editOrder(id, { payments: [{ id: paymentId, paid: true }] })
    const states = () =>
      Object.values(world.crm.order(String(id))?.payments ?? {}).map(({ status }) => status)
    await until('paid in the CRM', () => states().join() === 'paid')
    const second = world.portal.placeOrder({})
    await until('second order', () => world.crm.order(String(second)) !== null)
    await fromCrm(world, second, { paid: true }, () => world.portal.order(second)?.['payed'] === 'Y')
    assert.deepEqual(
      world.parts(second, 'payments').map((one) => one['paid']),
      ['Y'],
    )
  })

  it('a cancel travels both ways, with its reason, and can be taken back', async (t) => {
    const { world, id } = await bound(t)
    world.portal.editOrder(id, { canceled: true, cancelReason: 'передумал' })
    await until('cancelled in the CRM', () => world.crm.order(String(id))?.status === 'cancel-other')
    assert.equal(world.crm.order(String(id))?.['statusComment'], 'передумал')
    await fromCrm(world, id, { status: 'assembling' }, () => {
      const order = world.portal.order(id)
      return order?.['canceled'] === 'N' && order['statusId'] === 'A'
    })
    await fromCrm(
      world,
      id,
      { status: 'no-product', statusComment: 'нет в наличии' },
      () => world.portal.order(id)?.['canceled'] === 'Y',
    )
    assert.equal(world.portal.order(id)?.['reasonCanceled'], 'нет в наличии')
    assert.equal(world.crm.order(String(id))?.status, 'no-product', 'the manager’s reason is kept')
  })

  it('a tracking number travels both ways', async (t) => {
    const { world, id } = await bound(t)
    const shipmentId = Number(world.parts(id, 'shipments').at(-1)?.['id'])
    world.portal.editOrder(id, { shipments: [{ id: shipmentId, trackingNumber: 'RB1' }] })
    await until(
      'track in the CRM',
      () => world.crm.order(String(id))?.delivery.data?.['trackNumber'] === 'RB1',
    )
    await fromCrm(world, id, { trackNumber: 'RB2' }, () =>
      world.parts(id, 'shipments').some((one) => one['trackingNumber'] === 'RB2'),
    )
  })

  it('the buyer’s comment goes out, the manager’s comment travels both ways', async (t) => {
    const { world, id } = await bound(t)
    world.portal.editOrder(id, { comment: 'Позвоните за час ☎️', managerComment: 'из магазина' })
    await until(
      'comments in the CRM',
      () => world.crm.order(String(id))?.['managerComment'] === 'из магазина',
    )
    assert.equal(world.crm.order(String(id))?.['customerComment'], 'Позвоните за час ☎️')
    await fromCrm(
      world,
      id,
      { managerComment: 'из CRM' },
      () => world.portal.order(id)?.['comments'] === 'из CRM',
    )
    await fromCrm(world, id, { managerComment: null }, () => !world.portal.order(id)?.['comments'])
  })

  it('a changed basket reaches the CRM with its new total', async (t) => {
    const { world, id } = await bound(t)
    world.portal.editOrder(id, { addItems: [{ name: 'Кабель', quantity: '2.5', price: '10.05' }] })
    await until('two rows', () => world.crm.order(String(id))?.items.length === 2)
    assert.equal(world.crm.order(String(id))?.totalSumm, Number(world.portal.order(id)?.['price']))
  })
})

/** A world with one order that is in the CRM already. */
async function bound(t: TestContext): Promise<{ world: World; id: number }> {
  const world = await startWorld(t)
  const id = world.portal.placeOrder({})
  await until('the order in the CRM', () => world.crm.order(String(id)) !== null)
  return { world, id }
}

async function fromCrm(
  world: World,
  id: number,
  change: Parameters<World['crm']['userEdit']>[1],
  arrived: () => boolean,
): Promise<void> {
  world.crm.userEdit(String(id), change)
  await world.askCrm()
  await until(`${JSON.stringify(Object.keys(change))} in the shop`, arrived)
}
