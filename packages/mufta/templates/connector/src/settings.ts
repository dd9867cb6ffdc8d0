import { httpsUrl, mapping, secret } from '@mufta/kit'
import { z } from 'zod'

/** The settings page, the wizard and the validation are made from this. */
export const settingsSchema = z.strictObject({
  url: httpsUrl().meta({ title: { en: 'Address of the API', ru: 'Адрес API' } }),
  apiKey: secret().meta({ title: { en: 'API key', ru: 'Ключ API' } }),
  statuses: mapping().meta({ title: { en: 'Statuses: shop → Acme', ru: 'Статусы: магазин → Acme' } }),
  pollSeconds: z
    .number()
    .int()
    .min(1)
    .default(30)
    .meta({ title: { en: 'Seconds between looks for changes', ru: 'Секунд между опросами изменений' } }),
})

export type AcmeSettings = z.output<typeof settingsSchema>
