import type { Tree } from '../../src/api/types/basics.ts'
import type { ConnectionChange, NewConnection } from '../../src/api/types/connections.ts'
import { fieldRules, retailFields } from './fields.ts'
import { Refusal } from './refusal.ts'
import type { MockCall, Routes } from './routes.ts'
import { sampleState, type MockConnection, type MockState } from './state.ts'

const wrongKey = 'wrong'

export const connectionRoutes: Routes = {
  'GET /overview': [
    'viewer',
    ({ state }) => {
      for (const [name, one] of state.connections)
        one.live = { ...one.live, counts: { ...one.live.counts, ...problemCounts(state, name) } }
      return { now: Date.now(), connections: [...state.connections.values()].map(({ live }) => live) }
    },
  ],
  'GET /connectors': [
    'viewer',
    () => [
      {
        name: 'retailcrm',
        id: 'mufta.retailcrm',
        title: { en: 'RetailCRM', ru: 'RetailCRM' },
        version: '1.0.0',
        fields: retailFields,
      },
      {
        name: 'tryton',
        id: 'mufta.tryton',
        title: { en: 'Tryton', ru: 'Tryton' },
        version: '1.0.0',
        fields: retailFields.filter(({ path }) => path === 'url' || path === 'statuses'),
      },
    ],
  ],
  'GET /connections': [
    'viewer',
    ({ state }) =>
      [...state.connections.values()].map(({ detail, live }) => ({
        name: detail.name,
        source: detail.source,
        connector: detail.connector,
        mode: detail.mode,
        state: live.state,
      })),
  ],
  'GET /connections/:': ['viewer', (call) => connectionOf(call).detail],
  'POST /connections': ['admin', addConnection],
  'PUT /connections/:': ['admin', saveConnection],
  'DELETE /connections/:': ['admin', ({ state, parts: [name = ''] }) => void state.connections.delete(name)],
  'PUT /connections/:/secrets/:': ['admin', setSecret],
  'GET /secrets': [
    'admin',
    ({ state }) => ({
      keys: ['k2', 'k1'],
      secrets: [...state.connections.keys()].map((connection, index) => ({
        connection,
        path: 'settings.apiKey',
        key: index < state.sealedWithOld ? 'k1' : 'k2',
        at: Date.now(),
        by: 'admin',
      })),
    }),
  ],
  'POST /secrets/rotate': [
    'admin',
    ({ state }) => {
      const rotated = state.sealedWithOld
      state.sealedWithOld = 0
      return { rotated, left: 0 }
    },
  ],
  'GET /connections/:/versions': ['viewer', (call) => connectionOf(call).versions],
  'POST /connections/:/versions/:/restore': [
    'admin',
    (call) => {
      const one = connectionOf(call)
      bump(one, [{ path: 'restore', after: Number(call.parts[1]) }])
    },
  ],
  'POST /connections/:/check': ['operator', (call) => findings(connectionOf(call).checkFails)],
  'POST /check': [
    'admin',
    ({ state, body }) => {
      const settings = (body['settings'] ?? {}) as Tree
      const stored = state.connections.get(String(body['name']))
      return findings(
        settings['apiKey'] === wrongKey || (settings['apiKey'] === undefined && stored?.checkFails === true),
      )
    },
  ],
  'GET /connections/:/dictionaries': ['viewer', (call) => connectionOf(call).dictionaries],
  'GET /connections/:/pairing': ['viewer', (call) => ({ paired: connectionOf(call).paired })],
  'POST /connections/:/pairing': ['admin', makeCode],
  'POST /connections/:/pause': ['operator', (call) => setState(call, 'paused')],
  'POST /connections/:/resume': ['operator', (call) => setState(call, 'running')],
}

function connectionOf({ state, parts: [name = ''] }: MockCall): MockConnection {
  const one = state.connections.get(name)
  if (one === undefined) throw new Refusal(404, 'CONNECTION_UNKNOWN', `There is no connection ${name}`)
  return one
}

function addConnection({ state, body }: MockCall): void {
  const fresh = body as unknown as NewConnection
  if (state.connections.has(fresh.name)) {
    throw new Refusal(422, 'CONNECTION_EXISTS', 'This name is taken', { name: 'This name is taken' })
  }
  const sample = sampleState({ many: 0 }).connections.get('shop-crm')
  if (sample === undefined) return
  const { apiKey: _, ...settings } = fresh.settings
  state.connections.set(fresh.name, {
    ...sample,
    detail: {
      ...sample.detail,
      name: fresh.name,
      version: 1,
      mode: fresh.mode,
      connector: fresh.connector,
      site: fresh.site['kind'] === 'bridge' ? fresh.site : { kind: fresh.site['kind'], webhook: mark() },
      settings: { ...settings, apiKey: mark() },
      fieldRules,
    },
    live: { ...sample.live, name: fresh.name, mode: fresh.mode },
  })
}

function saveConnection(call: MockCall): void {
  const one = connectionOf(call)
  const change = call.body as unknown as ConnectionChange
  if (change.version !== one.detail.version) {
    throw new Refusal(409, 'CONNECTION_CHANGED', 'Somebody saved this connection meanwhile')
  }
  if (JSON.stringify(change.settings?.['url'] ?? '').includes('refused')) {
    throw new Refusal(422, 'SETTINGS_INVALID', 'Some settings are not right', {
      'settings.url': 'This host is not known',
    })
  }
  const { settings = one.detail.settings, site = {} } = change
  one.detail = {
    ...one.detail,
    mode: change.mode ?? one.detail.mode,
    site: withMarks(one.detail.site, site),
    settings: withMarks({ apiKey: one.detail.settings['apiKey'] }, settings),
    schedule: {
      pollSeconds: change.schedule?.pollSeconds ?? null,
      sweepSeconds: change.schedule?.sweepSeconds ?? null,
    },
    security: change.security ?? one.detail.security,
  }
  if (settings['apiKey'] !== undefined) one.checkFails = settings['apiKey'] === wrongKey
  bump(one, [{ path: 'settings', after: withMarks({}, settings) }])
  releaseMapped(call.state, one)
}

/** A status that is mapped now lets its parked orders go, as the runtime does. */
function releaseMapped(state: MockState, one: MockConnection): void {
  const statuses = (one.detail.settings['statuses'] ?? {}) as Tree
  state.groups = state.groups.filter(
    ({ connection, action }) =>
      connection !== one.detail.name || action.type !== 'map' || statuses[action.value] === undefined,
  )
  if (statuses['X'] !== undefined) one.dictionaries = { ...one.dictionaries, parked: {} }
}

/** A secret that came as a text is kept as a mark. */
function withMarks(before: Tree, after: Tree): Tree {
  const secrets = ['apiKey', 'webhook', 'applicationToken']
  const marked = Object.entries(after).map(([name, value]) => [
    name,
    secrets.includes(name) && typeof value === 'string' ? mark() : value,
  ])
  return { ...before, ...Object.fromEntries(marked) } as Tree
}

function setSecret(call: MockCall): unknown {
  const one = connectionOf(call)
  const [group = '', name = ''] = (call.parts[1] ?? '').split('.')
  const fresh = mark()
  if (group === 'site') one.detail = { ...one.detail, site: { ...one.detail.site, [name]: fresh } }
  else one.detail = { ...one.detail, settings: { ...one.detail.settings, [name]: fresh } }
  one.checkFails = call.body['value'] === wrongKey
  return fresh
}

/** The module of the sample site types the code by itself, a moment later. */
function makeCode(call: MockCall): unknown {
  const one = connectionOf(call)
  const typed = { site: 'https://shop.example.ru', module: 'mufta.bridge', at: Date.now() }
  setTimeout(() => (one.paired = typed), 3_000).unref()
  return {
    code: `${one.detail.name}.ABCD-EFGH-JKLM-NPQR`,
    until: Date.now() + 900_000,
    address: 'https://mufta.example.ru',
    isPublic: true,
  }
}

function setState(call: MockCall, state: 'paused' | 'running'): void {
  const one = connectionOf(call)
  const isPaused = state === 'paused'
  one.live = {
    ...one.live,
    state,
    byOperator: isPaused,
    reason: isPaused ? { code: 'PAUSED_BY_OPERATOR', message: 'Paused by a person' } : null,
  }
}

function bump(one: MockConnection, changes: MockConnection['versions'][number]['changes']): void {
  const version = one.detail.version + 1
  one.detail = { ...one.detail, version }
  one.versions = [{ version, at: Date.now(), who: 'admin', changes }, ...one.versions]
}

function findings(isKeyWrong: boolean) {
  const site = [
    { side: 'site', level: 'ok', code: 'SITE_REACHABLE', message: 'The portal answers' },
    {
      side: 'site',
      level: 'warning',
      code: 'SITE_EVENTS_BY_POLL',
      message: 'An inbound webhook cannot subscribe to events: changes are polled',
      fix: 'Make an outgoing webhook for events, or accept a delay of about 20 s',
    },
  ]
  const external = isKeyWrong
    ? {
        side: 'external',
        level: 'error',
        code: 'CLIENT_UNAUTHORIZED',
        message: 'RetailCRM rejected the API key (401)',
        fix: 'Copy the key again from Settings → Integration → API access keys',
      }
    : {
        side: 'external',
        level: 'ok',
        code: 'RETAILCRM_KEY',
        message: 'The key is accepted and has every scope',
      }
  return { ok: !isKeyWrong, findings: [...site, external] }
}

function problemCounts(state: MockState, name: string) {
  const count = (kind: 'parked' | 'dead') =>
    state.groups
      .filter((group) => group.connection === name && group.kind === kind)
      .reduce((sum, group) => sum + group.count, 0)
  return { parked: count('parked'), dead: count('dead') }
}

function mark() {
  return { set: true as const, at: Date.now(), by: 'admin' }
}
