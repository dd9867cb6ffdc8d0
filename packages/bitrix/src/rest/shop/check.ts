import { AuthError, MuftaError, type CallOptions, type Finding } from '@mufta/kit'
import { z } from 'zod'
import { idText, optionalRows, parseAnswer, systemCodeOf, textOrNull } from './answer.ts'
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
  const [scope, orders, personTypes, paySystems, deliveries, events] = outcomes
  const findings = [
    { level: 'ok', code: 'SITE_REACHABLE', message: 'The site answers and accepts the key' },
    ...scopeFindings(scope),
    ordersFinding(orders),
    dictionaryFinding(paySystems, 'payment systems', 'pay_system'),
    dictionaryFinding(deliveries, 'deliveries', 'sale'),
    clockFinding(orders ?? scope, check.clock()),
    ...eventFindings(events, check),
  ] satisfies Finding[]
  const properties = await propertyFindings(personTypes, catalog, options)
  return [...findings, ...properties]
}

function unreachable(error: unknown, auth: 'webhook' | 'oauth'): Finding {
  const code = error instanceof MuftaError ? error.code : 'unknown'
  if (error instanceof AuthError) {
    const fix =
      auth === 'webhook'
        ? 'Create a new inbound webhook as an administrator (scopes sale, pay_system) and put its URL into the settings; if the portal has no commercial plan, renew it'
        : 'Authorise the application again; if the portal has no commercial plan, renew it'
    return { level: 'error', code: 'SITE_KEY_REFUSED', message: `The site refuses the key (${code})`, fix }
  }
  return {
    level: 'error',
    code: 'SITE_UNREACHABLE',
    message: `The site did not answer as a REST portal does (${code})`,
    fix: 'Check the address, that it is https and open to this host, and that the REST module is on',
  }
}

function scopeFindings(outcome: PortalOutcome | undefined): Finding[] {
  // A portal that hides its scopes is judged by the calls below.
  const scopes = outcome?.status === 'ok' ? z.array(z.string()).safeParse(outcome.result) : undefined
  if (!scopes?.success) return []
  if (scopes.data.includes('sale'))
    return [{ level: 'ok', code: 'SITE_SCOPE', message: 'The key has the scope sale' }]
  return [
    {
      level: 'error',
      code: 'SITE_SCOPE_MISSING',
      message: 'The key lacks the scope sale',
      fix: 'Edit the webhook or the application and tick "Online store" (sale)',
    },
  ]
}

function ordersFinding(outcome: PortalOutcome | undefined): Finding {
  if (outcome?.status === 'ok')
    return { level: 'ok', code: 'SITE_ORDERS_READABLE', message: 'Orders can be read' }
  const reason = outcome?.status === 'error' ? outcome.error : undefined
  if (systemCodeOf(reason) === 'ERROR_METHOD_NOT_FOUND') {
    return {
      level: 'error',
      code: 'SITE_NO_SALE_MODULE',
      message: 'The site has no sale methods',
      fix: 'Install the modules "Online store" (sale) and "REST" on the site',
    }
  }
  return {
    level: 'error',
    code: 'SITE_ORDERS_REFUSED',
    message: `Orders cannot be read (${reason === undefined ? 'not run' : systemCodeOf(reason) || reason.name})`,
    fix: 'sale methods need an administrator: create the webhook or authorise the application as one',
  }
}

function dictionaryFinding(outcome: PortalOutcome | undefined, what: string, scope: string): Finding {
  const code = `SITE_${what.toUpperCase().replace(' ', '_')}`
  if (outcome?.status === 'ok') return { level: 'ok', code, message: `The ${what} can be listed` }
  return {
    level: 'warning',
    code: `${code}_REFUSED`,
    message: `The ${what} cannot be listed: only those of recent orders are known`,
    fix: `Give the key the scope ${scope} and the right to change CRM or shop settings`,
  }
}

/** Retries by the portal's reset times and the age of tokens need clocks that agree. */
const CLOCK_LIMIT_SECONDS = 60

function clockFinding(outcome: PortalOutcome | undefined, now: number): Finding {
  const time = outcome?.status === 'ok' ? Date.parse(outcome.time?.date_start ?? '') : Number.NaN
  if (Number.isNaN(time))
    return { level: 'ok', code: 'SITE_CLOCK', message: 'The site does not tell its time' }
  const seconds = Math.round(Math.abs(now - time) / 1000)
  if (seconds <= CLOCK_LIMIT_SECONDS) {
    return { level: 'ok', code: 'SITE_CLOCK', message: `The clocks agree within ${CLOCK_LIMIT_SECONDS} s` }
  }
  return {
    level: 'warning',
    code: 'SITE_CLOCK_DIFFERS',
    message: `The clocks of the site and of this host differ by ${seconds} s`,
    fix: 'Switch on time synchronisation (NTP) on both; polling itself uses the clock of the site only',
  }
}

function eventFindings(outcome: PortalOutcome | undefined, check: CheckOptions): Finding[] {
  const how: Finding =
    check.auth === 'oauth' && outcome?.status === 'ok'
      ? { level: 'ok', code: 'SITE_EVENTS_BINDABLE', message: 'Events can be bound by the application' }
      : {
          level: check.auth === 'oauth' ? 'warning' : 'ok',
          code: 'SITE_EVENTS_BY_POLL',
          message: 'Events cannot be bound by this key: changes are polled by date',
          ...(check.auth === 'oauth' && {
            fix: 'Finish the installation of the application as an administrator',
          }),
        }
  if (check.hasToken) return [how]
  return [
    how,
    {
      level: check.auth === 'oauth' ? 'warning' : 'ok',
      code: 'SITE_NO_APPLICATION_TOKEN',
      message: 'No application token is set: deliveries of events are refused, changes are polled',
      ...(check.auth === 'oauth' && {
        fix: 'Set applicationToken from the ONAPPINSTALL event or the application form',
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
          message: `No order property of the person type "${type.name ?? type.id}" is marked as ${role}`,
          fix: `Open the shop's order properties of this person type and tick "${role === 'email' ? 'Use as e-mail' : 'Use as phone'}"`,
        })),
    )
  } catch (error) {
    options.signal?.throwIfAborted()
    return [
      {
        level: 'error',
        code: 'SITE_PROPERTIES_REFUSED',
        message: `Order properties cannot be read (${error instanceof MuftaError ? error.code : 'unknown'})`,
        fix: 'sale methods need an administrator: create the webhook or authorise the application as one',
      },
    ]
  }
}
