import type { CallOptions, InstallContext, Installer, Words } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import type { TrytonSettings } from './settings.ts'

type Context = InstallContext<TrytonClient, TrytonSettings>

const model = 'account.invoice.payment_term'
/** Written into what we made, so that only this is taken away again. */
const mark = 'Mufta'

const NOTHING_TO_DO: Words = {
  en: 'No payment term in the settings: nothing to set up',
  ru: 'Условия оплаты в настройках нет: настраивать нечего',
}

/** Tryton needs no hooks and no extra fields; only the payment term of the settings is added when it is missing. */
export const installer: Installer<TrytonClient, TrytonSettings> = { install, uninstall }

async function install({ client, settings, signal }: Context): Promise<readonly Words[]> {
  const { paymentTerm } = settings
  if (paymentTerm === undefined) return [NOTHING_TO_DO]
  const options = { ...(signal && { signal }) }
  const present = await client.read(model, [['name', '=', paymentTerm]], ['id'], options)
  if (present.length > 0) return [about(paymentTerm, 'is already there', 'уже есть')]
  const values = { name: paymentTerm, description: mark, lines: [['create', [{ type: 'remainder' }]]] }
  await client.model(model, 'create', [[values]], options)
  return [about(paymentTerm, 'added', 'добавлено')]
}

async function uninstall({ client, settings, signal }: Context): Promise<readonly Words[]> {
  const { paymentTerm } = settings
  const options = { ...(signal && { signal }) }
  const domain = [
    ['name', '=', paymentTerm ?? ''],
    ['description', '=', mark],
  ]
  const [ours] = await client.read<{ readonly id: number }>(model, domain, ['id'], options)
  if (ours === undefined) return [{ en: 'Nothing of ours is in Tryton', ru: 'Нашего в Tryton ничего нет' }]
  // Tryton would delete it and leave the sales without a term.
  if (await isUsed(client, ours.id, options))
    return [
      about(paymentTerm, 'stays: sales or invoices use it', 'остаётся: оно стоит в продажах или счетах'),
    ]
  await client.model(model, 'delete', [[ours.id]], options)
  return [about(paymentTerm, 'removed', 'убрано')]
}

function about(paymentTerm: string | undefined, en: string, ru: string): Words {
  return { en: `Payment term "${paymentTerm}" ${en}`, ru: `Условие оплаты «${paymentTerm}» ${ru}` }
}

async function isUsed(client: TrytonClient, id: number, options: CallOptions): Promise<boolean> {
  for (const user of ['sale.sale', 'account.invoice']) {
    const rows = await client.read(user, [['payment_term', '=', id]], ['id'], { ...options, limit: 1 })
    if (rows.length > 0) return true
  }
  return false
}
