import { decimal, toDecimal, type ApiResponse, type Decimal, type Explanation } from '@mufta/kit'
import type { CrmItem, CrmOrder, CrmPayment } from './wire.ts'

/** What RetailCRM's error texts mean to us; the text itself is never branched on elsewhere. */
export const crmCodes = {
  orderExists: 'ORDER_EXISTS',
  alreadyExists: 'ALREADY_EXISTS',
  notFound: 'NOT_FOUND',
  paymentNotAllowed: 'PAYMENT_NOT_ALLOWED',
  customerNotFound: 'CUSTOMER_NOT_FOUND',
  offerNotFound: 'OFFER_NOT_FOUND',
  wrongAccount: 'WRONG_ACCOUNT',
} as const

/** Status of a pack of which some were stored and some refused. */
export const partlyLoaded = 460

/** RetailCRM's reading of an answer that is not a success. Sources: official SDKs and their fixtures. */
export function explainAnswer(response: ApiResponse): Explanation | null {
  const { status, body } = response
  // No Retry-After is sent; the SDKs wait 100 ms and double.
  if (status === 503 || status === 429) return { kind: 'rate-limited', ...texts(body) }
  // A missing account answers 405 with an HTML page.
  if (status === 405 && body === undefined) return wrongAccount
  if (!isRecord(body) || body['success'] === true) return null
  const said = texts(body)
  const message = said.systemMessage ?? ''
  if (/account does not exist/iu.test(message)) return { ...wrongAccount, systemMessage: message }
  if (/apiKey|access denied/iu.test(message) && (status === 401 || status === 403 || status === 400)) {
    return { kind: 'auth', ...said }
  }
  return status >= 500 ? said : { kind: 'permanent', ...said, ...code(status, message) }
}

/** `errorMsg` with `errors`, which is an object field → text or an array of texts. */
export function errorText(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined
  const head = typeof body['errorMsg'] === 'string' ? body['errorMsg'] : undefined
  const details = errorDetails(body['errors'])
  const parts = [...(head === undefined ? [] : [head]), ...details]
  return parts.length === 0 ? undefined : parts.join('; ')
}

/** An order as read, in the shape of the drafts. `isCancel` says which statuses mean cancelled. */
export function readOrder(raw: unknown, isCancel: (status: string) => boolean): CrmOrder {
  const wire = requireRecord(raw)
  const items = rows(wire['items'])
  const status = typeof wire['status'] === 'string' ? wire['status'] : ''
  const order = {
    ...(wire as Partial<CrmOrder>),
    id: String(wire['id']),
    status,
    items: items.map(readItem),
    payments: rows(wire['payments']).map(readPayment),
  }
  if (!isCancel(status)) delete order.statusComment
  else if (typeof order.statusComment !== 'string') order.statusComment = null
  const discount = orderDiscount(wire, items)
  if (discount !== undefined) order.discountManualAmount = discount
  return order
}

/** Rows of a list that comes as an array or as an object keyed by id. */
export function rows(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.filter(isRecord)
  return isRecord(value) ? Object.values(value).filter(isRecord) : []
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const wrongAccount: Explanation = {
  kind: 'auth',
  systemCode: crmCodes.wrongAccount,
  systemMessage: 'There is no such RetailCRM account: check the address in the settings',
}

function texts(body: unknown): { readonly systemMessage?: string } {
  const systemMessage = errorText(body)
  return systemMessage === undefined ? {} : { systemMessage }
}

function code(status: number, message: string): { readonly systemCode?: string } {
  if (/^order already exists/iu.test(message)) return { systemCode: crmCodes.orderExists }
  if (/already exists/iu.test(message)) return { systemCode: crmCodes.alreadyExists }
  if (/customer with [^;]*not found/iu.test(message)) return { systemCode: crmCodes.customerNotFound }
  if (/offer[^;]*not found/iu.test(message)) return { systemCode: crmCodes.offerNotFound }
  if (/not supported for the delivery/iu.test(message)) return { systemCode: crmCodes.paymentNotAllowed }
  if (status === 404) return { systemCode: crmCodes.notFound }
  return {}
}

function errorDetails(errors: unknown): readonly string[] {
  if (Array.isArray(errors)) return errors.map(String)
  if (!isRecord(errors)) return []
  return Object.entries(errors).map(([field, text]) => `${field}: ${String(text)}`)
}

function readItem(wire: Readonly<Record<string, unknown>>): CrmItem {
  const item = wire as CrmItem
  return { ...item, discountManualAmount: unitDiscount(wire) }
}

/**
 * Answers show discounts as a list with the sum of the row each; ours is the manual one of the product. `discountTotal`
 * is what all of them take off one unit (seen in answers): where ours is alone or the list is missing, it tells.
 */
function unitDiscount(item: Readonly<Record<string, unknown>>): number {
  const { discountManualAmount, discounts, discountTotal } = item
  if (typeof discountManualAmount === 'number') return discountManualAmount
  if (!Array.isArray(discounts)) return amount(discountTotal)
  const ours = discountsOf(item, 'manual_product')
  if (ours.length === 0) return 0
  if (discounts.length === 1 && typeof discountTotal === 'number') return discountTotal
  const quantity = amount(item['quantity'])
  if (quantity === 0) return 0
  return Number(decimal.round(decimal.divide(sumOf(ours), toDecimal(quantity)), 2))
}

function orderDiscount(
  order: Readonly<Record<string, unknown>>,
  items: readonly Readonly<Record<string, unknown>>[],
): number | undefined {
  if (order['discountManualAmount'] !== undefined) return amount(order['discountManualAmount'])
  if (items.length === 0) return undefined
  return Number(sumOf(items.flatMap((item) => discountsOf(item, 'manual_order'))))
}

function discountsOf(item: Readonly<Record<string, unknown>>, type: 'manual_product' | 'manual_order') {
  return rows(item['discounts']).filter((discount) => discount['type'] === type)
}

function sumOf(discounts: readonly Readonly<Record<string, unknown>>[]): Decimal {
  return decimal.sum(discounts.map((discount) => toDecimal(amount(discount['amount']))))
}

function readPayment(wire: Readonly<Record<string, unknown>>): CrmPayment {
  return { ...(wire as CrmPayment), id: String(wire['id']) }
}

function amount(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function requireRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
