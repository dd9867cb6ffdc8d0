import {
  controllerList,
  causeOf,
  requireFields,
  requireId,
  single,
  type Call,
  type Methods,
} from '../method.ts'
import { orderImmutable, orderReadOnly, orderRequired, orderTypes } from '../order-fields.ts'
import { requiredFields } from '../refusal.ts'
import type { Row } from '../rows.ts'
import { typedFields } from './typed-fields.ts'

/** sale.order.*: `add` makes an empty order; `payed`, `deducted`, totals and `version` are derived. */
export const orderMethods: Methods = {
  'sale.order.list': { scope: 'sale', run: controllerList('orders', (call) => call.shop.orders.orders) },
  'sale.order.get': {
    scope: 'sale',
    run: (call) => single({ order: call.shop.orders.tree(requireId(call.params)) }),
  },
  'sale.order.add': {
    scope: 'sale',
    run: (call) => {
      const fields = typedFields(requireFields(call.params), orderTypes, (name) => orderReadOnly.has(name))
      const missing = orderRequired.filter((name) => fields[name] === undefined)
      if (missing.length > 0) throw requiredFields(missing)
      const { orders } = call.shop
      const id = orders.addOrder(fields)
      orders.save(id, causeOf(call))
      return single({ order: flat(call, id) })
    },
  },
  'sale.order.update': {
    scope: 'sale',
    run: (call) => {
      const { orders } = call.shop
      const id = requireId(call.params)
      const order = orders.require(id)
      const isFixed = (name: string): boolean => orderReadOnly.has(name) || orderImmutable.has(name)
      const { price, discountValue, ...change } = typedFields(requireFields(call.params), orderTypes, isFixed)
      // Sums are recalculated from the basket where there is one, whatever is written.
      const isEmpty = orders.items.owned(id).length === 0
      const sums = {
        ...(price === undefined ? {} : { price }),
        ...(discountValue === undefined ? {} : { discountValue }),
      }
      orders.writeOrder(order, isEmpty ? { ...change, ...sums } : change)
      orders.save(id, causeOf(call))
      return single({ order: flat(call, id) })
    },
  },
  'sale.order.delete': {
    scope: 'sale',
    run: (call) => {
      call.shop.orders.deleteOrder(requireId(call.params), causeOf(call))
      return single(true)
    },
  },
  'sale.order.getfields': { scope: 'sale', run: () => single({ order: fieldInfos() }) },
}

/** As the documented answers of add and update: without basket, payments and shipments. */
function flat(call: Call, id: number): Row {
  return { ...call.shop.orders.require(id), clients: [], requisiteLink: [] }
}

function fieldInfos(): Row {
  return Object.fromEntries(
    Object.entries(orderTypes).map(([name, type]) => [
      name,
      {
        isImmutable: orderImmutable.has(name),
        isReadOnly: orderReadOnly.has(name),
        isRequired: orderRequired.some((required) => required === name),
        type: type === 'int' ? 'integer' : type,
      },
    ]),
  )
}
