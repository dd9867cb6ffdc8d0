import {
  decimalNumber,
  deliveryCost,
  grossPrice,
  mapper,
  moneyNumber,
  type BasketItem,
  type Mapper,
  type Order,
} from '@mufta/kit'
import type { AcmeSettings } from './settings.ts'
import { orderStatuses } from './status-map.ts'
import type { AcmeItem, AcmeOrder } from './wire.ts'

const itemMapper = mapper<BasketItem, AcmeItem>(({ out }) => ({
  externalId: out('id'),
  name: out('name'),
  price: out(grossPrice, moneyNumber),
  quantity: out('quantity', decimalNumber),
}))

/** The contract between the shop's order and Acme's: the first file to change when it changes. */
export function orderMapper(settings: AcmeSettings): Mapper<Order, AcmeOrder> {
  return mapper<Order, AcmeOrder>(({ out, both, list, check }) => ({
    externalId: out('id'),
    number: out('number'),
    statusId: both('status', orderStatuses(settings), { owner: 'external' }),
    comment: both('managerComment', { owner: 'external' }),
    email: out('customer.email'),
    phone: out('customer.phone'),
    items: list('items', itemMapper, {
      key: (row: BasketItem) => row.id,
      externalKey: (row: AcmeItem) => row.externalId,
    }),
    deliveryCost: out(deliveryCost, moneyNumber),
    total: check('total', moneyNumber),
  }))
}
