import type { AuditEntry, Role } from '../../src/api/types/access.ts'
import type { ConnectionRunState, Mode } from '../../src/api/types/basics.ts'
import type {
  ConnectionDetail,
  Dictionaries,
  SettingsSource,
  VersionEntry,
} from '../../src/api/types/connections.ts'
import type { JournalRow } from '../../src/api/types/journal.ts'
import type { OrderRow } from '../../src/api/types/orders.ts'
import type { OverviewConnection } from '../../src/api/types/overview.ts'
import type { ProblemGroup, ProblemItem } from '../../src/api/types/problems.ts'
import { fieldRules, retailFields } from './fields.ts'

/** Of every sample user. */
export const samplePassword = 'correct horse 1'

export interface MockConnection {
  detail: ConnectionDetail
  versions: VersionEntry[]
  live: OverviewConnection
  dictionaries: Dictionaries
  checkFails: boolean
  /** The site that holds the key of a connection over its module. */
  paired: { site: string; module: string; at: number } | null
}

export interface MockState {
  users: Map<string, { role: Role; password: string }>
  connections: Map<string, MockConnection>
  orders: OrderRow[]
  groups: ProblemGroup[]
  items: Map<string, ProblemItem[]>
  journal: JournalRow[]
  audit: AuditEntry[]
  /** Secrets that a former key of the vault sealed. */
  sealedWithOld: number
  backfill: { total: number; left: number; paused: boolean } | null
  /** Requests as the page made them, to search for secrets. */
  seen: { method: string; path: string; body: string }[]
}

export interface MockOptions {
  readonly isEmpty?: boolean
  /** Rows of the biggest group of problems and of the list of orders. @default 10_000 */
  readonly many?: number
}

const hourMs = 3_600_000

export function sampleState({ isEmpty = false, many = 10_000 }: MockOptions = {}): MockState {
  const now = Date.now()
  const users = new Map(
    (['admin', 'operator', 'viewer'] as const).map((role) => [role, { role, password: samplePassword }]),
  )
  const state: MockState = {
    users,
    connections: new Map(),
    orders: [],
    groups: [],
    items: new Map(),
    journal: [],
    audit: [],
    sealedWithOld: 1,
    backfill: null,
    seen: [],
  }
  if (isEmpty) return state
  state.connections.set(
    'shop-crm',
    connection('shop-crm', { now, state: 'running', mode: 'production', source: 'store' }),
  )
  state.connections.set(
    'outlet-test',
    connection('outlet-test', { now, state: 'paused', mode: 'test', source: 'file' }),
  )
  fillProblems(state, now, many)
  state.orders = Array.from({ length: many }, (_, index) => order(index, now))
  state.journal = Array.from({ length: 1_000 }, (_, index) => entry(1_000 - index, now - index * 7_000))
  state.audit = [
    {
      id: 2,
      at: now - 60_000,
      who: 'admin',
      action: 'connection.save',
      target: 'shop-crm',
      before: { 'settings.pollSeconds': 30 },
      after: { 'settings.pollSeconds': 60 },
    },
    {
      id: 1,
      at: now - hourMs,
      who: 'admin',
      action: 'user.add',
      target: 'operator',
      after: { role: 'operator' },
    },
  ]
  return state
}

function connection(
  name: string,
  {
    now,
    state,
    mode,
    source,
  }: { now: number; state: ConnectionRunState; mode: Mode; source: SettingsSource },
): MockConnection {
  const isPaused = state === 'paused'
  const settings = {
    url: 'https://demo.retailcrm.ru',
    apiKey: { set: true, at: now - 86_400_000, by: 'admin' },
    statuses: { N: 'new', P: 'paid', D: 'delivering', F: 'complete' },
    paymentTypes: { '1': 'cash' },
    deliveryTypes: {},
    stores: {},
    sites: {},
    pollSeconds: 30,
  }
  return {
    checkFails: false,
    paired: null,
    detail: {
      name,
      source,
      readOnly: source === 'file',
      version: 3,
      connector: 'retailcrm',
      mode,
      site: {
        kind: 'rest',
        webhook: { set: true, at: now - 86_400_000, by: 'admin' },
        applicationToken: { set: true, at: now - 86_400_000, by: 'admin' },
      },
      settings,
      fields: retailFields,
      schedule: { pollSeconds: 60, sweepSeconds: 600 },
      security: { allowHosts: mode === 'test' ? ['127.0.0.1:*'] : [] },
      commonHosts: ['crm.lan:8080'],
      fieldRules,
    },
    versions: [
      {
        version: 3,
        at: now - hourMs,
        who: 'admin',
        changes: [{ path: 'settings.pollSeconds', before: 60, after: 30 }],
      },
      {
        version: 2,
        at: now - 5 * hourMs,
        who: 'admin',
        changes: [{ path: 'settings.statuses.F', after: 'complete' }],
      },
      {
        version: 1,
        at: now - 30 * hourMs,
        who: 'olga',
        changes: [{ path: 'connector', after: 'retailcrm' }],
      },
    ],
    live: {
      name,
      mode,
      connector: { id: 'mufta.retailcrm', title: { en: 'RetailCRM', ru: 'RetailCRM' }, version: '1.0.0' },
      state,
      reason: isPaused
        ? {
            code: 'CLIENT_UNAUTHORIZED',
            message: 'RetailCRM rejected the API key (401): enter a valid key in the settings',
          }
        : null,
      byOperator: false,
      counts: {
        waiting: isPaused ? 212 : 3,
        running: isPaused ? 0 : 2,
        parked: 0,
        dead: 0,
        doneToday: isPaused ? 0 : 1284,
      },
      lagMs: isPaused ? 5_400_000 : 2_300,
      budgets: {
        site: { free: 42, capacity: 50, perSecond: 1.9 },
        external: isPaused ? null : { free: 9, capacity: 10, perSecond: 9 },
      },
      hours: Array.from({ length: 24 }, (_, index) => ({
        at: now - (23 - index) * hourMs,
        done: isPaused && index > 20 ? 0 : Math.round(60 + 50 * Math.sin(index / 3)),
        failed: index % 9 === 4 ? 12 : 0,
      })),
    },
    dictionaries: dictionaries(),
  }
}

function dictionaries(): Dictionaries {
  const entry = (code: string, name: string, active = true) => ({ code, name, active })
  return {
    shop: {
      statuses: [
        entry('N', 'Принят'),
        entry('P', 'Оплачен'),
        entry('X', 'На сборке'),
        entry('D', 'Передан в доставку'),
        entry('R', 'Возврат'),
        entry('F', 'Выполнен'),
      ],
      paymentTypes: [
        entry('1', 'Наличные'),
        entry('2', 'Банковская карта'),
        entry('3', 'Счёт для организаций'),
      ],
      deliveryTypes: [entry('10', 'Курьер'), entry('11', 'Самовывоз'), entry('12', 'Почта России', false)],
      stores: [entry('1', 'Основной склад'), entry('2', 'Магазин на Лесной')],
      sites: [entry('s1', 'Розница'), entry('s2', 'Опт')],
    },
    external: {
      statuses: [
        entry('new', 'Новый'),
        entry('paid', 'Оплачен'),
        entry('assembling', 'Комплектуется'),
        entry('delivering', 'Доставляется'),
        entry('complete', 'Выполнен'),
        entry('return', 'Возврат'),
        entry('cancel-other', 'Отменён'),
      ],
      paymentTypes: [entry('cash', 'Cash'), entry('bank-card', 'Bank card'), entry('invoice', 'Invoice')],
      deliveryTypes: [entry('courier', 'Courier'), entry('self-delivery', 'Pickup'), entry('post', 'Post')],
      stores: [entry('main', 'Основной склад'), entry('shop-center', 'Магазин в центре')],
      sites: [entry('retail', 'Розница'), entry('wholesale', 'Опт')],
    },
    mapped: {},
    parked: { statuses: { X: 12 } },
  }
}

function fillProblems(state: MockState, now: number, many: number): void {
  const base = { connection: 'shop-crm', firstAt: now - 3 * hourMs, lastAt: now - 60_000 }
  addGroup(state, {
    ...base,
    key: 'parked:shop-crm:STATUS_UNMAPPED:statuses:X',
    kind: 'parked',
    code: 'STATUS_UNMAPPED',
    message: 'Shop code "X" is not in the mapping "statuses": add it in the settings',
    facts: { field: 'statuses', side: 'shop', value: 'X' },
    count: 12,
    action: { type: 'map', field: 'statuses', side: 'shop', value: 'X' },
  })
  addGroup(state, {
    ...base,
    key: 'dead:shop-crm:CLIENT_REFUSED',
    kind: 'dead',
    code: 'CLIENT_REFUSED',
    message: 'RetailCRM answered 400 to POST api/v5/orders/create: delivery type "courier" is not active',
    facts: {},
    count: many,
    action: { type: 'retry' },
  })
  addGroup(state, {
    ...base,
    key: 'parked:shop-crm:CURRENCY_MISMATCH',
    kind: 'parked',
    code: 'CURRENCY_MISMATCH',
    message:
      'Order 5012 is in KZT, the shop in RetailCRM works in RUB: give that currency a connection of its own',
    facts: { field: 'currency', value: 'KZT' },
    count: 2,
    action: { type: 'settings' },
  })
}

function addGroup(state: MockState, group: ProblemGroup): void {
  state.groups.push(group)
  const first = state.groups.length * 100_000
  state.items.set(
    group.key,
    Array.from({ length: group.count }, (_, index) => ({
      ...(group.kind === 'dead' ? { id: first + index } : {}),
      lane: `order/${5000 + index}`,
      shopId: String(5000 + index),
      code: group.code,
      message: group.message,
      attempts: group.kind === 'dead' ? 12 : 1,
      at: group.lastAt,
    })),
  )
}

function order(index: number, now: number): OrderRow {
  const state =
    index % 40 === 3 ? 'parked' : index % 97 === 5 ? 'dead' : index % 50 === 1 ? 'waiting' : 'synced'
  return {
    connection: index % 10 === 0 ? 'outlet-test' : 'shop-crm',
    shopId: String(5000 + index),
    externalId: index % 50 === 1 ? null : String(90_000 + index),
    number: `A-${5000 + index}`,
    state,
    updatedAt: now - index * 30_000,
    code: state === 'parked' ? 'STATUS_UNMAPPED' : null,
  }
}

function entry(seq: number, at: number): JournalRow {
  const kinds = ['event', 'write', 'done', 'echo', 'skip', 'park', 'retry'] as const
  const kind = kinds[seq % kinds.length] ?? 'event'
  return {
    seq,
    at,
    connection: 'shop-crm',
    entity: 'order',
    id: String(5000 + (seq % 40)),
    kind,
    code: kind === 'park' ? 'STATUS_UNMAPPED' : kind === 'write' ? 'update' : kind,
    detail: { fields: ['status', 'managerComment'], note: 'ok' },
  }
}
