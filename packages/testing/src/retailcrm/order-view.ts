import { customerView } from './customer-book.ts'
import type { CrmCustomer, CrmItem, CrmOrder } from './model.ts'
import { withoutNulls } from './order-fields.ts'
import type { OrderTotals, PricedItem } from './totals.ts'

/** An order as the API answers it: empty fields left out, money as JSON numbers, payments keyed by id. */
export interface RetailCrmOrderView {
  readonly id: number
  readonly externalId?: string
  readonly number: string
  readonly site: string
  readonly status: string
  readonly createdAt: string
  readonly statusUpdatedAt: string
  /** Goods after discounts. */
  readonly summ: number
  readonly totalSumm: number
  readonly prepaySum: number
  readonly currency: string
  readonly customer: Readonly<Record<string, unknown>>
  readonly items: readonly RetailCrmItemView[]
  /** `[]` when there is none (a PHP artefact). */
  readonly payments: Readonly<Record<string, RetailCrmPaymentView>> | readonly never[]
  readonly delivery: {
    readonly code?: string
    readonly cost: number
    readonly netCost: number
    readonly data?: Readonly<Record<string, string>>
    readonly address?: Readonly<Record<string, string>>
  }
  /** `[]` when there is none (a PHP artefact). */
  readonly customFields: Readonly<Record<string, unknown>> | readonly never[]
  readonly [field: string]: unknown
}

export interface RetailCrmItemView {
  readonly id: number
  readonly initialPrice: number
  /** Per unit. */
  readonly discountTotal: number
  readonly prices: readonly { readonly price: number; readonly quantity: number }[]
  readonly quantity: number
  readonly [field: string]: unknown
}

export interface RetailCrmPaymentView {
  readonly id: number
  readonly type: string
  readonly externalId?: string
  readonly amount: number
  readonly status: string
  readonly paidAt?: string
  readonly comment?: string
}

/** What history tells of the order an entry belongs to. */
export interface OrderStub {
  readonly id: number
  readonly site: string
  readonly status: string
  readonly externalId?: string
  readonly managerId?: number
}

export function orderView(
  order: CrmOrder,
  totals: OrderTotals,
  customer: CrmCustomer,
  currency: string,
): RetailCrmOrderView {
  const { delivery } = order
  return {
    slug: order.id,
    bonusesCreditTotal: 0,
    bonusesChargeTotal: 0,
    id: order.id,
    number: order.number,
    ...(order.externalId === null ? {} : { externalId: order.externalId }),
    orderType: order.orderType,
    ...withoutNulls({ orderMethod: order.orderMethod }),
    privilegeType: 'none',
    createdAt: order.createdAt,
    statusUpdatedAt: order.statusUpdatedAt,
    summ: Number(totals.summ),
    currency,
    totalSumm: Number(totals.totalSumm),
    prepaySum: Number(totals.prepaySum),
    purchaseSumm: Number(totals.purchaseSumm),
    discountManualAmount: Number(order.discountManualAmount),
    discountManualPercent: Number(order.discountManualPercent),
    markDatetime: order.createdAt,
    ...order.texts,
    call: false,
    expired: false,
    ...withoutNulls({ managerId: order.managerId }),
    customer: customerView(customer),
    contragent: order.contragent,
    delivery: {
      ...(delivery.code === null ? {} : { code: delivery.code }),
      cost: Number(delivery.cost),
      netCost: Number(delivery.netCost),
      ...withoutNulls({ date: delivery.date }),
      ...(isEmpty(delivery.data) ? {} : { data: delivery.data }),
      ...(isEmpty(delivery.address) ? {} : { address: delivery.address }),
    },
    site: order.site,
    status: order.status,
    items: order.items.map((item, at) => itemView(item, totals.items[at]!)),
    payments: order.payments.length === 0 ? [] : paymentsView(order),
    fromApi: order.fromApi,
    ...withoutNulls({ shipmentStore: order.shipmentStore, shipmentDate: order.shipmentDate }),
    shipped: order.shipped,
    customFields: isEmpty(order.customFields) ? [] : order.customFields,
  }
}

export function orderStub(order: CrmOrder): OrderStub {
  return {
    id: order.id,
    ...(order.externalId === null ? {} : { externalId: order.externalId }),
    ...(order.managerId === null ? {} : { managerId: order.managerId }),
    site: order.site,
    status: order.status,
  }
}

function itemView(item: CrmItem, priced: PricedItem): RetailCrmItemView {
  return {
    bonusesChargeTotal: 0,
    bonusesCreditTotal: 0,
    id: item.id,
    ...(item.externalIds.length === 0 ? {} : { externalIds: item.externalIds }),
    ...(item.priceType === null ? {} : { priceType: { code: item.priceType } }),
    initialPrice: Number(item.initialPrice),
    discountTotal: Number(priced.discountTotal),
    discounts: priced.discounts.map((one) => ({ type: one.type, amount: Number(one.amount) })),
    prices: priced.prices.map((one) => ({ price: Number(one.price), quantity: Number(one.quantity) })),
    vatRate: item.vatRate ?? 'none',
    createdAt: item.createdAt,
    quantity: Number(item.quantity),
    status: item.status,
    offer: offerView(item),
    properties: item.properties,
    purchasePrice: Number(item.purchasePrice),
  }
}

function offerView(item: CrmItem): Record<string, unknown> {
  if (item.offer === null) return { displayName: item.productName }
  const { id, externalId, xmlId } = item.offer
  const name = item.productName === '' ? item.offer.name : item.productName
  const unit = { code: 'pc', name: 'Штука', sym: 'шт.' }
  return { displayName: name, id, ...withoutNulls({ externalId, xmlId }), name, unit }
}

function paymentsView(order: CrmOrder): Record<string, RetailCrmPaymentView> {
  const views: Record<string, RetailCrmPaymentView> = {}
  for (const { id, type, status, amount, externalId, paidAt, comment } of order.payments) {
    views[id] = {
      id,
      type,
      ...(externalId === null ? {} : { externalId }),
      amount: Number(amount),
      status,
      ...(paidAt === null ? {} : { paidAt }),
      ...(comment === null ? {} : { comment }),
    }
  }
  return views
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0
}
