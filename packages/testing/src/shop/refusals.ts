import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MuftaError, PermanentError, type Order, type OrderPatch } from '@mufta/kit'
import { placed, read } from './orders.ts'
import type { Road } from './road.ts'

const shipment = (order: Order): string => order.shipments[0]?.id ?? ''
const payment = (order: Order): string => order.payments[0]?.id ?? ''

/** What no shop takes; `other` is somebody else's order. */
const REFUSED: Readonly<Record<string, (order: Order, other: Order) => OrderPatch>> = {
  'a status that the shop does not have': () => ({ status: 'ZZ' }),
  'a status in other letters': () => ({ status: 'p' }),
  "a shipment's status for the order": () => ({ status: 'DF' }),
  "an order's status for the shipment": (order) => ({ shipments: [{ id: shipment(order), status: 'F' }] }),
  "another order's payment": (_, other) => ({ payments: [{ id: payment(other), paid: true }] }),
  "another order's shipment": (_, other) => ({ shipments: [{ id: shipment(other), trackingNumber: '1' }] }),
  'a payment that is not there': () => ({ payments: [{ id: '999999', paid: true }] }),
  'a shipment that is not there': () => ({ shipments: [{ id: '999999', trackingNumber: '1' }] }),
}

export function testRefusals(road: Road): void {
  for (const [what, patchOf] of Object.entries(REFUSED))
    test(`${what} is refused for good, and nothing of the patch is written`, async (context) => {
      const site = await road.open(context)
      const order = await placed(site)
      const other = await placed(site)

      const patch = { ...patchOf(order, other), managerComment: 'не должно остаться' }
      await assert.rejects(
        site.shop.writeOrder(order, patch),
        (error) => error instanceof MuftaError && ['give-up', 'park'].includes(error.disposition),
      )

      assert.deepEqual(await read(site, order.id), order)
      assert.deepEqual(await read(site, other.id), other)
    })

  test('a deleted order is not written', async (context) => {
    const site = await road.open(context)
    const order = await placed(site)
    await site.hands.delete(order.id)

    await assert.rejects(site.shop.writeOrder(order, { status: 'P' }), PermanentError)

    assert.equal((await site.shop.readOrders([order.id])).size, 0)
  })

  test('a paid order is not cancelled until its money is taken back in the same patch', async (context) => {
    const site = await road.open(context)
    const { shop } = site
    const order = await placed(site, { payments: [{ paySystemId: 2, paid: true }] })
    const payments = order.payments.map(({ id }) => ({ id, paid: false }))
    const cancel = { canceled: true, cancelReason: 'передумал' }

    await assert.rejects(shop.writeOrder(order, cancel), refusedAs('SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'))
    assert.deepEqual(await read(site, order.id), order)
    await shop.writeOrder(order, { ...cancel, payments })

    const now = await read(site, order.id)
    assert.deepEqual([now.canceled, now.cancelReason, now.paid], [true, 'передумал', false])
    await shop.writeOrder(now, { canceled: false, payments: payments.map(({ id }) => ({ id, paid: true })) })
    const revived = await read(site, order.id)
    assert.deepEqual([revived.canceled, revived.paid], [false, true])
  })

  test('a shipped order is not cancelled until its goods are back in the same patch', async (context) => {
    const site = await road.open(context)
    const order = await placed(site, {
      shipments: [{ deliveryId: 2, price: '350.50', allowDelivery: true, deducted: true }],
    })

    const refused = refusedAs('SALE_ORDER_CANCEL_SHIPMENT_EXIST_SHIPPED')
    await assert.rejects(site.shop.writeOrder(order, { canceled: true }), refused)
    assert.deepEqual(await read(site, order.id), order)
    await site.shop.writeOrder(order, {
      canceled: true,
      shipments: [{ id: shipment(order), deducted: false }],
    })

    const now = await read(site, order.id)
    assert.deepEqual([now.canceled, now.shipments[0]?.deducted], [true, false])
  })
}

function refusedAs(systemCode: string): (error: unknown) => boolean {
  return (error) => error instanceof PermanentError && error.facts.systemCode === systemCode
}
