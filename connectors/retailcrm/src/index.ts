import { defineConnector, poll, sync } from '@mufta/kit'
import { createOrders, packSize } from './bulk.ts'
import { check } from './check.ts'
import { RetailCrmClient } from './client.ts'
import { pullHistory } from './history.ts'
import { installer } from './installer.ts'
import { orderMapper } from './mapper.ts'
import { createOrder, findOrder, updateOrder } from './orders.ts'
import { settingsSchema, type RetailCrmSettings } from './settings.ts'
import type { CrmOrder } from './wire.ts'

/** Orders and customers of the shop in RetailCRM; statuses, payments, comments, tracking and cancels back. */
export default defineConnector<RetailCrmClient, RetailCrmSettings>({
  id: 'retailcrm.orders',
  version: '0.1.0',
  title: { en: 'RetailCRM', ru: 'RetailCRM' },
  settings: settingsSchema,
  open: (context) => new RetailCrmClient(context),
  close: (client) => client.close(),
  flows: (settings) => [
    sync<RetailCrmClient, CrmOrder, RetailCrmSettings>('order', {
      mapper: orderMapper(settings),
      read: (client, ids, { signal }) => client.readOrders(ids, { signal }),
      find: findOrder,
      create: createOrder,
      createMany: { size: packSize, call: createOrders },
      update: updateOrder,
      changes: poll(pullHistory, ({ pollSeconds }) => pollSeconds),
    }),
  ],
  dictionaries: (client, options) => client.dictionaries(options),
  check,
  installer,
})

export { RetailCrmClient } from './client.ts'
export { orderMapper } from './mapper.ts'
export { settingsSchema } from './settings.ts'
export type { RetailCrmSettings } from './settings.ts'
export type { CrmCustomer, CrmItem, CrmOrder, CrmPayment } from './wire.ts'
