import type { Decimal, Money } from './money.ts'

/** A product, offer or service of the shop's catalogue. The price is not part of it. */
export interface Product {
  readonly id: string
  readonly xmlId: string | null
  readonly name: string
  readonly code: string | null
  readonly active: boolean
  /** The parent of an offer (variation). */
  readonly parentId: string | null
  readonly measureCode: string | null
  readonly vatRate: Decimal | null
  readonly vatIncluded: boolean
  readonly updatedAt: string
}

export interface Price {
  readonly productId: string
  readonly priceTypeId: string
  readonly price: Money
  readonly quantityFrom: Decimal | null
  readonly quantityTo: Decimal | null
}

export interface Stock {
  readonly productId: string
  readonly storeId: string
  readonly amount: Decimal
  readonly reserved: Decimal
}
