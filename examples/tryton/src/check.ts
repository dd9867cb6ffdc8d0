import { AuthError, ParkError, type CheckContext, type Finding } from '@mufta/kit'
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
    return {
      level: 'ok',
      code: 'TRYTON_LOGIN',
      message: 'Tryton accepts the login, and the user has a company',
    }
  } catch (error) {
    if (error instanceof ParkError) {
      return problem(
        error.code,
        'The Tryton user has no company',
        'Choose a company in the preferences of the user',
      )
    }
    if (!(error instanceof AuthError)) throw error
    return problem(
      'TRYTON_LOGIN',
      'Tryton refuses the login',
      'Check database, login and password in the settings',
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
        ? { level: 'ok', code: 'TRYTON_CURRENCY', message: `Tryton knows the currency ${code}` }
        : problem(
            'TRYTON_CURRENCY',
            `Tryton has no currency ${code}`,
            'Add the currency with its rate in Tryton',
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
    ? { level: 'ok', code: 'TRYTON_PRODUCTS', message: 'Tryton has salable products with a code' }
    : problem(
        'TRYTON_PRODUCTS',
        'Tryton has no salable product with a code',
        'Fill in codes and mark products as salable',
      )
}

async function checkPaymentTerm({ client, signal, settings }: Context): Promise<Finding> {
  const { paymentTerm } = settings
  if (paymentTerm === undefined) {
    return {
      level: 'warning',
      code: 'TRYTON_PAYMENT_TERM',
      message: 'No payment term is set: somebody will have to add one to every invoice',
      fix: 'Choose a payment term in the settings',
    }
  }
  return (await has(client, 'account.invoice.payment_term', [['name', '=', paymentTerm]], signal))
    ? { level: 'ok', code: 'TRYTON_PAYMENT_TERM', message: `Tryton has the payment term "${paymentTerm}"` }
    : problem(
        'TRYTON_PAYMENT_TERM',
        `Tryton has no payment term "${paymentTerm}"`,
        'Run the installer, or choose another',
      )
}

/** Every status of the shop must lead to a state, every state back to a status. */
function checkStatuses({ settings, shop }: Context): readonly Finding[] {
  const statuses = saleStatuses(settings)
  const unmapped = shop.statuses.filter(({ active, code }) => active && !statuses.hasShop(code))
  const lost = saleStates.filter((state) => !statuses.hasExternal(state))
  if (unmapped.length + lost.length === 0) {
    return [{ level: 'ok', code: 'TRYTON_STATUSES', message: 'Every status is mapped both ways' }]
  }
  return [
    ...unmapped.map(({ code, name }) =>
      problem(
        'TRYTON_STATUS_UNMAPPED',
        `Shop status ${code} (${name}) has no state in Tryton`,
        'Add it to "statuses"',
      ),
    ),
    ...lost.map((state) =>
      problem(
        'TRYTON_STATE_UNMAPPED',
        `Tryton’s state ${state} has no shop status`,
        'Add it to "statusesToShop"',
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

function problem(code: string, message: string, fix: string): Finding {
  return { level: 'error', code, message, fix }
}
