import {
  controllerList,
  causeOf,
  requireFields,
  requireId,
  single,
  type Call,
  type Methods,
} from '../method.ts'
import { shipmentRequired, shipmentTypes, shipmentWritable } from '../order-fields.ts'
import { Refusal, requiredFields } from '../refusal.ts'
import { int, type Row } from '../rows.ts'
import { typedFields } from './typed-fields.ts'

/** sale.shipment.*; three fields are required on update too, and a price that is left out becomes 0. */
export const shipmentMethods: Methods = {
  'sale.shipment.list': {
    scope: 'sale',
    run: controllerList('shipments', (call) => call.shop.orders.shipments, withoutItems),
  },
  'sale.shipment.get': { scope: 'sale', run: (call) => single({ shipment: { ...requireShipment(call) } }) },
  'sale.shipment.add': {
    scope: 'sale',
    run: (call) => {
      const { orders } = call.shop
      const fields = requireFields(call.params)
      requireAll(fields, ['orderId', ...shipmentRequired])
      const orderId = int(fields['orderId'])
      const id = orders.addShipment(orderId, writable(fields))
      orders.save(orderId, causeOf(call), { shipments: [id], money: true })
      return single({ shipment: { ...orders.shipments.get(id) } })
    },
  },
  'sale.shipment.update': {
    scope: 'sale',
    run: (call) => {
      const shipment = requireShipment(call)
      const fields = requireFields(call.params)
      requireAll(fields, shipmentRequired)
      const { orders } = call.shop
      orders.writeShipment(shipment, writable(fields))
      orders.save(int(shipment['orderId']), causeOf(call), { shipments: [int(shipment['id'])], money: true })
      return single({ shipment: { ...shipment } })
    },
  },
}

/** Bitrix24 REST docs, sale.shipment.update: with neither price both become 0; the base price overwrites the price. */
function writable(fields: Row): Row {
  const typed = typedFields(fields, shipmentTypes, (name) => !shipmentWritable.has(name))
  const { basePriceDelivery, priceDelivery, ...rest } = typed
  if (basePriceDelivery !== undefined) {
    return { ...rest, basePriceDelivery, priceDelivery: basePriceDelivery }
  }
  if (priceDelivery !== undefined) return { ...rest, priceDelivery }
  return { ...rest, basePriceDelivery: 0, priceDelivery: 0 }
}

function requireAll(fields: Row, names: readonly string[]): void {
  const missing = names.filter((name) => fields[name] === undefined)
  if (missing.length > 0) throw requiredFields(missing)
}

function requireShipment(call: Call): Row {
  const shipment = call.shop.orders.shipments.get(requireId(call.params))
  if (shipment === undefined) throw new Refusal(400, 201140400001, 'shipment is not exists')
  return shipment
}

function withoutItems(shipment: Row): Row {
  const { shipmentItems: _, ...rest } = shipment
  return rest
}
