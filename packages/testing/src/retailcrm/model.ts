import type { Decimal } from '@mufta/kit'

/** How the CRM keeps its records inside. What it answers is in order-view.ts and customer-view.ts. */
export interface CrmOrder {
  readonly id: number
  readonly site: string
  externalId: string | null
  number: string
  createdAt: string
  statusUpdatedAt: string
  status: string
  orderType: string
  orderMethod: string | null
  shipmentStore: string | null
  shipmentDate: string | null
  shipped: boolean
  managerId: number | null
  customerId: number
  discountManualAmount: Decimal
  discountManualPercent: Decimal
  /** lastName, phone, customerComment …: the plain text fields that are set. */
  texts: Record<string, string>
  contragent: Record<string, string>
  delivery: CrmDelivery
  items: CrmItem[]
  payments: CrmPayment[]
  customFields: Record<string, unknown>
  readonly fromApi: boolean
}

export interface CrmDelivery {
  code: string | null
  cost: Decimal
  netCost: Decimal
  date: string | null
  address: Record<string, string>
  /** trackNumber and what else the delivery type keeps. */
  data: Record<string, string>
}

export interface CrmItem {
  readonly id: number
  readonly createdAt: string
  externalIds: readonly ExternalCode[]
  /** null for a free-text row. */
  offer: CrmOffer | null
  productName: string
  priceType: string | null
  initialPrice: Decimal
  /** Per unit, as `discountManualPercent`. */
  discountManualAmount: Decimal
  discountManualPercent: Decimal
  quantity: Decimal
  vatRate: string | null
  purchasePrice: Decimal
  properties: readonly unknown[]
  status: string
}

export interface ExternalCode {
  readonly code: string
  readonly value: string
}

export interface CrmOffer {
  readonly id: number
  readonly externalId: string | null
  readonly xmlId: string | null
  readonly name: string
}

export interface CrmPayment {
  readonly id: number
  externalId: string | null
  type: string
  status: string
  amount: Decimal
  paidAt: string | null
  comment: string | null
}

export interface CrmCustomer {
  readonly id: number
  readonly site: string
  externalId: string | null
  createdAt: string
  texts: Record<string, string>
  phones: string[]
  address: Record<string, string>
  contragent: Record<string, string>
  customFields: Record<string, unknown>
  vip: boolean
  bad: boolean
  managerId: number | null
  ordersCount: number
}

/** Who changed something, as history tells it. */
export interface Actor {
  readonly source: 'api' | 'user' | 'code'
  /** Of the key that wrote; history shows it only as `apiKey.current`. */
  readonly keyId?: string
  readonly userId?: number
}
