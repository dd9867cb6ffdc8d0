import { decimal } from '@mufta/kit'
import type { Dictionaries } from './dictionaries.ts'
import { isObject, type Fields } from './input.ts'
import type { CrmDelivery, CrmItem, CrmOffer, CrmOrder, CrmPayment } from './model.ts'
import { ADDRESS_TEXTS, CONTRAGENT_TEXTS, ORDER_TEXTS } from './order-fields.ts'

/** What applying an order's fields needs from the account. */
export interface ChangeContext {
  readonly dictionaries: Dictionaries
  readonly now: string
  /** Of rows and payments. */
  nextId(kind: 'item' | 'payment'): number
  /** null = not in the catalogue. */
  offer(ids: OfferIds): CrmOffer | null
}

export interface OfferIds {
  readonly id: number | null
  readonly externalId: string | null
  readonly xmlId: string | null
  readonly name: string
}

/**
 * Puts the given fields into the order; fields that are absent stay, null and "" clear. The list of items is replaced
 * as a whole: a row is kept (with its id) when its `id` or one of its `externalIds` is known. Payments are not
 * touched: they have methods of their own. What is wrong goes to the fields' problems.
 */
export function applyOrderFields(order: CrmOrder, input: Fields, context: ChangeContext): void {
  const { dictionaries } = context
  const status = input.requiredCode('status', dictionaries.statuses, 'Status')
  if (status !== undefined && status !== order.status) {
    order.status = status
    order.statusUpdatedAt = context.now
  }
  order.orderType = input.requiredCode('orderType', dictionaries.orderTypes, 'OrderType') ?? order.orderType
  order.orderMethod = given(
    input.code('orderMethod', dictionaries.orderMethods, 'OrderMethod'),
    order.orderMethod,
  )
  order.shipmentStore = given(input.code('shipmentStore', dictionaries.stores, 'Store'), order.shipmentStore)
  order.shipmentDate = given(input.date('shipmentDate'), order.shipmentDate)
  order.shipped = input.flag('shipped') ?? order.shipped
  order.createdAt = input.dateTime('createdAt') ?? order.createdAt
  order.number = input.text('number') ?? order.number
  order.managerId = given(input.integer('managerId'), order.managerId)
  order.discountManualAmount = input.decimal('discountManualAmount', 'zero') ?? order.discountManualAmount
  order.discountManualPercent = input.decimal('discountManualPercent', 'zero') ?? order.discountManualPercent
  applyTexts(order.texts, input, ORDER_TEXTS)
  const contragent = input.child('contragent')
  if (contragent !== undefined) applyContragent(order.contragent, contragent)
  const delivery = input.child('delivery')
  if (delivery !== undefined) applyDelivery(order.delivery, delivery, dictionaries)
  const customFields = input.child('customFields')
  if (customFields !== undefined) applyCustomFields(order.customFields, customFields.source)
  const items = input.list('items')
  if (items !== undefined) order.items = readItems(order.items, items, context)
}

export function applyTexts(target: Record<string, string>, input: Fields, keys: readonly string[]): void {
  for (const key of keys) {
    const text = input.text(key)
    if (text === null) delete target[key]
    else if (text !== undefined) target[key] = text
  }
}

export function applyContragent(target: Record<string, string>, input: Fields): void {
  applyTexts(target, input, CONTRAGENT_TEXTS)
  const type = target['contragentType']
  if (type !== undefined && !['individual', 'legal-entity', 'enterpreneur'].includes(type)) {
    input.problems.add(input.path('contragentType'), 'The value you selected is not a valid choice.')
  }
}

export function applyCustomFields(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const [code, value] of Object.entries(source)) {
    if (value === null || value === '') delete target[code]
    else target[code] = value
  }
}

/** @param order null in `payments/create` of an order that is named by the payment. */
export function readPayment(
  input: Fields,
  kept: CrmPayment | null,
  context: ChangeContext,
  defaultAmount: string,
): CrmPayment {
  const { dictionaries } = context
  const type = input.requiredCode('type', dictionaries.paymentTypes, 'PaymentType') ?? kept?.type
  if (type === undefined && input.source['type'] === undefined) {
    input.problems.add(input.path('type'), 'This value should not be blank.')
  }
  const status =
    input.code('status', dictionaries.paymentStatuses, 'PaymentStatus') ?? kept?.status ?? 'not-paid'
  const isPaid = dictionaries.paymentStatuses.get(status)?.['paymentComplete'] === true
  const paidAt = given(input.dateTime('paidAt'), kept?.paidAt ?? null)
  return {
    id: kept?.id ?? context.nextId('payment'),
    externalId: given(input.text('externalId'), kept?.externalId ?? null),
    type: type ?? '',
    status,
    amount: input.decimal('amount', 'zero') ?? kept?.amount ?? defaultAmount,
    paidAt: paidAt ?? (isPaid ? context.now : null),
    comment: given(input.text('comment'), kept?.comment ?? null),
  }
}

/** "payment type not supported for the delivery type": the delivery type names the types it takes; none = all. */
export function checkPaymentFitsDelivery(
  code: string | null,
  payments: readonly CrmPayment[],
  dictionaries: Dictionaries,
  input: Fields,
): void {
  const allowed = code === null ? undefined : dictionaries.deliveryTypes.get(code)?.['paymentTypes']
  if (!Array.isArray(allowed) || allowed.length === 0) return
  const misfit = payments.find((payment) => !allowed.includes(payment.type))
  if (misfit !== undefined) {
    input.problems.add(
      'payments',
      `Payment type "${misfit.type}" not supported for the delivery type "${code}".`,
    )
  }
}

function applyDelivery(delivery: CrmDelivery, input: Fields, dictionaries: Dictionaries): void {
  delivery.code = given(input.code('code', dictionaries.deliveryTypes, 'DeliveryType'), delivery.code)
  delivery.cost = input.decimal('cost', 'zero') ?? delivery.cost
  delivery.netCost = input.decimal('netCost', 'zero') ?? delivery.netCost
  delivery.date = given(input.date('date'), delivery.date)
  const address = input.child('address')
  if (address !== undefined) applyTexts(delivery.address, address, ADDRESS_TEXTS)
  const kept = input.child('data')
  if (kept !== undefined) applyTexts(delivery.data, kept, Object.keys(kept.source))
}

/** A kept row is taken once: a second one of the same key is a new row. */
function readItems(present: readonly CrmItem[], rows: readonly Fields[], context: ChangeContext): CrmItem[] {
  const left = [...present]
  return rows.map((row) => {
    const kept = findRow(left, row)
    if (kept !== null) left.splice(left.indexOf(kept), 1)
    return readItem(row, kept, context)
  })
}

function findRow(items: readonly CrmItem[], row: Fields): CrmItem | null {
  const id = row.integer('id')
  const byId = typeof id === 'number' ? items.find((item) => item.id === id) : undefined
  if (byId !== undefined) return byId
  const codes = externalCodes(row) ?? []
  const isSame = (item: CrmItem) =>
    item.externalIds.some((known) =>
      codes.some((one) => one.code === known.code && one.value === known.value),
    )
  return items.find(isSame) ?? null
}

function readItem(row: Fields, kept: CrmItem | null, context: ChangeContext): CrmItem {
  const name = row.text('productName')
  const initialPrice = row.decimal('initialPrice', 'zero') ?? kept?.initialPrice
  const item: CrmItem = {
    id: kept?.id ?? context.nextId('item'),
    createdAt: kept?.createdAt ?? context.now,
    externalIds: externalCodes(row) ?? kept?.externalIds ?? [],
    offer: readOffer(row, kept, context),
    productName: name ?? kept?.productName ?? '',
    priceType: given(
      row.child('priceType')?.code('code', context.dictionaries.priceTypes, 'PriceType'),
      kept?.priceType ?? null,
    ),
    initialPrice: initialPrice ?? '0',
    discountManualAmount: row.decimal('discountManualAmount') ?? kept?.discountManualAmount ?? '0',
    discountManualPercent: row.decimal('discountManualPercent') ?? kept?.discountManualPercent ?? '0',
    quantity: row.decimal('quantity', 'above-zero') ?? kept?.quantity ?? '1',
    vatRate: readVat(row) ?? kept?.vatRate ?? null,
    purchasePrice: row.decimal('purchasePrice', 'zero') ?? kept?.purchasePrice ?? '0',
    properties: row.list('properties')?.map((one) => one.source) ?? kept?.properties ?? [],
    status: row.text('status') ?? kept?.status ?? 'new',
  }
  if (item.offer === null && item.productName === '') {
    row.problems.add(row.path('productName'), 'This value should not be blank: the row has no known offer.')
  }
  return item
}

function readOffer(row: Fields, kept: CrmItem | null, context: ChangeContext): CrmOffer | null {
  const input = row.child('offer')
  if (input === undefined) return kept?.offer ?? null
  const ids: OfferIds = {
    id: input.integer('id') ?? null,
    externalId: input.text('externalId') ?? null,
    xmlId: input.text('xmlId') ?? null,
    name: row.text('productName') ?? '',
  }
  const offer = context.offer(ids)
  if (offer === null) {
    const [field, value] = ids.id === null ? ['externalId', ids.externalId ?? ids.xmlId] : ['id', ids.id]
    row.problems.add(input.path(field), `Offer with ${field} ${value} not found.`)
  }
  return offer
}

/** "20" is kept as "20.00", "none" as it is. */
function readVat(row: Fields): string | undefined {
  const text = row.text('vatRate')
  if (typeof text !== 'string' || text === 'none') return text ?? undefined
  if (/^\d{1,2}(\.\d{1,2})?$/.test(text)) return decimal.round(text, 2)
  row.problems.add(row.path('vatRate'), 'This value is not valid.')
  return undefined
}

function externalCodes(row: Fields): CrmItem['externalIds'] | undefined {
  const given = row.source['externalIds']
  if (!Array.isArray(given)) return undefined
  return given.filter(isObject).map((one) => ({ code: String(one['code']), value: String(one['value']) }))
}

/** Absent keeps what is there; null clears. */
function given<T>(value: T | null | undefined, present: T | null): T | null {
  return value === undefined ? present : value
}
