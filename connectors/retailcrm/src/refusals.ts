import { MuftaError, ParkError, PermanentError, UnknownOutcomeError, type Order } from '@mufta/kit'
import { crmCodes } from './answers.ts'
import { isCrmCode } from './crm-api.ts'
import type { RetailCrmSettings } from './settings.ts'

/** Code by which the runtime knows that the order is there already: it looks it up, binds it and merges. */
const alreadyThere = 'EXTERNAL_ALREADY_EXISTS'

/** A refusal in the runtime's terms: what a person must settle parks the order. Other errors pass as they are. */
export function explained(error: unknown, orderId: string): unknown {
  if (!(error instanceof MuftaError)) return error
  if (isCrmCode(error, crmCodes.orderExists)) return exists(orderId, error)
  if (isCrmCode(error, crmCodes.offerNotFound)) return missingProduct(error)
  if (isCrmCode(error, crmCodes.paymentNotAllowed)) return paymentNotAllowed(error)
  return error
}

export function exists(id: string, cause?: MuftaError): PermanentError {
  return new PermanentError(alreadyThere, `RetailCRM has order ${id} already`, {
    facts: { ...cause?.facts, system: 'RetailCRM', entity: 'order', id },
    cause,
  })
}

/** One order of a pack that was partly loaded. `refused` = how many the pack's texts are about. */
export function notLoaded(id: string, refused: number, problem = 'no reason given'): MuftaError {
  const whose =
    refused === 1 ? '' : ` (one of ${refused} refused; RetailCRM does not say which text is about which)`
  const error = new PermanentError(
    'RETAILCRM_NOT_LOADED',
    `RetailCRM refused order ${id}${whose}: ${problem}`,
    {
      facts: {
        system: 'RetailCRM',
        endpoint: 'api/v5/orders/upload',
        httpStatus: 460,
        systemMessage: problem,
        entity: 'order',
        id,
      },
    },
  )
  return refused === 1 && /offer[^;]*not found/iu.test(problem) ? missingProduct(error) : error
}

/** The answer to a pack does not name the order: it may be stored. */
export function unanswered(id: string): UnknownOutcomeError {
  return new UnknownOutcomeError(
    'RETAILCRM_NOT_ANSWERED',
    `RetailCRM's answer says nothing about order ${id}`,
    {
      facts: { system: 'RetailCRM', endpoint: 'api/v5/orders/upload', entity: 'order', id },
    },
  )
}

/** RetailCRM's sums carry no currency of their own: an order in another one would turn dollars into roubles. */
export function currencyError(order: Order, settings: RetailCrmSettings): ParkError | null {
  const { currency } = order.total
  if (settings.currency === undefined || currency === settings.currency) return null
  return new ParkError(
    'CURRENCY_MISMATCH',
    {
      en: `Order ${order.id} is in ${currency}, the shop in RetailCRM works in ${settings.currency}: give that currency a connection of its own, or change "currency" in the settings`,
      ru: `Заказ ${order.id} в валюте ${currency}, а магазин в RetailCRM работает в ${settings.currency}: заведите этой валюте своё соединение или смените «currency» в настройках`,
    },
    { facts: { entity: 'order', id: order.id, field: 'currency', value: currency } },
  )
}

/** @throws ParkError `CURRENCY_MISMATCH` */
export function requireCurrency(order: Order, settings: RetailCrmSettings): void {
  const error = currencyError(order, settings)
  if (error !== null) throw error
}

function missingProduct(cause: MuftaError): ParkError {
  const said = cause.facts.systemMessage ?? cause.message
  const advice = 'RetailCRM lacks a product of this order: load the catalogue there'
  return new ParkError('PRODUCT_MISSING', `${advice}. It said: ${said}`, { facts: cause.facts, cause })
}

function paymentNotAllowed(cause: MuftaError): ParkError {
  const said = cause.facts.systemMessage ?? cause.message
  const advice = 'Allow the payment type for this delivery type in RetailCRM, or map another one'
  return new ParkError('PAYMENT_TYPE_NOT_ALLOWED', `${advice}. It said: ${said}`, {
    facts: cause.facts,
    cause,
  })
}
