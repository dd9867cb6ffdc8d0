import type { ExternalRecord, FlowContext, Order } from '@mufta/kit'
import { crmCodes } from './answers.ts'
import type { RetailCrmClient } from './client.ts'
import { isCrmCode } from './crm-api.ts'
import { customerOf } from './customers.ts'
import { forCreation, type Draft } from './draft.ts'
import { wallTime } from './mapper.ts'
import { writePayments } from './payments.ts'
import { explained, requireCurrency } from './refusals.ts'
import type { RetailCrmSettings } from './settings.ts'
import { siteOf } from './sites.ts'
import { itemId, type CrmItem, type CrmOrder } from './wire.ts'

type Context = FlowContext<RetailCrmSettings>

/**
 * The order in the shop of the CRM that it goes to now, else where it was sent before `site` or `sites` was changed.
 * Other sites of other installations may use the same ids: of theirs, ours is the one of the very same second.
 */
export async function findOrder(
  client: RetailCrmClient,
  order: Order,
  { settings, signal }: Context,
): Promise<ExternalRecord<CrmOrder> | null> {
  const site = siteOf(order, settings)
  const here = site === null ? null : await client.findOrder(order.id, { signal, site })
  // Without a code there is one shop only.
  if (here !== null || site === undefined) return found(here)
  const placedAt = wallTime.toExternal(order.createdAt)
  const elsewhere = await client.findEverywhere(order.id, { signal })
  return found(elsewhere.find(({ createdAt }) => createdAt === placedAt) ?? null)
}

function found(record: CrmOrder | null): ExternalRecord<CrmOrder> | null {
  return record === null ? null : { id: record.id, record }
}

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
  const { site } = draft
  if (customer !== null) await client.customersOf(site).ensure([customer], { signal })
  const complete = forCreation(order, draft)
  try {
    return await client.createOrder(complete, { signal })
  } catch (error) {
    if (customer === null || !isCrmCode(error, crmCodes.customerNotFound)) throw explained(error, order.id)
    // The upload refused this customer: creating it alone tells why.
    await client.createCustomer(customer, { signal, site })
    return await client.createOrder(complete, { signal }).catch((error: unknown) => {
      throw explained(error, order.id)
    })
  }
}

const contactFields: readonly string[] = ['lastName', 'firstName', 'patronymic', 'phone', 'email']

/**
 * Edits what changed: the order, the customer's card when the contacts did, payments by their own methods. Safe to
 * repeat.
 */
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
  const options = { signal, site: current.site }
  requireCurrency(order, settings)
  const { payments, items, ...others } = changes
  const fields = items === undefined ? others : { ...others, items: [...items, ...addedInCrm(current)] }
  const customer = changed.some((name) => contactFields.includes(name)) ? customerOf(order, settings) : null
  if (customer !== null) await client.saveCustomer(customer, options)
  const edited =
    Object.keys(fields).length === 0
      ? undefined
      : await client.editOrder(id, fields, options).catch((error: unknown) => {
          throw explained(error, order.id)
        })
  if (payments === undefined) return edited
  const written = await writePayments(client, { id, order, current, payments, changed }, options)
  return { ...(edited ?? current), payments: written }
}

/** A list of items replaces the present one: rows that a manager added are named, so that they stay. */
function addedInCrm(current: CrmOrder): readonly CrmItem[] {
  return current.items.flatMap((row) =>
    itemId(row) === undefined && row.id !== undefined ? [{ id: row.id }] : [],
  )
}
