import { httpsUrl, mapping, secret } from '@mufta/kit'
import { z } from 'zod'
import { saleStates } from './sale.ts'

/** Tryton's settings page: the admin page, the CLI wizard and the validation are made from it. */
export const settingsSchema = z.strictObject({
  url: httpsUrl().meta({ title: { en: 'Server address', ru: 'Адрес сервера' } }),
  database: z
    .string()
    .min(1)
    .meta({ title: { en: 'Database', ru: 'База данных' } }),
  user: z
    .string()
    .min(1)
    .meta({
      title: { en: 'Login of a user of its own for the exchange', ru: 'Логин отдельного пользователя' },
    }),
  password: secret().meta({ title: { en: 'Password', ru: 'Пароль' } }),
  statuses: z
    .record(z.string(), z.enum(saleStates))
    .default({ N: 'quotation', P: 'processing', F: 'done' })
    .meta({
      title: { en: 'Order statuses: shop → Tryton', ru: 'Статусы заказа: магазин → Tryton' },
      dictionary: { shop: 'statuses', external: 'states' },
    }),
  statusesToShop: mapping()
    .default({ draft: 'N', confirmed: 'P' })
    .meta({
      title: {
        en: 'Order statuses on the way back: Tryton → shop',
        ru: 'Статусы на обратном пути: Tryton → магазин',
      },
      dictionary: { shop: 'statuses', external: 'states' },
    }),
  referencePrefix: z
    .string()
    .default('')
    .meta({ title: { en: 'Prefix of the sale’s reference', ru: 'Приставка к ссылке продажи' } }),
  customerPrefix: z
    .string()
    .min(1)
    .default('SHOP-')
    .meta({ title: { en: 'Prefix of a buyer’s party code', ru: 'Приставка к коду контрагента' } }),
  productBy: z
    .string()
    .regex(/^(xmlId|id|property:.+)$/)
    .default('xmlId')
    .meta({
      title: {
        en: 'What holds the product’s code in Tryton: xmlId, id or property:CODE',
        ru: 'Где лежит код товара Tryton: xmlId, id или property:КОД',
      },
    }),
  missingProduct: z
    .enum(['park', 'line'])
    .default('park')
    .meta({
      title: {
        en: 'A product that Tryton lacks: hold the order or send a line without a product',
        ru: 'Товара нет в Tryton: придержать заказ или отправить строку без товара',
      },
    }),
  deliveryName: z
    .string()
    .min(1)
    .default('Доставка')
    .meta({ title: { en: 'Text of the delivery line', ru: 'Название строки доставки' } }),
  paymentTerm: z
    .string()
    .min(1)
    .optional()
    .meta({ title: { en: 'Payment term', ru: 'Условие оплаты' }, dictionary: { external: 'paymentTerms' } }),
  pollSeconds: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .meta({ title: { en: 'Ask for changes every, seconds', ru: 'Опрос изменений, секунд' } }),
})

export type TrytonSettings = z.output<typeof settingsSchema>
