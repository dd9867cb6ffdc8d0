import { AuthError, MuftaError, type CallOptions, type Finding, type Title } from '@mufta/kit'
import { z } from 'zod'
import { idText, optionalRows, parseAnswer, systemCodeOf, textOrNull } from './answer.ts'
import { DELIVERIES, listFinding, PAYMENT_SYSTEMS, STORES } from './check-lists.ts'
import type { PortalCalls, PortalOutcome } from './portal-calls.ts'
import type { PropertyCatalog } from './property-catalog.ts'

export interface CheckOptions {
  readonly auth: 'webhook' | 'oauth'
  readonly hasToken: boolean
  readonly clock: () => number
}

const COMMANDS = [
  { method: 'scope' },
  { method: 'sale.order.list', params: { select: ['id'], order: { id: 'DESC' }, start: -1 } },
  { method: 'sale.persontype.list', params: { select: ['id', 'name', 'active'] } },
  { method: 'sale.paysystem.list', params: { SELECT: ['ID'] } },
  { method: 'sale.delivery.getlist', params: { SELECT: ['ID'] } },
  { method: 'catalog.store.list', params: { select: ['id'] } },
  { method: 'event.get' },
] as const

/** Looks at everything that an order's way through this site needs. One request, plus the order properties. */
export async function checkSite(
  client: Pick<PortalCalls, 'batch'>,
  catalog: PropertyCatalog,
  check: CheckOptions,
  options: CallOptions = {},
): Promise<readonly Finding[]> {
  let outcomes: readonly PortalOutcome[]
  try {
    outcomes = await client.batch(COMMANDS, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    return [unreachable(error, check.auth)]
  }
  const [scope, orders, personTypes, paySystems, deliveries, stores, events] = outcomes
  const findings = [
    {
      level: 'ok',
      code: 'SITE_REACHABLE',
      message: { en: 'The site answers and accepts the key', ru: 'Сайт отвечает и принимает ключ' },
    },
    ...scopeFindings(scope),
    ordersFinding(orders),
    listFinding(paySystems, PAYMENT_SYSTEMS),
    listFinding(deliveries, DELIVERIES),
    listFinding(stores, STORES),
    clockFinding(orders ?? scope, check.clock()),
    ...eventFindings(events, check),
  ] satisfies Finding[]
  const properties = await propertyFindings(personTypes, catalog, options)
  return [...findings, ...properties]
}

function unreachable(error: unknown, auth: 'webhook' | 'oauth'): Finding {
  const code = error instanceof MuftaError ? error.code : 'unknown'
  if (error instanceof AuthError) {
    return {
      level: 'error',
      code: 'SITE_KEY_REFUSED',
      message: { en: `The site refuses the key (${code})`, ru: `Сайт не принимает ключ (${code})` },
      fix: NEW_KEY[auth],
    }
  }
  return {
    level: 'error',
    code: 'SITE_UNREACHABLE',
    message: {
      en: `The site did not answer as a REST portal does (${code})`,
      ru: `Сайт не ответил так, как отвечает REST (${code})`,
    },
    fix: {
      en: 'Check the address, that it is https and open to this host, and that the REST module is on',
      ru: 'Проверьте адрес: он начинается с https и доступен с этого сервера; проверьте, что на сайте установлен модуль «REST API»',
    },
  }
}

const NEW_KEY: Readonly<Record<CheckOptions['auth'], Title>> = {
  webhook: {
    en: 'Create a new inbound webhook as an administrator (scopes sale, pay_system) and put its URL into the settings; if the portal has no commercial plan, renew it',
    ru: 'Создайте администратором новый входящий вебхук («Разработчикам» → «Другое» → «Входящий вебхук», права sale и pay_system) и укажите его адрес в настройках; если коммерческий тариф портала кончился, продлите его',
  },
  oauth: {
    en: 'Authorise the application again; if the portal has no commercial plan, renew it',
    ru: 'Авторизуйте приложение заново; если коммерческий тариф портала кончился, продлите его',
  },
}

function scopeFindings(outcome: PortalOutcome | undefined): Finding[] {
  // A portal that hides its scopes is judged by the calls below.
  const scopes = outcome?.status === 'ok' ? z.array(z.string()).safeParse(outcome.result) : undefined
  if (!scopes?.success) return []
  if (scopes.data.includes('sale'))
    return [
      {
        level: 'ok',
        code: 'SITE_SCOPE',
        message: { en: 'The key has the scope sale', ru: 'У ключа есть право sale' },
      },
    ]
  return [
    {
      level: 'error',
      code: 'SITE_SCOPE_MISSING',
      message: { en: 'The key lacks the scope sale', ru: 'У ключа нет права sale' },
      fix: {
        en: 'Edit the webhook or the application and tick "Online store" (sale)',
        ru: 'Откройте вебхук или приложение и добавьте право «Интернет-магазин» (sale)',
      },
    },
  ]
}

function ordersFinding(outcome: PortalOutcome | undefined): Finding {
  if (outcome?.status === 'ok')
    return {
      level: 'ok',
      code: 'SITE_ORDERS_READABLE',
      message: { en: 'Orders can be read', ru: 'Заказы читаются' },
    }
  const reason = outcome?.status === 'error' ? outcome.error : undefined
  if (systemCodeOf(reason) === 'ERROR_METHOD_NOT_FOUND') {
    return {
      level: 'error',
      code: 'SITE_NO_SALE_MODULE',
      message: { en: 'The site has no sale methods', ru: 'На сайте нет методов sale' },
      fix: {
        en: 'Install the modules "Online store" (sale) and "REST" on the site',
        ru: 'Установите на сайте модули «Интернет-магазин» (sale) и «REST API» (rest): «Настройки» → «Настройки продукта» → «Модули»',
      },
    }
  }
  const why = reason === undefined ? 'not run' : systemCodeOf(reason) || reason.name
  return {
    level: 'error',
    code: 'SITE_ORDERS_REFUSED',
    message: { en: `Orders cannot be read (${why})`, ru: `Заказы не читаются (${why})` },
    fix: NEEDS_ADMINISTRATOR,
  }
}

const NEEDS_ADMINISTRATOR: Title = {
  en: 'sale methods need an administrator: create the webhook or authorise the application as one',
  ru: 'Методы sale доступны только администратору: создайте вебхук или авторизуйте приложение от его имени',
}

/** Retries by the portal's reset times and the age of tokens need clocks that agree. */
const CLOCK_LIMIT_SECONDS = 60

function clockFinding(outcome: PortalOutcome | undefined, now: number): Finding {
  const time = outcome?.status === 'ok' ? Date.parse(outcome.time?.date_start ?? '') : Number.NaN
  if (Number.isNaN(time))
    return {
      level: 'ok',
      code: 'SITE_CLOCK',
      message: { en: 'The site does not tell its time', ru: 'Сайт не сообщает своё время' },
    }
  const seconds = Math.round(Math.abs(now - time) / 1000)
  if (seconds <= CLOCK_LIMIT_SECONDS) {
    return {
      level: 'ok',
      code: 'SITE_CLOCK',
      message: {
        en: `The clocks agree within ${CLOCK_LIMIT_SECONDS} s`,
        ru: `Часы расходятся не больше чем на ${CLOCK_LIMIT_SECONDS} с`,
      },
    }
  }
  return {
    level: 'warning',
    code: 'SITE_CLOCK_DIFFERS',
    message: {
      en: `The clocks of the site and of this host differ by ${seconds} s`,
      ru: `Часы сайта и этого сервера расходятся на ${seconds} с`,
    },
    fix: {
      en: 'Switch on time synchronisation (NTP) on both; polling itself uses the clock of the site only',
      ru: 'Включите на обоих синхронизацию времени (NTP); сам опрос идёт только по часам сайта',
    },
  }
}

function eventFindings(outcome: PortalOutcome | undefined, check: CheckOptions): Finding[] {
  const how: Finding =
    check.auth === 'oauth' && outcome?.status === 'ok'
      ? {
          level: 'ok',
          code: 'SITE_EVENTS_BINDABLE',
          message: {
            en: 'Events can be bound by the application',
            ru: 'Приложение может подписаться на события',
          },
        }
      : {
          level: check.auth === 'oauth' ? 'warning' : 'ok',
          code: 'SITE_EVENTS_BY_POLL',
          message: {
            en: 'Events cannot be bound by this key: changes are polled by date',
            ru: 'Этот ключ не даёт подписаться на события: изменения опрашиваются по дате',
          },
          ...(check.auth === 'oauth' && {
            fix: {
              en: 'Finish the installation of the application as an administrator',
              ru: 'Завершите установку приложения администратором',
            },
          }),
        }
  if (check.hasToken) return [how]
  return [
    how,
    {
      level: check.auth === 'oauth' ? 'warning' : 'ok',
      code: 'SITE_NO_APPLICATION_TOKEN',
      message: {
        en: 'No application token is set: deliveries of events are refused, changes are polled',
        ru: 'Не задан applicationToken: присланные события не принимаются, изменения опрашиваются',
      },
      ...(check.auth === 'oauth' && {
        fix: {
          en: 'Set applicationToken from the ONAPPINSTALL event or the application form',
          ru: 'Задайте applicationToken: он приходит в событии ONAPPINSTALL и показан в карточке приложения',
        },
      }),
    },
  ]
}

const personTypesAnswer = z.object({
  personTypes: optionalRows(z.object({ id: idText, name: textOrNull, active: textOrNull })),
})

async function propertyFindings(
  outcome: PortalOutcome | undefined,
  catalog: PropertyCatalog,
  options: CallOptions,
): Promise<Finding[]> {
  // Refused rights are reported by the orders' finding.
  if (outcome?.status !== 'ok') return []
  const method = 'sale.persontype.list'
  const types = parseAnswer(personTypesAnswer, outcome.result, method).personTypes.filter(
    (type) => type.active !== 'N',
  )
  try {
    const roles = await catalog.current(options)
    return types.flatMap((type) =>
      (['email', 'phone'] as const)
        .filter((role) => !roles.isFlagged(type.id, role))
        .map((role): Finding => ({
          level: 'warning',
          code: `SITE_PROPERTY_NO_${role.toUpperCase()}`,
          message: {
            en: `No order property of the person type "${type.name ?? type.id}" is marked as ${role}`,
            ru: `У типа плательщика «${type.name ?? type.id}» ни одно свойство заказа не отмечено как ${ROLES[role].name}`,
          },
          fix: ROLES[role].fix,
        })),
    )
  } catch (error) {
    options.signal?.throwIfAborted()
    const code = error instanceof MuftaError ? error.code : 'unknown'
    return [
      {
        level: 'error',
        code: 'SITE_PROPERTIES_REFUSED',
        message: {
          en: `Order properties cannot be read (${code})`,
          ru: `Свойства заказа не читаются (${code})`,
        },
        fix: NEEDS_ADMINISTRATOR,
      },
    ]
  }
}

const ROLES = {
  email: {
    name: 'e-mail',
    fix: {
      en: 'Open the shop\'s order properties of this person type and tick "Use as e-mail"',
      ru: 'Откройте «Магазин» → «Настройки» → «Свойства заказа» → «Список свойств» и отметьте у свойства этого типа плательщика «Использовать как E-Mail»',
    },
  },
  phone: {
    name: 'телефон',
    fix: {
      en: 'Open the shop\'s order properties of this person type and tick "Use as phone"',
      ru: 'Откройте «Магазин» → «Настройки» → «Свойства заказа» → «Список свойств» и отметьте у свойства этого типа плательщика признак телефона',
    },
  },
} as const
