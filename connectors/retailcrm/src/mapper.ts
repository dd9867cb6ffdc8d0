import {
  decimalNumber,
  deliveryCost,
  mapper,
  moneyNumber,
  type Converter,
  type Mapper,
  type Order,
  type Payment,
  type Shipment,
} from '@mufta/kit'
import { splitName } from './person-name.ts'
import type { RetailCrmSettings } from './settings.ts'
import { isOneShop } from './sites.ts'
import { canceledCode, lookUp, orderStatuses, paymentStatuses } from './status-map.ts'
import { orderSums, type OrderLine } from './sums.ts'
import { itemId, itemIdCode, type CrmItem, type CrmOrder, type CrmPayment } from './wire.ts'

/** How the shop's order and RetailCRM's order translate into each other. First file to change with their contract. */
export function orderMapper(settings: RetailCrmSettings): Mapper<Order, CrmOrder> {
  const person = (order: Order) => settings.personTypes[order.personType]
  const name = (order: Order) => splitName(order.customer.name, settings.nameOrder)
  const deliveryTypes = lookUp('deliveryTypes', 'DELIVERY_TYPE_UNMAPPED', settings.deliveryTypes)
  const sites = lookUp('sites', 'ORDER_SITE_UNMAPPED', settings.sites)
  const stores = lookUp('stores', 'SHIPMENT_STORE_UNMAPPED', settings.stores)

  return mapper<Order, CrmOrder>(({ out, both, createOnly, list, check, constant }) => ({
    externalId: createOnly('id'),
    site: createOnly((order) => (isOneShop(settings) ? undefined : order.siteId), sites),
    number: createOnly('number'),
    createdAt: createOnly('createdAt', wallTime),
    orderType: createOnly((order) => person(order)?.orderType ?? settings.orderType),
    orderMethod: constant(settings.orderMethod),
    'contragent.contragentType': createOnly((order) => person(order)?.contragent ?? 'individual'),
    'customer.externalId': createOnly((order) => order.customer.id ?? undefined),

    status: both({ get: statusOf, set: setStatus }, orderStatuses(settings), { owner: settings.statusOwner }),
    statusComment: both(
      { get: cancelReason, set: (reason: string | null) => ({ cancelReason: reason }) },
      text,
    ),
    managerComment: both('managerComment', text, { owner: 'external', absent: 'null' }),
    customerComment: out('customerComment', text),

    lastName: out((order) => name(order).lastName, text),
    firstName: out((order) => name(order).firstName, text),
    patronymic: out((order) => name(order).patronymic, text),
    phone: out('customer.phone', text),
    email: out('customer.email', text),

    'delivery.code': out((order) => mainShipment(order)?.deliveryId, deliveryTypes),
    'delivery.cost': out(deliveryCost, moneyNumber),
    'delivery.address.index': out('customer.zip', text),
    'delivery.address.text': out('customer.address', text),
    shipmentStore: out((order) => storeOf(order, settings), stores),
    'delivery.data.trackNumber': both({ get: trackNumber, set: setTrackNumber }, text),

    items: list((order) => orderSums(order).lines, itemMapper, {
      key: (line) => line.id,
      externalKey: itemId,
    }),
    discountManualAmount: out((order) => orderSums(order).orderDiscount, decimalNumber),
    payments: list('payments', paymentMapper(settings), {
      key: (payment: Payment) => payment.id,
      externalKey: (payment: CrmPayment) => payment.externalId ?? undefined,
      direction: 'both',
    }),
    totalSumm: check('total', moneyNumber),
  }))
}

const text: Converter<string, string> = {
  toExternal: (value) => value,
  toShop: (value) => value,
  // The CRM leaves empty texts out of its answers.
  sameExternal: (a, b) => (a ?? '') === (b ?? ''),
}

/** RetailCRM keeps account-local times without a zone: the clock on the shop's wall is the nearest to it. */
export const wallTime: Converter<string, string> = {
  toExternal: (iso) => iso.slice(0, 19).replace('T', ' '),
}

const vatRate = {
  nulls: true,
  toExternal: (rate: string | null) => rate ?? 'none',
  sameExternal: (a: unknown, b: unknown) => a === b || decimalNumber.sameExternal?.(a, b) === true,
}

/** Rows that 1C-Bitrix keeps beside the buyer's choices for its own exchange. */
const serviceProperties: readonly string[] = ['CATALOG.XML_ID', 'PRODUCT.XML_ID']

const itemMapper = mapper<OrderLine, CrmItem>(({ out, createOnly, constant }) => ({
  externalIds: createOnly((line) => [{ code: itemIdCode, value: line.id }]),
  'offer.externalId': out((line) => line.productId ?? undefined),
  // A row that is no product of the site (a service, a gift) has a name only.
  'offer.xmlId': out((line) => (line.productId === null ? undefined : (line.productXmlId ?? undefined))),
  productName: out('name'),
  initialPrice: out('initialPrice', decimalNumber),
  discountManualAmount: out('unitDiscount', decimalNumber),
  discountManualPercent: constant(0),
  quantity: out('quantity', decimalNumber),
  vatRate: out('vatRate', vatRate),
  properties: out((line) => line.properties.filter((property) => !serviceProperties.includes(property.code))),
}))

function paymentMapper(settings: RetailCrmSettings): Mapper<Payment, CrmPayment> {
  const types = lookUp('paymentTypes', 'PAYMENT_TYPE_UNMAPPED', settings.paymentTypes)
  return mapper<Payment, CrmPayment>(({ out, both, createOnly }) => ({
    externalId: createOnly('id'),
    type: out('paySystemId', types),
    amount: out('sum', moneyNumber),
    paidAt: createOnly((payment) => (payment.paid ? (payment.paidAt ?? undefined) : undefined), wallTime),
    status: both({ get: (payment) => payment.paid, set: (paid) => ({ paid }) }, paymentStatuses(settings)),
  }))
}

function statusOf(order: Order): string {
  return order.canceled ? canceledCode : order.status
}

function setStatus(code: string | null, order: Order): object {
  if (code === canceledCode) return { canceled: true }
  return order.canceled ? { canceled: false, status: code } : { status: code }
}

function cancelReason(order: Order): string | null | undefined {
  return order.canceled ? order.cancelReason : undefined
}

/** RetailCRM has one delivery an order: the first shipment that is not cancelled. */
function mainShipment(order: Order): Shipment | undefined {
  return order.shipments.find((shipment) => !shipment.canceled)
}

/** A shop that maps no stores sends none; a shipment without a store leaves alone what the CRM has. */
function storeOf(order: Order, { stores }: RetailCrmSettings): string | undefined {
  if (Object.keys(stores).length === 0) return undefined
  return mainShipment(order)?.storeId ?? undefined
}

function trackNumber(order: Order): string | null | undefined {
  return mainShipment(order)?.trackingNumber
}

function setTrackNumber(trackingNumber: string | null, order: Order): object {
  const shipment = mainShipment(order)
  return shipment === undefined ? {} : { shipments: [{ id: shipment.id, trackingNumber }] }
}
