import {
  decimal,
  toDecimal,
  type BasketItem,
  type Order,
  type OrderProperty,
  type Payment,
  type Shipment,
} from '@mufta/kit'
import { customerOf } from '../../customer.ts'
import type { RoleFinder } from './property-catalog.ts'
import type { WireBasketItem, WireOrder, WirePayment, WirePropertyValue, WireShipment } from './wire.ts'

/** The shop's order from the portal's tree. Pure. */
export function toOrder(wire: WireOrder, roles: RoleFinder): Order {
  const { currency } = wire
  const hidden = setChildren(wire.basketItems)
  const properties = wire.propertyValues.map((value) => toProperty(value, wire.personTypeId, roles))
  return {
    id: wire.id,
    number: wire.accountNumber,
    siteId: wire.lid,
    xmlId: wire.xmlId,
    version: wire.version,
    createdAt: wire.dateInsert,
    updatedAt: wire.dateUpdate,
    status: wire.statusId,
    canceled: wire.canceled,
    cancelReason: wire.reasonCanceled,
    paid: wire.payed,
    personType: wire.personTypeId,
    total: { amount: wire.price, currency },
    discount: { amount: wire.discountValue ?? '0', currency },
    tax: wire.taxValue === null ? null : { amount: wire.taxValue, currency },
    customer: customerOf(wire.userId, properties),
    customerComment: wire.userDescription,
    managerComment: wire.comments,
    items: wire.basketItems.filter((item) => !hidden.has(item.id)).map(toItem),
    properties,
    payments: wire.payments.map(toPayment),
    shipments: wire.shipments
      .filter((shipment) => !shipment.system)
      .map((shipment) => toShipment(shipment, wire, hidden)),
  }
}

/**
 * Rows inside a set: the set's own row carries the money, so they would be counted twice. The set's row may name
 * itself as its parent; a row whose parent is not in the order stays.
 */
function setChildren(items: readonly WireBasketItem[]): ReadonlySet<string> {
  const children = items.filter((item) => item.setParentId !== null && item.setParentId !== item.id)
  if (children.length === 0) return new Set()
  const ids = new Set<string | null>(items.map((item) => item.id))
  return new Set(children.filter((item) => ids.has(item.setParentId)).map((item) => item.id))
}

function toItem(wire: WireBasketItem): BasketItem {
  const { currency } = wire
  const { basePrice, discount } = priceParts(wire)
  return {
    id: wire.id,
    productId: wire.productId,
    productXmlId: wire.productXmlId,
    name: wire.name,
    quantity: wire.quantity,
    price: { amount: wire.price, currency },
    basePrice: { amount: basePrice, currency },
    discount: { amount: discount, currency },
    // The portal gives a fraction: 0.2 = 20 %.
    vatRate: wire.vatRate === null ? null : decimal.multiply(wire.vatRate, '100'),
    vatIncluded: wire.vatIncluded,
    measureCode: wire.measureCode,
    measureName: wire.measureName,
    properties: wire.properties.map((row) => ({
      code: row.code ?? '',
      name: row.name ?? '',
      value: row.value ?? '',
    })),
  }
}

/** `basePrice = price + discountPrice`; a part that is missing is computed from the others. */
function priceParts(wire: WireBasketItem): { basePrice: string; discount: string } {
  if (wire.basePrice === null) {
    const discount = wire.discountPrice ?? '0'
    return { basePrice: decimal.add(wire.price, discount), discount }
  }
  return {
    basePrice: wire.basePrice,
    discount: wire.discountPrice ?? decimal.subtract(wire.basePrice, wire.price),
  }
}

function toProperty(wire: WirePropertyValue, personType: string, roles: RoleFinder): OrderProperty {
  return {
    id: wire.orderPropsId,
    code: wire.code,
    name: wire.name ?? '',
    role: roles.roleOf(wire.orderPropsId, wire.code, personType),
    value: propertyValue(wire.value),
  }
}

function propertyValue(value: unknown): string | readonly string[] | null {
  if (!Array.isArray(value)) return single(value)
  return value.map(single).filter((item) => item !== null)
}

function single(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return toDecimal(value)
  if (typeof value === 'boolean') return value ? 'Y' : 'N'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // A file: its id is the only part that stays valid without a session.
  const id: unknown = 'id' in value ? value.id : 'ID' in value ? value.ID : null
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

function toPayment(wire: WirePayment): Payment {
  return {
    id: wire.id,
    number: wire.accountNumber ?? wire.id,
    paySystemId: wire.paySystemId,
    paySystemName: wire.paySystemName ?? '',
    sum: { amount: wire.sum, currency: wire.currency },
    paid: wire.paid,
    paidAt: wire.datePaid,
    isReturn: wire.isReturn !== null && wire.isReturn !== '' && wire.isReturn !== 'N',
    xmlId: wire.xmlId,
  }
}

function toShipment(wire: WireShipment, order: WireOrder, hidden: ReadonlySet<string>): Shipment {
  return {
    id: wire.id,
    number: wire.accountNumber ?? wire.id,
    deliveryId: wire.deliveryId,
    deliveryName: wire.deliveryName ?? '',
    status: wire.statusId,
    price: { amount: wire.priceDelivery ?? '0', currency: wire.currency || order.currency },
    allowDelivery: wire.allowDelivery,
    deducted: wire.deducted,
    canceled: wire.canceled,
    trackingNumber: wire.trackingNumber,
    storeId: onlyStore(wire, order.basketItems),
    items: wire.shipmentItems
      .filter((item) => !hidden.has(item.basketId))
      .map((item) => ({ basketItemId: item.basketId, quantity: item.quantity })),
  }
}

/** The store in which the goods of the shipment are reserved, where it is one. */
function onlyStore(shipment: WireShipment, items: readonly WireBasketItem[]): string | null {
  const reserved = items.filter((item) => item.reservations.length > 0)
  if (reserved.length === 0) return null
  const goods = new Set(shipment.shipmentItems.map((item) => item.basketId))
  const stores = reserved
    .filter((item) => goods.has(item.id))
    .flatMap((item) => item.reservations.flatMap(({ storeId }) => storeId ?? []))
  const [only, ...others] = new Set(stores)
  return others.length === 0 ? (only ?? null) : null
}
