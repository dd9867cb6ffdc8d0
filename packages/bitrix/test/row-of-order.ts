import type { Money, Order, OrderProperty } from '@mufta/kit'

/** Orders as the module sends them: values in the order of the contract, without their names. */
export function rowsOfOrders(orders: readonly Order[]): { orders: unknown[][]; kinds: unknown[][] } {
  const kinds = new Map<string, number>()
  const rows = orders.map((order) => rowOfOrder(order, kinds))
  return { orders: rows, kinds: [...kinds.keys()].map((kind) => JSON.parse(kind) as unknown[]) }
}

function rowOfOrder(order: Order, kinds: Map<string, number>): unknown[] {
  const { currency } = order.total
  const text = (money: Money): string =>
    money.currency === currency ? money.amount : `${money.amount} ${money.currency}`
  const placeOf = ({ id, code, name, role }: OrderProperty): number => {
    const kind = JSON.stringify([id, code, name, role])
    const place = kinds.get(kind) ?? kinds.size
    kinds.set(kind, place)
    return place
  }
  return [
    order.id,
    order.number,
    order.siteId,
    order.xmlId,
    order.version,
    order.createdAt,
    order.updatedAt,
    order.status,
    order.canceled,
    order.cancelReason,
    order.paid,
    order.personType,
    `${order.total.amount} ${currency}`,
    text(order.discount),
    order.tax === null ? null : text(order.tax),
    order.customer.id,
    order.customerComment,
    order.managerComment,
    order.items.map((item) => [
      item.id,
      item.productId,
      item.productXmlId,
      item.name,
      item.quantity,
      text(item.price),
      text(item.basePrice),
      text(item.discount),
      item.vatRate,
      item.vatIncluded,
      item.measureCode,
      item.measureName,
      item.properties.map(({ code, name, value }) => [code, name, value]),
    ]),
    order.properties.map((property) => [placeOf(property), property.value]),
    order.payments.map((payment) => [
      payment.id,
      payment.number,
      payment.paySystemId,
      payment.paySystemName,
      text(payment.sum),
      payment.paid,
      payment.paidAt,
      payment.isReturn,
      payment.xmlId,
    ]),
    order.shipments.map((shipment) => [
      shipment.id,
      shipment.number,
      shipment.deliveryId,
      shipment.deliveryName,
      shipment.status,
      text(shipment.price),
      shipment.allowDelivery,
      shipment.deducted,
      shipment.canceled,
      shipment.trackingNumber,
      shipment.storeId,
      shipment.items.map(({ basketItemId, quantity }) => [basketItemId, quantity]),
    ]),
  ]
}
