import type { SimAnswer } from '../sim/index.ts'
import { notFound, Refusal, success } from './answers.ts'
import { idFilter, pagination, textList, timeFilter, type ApiCall, type Route } from './api-call.ts'
import { historyView } from './history.ts'
import { failedRecord, isObject, listField, objectField } from './input.ts'
import type { CrmOrder, CrmPayment } from './model.ts'

/** Most orders in one upload (the vendor's own module packs 50). */
const UPLOAD_LIMIT = 50
const STATUSES_LIMIT = 500

export const orderRoutes: readonly Route[] = [
  { method: 'POST', path: 'orders/create', scope: 'order_write', handle: create },
  { method: 'POST', path: 'orders/upload', scope: 'order_write', handle: upload },
  { method: 'POST', path: 'orders/fix-external-ids', scope: 'order_write', handle: fixExternalIds },
  { method: 'POST', path: 'orders/:id/edit', scope: 'order_write', handle: edit },
  { method: 'GET', path: 'orders', scope: 'order_read', handle: list },
  { method: 'GET', path: 'orders/statuses', scope: 'order_read', handle: statuses },
  { method: 'GET', path: 'orders/history', scope: 'order_history_read', handle: history },
  { method: 'GET', path: 'orders/:id', scope: 'order_read', handle: get },
  { method: 'POST', path: 'orders/payments/create', scope: 'order_write', handle: createPayment },
  { method: 'POST', path: 'orders/payments/:id/edit', scope: 'order_write', handle: editPayment },
  { method: 'POST', path: 'orders/payments/:id/delete', scope: 'order_write', handle: deletePayment },
]

const LIST_FILTERS = [
  'ids',
  'externalIds',
  'numbers',
  'sites',
  'extendedStatus',
  'customerId',
  'customerExternalId',
  'createdAtFrom',
  'createdAtTo',
]

function create(call: ApiCall): SimAnswer {
  const site = call.site()
  const { orders } = call.account
  const order = orders.create(site, objectField(call.params, 'order'), call.actor)
  return success({ id: order.id, order: orders.view(order) }, 201)
}

function edit(call: ApiCall): SimAnswer {
  const { orders } = call.account
  const order = orders.edit(call.record(orders), objectField(call.params, 'order'), call.actor)
  return success({ id: order.id, order: orders.view(order) })
}

function get(call: ApiCall): SimAnswer {
  const { orders } = call.account
  return success({ order: orders.view(call.record(orders)) })
}

/** Each order by itself; with any failure the whole answer is HTTP 460 (fixture retailcrm-orders-upload-460). */
function upload(call: ApiCall): SimAnswer {
  const site = call.site()
  const { orders } = call.account
  const uploaded: CrmOrder[] = []
  const failed: { externalId?: string }[] = []
  const errors: string[] = []
  for (const source of listField(call.params, 'orders', UPLOAD_LIMIT)) {
    try {
      uploaded.push(orders.create(site, source, call.actor))
    } catch (refused) {
      if (!(refused instanceof Refusal)) throw refused
      failed.push(failedRecord(source))
      errors.push(...textsOf(refused))
    }
  }
  const uploadedOrders = uploaded.map(({ id, externalId }) => ({
    id,
    ...(externalId === null ? {} : { externalId }),
  }))
  if (failed.length === 0) {
    return success(
      { uploadedOrders, orders: uploaded.map((order) => orders.view(order)), failedOrders: [] },
      201,
    )
  }
  return {
    status: 460,
    body: JSON.stringify({
      success: false,
      uploadedOrders,
      failedOrders: failed,
      errorMsg: 'Orders are loaded with errors',
      errors,
    }),
  }
}

function fixExternalIds(call: ApiCall): SimAnswer {
  const { orders } = call.account
  for (const pair of listField(call.params, 'orders', UPLOAD_LIMIT)) {
    const order = orders.byId(Number(pair['id']))
    if (order === undefined || !call.sees(order.site)) {
      throw new Refusal(400, 'Validation error', [`Order with id=${String(pair['id'])} not found.`])
    }
    if (typeof pair['externalId'] !== 'string' || pair['externalId'] === '') {
      throw new Refusal(400, 'Validation error', ['externalId: This value should not be blank.'])
    }
    orders.linkExternalId(order, pair['externalId'], call.actor)
  }
  return success({})
}

function list(call: ApiCall): SimAnswer {
  const { orders, customers } = call.account
  const filter = call.filter(LIST_FILTERS)
  const { limit, page } = call.paging()
  const ids = textList(filter, 'ids')
  const externalIds = textList(filter, 'externalIds')
  const numbers = textList(filter, 'numbers')
  const sites = textList(filter, 'sites')
  const statusCodes = textList(filter, 'extendedStatus')
  const customerId = idFilter(filter, 'customerId')
  const customerExternalId = filter['customerExternalId']
  const from = timeFilter(filter, 'createdAtFrom') ?? ''
  const to = timeFilter(filter, 'createdAtTo') ?? '9999'
  const isMatching = (order: CrmOrder): boolean =>
    call.sees(order.site) &&
    (ids?.includes(String(order.id)) ?? true) &&
    (externalIds?.includes(order.externalId ?? '') ?? true) &&
    (numbers?.includes(order.number) ?? true) &&
    (sites?.includes(order.site) ?? true) &&
    (statusCodes?.includes(order.status) ?? true) &&
    (customerId === undefined || order.customerId === customerId) &&
    (customerExternalId === undefined ||
      customers.byId(order.customerId)?.externalId === customerExternalId) &&
    order.createdAt >= from &&
    order.createdAt <= to
  const matching = candidates(call, ids, externalIds).filter(isMatching).reverse()
  const shown = matching.slice((page - 1) * limit, page * limit)
  return success({
    pagination: pagination(matching.length, limit, page),
    orders: shown.map((order) => orders.view(order)),
  })
}

/** By an index where the filter names ids; ascending by id. */
function candidates(
  call: ApiCall,
  ids: readonly string[] | null,
  externalIds: readonly string[] | null,
): CrmOrder[] {
  const { orders, dictionaries } = call.account
  if (ids === null && externalIds === null) return [...orders.all()]
  const sites = [...dictionaries.sites.keys()]
  const found =
    ids?.map((id) => orders.byId(Number(id))) ??
    sites.flatMap((site) => externalIds?.map((externalId) => orders.byExternalId(site, externalId)) ?? [])
  const known = found.filter((order) => order !== undefined)
  return [...new Set(known)].toSorted((a, b) => a.id - b.id)
}

function statuses(call: ApiCall): SimAnswer {
  const ids = textList(call.params, 'ids') ?? []
  const externalIds = textList(call.params, 'externalIds') ?? []
  if (ids.length + externalIds.length > STATUSES_LIMIT) {
    throw new Refusal(400, 'Validation error', [
      `This collection should contain ${STATUSES_LIMIT} elements or less.`,
    ])
  }
  const known = [
    ...(ids.length > 0 ? candidates(call, ids, null) : []),
    ...candidates(call, null, externalIds),
  ]
  const { dictionaries } = call.account
  return success({
    orders: known
      .filter((order) => call.sees(order.site))
      .map((order) => ({
        id: order.id,
        ...(order.externalId === null ? {} : { externalId: order.externalId }),
        status: order.status,
        group: dictionaries.statuses.get(order.status)?.group,
      })),
  })
}

function history(call: ApiCall): SimAnswer {
  const filter = call.filter(['sinceId', 'startDate', 'endDate'])
  const { limit, page } = call.paging()
  const [sinceId, startDate, endDate] = [
    idFilter(filter, 'sinceId'),
    timeFilter(filter, 'startDate'),
    timeFilter(filter, 'endDate'),
  ]
  const wanted = {
    ...(sinceId === undefined ? {} : { sinceId }),
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
  }
  const found = call.account.orders.history.page(wanted, call.access.sites, limit, page)
  return success({
    generatedAt: call.account.now(),
    history: found.entries.map((entry) => historyView(entry, 'order', call.access.keyId)),
    pagination: pagination(found.totalCount, limit, page),
  })
}

function createPayment(call: ApiCall): SimAnswer {
  const { orders } = call.account
  const source = objectField(call.params, 'payment')
  const named = isObject(source['order']) ? source['order'] : {}
  const [id, externalId] = [named['id'], named['externalId']]
  const order =
    id === undefined
      ? typeof externalId === 'string'
        ? orders.byExternalId(call.site(), externalId)
        : undefined
      : orders.byId(Number(id))
  if (order === undefined || !call.sees(order.site)) {
    throw new Refusal(400, 'Payment is not loaded', { order: 'Order not found.' })
  }
  return success({ id: orders.addPayment(order, source, call.actor).id }, 201)
}

function editPayment(call: ApiCall): SimAnswer {
  const source = objectField(call.params, 'payment')
  const { order, payment } = requirePayment(call, call.by('id'))
  call.account.orders.editPayment(order, payment, source, call.actor)
  return success({ id: payment.id })
}

function deletePayment(call: ApiCall): SimAnswer {
  const { order, payment } = requirePayment(call, 'id')
  call.account.orders.deletePayment(order, payment, call.actor)
  return success({})
}

function requirePayment(call: ApiCall, by: 'id' | 'externalId'): { order: CrmOrder; payment: CrmPayment } {
  const { orders } = call.account
  const found =
    by === 'id' ? orders.payment(Number(call.id)) : orders.paymentByExternalId(call.site(), call.id)
  if (found === undefined || !call.sees(found.order.site)) throw notFound()
  return found
}

function textsOf(refused: Refusal): readonly string[] {
  const { errors } = refused
  if (errors === undefined) return [refused.message]
  return Array.isArray(errors) ? errors : Object.entries(errors).map(([path, text]) => `${path}: ${text}`)
}
