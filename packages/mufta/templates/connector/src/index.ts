import { defineConnector, failedFinding, poll, sync, type Finding } from '@mufta/kit'
import { AcmeClient } from './client.ts'
import { installer } from './installer.ts'
import { orderMapper } from './mapper.ts'
import { settingsSchema, type AcmeSettings } from './settings.ts'
import type { AcmeOrder } from './wire.ts'

export default defineConnector<AcmeClient, AcmeSettings>({
  id: 'acme.crm',
  version: '0.1.0',
  title: { en: 'Acme', ru: 'Acme' },
  settings: settingsSchema,
  open: ({ settings, allowHosts, budgets, log }) =>
    new AcmeClient(settings.apiKey, {
      baseUrl: settings.url,
      allowHosts,
      log,
      budget: budgets.get(`acme.crm ${settings.url}`, { perSecond: 10, burst: 10 }),
    }),
  close: (client) => client.close(),
  flows: (settings) => [
    sync<AcmeClient, AcmeOrder, AcmeSettings>('order', {
      mapper: orderMapper(settings),
      read: async (client, ids, { signal }) =>
        new Map((await client.readOrders(ids, { signal })).map((record) => [record.id, record])),
      find: async (client, order, { signal }) => {
        const record = await client.findOrder(order.id, { signal })
        return record === null ? null : { id: record.id, record }
      },
      create: async (client, draft, { idempotencyKey, signal }) => {
        const record = await client.createOrder(draft, idempotencyKey, { signal })
        return { id: record.id, record }
      },
      update: (client, id, changes, { signal }) => client.editOrder(id, changes, { signal }),
      changes: poll(
        async (client, cursor, { signal }) => {
          const page = await client.changes(cursor === null ? null : Number(cursor), { signal })
          const changes = page.changes.map((change) => ({
            id: change.orderId,
            own: change.author === 'api',
            reason: change.field,
            ...(change.externalId === undefined ? {} : { shopId: change.externalId }),
          }))
          return { changes: cursor === null ? [] : changes, cursor: String(page.last), more: page.more }
        },
        ({ pollSeconds }) => pollSeconds,
      ),
    }),
  ],
  check: async ({ client, settings, shop, signal }) => {
    try {
      const { statuses } = await client.statuses(signal === undefined ? {} : { signal })
      const known = new Set(statuses.map(({ code }) => code))
      return [
        {
          level: 'ok',
          code: 'ACME_KEY',
          message: { en: 'The key is accepted', ru: 'Ключ принят' },
        },
        ...shop.statuses.flatMap(({ code, name }): Finding[] => {
          const target = settings.statuses[code]
          if (target === undefined)
            return [
              {
                level: 'error',
                code: 'ACME_STATUS_UNMAPPED',
                message: {
                  en: `Shop status ${code} (${name}) is not mapped`,
                  ru: `Статус магазина ${code} (${name}) не сопоставлен`,
                },
                fix: { en: `Add "${code}" to "statuses"`, ru: `Добавьте «${code}» в «statuses»` },
              },
            ]
          if (known.has(target)) return []
          return [
            {
              level: 'error',
              code: 'ACME_STATUS_UNKNOWN',
              message: { en: `Acme has no status "${target}"`, ru: `В Acme нет статуса «${target}»` },
              fix: { en: `Correct "${code}" in "statuses"`, ru: `Исправьте «${code}» в «statuses»` },
            },
          ]
        }),
      ]
    } catch (error) {
      return [failedFinding(error, { en: 'Check "url" and "apiKey"', ru: 'Проверьте «url» и «apiKey»' })]
    }
  },
  installer,
})
