import { httpsUrl, mapping, secret } from '@mufta/kit'
import { z } from 'zod'
import { nameOrders } from './person-name.ts'
import { standardCancelStatuses } from './status-map.ts'

/** RetailCRM's settings page: the admin page, the CLI wizard and the validation are made from it. */
export const settingsSchema = z.strictObject({
  url: httpsUrl().meta({
    title: {
      en: 'Account address, e.g. https://demo.retailcrm.ru',
      ru: 'Адрес аккаунта, например https://demo.retailcrm.ru',
    },
  }),
  apiKey: secret().meta({ title: { en: 'API key', ru: 'Ключ API' } }),
  site: z
    .string()
    .min(1)
    .optional()
    .meta({ title: { en: 'Shop code in RetailCRM', ru: 'Символьный код магазина в RetailCRM' } }),
  sites: mapping()
    .default({})
    .meta({
      title: {
        en: 'Sites of the shop → shops in RetailCRM (empty = all orders go to "site")',
        ru: 'Сайты → магазины RetailCRM (пусто = все заказы идут в «site»)',
      },
      dictionary: { shop: 'sites', external: 'sites' },
    }),
  statuses: mapping()
    .default({})
    .meta({
      title: { en: 'Order statuses: shop → CRM', ru: 'Статусы заказа: магазин → CRM' },
      dictionary: { shop: 'statuses', external: 'statuses' },
    }),
  statusesToShop: mapping()
    .optional()
    .meta({
      title: {
        en: 'Order statuses on the way back: CRM → shop',
        ru: 'Статусы на обратном пути: CRM → магазин',
      },
      dictionary: { shop: 'statuses', external: 'statuses' },
    }),
  statusOwner: z
    .enum(['shop', 'external'])
    .default('external')
    .meta({
      title: {
        en: 'Whose status wins when both sides changed it (external = the CRM)',
        ru: 'Чей статус главнее, если изменили обе стороны (external = CRM)',
      },
    }),
  cancelStatus: z
    .string()
    .min(1)
    .default('cancel-other')
    .meta({ title: { en: 'CRM status of a cancelled order', ru: 'Статус CRM для отменённого заказа' } }),
  cancelStatuses: z
    .array(z.string())
    .default([...standardCancelStatuses])
    .meta({ title: { en: 'CRM statuses that cancel the order', ru: 'Статусы CRM, которые отменяют заказ' } }),
  paymentTypes: mapping()
    .default({})
    .meta({
      title: { en: 'Payment systems: shop → CRM', ru: 'Платёжные системы: магазин → CRM' },
      dictionary: { shop: 'paymentTypes', external: 'paymentTypes' },
    }),
  deliveryTypes: mapping()
    .default({})
    .meta({
      title: { en: 'Deliveries: shop → CRM', ru: 'Службы доставки: магазин → CRM' },
      dictionary: { shop: 'deliveryTypes', external: 'deliveryTypes' },
    }),
  stores: mapping()
    .default({})
    .meta({
      title: {
        en: 'Stores: shop → CRM (empty = orders go without a store)',
        ru: 'Склады: магазин → CRM (пусто = заказы идут без склада)',
      },
      dictionary: { shop: 'stores', external: 'stores' },
    }),
  paymentStatuses: z
    .strictObject({
      paid: z
        .string()
        .min(1)
        .meta({ title: { en: 'CRM status of a paid payment', ru: 'Статус оплаченного платежа в CRM' } }),
      notPaid: z
        .string()
        .min(1)
        .meta({ title: { en: 'CRM status of an unpaid payment', ru: 'Статус неоплаченного платежа в CRM' } }),
    })
    .default({ paid: 'paid', notPaid: 'not-paid' })
    .meta({ title: { en: 'Payment statuses in the CRM', ru: 'Статусы оплаты в CRM' } }),
  orderType: z
    .string()
    .min(1)
    .default('eshop-individual')
    .meta({ title: { en: 'Order type', ru: 'Тип заказа' } }),
  orderMethod: z
    .string()
    .min(1)
    .default('shopping-cart')
    .meta({ title: { en: 'How the order was placed', ru: 'Способ оформления' } }),
  personTypes: z
    .record(
      z.string(),
      z.strictObject({
        orderType: z.string().min(1).optional(),
        contragent: z.enum(['individual', 'legal-entity', 'enterpreneur']).optional(),
      }),
    )
    .default({})
    .meta({
      title: { en: 'Person types of the shop', ru: 'Типы плательщиков магазина' },
      dictionary: { shop: 'personTypes' },
    }),
  nameOrder: z
    .enum(nameOrders)
    .default('last-first-patronymic')
    .meta({ title: { en: 'How buyers type their name', ru: 'Порядок слов в имени покупателя' } }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .meta({ title: { en: 'Currency of the shop in the CRM', ru: 'Валюта магазина в CRM' } }),
  requestsPerSecond: z
    .number()
    .min(1)
    .max(100_000)
    .default(10)
    .meta({ title: { en: 'Requests per second that the key may make', ru: 'Запросов в секунду на ключ' } }),
  pollSeconds: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(30)
    .meta({ title: { en: 'Ask for changes every, seconds', ru: 'Опрос изменений, секунд' } }),
})

export type RetailCrmSettings = z.output<typeof settingsSchema>
