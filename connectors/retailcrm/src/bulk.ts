import { PermanentError, type BulkOutcome, type FlowContext, type Order } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import { customerOf } from './customers.ts'
import { forCreation, type Draft } from './draft.ts'
import { currencyError, exists, explained, notLoaded, unanswered } from './refusals.ts'
import type { RetailCrmSettings } from './settings.ts'
import type { SiteOptions } from './sites.ts'
import type { CrmOrder, UploadOutcome } from './wire.ts'

/** Orders in one upload at most (the vendor's own module packs 50). */
export const packSize = 50

type Context = FlowContext<RetailCrmSettings>

interface OrderDraft {
  readonly order: Order
  readonly draft: Draft
}

/** First load. A refused order costs the others nothing; what became of a request is told of its own orders alone. */
export async function createOrders(
  client: RetailCrmClient,
  drafts: readonly OrderDraft[],
  context: Context,
): Promise<readonly BulkOutcome<CrmOrder>[]> {
  const { settings } = context
  const outcomes = new Map<string, BulkOutcome<CrmOrder>>()
  const ready = drafts.filter(({ order }) => {
    const error = currencyError(order, settings)
    if (error !== null) outcomes.set(order.id, { shopId: order.id, error })
    return error === null
  })
  // One shop of the CRM in a request.
  for (const [site, pack] of Map.groupBy(ready, ({ draft }) => draft.site)) {
    // oxlint-disable-next-line no-await-in-loop -- shops share the key's request budget: nothing is won side by side
    for (const outcome of await loadInto(client, site, pack, context)) outcomes.set(outcome.shopId, outcome)
  }
  return drafts.map(
    ({ order }) => outcomes.get(order.id) ?? { shopId: order.id, error: unanswered(order.id) },
  )
}

async function loadInto(
  client: RetailCrmClient,
  site: string | undefined,
  drafts: readonly OrderDraft[],
  { settings, signal }: Context,
): Promise<readonly BulkOutcome<CrmOrder>[]> {
  const customers = new Map(
    drafts.flatMap(({ order }) => {
      const customer = customerOf(order, settings)
      return customer === null ? [] : [[customer.externalId, customer] as const]
    }),
  )
  try {
    await client.customersOf(site).ensure([...customers.values()], { signal })
  } catch (error) {
    return alike(drafts, error)
  }
  return await upload(client, drafts, { signal, site })
}

async function upload(
  client: RetailCrmClient,
  drafts: readonly OrderDraft[],
  options: SiteOptions,
): Promise<readonly BulkOutcome<CrmOrder>[]> {
  if (drafts.length === 0) return []
  let outcome: UploadOutcome
  try {
    const sent = drafts.map(({ order, draft }) => forCreation(order, draft))
    outcome = await client.uploadOrders(sent, options)
  } catch (error) {
    if (!(error instanceof PermanentError)) return alike(drafts, error)
    // Refused as a whole, so nothing is stored: halves find the order that spoils the pack.
    const [only] = drafts
    if (only !== undefined && drafts.length === 1) return [refusedAlone(only.order.id, error)]
    const middle = Math.ceil(drafts.length / 2)
    const first = await upload(client, drafts.slice(0, middle), options)
    return [...first, ...(await upload(client, drafts.slice(middle), options))]
  }
  // Texts of a partly loaded pack do not say whose they are: those that are there already are told by a look.
  const { failed } = outcome
  const look = failed.length === 0 ? null : await client.readByExternalId(failed, options).catch(asError)
  return drafts.map(({ order }) => outcomeOf(order.id, outcome, look))
}

/** All of them have the outcome of their request. */
function alike(drafts: readonly OrderDraft[], error: unknown): readonly BulkOutcome<CrmOrder>[] {
  return drafts.map(({ order }) => ({ shopId: order.id, error: asError(error) }))
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('Thrown without an error', { cause: error })
}

/** @param look what is there of the refused, or why that is not known */
function outcomeOf(
  shopId: string,
  { uploaded, failed, problem }: UploadOutcome,
  look: ReadonlyMap<string, CrmOrder> | Error | null,
): BulkOutcome<CrmOrder> {
  const created = uploaded.get(shopId)
  if (created !== undefined) return { shopId, created }
  if (!failed.includes(shopId)) return { shopId, error: unanswered(shopId) }
  if (look instanceof Error) return { shopId, error: look }
  const isThere = look?.has(shopId) === true
  return { shopId, error: isThere ? exists(shopId) : notLoaded(shopId, failed.length, problem) }
}

function refusedAlone(shopId: string, error: PermanentError): BulkOutcome<CrmOrder> {
  return { shopId, error: asError(explained(error, shopId)) }
}
