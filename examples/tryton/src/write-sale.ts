import {
  ParkError,
  RetryableError,
  type CallOptions,
  type ExternalRecord,
  type FlowContext,
  type Order,
} from '@mufta/kit'
import type { ModelOptions, TrytonClient } from './client.ts'
import { diffRows } from './diff-rows.ts'
import { requireParty } from './parties.ts'
import { wireLines } from './products.ts'
import type { Sale, SaleState } from './sale.ts'
import { readSales } from './sales.ts'
import type { TrytonSettings } from './settings.ts'
import { nextButton, type Button } from './states.ts'

type Context = FlowContext<TrytonSettings> & { readonly order: Order }

/** Creates the sale as a draft and presses its buttons up to the order's state. */
export async function createSale(
  client: TrytonClient,
  draft: Partial<Sale>,
  context: Context,
): Promise<ExternalRecord<Sale>> {
  const { settings } = context
  if (draft.customer === undefined || draft.currency === undefined)
    throw new TypeError('The draft is not a whole sale')
  // All lookups come first: what is missing parks the order before anything is written.
  const lines = await wireLines(client, draft.lines ?? [], context)
  const currency = await client.requireId('currency.currency', 'code', draft.currency, context)
  const paymentTerm =
    settings.paymentTerm === undefined
      ? null
      : await client.requireId('account.invoice.payment_term', 'name', settings.paymentTerm, context)
  const { party, address } = await requireParty(client, draft.customer, context)
  const values = {
    company: await client.company(context),
    reference: draft.reference,
    description: draft.description,
    comment: draft.comment,
    currency,
    payment_term: paymentTerm,
    party,
    invoice_address: address,
    shipment_address: address,
    lines: [['create', lines]],
  }
  const [id] = await client.model<readonly [number]>('sale.sale', 'create', [[values]], context)
  const record = await moveTo(client, String(id), { from: 'draft', to: draft.state ?? 'draft' }, context)
  return { id: String(id), record }
}

/**
 * Writes what differs. The first call carries the time stamp of the sale as it was read, so that a clerk's change in
 * between is never overwritten: the job runs again and looks anew.
 */
export async function updateSale(
  client: TrytonClient,
  id: string,
  changes: Partial<Sale>,
  context: Context & { readonly current: Sale },
): Promise<Sale> {
  const { current, signal } = context
  const values: Record<string, unknown> = {}
  if (changes.comment !== undefined) values['comment'] = changes.comment
  const rows = changes.lines === undefined ? null : await diffRows(client, current, changes.lines, context)
  if (rows !== null) values['lines'] = rows.actions
  let from = current.state
  let guard: ModelOptions = { signal, context: { _timestamp: { [`sale.sale,${id}`]: current.timestamp } } }
  if (rows?.needsDraft === true && from === 'quotation') {
    from = (await press(client, id, 'draft', guard)).state
    guard = { signal }
  }
  if (Object.keys(values).length > 0) {
    await client.model('sale.sale', 'write', [[Number(id)], values], guard)
    guard = { signal }
  }
  return moveTo(client, id, { from, to: changes.state ?? current.state }, guard)
}

/**
 * Presses buttons until the sale is in the state. Tryton answers "fine" to a button that does nothing in the present
 * state, so only reading tells.
 */
async function moveTo(
  client: TrytonClient,
  id: string,
  way: { readonly from: SaleState; readonly to: SaleState },
  options: ModelOptions,
): Promise<Sale> {
  let sale: Sale | null = null
  let state = way.from
  let guard = options
  for (;;) {
    const button = nextButton(state, way.to)
    if (button === 'there' || button === 'ahead') return sale ?? requireSale(client, id, options)
    const before = state
    if (button !== 'blocked') {
      sale = await press(client, id, button, guard)
      state = sale.state
      // The stamp holds for the first call only: after it the sale is changed by ourselves.
      guard = { ...(options.signal && { signal: options.signal }) }
    }
    if (state === before) throw stuck(id, state, way.to)
  }
}

/** Pressing twice is the same as once: the second time the button does nothing. */
async function press(client: TrytonClient, id: string, button: Button, options: ModelOptions): Promise<Sale> {
  await client.model('sale.sale', button, [[Number(id)]], { ...options, repeatable: true })
  return requireSale(client, id, options)
}

async function requireSale(client: TrytonClient, id: string, options: CallOptions): Promise<Sale> {
  const { signal } = options
  const sale = (await readSales(client, [id], signal === undefined ? {} : { signal })).get(id)
  if (sale !== undefined) return sale
  throw new RetryableError('TRYTON_SALE_GONE', `The sale ${id} was deleted in Tryton while it was written`)
}

function stuck(id: string, state: SaleState, target: SaleState): ParkError {
  const why = target === 'done' ? 'ship and invoice it there' : 'move it there by hand'
  return new ParkError(
    'TRYTON_STATE_BLOCKED',
    `Tryton keeps sale ${id} in state ${state}, not ${target}: ${why}`,
    {
      facts: { system: 'Tryton', field: 'state', id, value: target },
    },
  )
}
