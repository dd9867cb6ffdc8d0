import type { SimAnswer } from '../sim/index.ts'
import { Refusal, success } from './answers.ts'
import { idFilter, pagination, textList, timeFilter, type ApiCall, type Route } from './api-call.ts'
import { customerView } from './customer-book.ts'
import { historyView } from './history.ts'
import { failedRecord, listField, objectField } from './input.ts'
import type { CrmCustomer } from './model.ts'

const UPLOAD_LIMIT = 50

export const customerRoutes: readonly Route[] = [
  { method: 'POST', path: 'customers/create', scope: 'customer_write', handle: create },
  { method: 'POST', path: 'customers/upload', scope: 'customer_write', handle: upload },
  { method: 'POST', path: 'customers/fix-external-ids', scope: 'customer_write', handle: fixExternalIds },
  { method: 'POST', path: 'customers/:id/edit', scope: 'customer_write', handle: edit },
  { method: 'GET', path: 'customers', scope: 'customer_read', handle: list },
  { method: 'GET', path: 'customers/history', scope: 'customer_history_read', handle: history },
  { method: 'GET', path: 'customers/:id', scope: 'customer_read', handle: get },
]

function create(call: ApiCall): SimAnswer {
  const site = call.site()
  const customer = call.account.customers.create(site, objectField(call.params, 'customer'), call.actor)
  return success({ id: customer.id }, 201)
}

function edit(call: ApiCall): SimAnswer {
  const { customers } = call.account
  const customer = call.record(customers)
  customers.edit(customer, objectField(call.params, 'customer'), call.actor)
  return success({ id: customer.id })
}

function get(call: ApiCall): SimAnswer {
  return success({ customer: customerView(call.record(call.account.customers)) })
}

function upload(call: ApiCall): SimAnswer {
  const site = call.site()
  const uploaded: CrmCustomer[] = []
  const failed: { externalId?: string }[] = []
  const errors: string[] = []
  for (const source of listField(call.params, 'customers', UPLOAD_LIMIT)) {
    try {
      uploaded.push(call.account.customers.create(site, source, call.actor))
    } catch (refused) {
      if (!(refused instanceof Refusal)) throw refused
      failed.push(failedRecord(source))
      errors.push(refused.message)
    }
  }
  const uploadedCustomers = uploaded.map(({ id, externalId }) => ({
    id,
    ...(externalId === null ? {} : { externalId }),
  }))
  if (failed.length === 0) return success({ uploadedCustomers, failedCustomers: [] }, 201)
  const errorMsg = 'Customers are loaded with errors'
  return {
    status: 460,
    body: JSON.stringify({ success: false, uploadedCustomers, failedCustomers: failed, errorMsg, errors }),
  }
}

function fixExternalIds(call: ApiCall): SimAnswer {
  const { customers } = call.account
  for (const pair of listField(call.params, 'customers', UPLOAD_LIMIT)) {
    const customer = customers.byId(Number(pair['id']))
    const externalId = pair['externalId']
    if (customer === undefined || !call.sees(customer.site) || typeof externalId !== 'string') {
      throw new Refusal(400, 'Validation error', [`Customer with id=${String(pair['id'])} not found.`])
    }
    const taken = customers.byExternalId(customer.site, externalId)
    if (taken !== undefined && taken !== customer) throw new Refusal(400, 'Customer already exists.')
    customers.linkExternalId(customer, externalId)
  }
  return success({})
}

function list(call: ApiCall): SimAnswer {
  const filter = call.filter(['ids', 'externalIds', 'email', 'name', 'sites'])
  const { limit, page } = call.paging()
  const ids = textList(filter, 'ids')
  const externalIds = textList(filter, 'externalIds')
  const sites = textList(filter, 'sites')
  const email = filter['email']
  const { name } = filter
  const isMatching = (one: CrmCustomer): boolean =>
    call.sees(one.site) &&
    (ids?.includes(String(one.id)) ?? true) &&
    (externalIds?.includes(one.externalId ?? '') ?? true) &&
    (sites?.includes(one.site) ?? true) &&
    (email === undefined || one.texts['email'] === email) &&
    (typeof name !== 'string' || isCalled(one, name))
  const matching = call.account.customers.all().filter(isMatching).toReversed()
  return success({
    pagination: pagination(matching.length, limit, page),
    customers: matching.slice((page - 1) * limit, page * limit).map(customerView),
  })
}

/** `filter[name]` looks into the name and the phones. */
function isCalled(customer: CrmCustomer, name: string): boolean {
  const { lastName = '', firstName = '', patronymic = '' } = customer.texts
  const wanted = name.toLowerCase()
  return [`${lastName} ${firstName} ${patronymic}`, ...customer.phones].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

function history(call: ApiCall): SimAnswer {
  const filter = call.filter(['sinceId', 'startDate'])
  const { limit, page } = call.paging()
  const sinceId = idFilter(filter, 'sinceId')
  const startDate = timeFilter(filter, 'startDate')
  const found = call.account.customers.history.page(
    { ...(sinceId === undefined ? {} : { sinceId }), ...(startDate === undefined ? {} : { startDate }) },
    call.access.sites,
    limit,
    page,
  )
  return success({
    generatedAt: call.account.now(),
    history: found.entries.map((entry) => historyView(entry, 'customer', call.access.keyId)),
    pagination: pagination(found.totalCount, limit, page),
  })
}
