import { dealAsItem, dealChange, dealFieldOf, dealRow, dealTypes } from '../deal-book.ts'
import { listTable, readStart, selectRow } from '../list.ts'
import { causeOf, counts, requireId, single, type Call, type Methods, type Outcome } from '../method.ts'
import { Refusal } from '../refusal.ts'
import { asList, asRow, int, text, upperKeys, type Row } from '../rows.ts'

/** crm.deal.* (old: UPPER, text) and crm.item.* with entityTypeId 2 (camelCase, numbers) over the same deals. */
export const dealMethods: Methods = {
  'crm.deal.list': { scope: 'crm', run: listDeals },
  'crm.deal.get': {
    scope: 'crm',
    run: (call) => single({ ...requireDeal(call, upperKeys(call.params)['ID']) }),
  },
  'crm.deal.add': {
    scope: 'crm',
    run: (call) => {
      const { FIELDS } = upperKeys(call.params)
      const { deals, events } = call.shop
      const id = deals.newId()
      deals.add(dealRow(id, call.now, dealChange(asRow(FIELDS))))
      events.raise('ONCRMDEALADD', { ID: id }, causeOf(call))
      return single(id)
    },
  },
  'crm.deal.update': {
    scope: 'crm',
    run: (call) => {
      const { ID, FIELDS } = upperKeys(call.params)
      update(call, requireDeal(call, ID), dealChange(asRow(FIELDS)))
      return single(true)
    },
  },
  'crm.deal.delete': {
    scope: 'crm',
    run: (call) => {
      const deal = requireDeal(call, upperKeys(call.params)['ID'])
      call.shop.deals.delete(int(deal['ID']))
      call.shop.events.raise('ONCRMDEALDELETE', { ID: int(deal['ID']) }, causeOf(call))
      return single(true)
    },
  },
  'crm.item.list': { scope: 'crm', run: listItems },
  'crm.item.get': {
    scope: 'crm',
    run: (call) => single({ item: dealAsItem(requireItem(call)) }),
  },
  'crm.item.update': {
    scope: 'crm',
    run: (call) => {
      const deal = requireItem(call)
      const fields = Object.entries(asRow(call.params['fields'])).map(([name, value]) => [
        dealFieldOf(name),
        value,
      ])
      const updated = update(call, deal, dealChange(Object.fromEntries(fields)))
      return single({ item: dealAsItem(updated) })
    },
  },
}

function listDeals(call: Call): Outcome {
  const { SELECT, FILTER, ORDER } = upperKeys(call.params)
  const start = readStart(call.start)
  const page = listTable(call.shop.deals, { filter: FILTER, order: ORDER, start })
  call.shop.ignore(call.method, page.ignored)
  const names = asList(SELECT).map(text)
  const isWhole = names.length === 0 || names.includes('*')
  const hasUserFields = names.includes('UF_*')
  const rows = page.rows.map((row) => {
    if (!isWhole) return selectRow(row, hasUserFields ? [...names, ...userFields] : names, ['ID'])
    return hasUserFields ? row : withoutUserFields(row)
  })
  // Old methods: with start = -1 the total is 0.
  return { ...(start === -1 ? { total: 0 } : counts(page)), result: rows, rows: rows.length }
}

function listItems(call: Call): Outcome {
  requireDealType(call)
  const { select, filter, order } = call.params
  const start = readStart(call.start)
  const page = listTable(call.shop.deals, { filter: renamed(filter), order: renamed(order), start })
  call.shop.ignore(call.method, page.ignored)
  const rows = page.rows.map((row) => selectRow(dealAsItem(row), select, ['id']))
  return { ...counts(page), result: { items: rows }, rows: rows.length }
}

const userFields = Object.keys(dealTypes).filter((name) => name.startsWith('UF_'))

/** JSON leaves out what is undefined; taking the field out of the object would cost ten times as much. */
function withoutUserFields(row: Row): Row {
  return { ...row, UF_CRM_ORDER_ID: undefined }
}

/** camelCase names of a filter or an order in the old spelling, groups included. */
function renamed(names: unknown): Row {
  return Object.fromEntries(
    Object.entries(asRow(names)).map(([name, value]) =>
      /^\d+$/.test(name) ? [name, renamed(value)] : [dealFieldOf(name), value],
    ),
  )
}

function update(call: Call, deal: Row, change: Row): Row {
  const { deals, events } = call.shop
  const moved = change['STAGE_ID'] !== undefined && change['STAGE_ID'] !== deal['STAGE_ID']
  const updated = { ...deal, ...change, DATE_MODIFY: call.now, ...(moved ? { MOVED_TIME: call.now } : {}) }
  deals.add(updated)
  events.raise('ONCRMDEALUPDATE', { ID: int(deal['ID']) }, causeOf(call))
  return updated
}

function requireDeal(call: Call, id: unknown): Row {
  const deal = call.shop.deals.get(int(id))
  // The old methods' code is an empty string.
  if (deal === undefined) throw new Refusal(400, '', 'Not found')
  return deal
}

function requireItem(call: Call): Row {
  requireDealType(call)
  const deal = call.shop.deals.get(requireId(call.params))
  if (deal === undefined) throw new Refusal(400, 'NOT_FOUND', 'Item not found')
  return deal
}

function requireDealType(call: Call): void {
  if (int(call.params['entityTypeId']) === 2) return
  throw new Refusal(400, 'NOT_FOUND', 'Smart process is not found')
}
