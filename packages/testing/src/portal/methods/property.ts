import { PROPERTIES, propertyTypes } from '../dictionaries.ts'
import {
  controllerList,
  causeOf,
  requireFields,
  requireId,
  single,
  type Call,
  type Methods,
} from '../method.ts'
import { withoutOrderId } from '../order-book.ts'
import { Refusal, missingParameter } from '../refusal.ts'
import { asList, asRow, int, type Row } from '../rows.ts'
import { Table } from '../table.ts'

const properties = new Table({ key: 'id', types: propertyTypes })
for (const row of PROPERTIES) properties.add(row)

export const propertyMethods: Methods = {
  'sale.property.list': { scope: 'sale', run: controllerList('properties', () => properties) },
  'sale.property.get': {
    scope: 'sale',
    run: (call) => {
      const property = properties.get(requireId(call.params))
      if (property === undefined) throw new Refusal(400, 200840400001, 'property is not exists')
      return single({ property })
    },
  },
  'sale.propertyvalue.list': {
    scope: 'sale',
    run: controllerList('propertyValues', (call) => call.shop.orders.values),
  },
  'sale.propertyvalue.get': {
    scope: 'sale',
    run: (call) => {
      const value = call.shop.orders.values.get(requireId(call.params))
      if (value === undefined) throw new Refusal(400, 201040400001, 'property value is not exists')
      return single({ propertyValue: { ...value } })
    },
  },
  'sale.propertyvalue.modify': { scope: 'sale', run: modify },
}

/** Replaces the set: every property that is left out is erased. */
function modify(call: Call): ReturnType<Methods[string]['run']> {
  const order = asRow(requireFields(call.params)['order'])
  if (order['id'] === undefined) throw missingParameter('fields[order][id]')
  const { orders } = call.shop
  const id = int(order['id'])
  orders.require(id)
  const wanted = asList(order['propertyValues']).map((item) => {
    const value: Row = asRow(item)
    return { orderPropsId: int(value['orderPropsId']), value: value['value'] ?? null }
  })
  const values = orders.setValues(id, wanted)
  orders.save(id, causeOf(call), { values })
  const rows = orders.values.ownedRows(id).map(withoutOrderId)
  return { result: { propertyValues: rows }, rows: rows.length }
}
