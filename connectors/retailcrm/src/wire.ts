import type { ExternalRecord } from '@mufta/kit'

/**
 * RetailCRM's order, spelled as its API v5 spells it. The same shape serves a draft to send and a record as read:
 * `readOrder` has already turned the API's oddities (payments keyed by id, `[]` for an empty map) into it.
 */
export interface CrmOrder {
  readonly id: string
  readonly externalId?: string | null
  readonly number?: string
  readonly site?: string
  readonly createdAt?: string
  readonly orderType?: string
  readonly orderMethod?: string
  readonly status: string
  /** Comment to the status; read only while the status means a cancelled order. */
  readonly statusComment?: string | null
  readonly lastName?: string | null
  readonly firstName?: string | null
  readonly patronymic?: string | null
  readonly phone?: string | null
  readonly email?: string | null
  readonly customerComment?: string | null
  readonly managerComment?: string | null
  readonly customer?: { readonly externalId?: string | null }
  readonly contragent?: { readonly contragentType?: string }
  readonly delivery?: CrmDelivery
  /** Code of the store that the order is shipped from. */
  readonly shipmentStore?: string | null
  /** On the whole order, in main units, beside the discounts of the items. */
  readonly discountManualAmount?: number
  readonly items: readonly CrmItem[]
  readonly payments: readonly CrmPayment[]
  /** Goods after discounts and delivery. */
  readonly totalSumm?: number
}

export interface CrmDelivery {
  readonly code?: string | null
  readonly cost?: number
  readonly address?: {
    readonly index?: string | null
    readonly city?: string | null
    readonly text?: string | null
  }
  readonly data?: { readonly trackNumber?: string | null }
}

export interface CrmItem {
  /** The CRM's own. */
  readonly id?: number | string
  readonly externalIds?: readonly { readonly code: string; readonly value: string }[]
  readonly offer?: { readonly externalId?: string | null; readonly xmlId?: string | null }
  readonly productName?: string
  readonly initialPrice?: number
  /** Per unit. */
  readonly discountManualAmount?: number
  readonly discountManualPercent?: number
  readonly quantity?: number
  /** Percent as text; "none" = without VAT. */
  readonly vatRate?: string
  readonly properties?: readonly { readonly code: string; readonly name: string; readonly value: string }[]
}

export interface CrmPayment {
  readonly id?: string
  readonly externalId?: string | null
  readonly type?: string
  readonly status?: string
  readonly amount?: number
  readonly paidAt?: string
}

export interface CrmCustomer {
  readonly externalId: string
  readonly lastName?: string | null
  readonly firstName?: string | null
  readonly patronymic?: string | null
  readonly email?: string | null
  readonly phones?: readonly { readonly number: string }[]
}

export interface HistoryPage {
  readonly entries: readonly Readonly<Record<string, unknown>>[]
  /** Pages that this question has in all. */
  readonly pages: number
}

/** Outcome of orders/upload. An order in neither list was not answered for. */
export interface UploadOutcome {
  /** By external id. */
  readonly uploaded: ReadonlyMap<string, ExternalRecord<undefined>>
  readonly failed: readonly string[]
  /** Why some were refused, in RetailCRM's words. */
  readonly problem?: string
}

export interface Credentials {
  /** undefined = this account does not tell. */
  readonly scopes: readonly string[] | undefined
  /** The key works with the listed `sites` only. */
  readonly isSelective: boolean
  readonly sites: readonly string[]
}

/** Code of our ids among an item's `externalIds`. */
export const itemIdCode = 'bitrix'

/** Our id of an item; undefined for a row that was added in the CRM. */
export function itemId(item: CrmItem): string | undefined {
  return item.externalIds?.find((entry) => entry.code === itemIdCode)?.value
}
