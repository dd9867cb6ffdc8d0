import { decimal, type Decimal, type Money } from './money.ts'

/**
 * The shop's order as every road (REST, exchange, bridge) delivers it. Ids are decimal text. Times are ISO 8601
 * with the portal's offset. `null` = the shop holds no value; "" and "0" are values.
 */
export interface Order {
  readonly id: string
  /** The number shown to people (`accountNumber`); not necessarily the id. */
  readonly number: string
  /** Site of a multi-site shop (`lid`), e.g. "s1". */
  readonly siteId: string
  readonly xmlId: string | null
  /** Grows with every save, where the road tells it. */
  readonly version: number | null
  readonly createdAt: string
  readonly updatedAt: string
  /** Status code of type O, 1-2 letters, case-sensitive. */
  readonly status: string
  readonly canceled: boolean
  readonly cancelReason: string | null
  /** Derived by the shop from its payments; write a payment to change it. */
  readonly paid: boolean
  readonly personType: string
  /** What the buyer pays: goods after discounts, VAT, delivery. */
  readonly total: Money
  readonly discount: Money
  readonly tax: Money | null
  readonly customer: Customer
  readonly customerComment: string | null
  readonly managerComment: string | null
  readonly items: readonly BasketItem[]
  readonly properties: readonly OrderProperty[]
  readonly payments: readonly Payment[]
  /** Without the system shipment. */
  readonly shipments: readonly Shipment[]
}

/** Found by the flags of the order's properties for its person type, not by their codes. */
export interface Customer {
  readonly id: string | null
  readonly email: string | null
  readonly phone: string | null
  /** Full name as the buyer typed it. */
  readonly name: string | null
  readonly address: string | null
  readonly zip: string | null
}

export interface BasketItem {
  readonly id: string
  /** null for a product that the site does not know. */
  readonly productId: string | null
  readonly productXmlId: string | null
  readonly name: string
  readonly quantity: Decimal
  /** One unit after discount; net of VAT where `vatIncluded` is false. */
  readonly price: Money
  readonly basePrice: Money
  /** Per unit; negative = markup. */
  readonly discount: Money
  /** Percent ("20"); null = no VAT. "0" is a rate. */
  readonly vatRate: Decimal | null
  readonly vatIncluded: boolean
  readonly measureCode: string | null
  readonly measureName: string | null
  readonly properties: readonly { readonly code: string; readonly name: string; readonly value: string }[]
}

export const propertyRoles = ['email', 'phone', 'name', 'address', 'zip', 'location'] as const
export type PropertyRole = (typeof propertyRoles)[number]

export interface OrderProperty {
  /** Id of the property (not of the value row). */
  readonly id: string
  readonly code: string | null
  readonly name: string
  readonly role: PropertyRole | null
  readonly value: string | readonly string[] | null
}

export interface Payment {
  readonly id: string
  readonly number: string
  readonly paySystemId: string
  readonly paySystemName: string
  readonly sum: Money
  readonly paid: boolean
  readonly paidAt: string | null
  readonly isReturn: boolean
  readonly xmlId: string | null
}

export interface Shipment {
  readonly id: string
  readonly number: string
  readonly deliveryId: string
  readonly deliveryName: string
  /** Status code of type D. */
  readonly status: string
  readonly price: Money
  readonly allowDelivery: boolean
  readonly deducted: boolean
  readonly canceled: boolean
  readonly trackingNumber: string | null
  /**
   * Store that the goods leave from. Bridge: the one chosen for the shipment (1C-Bitrix core: `Shipment::getStoreId`).
   * REST: none of a shipment's documented fields is a store, so it is the one store in which its goods are reserved
   * (Bitrix24 REST docs: *sale.order.get*, `basketItems[].reservations[].storeId`). null = not chosen, not reserved, or
   * reserved in several; whether a reservation outlives the shipping is unverified.
   */
  readonly storeId: string | null
  readonly items: readonly { readonly basketItemId: string; readonly quantity: Decimal }[]
}

/** What may be written back to an order. A field that is left out is not touched. */
export interface OrderPatch {
  readonly status?: string
  readonly canceled?: boolean
  readonly cancelReason?: string | null
  readonly managerComment?: string | null
  readonly customerComment?: string | null
  readonly payments?: readonly { readonly id: string; readonly paid?: boolean }[]
  readonly shipments?: readonly {
    readonly id: string
    readonly trackingNumber?: string | null
    readonly status?: string
    readonly allowDelivery?: boolean
    readonly deducted?: boolean
  }[]
}

/** Unit price with VAT, whatever `vatIncluded` says. Not rounded. */
export function grossPrice(item: BasketItem): Money {
  return withVat(item, item.price)
}

/** Any of the item's unit amounts (price, basePrice, discount) with VAT. Not rounded. */
export function withVat(item: Pick<BasketItem, 'vatIncluded' | 'vatRate'>, amount: Money): Money {
  if (item.vatIncluded || item.vatRate === null) return amount
  return { amount: decimal.addPercent(amount.amount, item.vatRate), currency: amount.currency }
}

/** Sum of the shipments' prices: what the buyer pays for delivery. */
export function deliveryCost(order: Order): Money {
  return {
    amount: decimal.sum(order.shipments.map((shipment) => shipment.price.amount)),
    currency: order.total.currency,
  }
}
