import { AuthError, errorWords, MuftaError, type CheckContext, type Finding, type Title } from '@mufta/kit'
import type { RetailCrmClient } from './client.ts'
import type { CrmDictionaries, CrmDictionaryEntry } from './dictionaries.ts'
import { bad, checkCodes, checkMapping, codes, good, warn } from './check-mapping.ts'
import { DELIVERY_TYPES, PAYMENT_TYPES, SITES, STATUSES, STORES } from './mapping-subjects.ts'
import type { RetailCrmSettings } from './settings.ts'
import { isOneShop } from './sites.ts'
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
  const findings = [
    good('RETAILCRM_KEY_OK', { en: 'RetailCRM accepts the API key', ru: 'RetailCRM принимает ключ API' }),
    ...checkScopes(credentials),
  ]
  try {
    const dictionaries = await client.dictionaries(options)
    return [
      ...findings,
      ...checkSites(context, credentials, dictionaries.sites),
      ...checkStatuses(context, dictionaries.statuses),
      ...checkOthers(context, dictionaries),
    ]
  } catch (error) {
    if (!(error instanceof MuftaError) || error.disposition === 'retry') throw error
    return [
      ...findings,
      failed('RETAILCRM_DICTIONARIES', error, {
        en: 'Give the API key the right to read dictionaries (reference_read)',
        ru: `Дайте ключу API право читать справочники (reference_read): ${KEYS_PAGE.ru}`,
      }),
    ]
  }
}

function unreachable(error: unknown): Finding {
  if (error instanceof AuthError) {
    return failed('RETAILCRM_KEY_REFUSED', error, {
      en: `Make a new key in RetailCRM (${KEYS_PAGE.en}) and put it and the account address into the settings`,
      ru: `Создайте в RetailCRM новый ключ (${KEYS_PAGE.ru}) и укажите в настройках его и адрес аккаунта`,
    })
  }
  if (error instanceof MuftaError) {
    return failed('RETAILCRM_UNREACHABLE', error, {
      en: 'Check the account address and that this machine may reach it',
      ru: 'Проверьте адрес аккаунта и то, что он доступен с этого сервера',
    })
  }
  throw error
}

function failed(code: string, error: MuftaError, fix: Title): Finding {
  return { ...bad(code, errorWords(error), fix), facts: error.facts }
}

const KEYS_PAGE: Title = {
  en: 'Settings → Integration → API keys',
  ru: '«Настройки» → «Интеграция» → «Ключи доступа к API»',
}

function checkScopes({ scopes }: Credentials): readonly Finding[] {
  if (scopes === undefined) {
    const words = {
      en: 'RetailCRM does not tell the rights of this key',
      ru: 'RetailCRM не сообщает права этого ключа',
    }
    const fix = {
      en: `Compare the rights of the key by hand in ${KEYS_PAGE.en}`,
      ru: `Сверьте права ключа вручную: ${KEYS_PAGE.ru}`,
    }
    return [warn('RETAILCRM_SCOPES_UNKNOWN', words, fix)]
  }
  const missing = neededScopes.filter((scope) => !scopes.includes(scope))
  if (missing.length === 0) {
    const words = { en: 'The API key has the rights it needs', ru: 'У ключа API есть все нужные права' }
    return [good('RETAILCRM_SCOPES_OK', words)]
  }
  return missing.map((scope) =>
    bad(
      'RETAILCRM_SCOPE_MISSING',
      { en: `The API key lacks the right "${scope}"`, ru: `У ключа API нет права «${scope}»` },
      {
        en: `Tick "${scope}" for this key in RetailCRM: ${KEYS_PAGE.en}`,
        ru: `Отметьте «${scope}» у этого ключа в RetailCRM: ${KEYS_PAGE.ru}`,
      },
    ),
  )
}

/** Where sites are mapped, each shop that one of them leads to and the one of earlier orders; else the one of all. */
function checkSites(
  context: Context,
  credentials: Credentials,
  sites: readonly CrmDictionaryEntry[],
): readonly Finding[] {
  const { settings, shop } = context
  if (!isOneShop(settings)) {
    const mapped = Object.values(settings.sites)
    const earlier = settings.site === undefined || mapped.includes(settings.site) ? [] : [settings.site]
    return [
      ...checkMapping(SITES, shop.sites, settings.sites, sites),
      ...sites
        .filter(({ code }) => mapped.includes(code))
        .flatMap((site) => checkShop(context, credentials, site)),
      ...earlier.flatMap((code) => checkNamed(context, credentials, sites, code)),
    ]
  }
  const wanted = settings.site ?? (sites.length === 1 ? sites[0]?.code : undefined)
  if (wanted === undefined) {
    const known = codes(sites)
    return [
      bad(
        'RETAILCRM_SITE_NOT_CHOSEN',
        {
          en: `RetailCRM has several shops: ${known.en}`,
          ru: `В RetailCRM несколько магазинов: ${known.ru}`,
        },
        {
          en: 'Put the code of one of them into "site", or map each site to its shop in "sites"',
          ru: 'Укажите символьный код одного из них в «site» или сопоставьте каждому сайту магазин в «sites»',
        },
      ),
    ]
  }
  return checkNamed(context, credentials, sites, wanted)
}

/** The shop that the setting "site" names, or the only one. */
function checkNamed(
  context: Context,
  credentials: Credentials,
  sites: readonly CrmDictionaryEntry[],
  wanted: string,
): readonly Finding[] {
  const known = codes(sites)
  const site = sites.find((entry) => entry.code === wanted)
  if (site === undefined) {
    return [
      bad(
        'RETAILCRM_SITE_UNKNOWN',
        { en: `RetailCRM has no shop "${wanted}"`, ru: `В RetailCRM нет магазина «${wanted}»` },
        { en: `Put one of these into "site": ${known.en}`, ru: `Укажите в «site» один из этих: ${known.ru}` },
      ),
    ]
  }
  return checkShop(context, credentials, site)
}

function checkShop(context: Context, credentials: Credentials, site: CrmDictionaryEntry): readonly Finding[] {
  const { code } = site
  if (credentials.isSelective && !credentials.sites.includes(code)) {
    const words = {
      en: `The API key may not work with the shop "${code}"`,
      ru: `Ключу API не разрешён магазин «${code}»`,
    }
    const fix = {
      en: `Allow the key the shop "${code}" in RetailCRM, or use another key`,
      ru: `Разрешите ключу магазин «${code}» в RetailCRM или укажите другой ключ`,
    }
    return [bad('RETAILCRM_SITE_DENIED', words, fix)]
  }
  const words = {
    en: `The API key may work with the shop "${code}"`,
    ru: `Ключу API доступен магазин «${code}»`,
  }
  return [good('RETAILCRM_SITE_OK', words), ...checkCurrency(context, site)]
}

function checkCurrency(context: Context, site: CrmDictionaryEntry): readonly Finding[] {
  const expected = context.settings.currency ?? site.currency
  if (site.currency !== undefined && expected !== site.currency) {
    const words = {
      en: `The setting "currency" is ${expected}, the shop in RetailCRM works in ${site.currency}`,
      ru: `В настройке «currency» указано ${expected}, а валюта магазина в RetailCRM — ${site.currency}`,
    }
    const fix = {
      en: `Set "currency" to ${site.currency} or choose another shop in "site"`,
      ru: `Укажите в «currency» ${site.currency} или выберите в «site» другой магазин`,
    }
    return [bad('RETAILCRM_CURRENCY', words, fix)]
  }
  if (expected === undefined) return []
  const others = context.currencies.filter((currency) => currency !== expected)
  if (others.length === 0) {
    const words = {
      en: `Orders are in ${expected} on both sides`,
      ru: `Заказы с обеих сторон в одной валюте: ${expected}`,
    }
    return [good('RETAILCRM_CURRENCY_OK', words)]
  }
  return others.map((currency) =>
    bad(
      'RETAILCRM_CURRENCY',
      {
        en: `The shop has orders in ${currency}, RetailCRM counts in ${expected}`,
        ru: `В магазине есть заказы в ${currency}, а RetailCRM считает в ${expected}`,
      },
      {
        en: `Give ${currency} a shop of its own in RetailCRM and a connection of its own here`,
        ru: `Заведите для ${currency} отдельный магазин в RetailCRM и отдельное соединение здесь`,
      },
    ),
  )
}

function checkStatuses(context: Context, statuses: readonly CrmDictionaryEntry[]): readonly Finding[] {
  const { settings, shop } = context
  const findings = [...checkMapping(STATUSES, shop.statuses, settings.statuses, statuses)]
  try {
    orderStatuses(settings)
  } catch (error) {
    if (!(error instanceof MuftaError)) throw error
    findings.push(
      failed('RETAILCRM_STATUS_AMBIGUOUS', error, {
        en: 'Say in "statusesToShop" which shop status the CRM status means',
        ru: 'Укажите в «statusesToShop», какому статусу магазина соответствует статус CRM',
      }),
    )
  }
  const cancel = statuses.find((status) => status.code === settings.cancelStatus)
  if (cancel?.active === true && cancel.group !== undefined && cancel.group !== 'cancel') {
    const words = {
      en: `"cancelStatus" is "${settings.cancelStatus}", which RetailCRM does not count as cancelled`,
      ru: `В «cancelStatus» указан «${settings.cancelStatus}», а RetailCRM не считает его отменой`,
    }
    const fix = {
      en: 'Choose a status of the group "cancel"',
      ru: 'Выберите статус из группы отмены («cancel»)',
    }
    findings.push(bad('RETAILCRM_CANCEL_STATUS', words, fix))
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
  const place = status.group === 'cancel' ? 'cancelStatuses' : 'statusesToShop'
  return [
    warn(
      'RETAILCRM_STATUS_NO_WAY_BACK',
      {
        en: `CRM status "${status.code}" (${status.name}) means nothing to the shop: an order that gets it will wait`,
        ru: `Статус CRM «${status.code}» (${status.name}) ничего не значит для магазина: заказ, который его получит, будет ждать`,
      },
      {
        en: `Add it to "${place}" if managers use it`,
        ru: `Добавьте его в «${place}», если менеджеры им пользуются`,
      },
    ),
  ]
}

function checkOthers({ settings, shop }: Context, dictionaries: CrmDictionaries): readonly Finding[] {
  const persons = Object.values(settings.personTypes).flatMap((person) => person.orderType ?? [])
  const { paid, notPaid } = settings.paymentStatuses
  return [
    ...checkMapping(PAYMENT_TYPES, shop.paymentTypes, settings.paymentTypes, dictionaries.paymentTypes),
    ...checkMapping(DELIVERY_TYPES, shop.deliveryTypes, settings.deliveryTypes, dictionaries.deliveryTypes),
    ...checkStores(settings, shop.stores, dictionaries.stores),
    ...checkCodes('cancelStatus', [settings.cancelStatus], dictionaries.statuses),
    ...checkCodes('paymentStatuses', [paid, notPaid], dictionaries.paymentStatuses),
    ...checkCodes('orderType', [settings.orderType, ...persons], dictionaries.orderTypes),
    ...checkCodes('orderMethod', [settings.orderMethod], dictionaries.orderMethods),
  ]
}

/** The one mapping that may stay empty. */
function checkStores(
  { stores }: RetailCrmSettings,
  shop: Context['shop']['stores'],
  external: readonly CrmDictionaryEntry[],
): readonly Finding[] {
  if (Object.keys(stores).length > 0) return checkMapping(STORES, shop, stores, external)
  const words = {
    en: 'Stores are not mapped: orders go without a store',
    ru: 'Склады не сопоставлены: заказы идут без склада',
  }
  return [good('RETAILCRM_STORE_OFF', words)]
}
