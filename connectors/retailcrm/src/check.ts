import { AuthError, MuftaError, type CheckContext, type Finding } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import type { CrmDictionaries, CrmDictionaryEntry } from './dictionaries.ts'
import { bad, checkCodes, checkMapping, good, warn } from './check-mapping.ts'
import type { RetailCrmSettings } from './settings.ts'
import { isCancelStatus, orderStatuses } from './status-map.ts'
import type { Credentials } from './wire.ts'

type Context = CheckContext<RetailCrmClient, RetailCrmSettings>

/** Scopes that the work needs (names as the account's key page shows them; unverified for older accounts). */
const neededScopes = ['order_read', 'order_write', 'order_history_read', 'customer_write', 'reference_read']

/** Looks at everything that could stop an order later, and says for each what to do. Changes nothing. */
export async function check(context: Context): Promise<readonly Finding[]> {
  const { client, signal } = context
  const options = signal === undefined ? {} : { signal }
  let credentials: Credentials
  try {
    credentials = await client.credentials(options)
  } catch (error) {
    return [unreachable(error)]
  }
  const findings = [good('RETAILCRM_KEY_OK', 'RetailCRM accepts the API key'), ...checkScopes(credentials)]
  try {
    const dictionaries = await client.dictionaries(options)
    return [
      ...findings,
      ...checkSite(context, credentials, dictionaries.sites),
      ...checkStatuses(context, dictionaries.statuses),
      ...checkOthers(context, dictionaries),
    ]
  } catch (error) {
    if (!(error instanceof MuftaError) || error.disposition === 'retry') throw error
    return [
      ...findings,
      bad(
        'RETAILCRM_DICTIONARIES',
        error.message,
        'Give the API key the right to read dictionaries (reference_read)',
      ),
    ]
  }
}

function unreachable(error: unknown): Finding {
  if (error instanceof AuthError) {
    const fix =
      'Make a new key in RetailCRM (Settings → Integration → API keys) and put it and the account address into the settings'
    return bad('RETAILCRM_KEY_REFUSED', error.message, fix)
  }
  if (error instanceof MuftaError) {
    return bad(
      'RETAILCRM_UNREACHABLE',
      error.message,
      'Check the account address and that this machine may reach it',
    )
  }
  throw error
}

function checkScopes({ scopes }: Credentials): readonly Finding[] {
  if (scopes === undefined) {
    const fix = 'Compare the rights of the key by hand in Settings → Integration → API keys'
    return [warn('RETAILCRM_SCOPES_UNKNOWN', 'RetailCRM does not tell the rights of this key', fix)]
  }
  const missing = neededScopes.filter((scope) => !scopes.includes(scope))
  if (missing.length === 0) return [good('RETAILCRM_SCOPES_OK', 'The API key has the rights it needs')]
  return missing.map((scope) =>
    bad(
      'RETAILCRM_SCOPE_MISSING',
      `The API key lacks the right "${scope}"`,
      `Tick "${scope}" for this key in RetailCRM: Settings → Integration → API keys`,
    ),
  )
}

function checkSite(
  context: Context,
  credentials: Credentials,
  sites: readonly CrmDictionaryEntry[],
): readonly Finding[] {
  const wanted = context.settings.site ?? (sites.length === 1 ? sites[0]?.code : undefined)
  const known = sites.map((site) => `"${site.code}"`).join(', ')
  if (wanted === undefined) {
    return [
      bad(
        'RETAILCRM_SITE_NOT_CHOSEN',
        `RetailCRM has several shops: ${known}`,
        'Put the code of one of them into "site"',
      ),
    ]
  }
  const site = sites.find((entry) => entry.code === wanted)
  if (site === undefined) {
    return [
      bad(
        'RETAILCRM_SITE_UNKNOWN',
        `RetailCRM has no shop "${wanted}"`,
        `Put one of these into "site": ${known}`,
      ),
    ]
  }
  if (credentials.isSelective && !credentials.sites.includes(wanted)) {
    const fix = `Allow the key the shop "${wanted}" in RetailCRM, or use another key`
    return [bad('RETAILCRM_SITE_DENIED', `The API key may not work with the shop "${wanted}"`, fix)]
  }
  return [
    good('RETAILCRM_SITE_OK', `The API key may work with the shop "${wanted}"`),
    ...checkCurrency(context, site),
  ]
}

function checkCurrency(context: Context, site: CrmDictionaryEntry): readonly Finding[] {
  const expected = context.settings.currency ?? site.currency
  if (site.currency !== undefined && expected !== site.currency) {
    const text = `The setting "currency" is ${expected}, the shop in RetailCRM works in ${site.currency}`
    return [
      bad('RETAILCRM_CURRENCY', text, `Set "currency" to ${site.currency} or choose another shop in "site"`),
    ]
  }
  if (expected === undefined) return []
  const others = context.currencies.filter((currency) => currency !== expected)
  if (others.length === 0) return [good('RETAILCRM_CURRENCY_OK', `Orders are in ${expected} on both sides`)]
  return others.map((currency) =>
    bad(
      'RETAILCRM_CURRENCY',
      `The shop has orders in ${currency}, RetailCRM counts in ${expected}`,
      `Give ${currency} a shop of its own in RetailCRM and a connection of its own here`,
    ),
  )
}

function checkStatuses(context: Context, statuses: readonly CrmDictionaryEntry[]): readonly Finding[] {
  const { settings, shop } = context
  const findings = [
    ...checkMapping(
      { setting: 'statuses', code: 'RETAILCRM_STATUS', what: 'order status' },
      shop.statuses,
      settings.statuses,
      statuses,
    ),
  ]
  try {
    orderStatuses(settings)
  } catch (error) {
    if (!(error instanceof MuftaError)) throw error
    findings.push(
      bad(
        'RETAILCRM_STATUS_AMBIGUOUS',
        error.message,
        'Say in "statusesToShop" which shop status the CRM status means',
      ),
    )
  }
  const cancel = statuses.find((status) => status.code === settings.cancelStatus)
  if (cancel?.active === true && cancel.group !== undefined && cancel.group !== 'cancel') {
    const text = `"cancelStatus" is "${settings.cancelStatus}", which RetailCRM does not count as cancelled`
    findings.push(bad('RETAILCRM_CANCEL_STATUS', text, 'Choose a status of the group "cancel"'))
  }
  return [
    ...findings,
    ...statuses.filter((status) => status.active).flatMap((status) => checkWayBack(settings, status)),
  ]
}

function checkWayBack(settings: RetailCrmSettings, status: CrmDictionaryEntry): readonly Finding[] {
  const isKnown =
    isCancelStatus(settings, status.code) ||
    Object.values(settings.statuses).includes(status.code) ||
    Object.hasOwn(settings.statusesToShop ?? {}, status.code)
  if (isKnown) return []
  const place = status.group === 'cancel' ? '"cancelStatuses"' : '"statusesToShop"'
  return [
    warn(
      'RETAILCRM_STATUS_NO_WAY_BACK',
      `CRM status "${status.code}" (${status.name}) means nothing to the shop: an order that gets it will wait`,
      `Add it to ${place} if managers use it`,
    ),
  ]
}

function checkOthers({ settings, shop }: Context, dictionaries: CrmDictionaries): readonly Finding[] {
  const persons = Object.values(settings.personTypes).flatMap((person) => person.orderType ?? [])
  const { paid, notPaid } = settings.paymentStatuses
  return [
    ...checkMapping(
      { setting: 'paymentTypes', code: 'RETAILCRM_PAYMENT_TYPE', what: 'payment system' },
      shop.paymentTypes,
      settings.paymentTypes,
      dictionaries.paymentTypes,
    ),
    ...checkMapping(
      { setting: 'deliveryTypes', code: 'RETAILCRM_DELIVERY_TYPE', what: 'delivery' },
      shop.deliveryTypes,
      settings.deliveryTypes,
      dictionaries.deliveryTypes,
    ),
    ...checkCodes('cancelStatus', [settings.cancelStatus], dictionaries.statuses),
    ...checkCodes('paymentStatuses', [paid, notPaid], dictionaries.paymentStatuses),
    ...checkCodes('orderType', [settings.orderType, ...persons], dictionaries.orderTypes),
    ...checkCodes('orderMethod', [settings.orderMethod], dictionaries.orderMethods),
  ]
}
