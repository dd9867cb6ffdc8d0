import type { SimAnswer } from '../sim/index.ts'
import { success } from './answers.ts'
import type { ApiCall, Route } from './api-call.ts'
import type { Dictionaries } from './dictionaries.ts'
import { isObject, listField, type JsonObject } from './input.ts'

const UPLOAD_LIMIT = 250

export const referenceRoutes: readonly Route[] = [
  keyed('statuses', 'statuses'),
  keyed('status-groups', 'statusGroups'),
  keyed('payment-types', 'paymentTypes'),
  keyed('payment-statuses', 'paymentStatuses'),
  keyed('delivery-types', 'deliveryTypes'),
  keyed('order-types', 'orderTypes'),
  keyed('order-methods', 'orderMethods'),
  keyed('sites', 'sites'),
  listed('stores', 'stores'),
  listed('price-types', 'priceTypes'),
  { method: 'POST', path: 'store/inventories/upload', scope: 'store_write', handle: uploadStock },
  { method: 'POST', path: 'store/prices/upload', scope: 'store_write', handle: uploadPrices },
]

function keyed(path: string, name: keyof Dictionaries): Route {
  return {
    method: 'GET',
    path: `reference/${path}`,
    scope: 'reference_read',
    handle: (call) => {
      const entries = visible(call, name)
      return success({ [name]: Object.fromEntries(entries.map((entry) => [entry.code, entry])) })
    },
  }
}

/** Stores and price types alone come as arrays (vendor's Go SDK: response.go). */
function listed(path: string, name: keyof Dictionaries): Route {
  return {
    method: 'GET',
    path: `reference/${path}`,
    scope: 'reference_read',
    handle: (call) => success({ [name]: visible(call, name) }),
  }
}

function visible(call: ApiCall, name: keyof Dictionaries) {
  const entries = [...call.account.dictionaries[name].values()]
  return name === 'sites' ? entries.filter((entry) => call.sees(entry.code)) : entries
}

function uploadStock(call: ApiCall): SimAnswer {
  return eachOffer(call, 'offers', (offer, record) => {
    for (const store of rows(record, 'stores'))
      offer.stock.set(String(store['code']), Number(store['available']))
  })
}

function uploadPrices(call: ApiCall): SimAnswer {
  return eachOffer(call, 'prices', (offer, record) => {
    for (const price of rows(record, 'prices'))
      offer.prices.set(String(price['code']), Number(price['price']))
  })
}

function eachOffer(
  call: ApiCall,
  field: string,
  apply: (offer: { stock: Map<string, number>; prices: Map<string, number> }, record: JsonObject) => void,
): SimAnswer {
  const notFoundOffers: JsonObject[] = []
  let processedOffersCount = 0
  for (const record of listField(call.params, field, UPLOAD_LIMIT)) {
    const { id, externalId, xmlId } = record
    const offer = call.account.offers.find({
      id: typeof id === 'number' ? id : null,
      externalId: typeof externalId === 'string' ? externalId : null,
      xmlId: typeof xmlId === 'string' ? xmlId : null,
      name: '',
    })
    if (offer === null) {
      notFoundOffers.push({ id, externalId, xmlId })
    } else {
      processedOffersCount += 1
      apply(offer, record)
    }
  }
  return success({ processedOffersCount, notFoundOffers })
}

function rows(record: JsonObject, name: string): JsonObject[] {
  const list = record[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}
