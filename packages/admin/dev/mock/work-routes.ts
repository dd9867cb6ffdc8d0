import { plannedActions, type PlannedOrder } from '../../src/api/types/plans.ts'
import type { ProblemItem } from '../../src/api/types/problems.ts'
import { Refusal } from './refusal.ts'
import type { MockCall, Routes } from './routes.ts'
import type { MockState } from './state.ts'

export const workRoutes: Routes = {
  'GET /orders': ['viewer', orders],
  'GET /orders/:/:': ['viewer', (call) => life(call)],
  'GET /problems': [
    'viewer',
    ({ state, query }) => ({
      groups: state.groups.filter(
        ({ connection }) => !query.get('connection') || connection === query.get('connection'),
      ),
    }),
  ],
  'GET /problems/items': [
    'viewer',
    ({ state, query }) => {
      const all = state.items.get(query.get('key') ?? '') ?? []
      return pageOf(all, Number(query.get('after') ?? 0), limitOf(query))
    },
  ],
  'POST /problems/retry': ['operator', take],
  'POST /problems/ignore': ['operator', take],
  'GET /problems.csv': ['viewer', () => 'connection,lane,code\n'],
  'POST /plans': ['operator', () => ({ id: 'plan-1' })],
  'GET /plans/:': ['viewer', plan],
  'POST /plans/:/stop': ['operator', () => ({})],
  'POST /backfills': [
    'operator',
    ({ state }) => {
      state.backfill = { total: 300, left: 300, paused: false }
    },
  ],
  'GET /backfills/:': [
    'viewer',
    ({ state: { backfill } }) => {
      if (backfill === null)
        throw new Refusal(404, 'BACKFILL_NONE', 'No load was ever started for this connection')
      if (!backfill.paused) backfill.left = Math.max(0, backfill.left - 60)
      return { listing: false, ...backfill, parked: 12, dead: 0 }
    },
  ],
  'POST /backfills/:/pause': ['operator', ({ state }) => steer(state, { paused: true })],
  'POST /backfills/:/resume': ['operator', ({ state }) => steer(state, { paused: false })],
  'POST /backfills/:/stop': ['operator', ({ state }) => steer(state, { left: 0 })],
  'GET /lab/:/:': ['viewer', lab],
  'POST /lab/:/replay': [
    'operator',
    () => ({
      looked: 120,
      skipped: 3,
      differs: [
        { shopId: '5012', fields: [{ field: 'delivery.cost', way: 'out', was: '0', would: '350.00' }] },
      ],
    }),
  ],
  'GET /journal': [
    'viewer',
    ({ state, query }) => {
      const before = Number(query.get('before') ?? Infinity)
      const rows = state.journal.filter(
        (row) =>
          row.seq < before &&
          fits(row.connection, query.get('connection')) &&
          fits(row.kind, query.get('kind')),
      )
      const entries = rows.slice(0, limitOf(query))
      return { entries, next: rows.length > entries.length ? (entries.at(-1)?.seq ?? null) : null }
    },
  ],
  'GET /journal.ndjson': [
    'viewer',
    ({ state }) => state.journal.map((row) => JSON.stringify(row)).join('\n'),
  ],
  'GET /logs': [
    'viewer',
    () => ({
      lines: Array.from({ length: 200 }, (_, index) => ({
        seq: 200 - index,
        at: Date.now() - index * 1_000,
        level: index % 20 === 7 ? 'warn' : 'info',
        message: index % 20 === 7 ? 'RetailCRM asked to slow down' : 'order synced',
        facts: { connection: 'shop-crm', id: 5000 + index },
      })),
    }),
  ],
}

function orders({ state, query }: MockCall) {
  const q = (query.get('q') ?? '').toLowerCase()
  const from = Number(query.get('before') ?? 0)
  const all = state.orders.filter(
    (row) =>
      fits(row.connection, query.get('connection')) &&
      fits(row.state, query.get('state')) &&
      (q === '' || `${row.number} ${row.shopId} ${row.externalId}`.toLowerCase().includes(q)),
  )
  return pageOf(all, from, limitOf(query))
}

/** `next` is the place of the next row, as text. */
function pageOf<Row>(all: readonly Row[], from: number, limit: number) {
  const end = from + limit
  return { rows: all.slice(from, end), next: end < all.length ? String(end) : null }
}

function life({ state, session, parts: [connection = '', id = ''] }: MockCall) {
  const now = Date.now()
  const isMasked = state.users.get(session.login ?? '')?.role === 'viewer'
  const step = (seq: number, kind: string, code: string, detail: Record<string, unknown>) => ({
    seq,
    at: now - (20 - seq) * 1_500,
    kind,
    code,
    detail,
  })
  return {
    binding: { shopId: id, externalId: '90012', mapperVersion: '1.0.0-3fa1', updatedAt: now - 60_000 },
    lane: {
      lane: `order/${id}`,
      state: 'parked',
      pending: 1,
      attempts: 1,
      due: null,
      failure: {
        code: 'STATUS_UNMAPPED',
        message: 'Shop code "X" is not in the mapping "statuses": add it in the settings',
      },
    },
    steps: [
      step(1, 'event', 'ONSALEORDERSAVED', { connection, reason: 'ONSALEORDERSAVED' }),
      step(2, 'write', 'create', {
        read: { at: now - 27_500, shop: { updatedAt: new Date(now - 29_000).toISOString(), version: 3 } },
        fields: ['externalId', 'status', 'items'],
      }),
      step(3, 'bind', 'created', { externalId: '90012' }),
      step(4, 'echo', 'own-change', { fields: ['status'] }),
      step(5, 'event', 'poll', { reason: 'dateUpdate' }),
      step(6, 'conflict', 'external-wins', { field: 'managerComment', note: 'call before noon' }),
      step(7, 'park', 'STATUS_UNMAPPED', { field: 'statuses', value: 'X' }),
    ],
    values: {
      shop: {
        status: 'X',
        email: isMasked ? 'i***@e***' : 'ivan@example.ru',
        managerComment: 'call before noon',
        total: '1990.00',
      },
      external: {
        status: 'assembling',
        email: isMasked ? 'i***@e***' : 'ivan@example.ru',
        managerComment: '',
        total: '1990',
      },
      base: { status: 'N' },
      baseExternal: { status: 'new' },
    },
  }
}

function take({ state, body }: MockCall) {
  const { key, ids, lanes } = body
  let count = 0
  const gone = (item: ProblemItem, group: string) =>
    group === key ||
    (Array.isArray(ids) && ids.includes(item.id)) ||
    (Array.isArray(lanes) && lanes.includes(item.lane))
  for (const [group, items] of state.items) {
    const rest = items.filter((item) => !gone(item, group))
    count += items.length - rest.length
    state.items.set(group, rest)
  }
  state.groups = state.groups
    .map((group) => ({ ...group, count: state.items.get(group.key)?.length ?? 0 }))
    .filter((group) => group.count > 0)
  return { count }
}

function plan({ query }: MockCall) {
  const after = Number(query.get('after') ?? 0)
  const all = Array.from({ length: 200 }, (_, index): PlannedOrder => {
    const action = plannedActions[index % 10 < 5 ? 0 : (index % 4) + 1] ?? 'skip'
    return {
      shopId: String(5000 + index),
      number: `A-${5000 + index}`,
      externalId: action === 'create' ? null : String(90_000 + index),
      action,
      fields: action === 'change' ? [{ field: 'status', way: 'out', from: 'new', to: 'paid' }] : [],
      ...(action === 'park'
        ? { reason: { code: 'STATUS_UNMAPPED', message: 'Shop code "X" is not mapped' } }
        : {}),
    }
  })
  const rows = all.slice(after, after + 100)
  const done = Math.min(all.length, after + 100)
  const totals = Object.fromEntries(
    plannedActions.map((action) => [
      action,
      all.slice(0, done).filter((row) => row.action === action).length,
    ]),
  )
  return {
    connection: 'shop-crm',
    reason: null,
    state: done < all.length ? 'running' : 'done',
    done,
    total: all.length,
    totals,
    rows,
  }
}

function lab({ parts: [, id = ''] }: MockCall) {
  if (id === '404') throw new Refusal(404, 'ORDER_UNKNOWN', 'The shop has no such order')
  return {
    shop: {
      id,
      number: `A-${id}`,
      status: 'N',
      customer: { name: 'Анна Лисицына' },
      total: { amount: '1990.00', currency: 'RUB' },
    },
    externalId: '90012',
    external: { id: 90_012, status: 'new', totalSumm: 1990 },
    out: {
      externalId: id,
      status: 'new',
      lastName: 'Лисицына',
      items: [{ quantity: 1, initialPrice: '1990.00' }],
    },
    back: { status: 'N' },
    values: { shop: { status: 'N' }, external: { status: 'new' }, expected: { status: 'new' } },
    decision: { kind: 'skip', out: [], in: [], conflicts: [] },
  }
}

function steer(state: MockState, change: Partial<{ paused: boolean; left: number }>): void {
  if (state.backfill !== null) state.backfill = { ...state.backfill, ...change }
}

function fits(value: string, wanted: string | null): boolean {
  return !wanted || value === wanted
}

function limitOf(query: URLSearchParams): number {
  return Number(query.get('limit') ?? 100)
}
