import type { CrmItem, CrmOrder, CrmPayment } from './model.ts'
import type { Snapshot, Watched } from './history.ts'

/** Plain texts of an order. History names them in snake_case (bitrix-module: config/objects.xml). */
export const ORDER_TEXTS = [
  'firstName',
  'lastName',
  'patronymic',
  'phone',
  'additionalPhone',
  'email',
  'customerComment',
  'managerComment',
  'statusComment',
  'countryIso',
  'privilegeType',
] as const

export const ADDRESS_TEXTS = [
  'index',
  'countryIso',
  'region',
  'city',
  'cityType',
  'street',
  'streetType',
  'building',
  'flat',
  'floor',
  'block',
  'house',
  'housing',
  'metro',
  'notes',
  'text',
  'intercomCode',
] as const

export const CONTRAGENT_TEXTS = [
  'contragentType',
  'legalName',
  'legalAddress',
  'INN',
  'OKPO',
  'KPP',
  'OGRN',
  'OGRNIP',
  'certificateNumber',
  'certificateDate',
  'BIK',
  'bank',
  'bankAddress',
  'corrAccount',
  'bankAccount',
] as const

/** Everything history watches of an order. */
export function orderSnapshot(order: CrmOrder): Snapshot {
  const all = new Map<string, Watched>()
  const put = (field: string, raw: Watched['raw'], shown?: unknown): void => {
    if (raw !== null) all.set(field, { field, raw, shown })
  }
  put('number', order.number)
  put('external_id', order.externalId)
  put('created_at', order.createdAt)
  put('status', order.status, { code: order.status })
  put('order_type', order.orderType, { code: order.orderType })
  put('order_method', order.orderMethod, { code: order.orderMethod })
  put('shipment_store', order.shipmentStore, { code: order.shipmentStore })
  put('shipment_date', order.shipmentDate)
  put('shipped', order.shipped)
  put('manager', order.managerId, { id: order.managerId })
  put('customer', order.customerId, { id: order.customerId })
  put('discount_manual_amount', Number(order.discountManualAmount))
  put('discount_manual_percent', Number(order.discountManualPercent))
  for (const [key, value] of Object.entries(order.texts)) put(snakeCase(key), value)
  for (const [key, value] of Object.entries(order.contragent)) put(`contragent.${snakeCase(key)}`, value)
  putDelivery(order, put)
  for (const [code, value] of Object.entries(order.customFields)) {
    put(`custom_${code}`, typeof value === 'string' ? value : JSON.stringify(value), value)
  }
  for (const item of order.items) putItem(all, item)
  for (const payment of order.payments) putPayment(all, payment)
  return all
}

function putDelivery(
  order: CrmOrder,
  put: (field: string, raw: Watched['raw'], shown?: unknown) => void,
): void {
  const { delivery } = order
  put('delivery_type', delivery.code, { code: delivery.code })
  put('delivery_cost', Number(delivery.cost))
  put('delivery_net_cost', Number(delivery.netCost))
  put('delivery_date', delivery.date)
  for (const [key, value] of Object.entries(delivery.address)) {
    put(`delivery_address.${key === 'countryIso' ? 'country' : snakeCase(key)}`, value)
  }
  for (const [key, value] of Object.entries(delivery.data))
    put(`integration_delivery_data.${snakeCase(key)}`, value)
}

function putItem(all: Map<string, Watched>, item: CrmItem): void {
  const row = `item ${item.id}`
  const offer = item.offer === null ? {} : { offer: withoutNulls({ ...item.offer, name: null }) }
  const part = { item: { id: item.id, ...offer } }
  all.set(row, { field: 'order_product', raw: item.id, shown: { id: item.id, ...offer }, part, row })
  const put = (name: string, raw: Watched['raw'], shown?: unknown): void => {
    const field = `order_product.${name}`
    if (raw !== null) all.set(`${field} ${item.id}`, { field, raw, shown, part, row })
  }
  put('quantity', Number(item.quantity))
  put('initial_price', Number(item.initialPrice))
  put('discount_manual_amount', Number(item.discountManualAmount))
  put('discount_manual_percent', Number(item.discountManualPercent))
  put('vat_rate', item.vatRate)
  put('purchase_price', Number(item.purchasePrice))
  put('status', item.status, { code: item.status })
}

function putPayment(all: Map<string, Watched>, payment: CrmPayment): void {
  const row = `payment ${payment.id}`
  const part = {
    payment: withoutNulls({ id: payment.id, type: payment.type, externalId: payment.externalId }),
  }
  all.set(row, { field: 'payments', raw: payment.id, shown: { code: payment.type }, part, row })
  const put = (name: string, raw: Watched['raw'], shown?: unknown): void => {
    const field = `payments.${name}`
    if (raw !== null) all.set(`${field} ${payment.id}`, { field, raw, shown, part, row })
  }
  put('external_id', payment.externalId)
  put('type', payment.type, { code: payment.type })
  put('status', payment.status, { code: payment.status })
  put('amount', Number(payment.amount))
  put('paid_at', payment.paidAt)
  put('comment', payment.comment)
}

/** `INN` becomes `i_n_n`, as the CRM writes it. */
export function snakeCase(name: string): string {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return snake.startsWith('_') ? snake.slice(1) : snake
}

/** The CRM leaves empty fields out of its answers. */
export function withoutNulls<T extends object>(record: T): Partial<T> {
  const kept: Partial<T> = {}
  for (const key of Object.keys(record) as (keyof T)[]) {
    const value = record[key]
    if (value !== null && value !== undefined && value !== '') kept[key] = value
  }
  return kept
}
