import {
  MuftaError,
  ParkError,
  PermanentError,
  UnknownOutcomeError,
  type BulkOutcome,
  type ExternalRecord,
  type FlowContext,
  type Order,
} from '@mufta/kit'
import { crmCodes } from './answers.ts'
import { isCrmCode, type RetailCrmClient, type UploadOutcome } from './client.ts'
import { customerOf } from './customers.ts'
import { sentPayments, writePayments } from './payments.ts'
import type { RetailCrmSettings } from './settings.ts'
import { itemId, type CrmItem, type CrmOrder } from './wire.ts'

type Context = FlowContext<RetailCrmSettings>
type Draft = Partial<CrmOrder>

export async function findOrder(
  client: RetailCrmClient,
  order: Order,
  context: Context,
): Promise<ExternalRecord<CrmOrder> | null> {
  const record = await client.findOrder(order.id, { signal: context.signal })
  return record === null ? null : { id: record.id, record }
}

/** Code by which the runtime knows that the order is there already: it looks it up, binds it and merges. */
const alreadyThere = 'EXTERNAL_ALREADY_EXISTS'

/**
 * External ids are unique within a site, so a second creation is refused, never doubled.
 * @throws PermanentError `EXTERNAL_ALREADY_EXISTS`; ParkError `PRODUCT_MISSING`, `CURRENCY_MISMATCH`
 */
export async function createOrder(
  client: RetailCrmClient,
  draft: Draft,
  context: Context & { readonly order: Order },
): Promise<ExternalRecord<CrmOrder | undefined>> {
  const { order, settings, signal } = context
  requireCurrency(order, settings)
  const customer = customerOf(order, settings)
  if (customer !== null) await client.customers.ensure([customer], { signal })
  const complete = forCreation(order, draft)
  try {
    return await client.createOrder(complete, { signal })
  } catch (error) {
    if (customer === null || !isCrmCode(error, crmCodes.customerNotFound)) throw explained(error, order.id)
    // The upload refused this customer: creating it alone tells why.
    await client.createCustomer(customer, { signal })
    return await client.createOrder(complete, { signal }).catch(rethrow)
  }
}

/** First load. A refused order costs the others nothing; a lost answer is unknown for all. */
export async function createOrders(
  client: RetailCrmClient,
  drafts: readonly { readonly order: Order; readonly draft: Draft }[],
  context: Context,
): Promise<readonly BulkOutcome<CrmOrder>[]> {
  const { settings, signal } = context
  const outcomes = new Map<string, BulkOutcome<CrmOrder>>()
  const ready = drafts.filter(({ order }) => {
    const error = currencyError(order, settings)
    if (error !== null) outcomes.set(order.id, { shopId: order.id, error })
    return error === null
  })
  const customers = new Map(
    ready.flatMap(({ order }) => {
      const customer = customerOf(order, settings)
      return customer === null ? [] : [[customer.externalId, customer] as const]
    }),
  )
  await client.customers.ensure([...customers.values()], { signal })
  for (const outcome of await upload(client, ready, context)) outcomes.set(outcome.shopId, outcome)
  return drafts.map(({ order }) => outcomes.get(order.id) ?? unanswered(order.id))
}

const contactFields: readonly string[] = ['lastName', 'firstName', 'patronymic', 'phone', 'email']

/** Edits what changed: the order, the customer's card when the contacts changed, payments by their own methods. Safe to repeat. */
export async function updateOrder(
  client: RetailCrmClient,
  id: string,
  changes: Draft,
  context: Context & {
    readonly order: Order
    readonly current: CrmOrder
    readonly changed: readonly string[]
  },
): Promise<CrmOrder | undefined> {
  const { order, current, changed, settings, signal } = context
  requireCurrency(order, settings)
  const { payments, items, ...others } = changes
  const fields = items === undefined ? others : { ...others, items: [...items, ...addedInCrm(current)] }
  const customer = changed.some((name) => contactFields.includes(name)) ? customerOf(order, settings) : null
  if (customer !== null) await client.saveCustomer(customer, { signal })
  const edited =
    Object.keys(fields).length === 0
      ? undefined
      : await client.editOrder(id, fields, { signal }).catch(rethrow)
  if (payments === undefined) return edited
  const written = await writePayments(client, { id, order, current, payments, changed }, { signal })
  return { ...(edited ?? current), payments: written }
}

/** A list of items replaces the present one: rows that a manager added are named, so that they stay. */
function addedInCrm(current: CrmOrder): readonly CrmItem[] {
  return current.items.flatMap((row) =>
    itemId(row) === undefined && row.id !== undefined ? [{ id: row.id }] : [],
  )
}

async function upload(
  client: RetailCrmClient,
  drafts: readonly { readonly order: Order; readonly draft: Draft }[],
  context: Context,
): Promise<readonly BulkOutcome<CrmOrder>[]> {
  if (drafts.length === 0) return []
  const { signal } = context
  try {
    const outcome = await client.uploadOrders(
      drafts.map(({ order, draft }) => forCreation(order, draft)),
      { signal },
    )
    // Texts of a partly loaded pack do not say whose they are: those that are there already are told by a look.
    const present =
      outcome.failed.length === 0 ? null : await client.readByExternalId(outcome.failed, { signal })
    return drafts.map(({ order }) => outcomeOf(order.id, outcome, present?.has(order.id) === true))
  } catch (error) {
    // Refused as a whole, so nothing is stored: halves find the order that spoils the pack.
    if (!(error instanceof PermanentError)) throw error
    if (drafts.length === 1)
      return [{ shopId: drafts[0]?.order.id ?? '', error: explained(error, drafts[0]?.order.id) }]
    const middle = Math.ceil(drafts.length / 2)
    const first = await upload(client, drafts.slice(0, middle), context)
    return [...first, ...(await upload(client, drafts.slice(middle), context))]
  }
}

function outcomeOf(
  shopId: string,
  { uploaded, failed, problem }: UploadOutcome,
  isThere: boolean,
): BulkOutcome<CrmOrder> {
  const created = uploaded.get(shopId)
  if (created !== undefined) return { shopId, created }
  if (isThere) return { shopId, error: exists(shopId) }
  return failed.includes(shopId)
    ? { shopId, error: notLoaded(shopId, failed.length, problem) }
    : unanswered(shopId)
}

/** A creation has nothing to clear, so null is left out; returns to the buyer are no payments of the CRM. */
function forCreation(order: Order, draft: Draft): Draft {
  const payments = draft.payments === undefined ? {} : { payments: sentPayments(order, draft.payments) }
  return withoutNulls({ ...draft, ...payments }) as Draft
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === null ? [] : [[key, withoutNulls(inner)] as const],
    ),
  )
}

function notLoaded(id: string, refused: number, problem: string | undefined): MuftaError {
  const whose =
    refused === 1 ? '' : ` (one of ${refused} refused, RetailCRM does not say which text is whose)`
  const error = new PermanentError(
    'RETAILCRM_NOT_LOADED',
    `RetailCRM refused order ${id}${whose}: ${problem ?? 'no reason given'}`,
    {
      facts: { system: 'RetailCRM', endpoint: 'api/v5/orders/upload', httpStatus: 460, entity: 'order', id },
    },
  )
  return refused === 1 && /offer[^;]*not found/iu.test(problem ?? '') ? missingProduct(error) : error
}

function unanswered(id: string): BulkOutcome<CrmOrder> {
  const error = new UnknownOutcomeError(
    'RETAILCRM_NOT_ANSWERED',
    `RetailCRM's answer says nothing about order ${id}`,
    {
      facts: { system: 'RetailCRM', endpoint: 'api/v5/orders/upload', entity: 'order', id },
    },
  )
  return { shopId: id, error }
}

function exists(id: string, cause?: MuftaError): PermanentError {
  return new PermanentError(alreadyThere, `RetailCRM has order ${id} already`, {
    facts: cause?.facts ?? { system: 'RetailCRM', entity: 'order', id },
    cause,
  })
}

/** A product that the CRM lacks is added by a person: the order waits for it. */
function explained(error: unknown, id = ''): Error {
  if (!(error instanceof MuftaError)) return error instanceof Error ? error : new Error(String(error))
  if (isCrmCode(error, crmCodes.orderExists)) return exists(id, error)
  return isCrmCode(error, crmCodes.offerNotFound) ? missingProduct(error) : error
}

function rethrow(error: unknown): never {
  throw explained(error)
}

function missingProduct(cause: MuftaError): ParkError {
  const said = cause.facts.systemMessage ?? cause.message
  return new ParkError(
    'PRODUCT_MISSING',
    `RetailCRM lacks a product of this order: load the catalogue there. It said: ${said}`,
    {
      facts: cause.facts,
      cause,
    },
  )
}

function requireCurrency(order: Order, settings: RetailCrmSettings): void {
  const error = currencyError(order, settings)
  if (error !== null) throw error
}

/** RetailCRM's sums carry no currency of their own: an order in another one would turn dollars into roubles. */
function currencyError(order: Order, settings: RetailCrmSettings): ParkError | null {
  const { currency } = order.total
  if (settings.currency === undefined || currency === settings.currency) return null
  return new ParkError(
    'CURRENCY_MISMATCH',
    `Order ${order.id} is in ${currency}, the shop in RetailCRM works in ${settings.currency}: convert it by hand or change "currency"`,
    { facts: { entity: 'order', id: order.id, field: 'currency', value: currency } },
  )
}
