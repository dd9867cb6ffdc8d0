import { decimal } from '@mufta/kit'
import {
  controllerList,
  causeOf,
  requireFields,
  requireId,
  single,
  type Call,
  type Methods,
} from '../method.ts'
import { itemReadOnly, itemRequired, itemTypes } from '../order-fields.ts'
import { amountOf } from '../order-money.ts'
import { Refusal, requiredFields } from '../refusal.ts'
import { asRow, int, text, type Row } from '../rows.ts'
import { Table } from '../table.ts'
import { typedFields } from './typed-fields.ts'

/** sale.basketitem.*; without `customPrice: "Y"` a price comes from the catalogue, whatever is written. */
export const basketMethods: Methods = {
  'sale.basketitem.list': {
    scope: 'sale',
    run: controllerList('basketItems', (call) => call.shop.orders.items, withoutParts),
  },
  'sale.basketitem.get': { scope: 'sale', run: (call) => single({ basketItem: { ...requireItem(call) } }) },
  'sale.basketitem.add': {
    scope: 'sale',
    run: (call) => {
      const { orders } = call.shop
      const fields = typedFields(requireFields(call.params), itemTypes, (name) => itemReadOnly.has(name))
      const missing = itemRequired.filter((name) => fields[name] === undefined || fields[name] === null)
      if (missing.length > 0) throw requiredFields(missing)
      const orderId = int(fields['orderId'])
      const order = orders.orders.get(orderId)
      if (order === undefined) throw new Refusal(400, 200140400009, 'order is not exists')
      const { orderId: _, ...change } = fields
      const id = orders.addItem(orderId, { ...change, currency: order['currency'], ...priced(change) })
      orders.save(orderId, causeOf(call), { money: true })
      return single({ basketItem: { ...orders.items.get(id) } })
    },
  },
  'sale.basketitem.update': {
    scope: 'sale',
    run: (call) => {
      const item = requireItem(call)
      const fixed = new Set([...itemReadOnly, 'orderId', 'productId', 'currency'])
      const change = typedFields(requireFields(call.params), itemTypes, (name) => fixed.has(name))
      Object.assign(item, { ...change, ...priced({ ...item, ...change }), dateUpdate: call.now })
      call.shop.orders.save(int(item['orderId']), causeOf(call), { money: true })
      return single({ basketItem: { ...item } })
    },
  },
  'sale.basketitem.delete': {
    scope: 'sale',
    run: (call) => {
      const item = requireItem(call)
      call.shop.orders.items.delete(int(item['id']))
      call.shop.orders.save(int(item['orderId']), causeOf(call), { money: true })
      return single(true)
    },
  },
  'sale.basketproperties.list': { scope: 'sale', run: controllerList('basketProperties', propertyTable) },
}

/** The catalogue's price of a product that nobody described: stable, so that tests can count on it. */
export function cataloguePrice(productId: number): number {
  return 100 + (productId % 900)
}

function priced(item: Row): Row {
  if (item['customPrice'] === 'Y') {
    const price = amountOf(item['price'])
    const basePrice = item['basePrice'] === undefined ? price : amountOf(item['basePrice'])
    return {
      price: Number(price),
      basePrice: Number(basePrice),
      discountPrice: Number(decimal.subtract(basePrice, price)),
    }
  }
  const price = cataloguePrice(int(item['productId']))
  return {
    price,
    basePrice: price,
    discountPrice: 0,
    ...(text(item['name']) === '' ? { name: `Товар ${int(item['productId'])}` } : {}),
  }
}

function requireItem(call: Call): Row {
  const item = call.shop.orders.items.get(requireId(call.params))
  if (item === undefined) throw new Refusal(400, 200140400001, 'basket item is not exists')
  return item
}

/** The list reads the basket table alone: properties and reservations are other tables. */
function withoutParts(item: Row): Row {
  const { properties: _, reservations: __, ...rest } = item
  return rest
}

function propertyTable(call: Call): Table {
  const table = new Table({
    key: 'id',
    types: {
      id: 'int',
      basketId: 'int',
      code: 'string',
      name: 'string',
      sort: 'int',
      value: 'string',
      xmlId: 'string',
    },
  })
  const { items } = call.shop.orders
  for (const id of items.ids) {
    const properties = items.get(id)?.['properties']
    if (Array.isArray(properties)) for (const property of properties) table.add(asRow(property))
  }
  return table
}
