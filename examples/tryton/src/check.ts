import { AuthError, ParkError, type CheckContext, type Finding, type Title } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import { saleStates } from './sale.ts'
import type { TrytonSettings } from './settings.ts'
import { saleStatuses } from './status-map.ts'

type Context = CheckContext<TrytonClient, TrytonSettings>

/** Looks at everything that an order will need, and changes nothing. */
export async function check(context: Context): Promise<readonly Finding[]> {
  const login = await checkLogin(context)
  if (login.level === 'error') return [login]
  return [
    login,
    ...(await checkCurrencies(context)),
    await checkProducts(context),
    await checkPaymentTerm(context),
    ...checkStatuses(context),
  ]
}

async function checkLogin({ client, signal }: Context): Promise<Finding> {
  try {
    await client.company({ ...(signal && { signal }) })
    return good('TRYTON_LOGIN', {
      en: 'Tryton accepts the login, and the user has a company',
      ru: 'Tryton принимает логин, и у пользователя есть компания',
    })
  } catch (error) {
    if (error instanceof ParkError) {
      return problem(
        error.code,
        { en: 'The Tryton user has no company', ru: 'У пользователя Tryton нет компании' },
        {
          en: 'Choose a company in the preferences of the user',
          ru: 'Выберите компанию в настройках этого пользователя',
        },
      )
    }
    if (!(error instanceof AuthError)) throw error
    return problem(
      'TRYTON_LOGIN',
      { en: 'Tryton refuses the login', ru: 'Tryton не принимает логин' },
      {
        en: 'Check database, login and password in the settings',
        ru: 'Проверьте в настройках базу данных, логин и пароль',
      },
    )
  }
}

async function checkCurrencies(context: Context): Promise<readonly Finding[]> {
  const { client, signal, currencies } = context
  const findings: Finding[] = []
  for (const code of currencies) {
    const found = await has(client, 'currency.currency', [['code', '=', code]], signal)
    findings.push(
      found
        ? good('TRYTON_CURRENCY', {
            en: `Tryton knows the currency ${code}`,
            ru: `Tryton знает валюту ${code}`,
          })
        : problem(
            'TRYTON_CURRENCY',
            { en: `Tryton has no currency ${code}`, ru: `В Tryton нет валюты ${code}` },
            { en: 'Add the currency with its rate in Tryton', ru: 'Добавьте в Tryton валюту и её курс' },
          ),
    )
  }
  return findings
}

async function checkProducts({ client, signal }: Context): Promise<Finding> {
  const domain = [
    ['salable', '=', true],
    ['code', '!=', null],
  ]
  return (await has(client, 'product.product', domain, signal))
    ? good('TRYTON_PRODUCTS', {
        en: 'Tryton has salable products with a code',
        ru: 'В Tryton есть товары с кодом, доступные для продажи',
      })
    : problem(
        'TRYTON_PRODUCTS',
        {
          en: 'Tryton has no salable product with a code',
          ru: 'В Tryton нет ни одного товара с кодом, доступного для продажи',
        },
        {
          en: 'Fill in codes and mark products as salable',
          ru: 'Заполните коды и разрешите продажу товаров',
        },
      )
}

async function checkPaymentTerm({ client, signal, settings }: Context): Promise<Finding> {
  const { paymentTerm } = settings
  if (paymentTerm === undefined) {
    return {
      level: 'warning',
      code: 'TRYTON_PAYMENT_TERM',
      message: {
        en: 'No payment term is set: somebody will have to add one to every invoice',
        ru: 'Условие оплаты не выбрано: его придётся добавлять в каждый счёт вручную',
      },
      fix: { en: 'Choose a payment term in the settings', ru: 'Выберите условие оплаты в настройках' },
    }
  }
  return (await has(client, 'account.invoice.payment_term', [['name', '=', paymentTerm]], signal))
    ? good('TRYTON_PAYMENT_TERM', {
        en: `Tryton has the payment term "${paymentTerm}"`,
        ru: `В Tryton есть условие оплаты «${paymentTerm}»`,
      })
    : problem(
        'TRYTON_PAYMENT_TERM',
        {
          en: `Tryton has no payment term "${paymentTerm}"`,
          ru: `В Tryton нет условия оплаты «${paymentTerm}»`,
        },
        { en: 'Run the installer, or choose another', ru: 'Запустите установку или выберите другое' },
      )
}

/** Every status of the shop must lead to a state, every state back to a status. */
function checkStatuses({ settings, shop }: Context): readonly Finding[] {
  const statuses = saleStatuses(settings)
  const unmapped = shop.statuses.filter(({ active, code }) => active && !statuses.hasShop(code))
  const lost = saleStates.filter((state) => !statuses.hasExternal(state))
  if (unmapped.length + lost.length === 0) {
    const words = {
      en: 'Every status is mapped both ways',
      ru: 'Все статусы сопоставлены в обе стороны',
    }
    return [good('TRYTON_STATUSES', words)]
  }
  return [
    ...unmapped.map(({ code, name }) =>
      problem(
        'TRYTON_STATUS_UNMAPPED',
        {
          en: `Shop status ${code} (${name}) has no state in Tryton`,
          ru: `Статусу магазина ${code} (${name}) не сопоставлено состояние в Tryton`,
        },
        { en: 'Add it to "statuses"', ru: 'Добавьте его в «statuses»' },
      ),
    ),
    ...lost.map((state) =>
      problem(
        'TRYTON_STATE_UNMAPPED',
        {
          en: `Tryton’s state ${state} has no shop status`,
          ru: `Состоянию ${state} в Tryton не сопоставлен статус магазина`,
        },
        { en: 'Add it to "statusesToShop"', ru: 'Добавьте его в «statusesToShop»' },
      ),
    ),
  ]
}

async function has(
  client: TrytonClient,
  model: string,
  domain: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const rows = await client.read(model, domain, ['id'], { limit: 1, ...(signal && { signal }) })
  return rows.length > 0
}

function good(code: string, message: Title): Finding {
  return { level: 'ok', code, message }
}

function problem(code: string, message: Title, fix: Title): Finding {
  return { level: 'error', code, message, fix }
}
