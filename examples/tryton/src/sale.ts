import type { Decimal } from '@mufta/kit'

/** States of a Tryton sale, in the order in which a sale passes them; `cancelled` stands aside. */
export const saleStates = ['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled'] as const
export type SaleState = (typeof saleStates)[number]

/** A sale as the mapper sees it: Tryton's ids are already names and codes. */
export interface Sale {
  /** Our reference: prefix + the shop's order id. Tryton does not keep it unique. */
  readonly reference: string | null
  readonly description: string | null
  readonly comment: string | null
  readonly state: SaleState
  /** ISO 4217. */
  readonly currency: string
  readonly total: Decimal
  readonly lines: readonly SaleLine[]
  /** Sent on creation; a sale that is read does not carry it. */
  readonly customer?: SaleCustomer
  /** Tryton's `_timestamp`: a write that carries it is refused when somebody wrote in between. */
  readonly timestamp: string
}

export interface SaleLine {
  /** Id of the row in Tryton; absent in a draft. */
  readonly rowId?: number
  /** Free text that Tryton does not print: holds the shop's row id, for a line has no external reference. */
  readonly note: string | null
  /** Product code; null = a line without a product (delivery, correction). */
  readonly product: string | null
  readonly description: string | null
  readonly quantity: Decimal
  /** With VAT, at most four decimals. */
  readonly unitPrice: Decimal
}

/** Whom the sale is for. `code` is unique among Tryton's parties, so nobody is created twice. */
export interface SaleCustomer {
  readonly code: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly zip: string | null
}
