import type { Money, Order } from '@mufta/kit'

/** An order as the module sends it: values in the order of the contract, without their names. */
export function rowOfOrder(order: Order): unknown[] {
  const { customer } = order
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
    text(order.total),
    text(order.discount),
    order.tax === null ? null : text(order.tax),
    [customer.id, customer.email, customer.phone, customer.name, customer.address, customer.zip],
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
    order.properties.map(({ id, code, name, role, value }) => [id, code, name, role, value]),
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

function text({ amount, currency }: Money): string {
  return `${amount} ${currency}`
}
