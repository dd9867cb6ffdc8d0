import { PermanentError, type Order, type OrderPatch } from '@mufta/kit'
import type { PortalParams } from './portal-calls.ts'
import type { WireShipment } from './wire.ts'

/** One command of a patch. */
export interface OrderWrite {
  readonly method: string
  readonly params: PortalParams
  readonly entity: 'order' | 'payment' | 'shipment'
  readonly id: string
  /** The status it asks for, to be found in the answer. */
  readonly status?: string
}

/**
 * Commands in the safe order: a cancelled order is revived first; payments are taken back before others are made;
 * the order's own fields come last, because a payment or shipment may move the status by the shop's own rules and a
 * cancellation is refused while money or goods are out.
 * Customer properties are never written: sale.propertyvalue.modify erases every property it is not given.
 */
export function planWrites(
  order: Order,
  patch: OrderPatch,
  shipments: ReadonlyMap<string, WireShipment>,
): readonly OrderWrite[] {
  const parts = [...paymentWrites(order, patch), ...shipmentWrites(order, patch, shipments)]
  const fields = orderFields(patch)
  const revive = patch.canceled === false && parts.length > 0
  const before = revive ? [orderWrite(order, { canceled: 'N' })] : []
  if (revive) delete fields['canceled']
  const after = Object.keys(fields).length > 0 ? [orderWrite(order, fields, patch.status)] : []
  return [...before, ...parts, ...after]
}

function orderWrite(order: Order, fields: PortalParams, status?: string): OrderWrite {
  return {
    method: 'sale.order.update',
    params: { id: order.id, fields },
    entity: 'order',
    id: order.id,
    ...(status !== undefined && { status }),
  }
}

function orderFields(patch: OrderPatch): Record<string, string> {
  return {
    ...(patch.status !== undefined && { statusId: patch.status }),
    ...(patch.managerComment !== undefined && { comments: patch.managerComment ?? '' }),
    ...(patch.customerComment !== undefined && { userDescription: patch.customerComment ?? '' }),
    ...(patch.canceled !== undefined && { canceled: yesNo(patch.canceled) }),
    ...(patch.cancelReason !== undefined && { reasonCanceled: patch.cancelReason ?? '' }),
  }
}

function paymentWrites(order: Order, patch: OrderPatch): OrderWrite[] {
  const named = (patch.payments ?? []).filter((payment) => payment.paid !== undefined)
  return named
    .toSorted((a, b) => Number(a.paid) - Number(b.paid))
    .map(({ id, paid }) => {
      const payment = order.payments.find((candidate) => candidate.id === id)
      if (payment === undefined) throw notInOrder('payment', id, order)
      // paySystemId is required on update too. Bitrix24 REST docs: sale.payment.update.
      const fields = { paySystemId: payment.paySystemId, paid: yesNo(paid === true) }
      return { method: 'sale.payment.update', params: { id, fields }, entity: 'payment', id }
    })
}

/**
 * Bitrix24 REST docs, sale.shipment.update: allowDelivery, deducted, deliveryId are required; a missing statusId
 * becomes DN; a missing price sets both prices to 0. basePriceDelivery would overwrite what the buyer pays, so
 * priceDelivery is repeated.
 */
function shipmentWrites(
  order: Order,
  patch: OrderPatch,
  shipments: ReadonlyMap<string, WireShipment>,
): OrderWrite[] {
  return (patch.shipments ?? []).map((change) => {
    const present = shipments.get(change.id)
    const isOurs = order.shipments.some((shipment) => shipment.id === change.id)
    if (present === undefined || !isOurs) throw notInOrder('shipment', change.id, order)
    const fields = {
      deliveryId: present.deliveryId,
      allowDelivery: yesNo(change.allowDelivery ?? present.allowDelivery),
      deducted: yesNo(change.deducted ?? present.deducted),
      statusId: change.status ?? present.statusId,
      priceDelivery: present.priceDelivery ?? '0',
      ...(change.trackingNumber !== undefined && { trackingNumber: change.trackingNumber ?? '' }),
    }
    return {
      method: 'sale.shipment.update',
      params: { id: change.id, fields },
      entity: 'shipment',
      id: change.id,
      ...(change.status !== undefined && { status: change.status }),
    }
  })
}

function yesNo(value: boolean): 'Y' | 'N' {
  return value ? 'Y' : 'N'
}

function notInOrder(entity: 'payment' | 'shipment', id: string, order: Order): PermanentError {
  return new PermanentError(
    'SHOP_PART_NOT_IN_ORDER',
    `Order ${order.id} has no ${entity} ${id}: it was deleted in the shop, or the mapper names another order's ${entity}`,
    { facts: { system: 'Bitrix', entity, id, order: order.id } },
  )
}
