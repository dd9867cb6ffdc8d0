import type { Method } from '../method.ts'
import { appMethods } from './app.ts'
import { basketMethods } from './basket.ts'
import { dealMethods } from './deal.ts'
import { dictionaryMethods } from './dictionary.ts'
import { eventMethods } from './event.ts'
import { offlineMethods } from './offline.ts'
import { orderMethods } from './order.ts'
import { paymentMethods } from './payment.ts'
import { propertyMethods } from './property.ts'
import { shipmentMethods } from './shipment.ts'

/** Every method by its name in lower case, which is how the portal looks them up. */
export function allMethods(): ReadonlyMap<string, Method> {
  return new Map(
    [
      appMethods,
      eventMethods,
      offlineMethods,
      orderMethods,
      basketMethods,
      propertyMethods,
      paymentMethods,
      shipmentMethods,
      dictionaryMethods,
      dealMethods,
    ].flatMap((methods) => Object.entries(methods)),
  )
}
