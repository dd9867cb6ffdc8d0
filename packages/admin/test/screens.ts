import type { MessageKey } from '../src/i18n/phrases.ts'

/** Every screen with its address. */
export function screensOf(connection: string, order: string) {
  const path = `/connections/${connection}`
  return {
    overview: '/',
    connections: '/connections',
    connection: path,
    mappings: `${path}/mappings`,
    fields: `${path}/fields`,
    schedule: `${path}/schedule`,
    security: `${path}/security`,
    versions: `${path}/versions`,
    orders: '/orders',
    order: `/orders/${connection}/${order}`,
    problems: '/problems',
    plan: `/plan?connection=${connection}`,
    lab: `/lab?connection=${connection}&id=${order}`,
    journal: '/journal',
    logs: '/journal',
    access: '/access',
    audit: '/access',
    start: '/start',
    first: '/first?token=one-time',
    missing: '/nowhere',
  } as const
}

/** Screens that are another one's tab without an address of its own. */
export const tabs: Readonly<Record<string, readonly MessageKey[]>> = {
  logs: ['journal.tab.logs'],
  audit: ['access.tab.audit'],
}
