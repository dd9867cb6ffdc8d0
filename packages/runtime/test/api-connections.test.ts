import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Secret } from '@mufta/kit'
import { changedKey } from '../src/settings-store/outside-changes.ts'
import type { Overview } from '../src/insight/overview.ts'
import type { ConnectionView } from '../src/settings-store/views.ts'
import {
  fileConnection,
  newConnection,
  RIGHT_KEY,
  startAdmin,
  WEBHOOK,
  type Place,
  type PlaceOptions,
  type Visitor,
} from './fakes/admin.ts'
import { until } from './fakes/bench.ts'
import { deliver, eventForm } from './fakes/http.ts'

const NAME = 'shop-crm'

async function withConnection(
  t: TestContext,
  options: PlaceOptions = {},
): Promise<{ place: Place; admin: Visitor }> {
  const place = await startAdmin(t, options)
  const admin = await place.as('admin')
  const made = await admin.post('/connections', newConnection(NAME))
  assert.deepEqual([made.status, made.body], [200, { name: NAME, version: 1 }])
  return { place, admin }
}

const view = async (who: Visitor, name = NAME) => (await who.get<ConnectionView>(`/connections/${name}`)).body

describe('a connection made on the page', () => {
  it('runs at once, without a restart', async (t) => {
    const { place, admin } = await withConnection(t)
    const { shop, crm } = place.last(NAME)
    shop.place('5012')
    assert.equal((await deliver(place.url, eventForm('5012'))).status, 200)
    await until(() => crm.records.size === 1, 'the order to arrive')
    const list = (await admin.get<{ connections: object[] }>('/connections')).body.connections
    assert.deepEqual(list, [
      { name: NAME, source: 'store', connector: 'fake', mode: 'production', state: 'running', reason: null },
    ])
  })

  it('runs again after a restart, with its secrets from the vault', async (t) => {
    const { place } = await withConnection(t)
    const parts = await place.admin.openStored()
    assert.equal(parts.length, 1)
    const { definition } = place.last(NAME)
    assert.equal(definition.settings['apiKey'], RIGHT_KEY)
    assert.equal(definition.site['webhook'], WEBHOOK)
  })

  it('shows that a secret is set, when and by whom, and never the secret', async (t) => {
    const { place, admin } = await withConnection(t)
    const shown = await view(admin)
    const mark = { set: true, at: place.clock.now, by: 'admin' }
    assert.deepEqual(shown.site, { kind: 'rest', webhook: mark })
    assert.deepEqual(shown.settings, {
      url: 'https://crm.example',
      apiKey: mark,
      statuses: { N: 'new', P: 'paid' },
    })
    assert.deepEqual(
      [shown.version, shown.readOnly, shown.schedule, shown.security],
      [1, false, { pollSeconds: null, sweepSeconds: null }, { allowHosts: [] }],
    )
    assert.deepEqual(
      shown.fields.map(({ path, kind }) => `${path}:${kind}`),
      ['url:url', 'apiKey:secret', 'statuses:mapping', 'days:number'],
    )
    assert.deepEqual(shown.fieldRules[1], {
      field: 'statusId',
      shop: 'status',
      direction: 'both',
      owner: 'external',
    })
    const stored = await place.store.admin.connection(NAME)
    assert.ok(!stored?.body.includes('sentinel'))
  })

  it('is refused field by field when it is not right, and nothing is kept', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const wrong = await admin.post(
      '/connections',
      newConnection(NAME, {
        site: { kind: 'rest', webhook: 'no address' },
        settings: { url: 'crm', apiKey: 'k', days: 'x' },
      }),
    )
    assert.equal(wrong.status, 422)
    assert.deepEqual(Object.keys(wrong.body['fields'] as object).sort(), [
      'settings.days',
      'settings.url',
      'site.webhook',
    ])
    assert.deepEqual((wrong.body['fields'] as Record<string, unknown>)['settings.url'], {
      en: 'must be a full address that begins with https://, without user and password',
      ru: 'нужен полный адрес, который начинается с https://, без имени и пароля',
    })
    assert.match(String(wrong.body['ru']), /^Заполнено неверно: .*settings\.url/)
    const badName = await admin.post('/connections', newConnection('../x'))
    assert.deepEqual([badName.status, Object.keys(badName.body['fields'] as object)], [422, ['name']])
    const path = await admin.post('/connections', newConnection(NAME, { connector: './evil.js' }))
    assert.deepEqual([path.status, Object.keys(path.body['fields'] as object)], [422, ['connector']])
    assert.deepEqual(await place.store.admin.connections(), [])
    assert.deepEqual(await place.store.admin.secrets(), [])
  })

  it('refuses a secret that also stands where everybody sees it', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const settings = { url: 'https://crm.example', apiKey: RIGHT_KEY, statuses: { N: RIGHT_KEY } }
    const refused = await admin.post('/connections', newConnection(NAME, { settings }))
    assert.equal(refused.status, 422)
    assert.ok(!refused.text.includes(RIGHT_KEY))
  })

  it('waits for a secret that is not set yet, says so, and opens when it is set', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const made = await admin.post(
      '/connections',
      newConnection(NAME, { settings: { url: 'https://crm.example' } }),
    )
    assert.equal(made.status, 200)
    const waiting = await view(admin)
    assert.deepEqual([waiting.state, waiting.reason?.code], ['failing', 'CONNECTION_INCOMPLETE'])
    assert.match(waiting.reason?.message ?? '', /settings\.apiKey/)
    const check = await admin.post(`/connections/${NAME}/check`)
    assert.deepEqual([check.status, check.body['error']], [409, 'CONNECTION_NOT_OPEN'])
    const set = await admin.put(`/connections/${NAME}/secrets/settings.apiKey`, { value: ` ${RIGHT_KEY} ` })
    assert.deepEqual(set.body, { set: true, at: place.clock.now, by: 'admin' })
    assert.equal((await view(admin)).state, 'running')
    assert.equal(place.last(NAME).definition.settings['apiKey'], RIGHT_KEY)
  })

  it('needs a key of the vault, and says how to make one', async (t) => {
    const place = await startAdmin(t, { vault: null })
    const admin = await place.as('admin')
    assert.equal((await admin.get('/session')).body['vault'], 'no-key')
    const refused = await admin.post('/connections', newConnection(NAME))
    assert.deepEqual([refused.status, refused.body['error']], [409, 'VAULT_NO_KEY'])
    assert.match(String(refused.body['message']), /mufta secrets generate-key/)
    assert.deepEqual(await place.store.admin.connections(), [])
  })
})

describe('a change', () => {
  it('touches only what it names, keeps the secrets and is live at once', async (t) => {
    const { place, admin } = await withConnection(t)
    const shown = await view(admin)
    const settings = { ...shown.settings, statuses: { N: 'new', F: 'done' } }
    const saved = await admin.put(`/connections/${NAME}`, { version: 1, settings, mode: 'test' })
    assert.deepEqual([saved.status, saved.body['version']], [200, 2])
    const { definition } = place.last(NAME)
    assert.deepEqual(definition.settings, {
      url: 'https://crm.example',
      statuses: { N: 'new', F: 'done' },
      apiKey: RIGHT_KEY,
    })
    assert.equal(definition.site['webhook'], WEBHOOK)
    assert.equal(definition.mode, 'test')
    assert.equal(place.runtime.connection(NAME).client, place.last(NAME).crm)
  })

  it('that adds a missing mapping delivers the orders that were parked by it', async (t) => {
    const { place, admin } = await withConnection(t)
    for (let id = 1; id <= 12; id++) place.last(NAME).shop.place(String(id), { status: 'F' })
    for (let id = 1; id <= 12; id++) await deliver(place.url, eventForm(String(id)))
    const parked = (): number => place.store.lanes({ connection: NAME, state: 'parked' }).length
    await until(() => parked() === 12, 'twelve parked orders')
    const page = (
      await admin.get<{ parked: object; mapped: object; shop: object }>(`/connections/${NAME}/dictionaries`)
    ).body
    assert.deepEqual(page.parked, { statuses: { F: 12 } })
    assert.deepEqual(page.mapped, { statuses: { N: 'new', P: 'paid' } })
    assert.ok('statuses' in page.shop)
    const { shop: old } = place.last(NAME)
    const settings = { ...(await view(admin)).settings, statuses: { N: 'new', F: 'done' } }
    await admin.put(`/connections/${NAME}`, { version: 1, settings })
    assert.equal(old.closed, 1)
    await until(() => parked() === 0, 'the lanes to go on')
  })

  it('on a version that is not the present one is refused, and nothing of the other one is lost', async (t) => {
    const { admin } = await withConnection(t)
    assert.equal((await admin.put(`/connections/${NAME}`, { version: 1, mode: 'test' })).status, 200)
    const late = await admin.put(`/connections/${NAME}`, { version: 1, mode: 'production' })
    assert.deepEqual([late.status, late.body['error']], [409, 'CONNECTION_CHANGED'])
    assert.equal((await view(admin)).mode, 'test')
  })

  it('made twice at the same moment wins once', async (t) => {
    const { admin } = await withConnection(t)
    const both = await Promise.all([
      admin.put(`/connections/${NAME}`, { version: 1, schedule: { pollSeconds: 5 } }),
      admin.put(`/connections/${NAME}`, { version: 1, schedule: { pollSeconds: 7 } }),
    ])
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
  })

  it('is a version: who, when, before and after, without secrets; and can be taken back', async (t) => {
    const { place, admin } = await withConnection(t)
    place.clock.now += 1000
    const settings = { url: 'https://other.example', apiKey: 'sentinel-second-key', statuses: { N: 'new' } }
    await admin.put(`/connections/${NAME}`, { version: 1, settings })
    const { versions } = (
      await admin.get<{ versions: { version: number; who: string; at: number; changes: object[] }[] }>(
        `/connections/${NAME}/versions`,
      )
    ).body
    assert.deepEqual(versions[0], {
      version: 2,
      at: place.clock.now,
      who: 'admin',
      changes: [
        { path: 'settings.statuses.P', before: 'paid' },
        { path: 'settings.url', before: 'https://crm.example', after: 'https://other.example' },
        { path: 'settings.apiKey', after: { set: true } },
      ],
    })
    const restored = await admin.post(`/connections/${NAME}/versions/1/restore`)
    assert.deepEqual(restored.body, { name: NAME, version: 3 })
    const { definition } = place.last(NAME)
    assert.equal(definition.settings['url'], 'https://crm.example')
    assert.equal(definition.settings['apiKey'], 'sentinel-second-key', 'secrets stay as they are')
    assert.equal((await admin.post(`/connections/${NAME}/versions/9/restore`)).status, 404)
  })

  it('of a secret alone is a version as well, which says that it was set', async (t) => {
    const { admin } = await withConnection(t)
    await admin.put(`/connections/${NAME}/secrets/settings.apiKey`, { value: 'sentinel-new-key' })
    const { body, text } = await admin.get<{ versions: { version: number; changes: object[] }[] }>(
      `/connections/${NAME}/versions`,
    )
    assert.equal(body.versions[0]?.version, 2)
    const set = { set: true }
    assert.deepEqual(body.versions[0].changes, [{ path: 'settings.apiKey', before: set, after: set }])
    assert.ok(!text.includes('sentinel'))
  })

  it('stands in the audit without a secret', async (t) => {
    const { admin } = await withConnection(t)
    await admin.put(`/connections/${NAME}/secrets/settings.apiKey`, { value: 'sentinel-new-key' })
    await admin.put(`/connections/${NAME}`, { version: 2, mode: 'test' })
    await admin.post(`/connections/${NAME}/pause`, { reason: 'stocktaking' })
    await admin.post(`/connections/${NAME}/resume`, {})
    await admin.call('DELETE', `/connections/${NAME}`)
    const audit = await admin.get<{ entries: { action: string; before: unknown; after: unknown }[] }>(
      '/audit',
    )
    assert.deepEqual(
      audit.body.entries.slice(0, 6).map(({ action }) => action),
      [
        'connection.remove',
        'connection.resume',
        'connection.pause',
        'connection.change',
        'secret.set',
        'connection.create',
      ],
    )
    assert.deepEqual(audit.body.entries[3]?.before, { mode: 'production' })
    assert.deepEqual(audit.body.entries[3]?.after, { mode: 'test' })
    assert.ok(!audit.text.includes('sentinel'))
  })

  it('to a secret that does not belong there is refused', async (t) => {
    const { admin } = await withConnection(t)
    for (const path of ['settings.url', 'settings.other', '__proto__', 'mode'])
      assert.equal(
        (await admin.put(`/connections/${NAME}/secrets/${path}`, { value: 'x' })).status,
        404,
        path,
      )
    assert.equal(
      (await admin.put(`/connections/${NAME}/secrets/settings.apiKey`, { value: ' ' })).status,
      422,
    )
    assert.equal((await admin.put('/connections/nobody/secrets/settings.apiKey', { value: 'x' })).status, 404)
  })
})

describe('a secret set on the command line', () => {
  it('reaches the running runtime without a restart', async (t) => {
    const { place } = await withConnection(t, { watchMs: 2 })
    const before = place.opened.length
    const at = { connection: NAME, path: 'settings.apiKey' }
    const sealed = place.vault?.seal(at, new Secret('sentinel-from-the-line')) ?? ''
    await place.store.admin.putSecret(
      { ...at, sealed },
      { who: 'mufta secrets', action: 'secret.set', target: NAME },
    )
    await place.store.setValue(changedKey(NAME), '1')
    await until(() => place.opened.length > before, 'the connection to be opened anew')
    assert.equal(place.last(NAME).definition.settings['apiKey'], 'sentinel-from-the-line')
    await until(() => place.runtime.connection(NAME).client === place.last(NAME).crm, 'the swap')
  })
})

describe('the reason shown for a connection', () => {
  it('is the present one: what it paused for earlier gives way to what it lacks now, a person’s pause does not', async (t) => {
    const { place, admin } = await withConnection(t)
    const old = { code: 'CLIENT_DENIED', message: 'The key was refused' }
    await place.store.pause(NAME, old, false)
    assert.deepEqual(reasonOf(await view(admin)), ['paused', 'CLIENT_DENIED'])
    await admin.put(`/connections/${NAME}`, {
      version: 1,
      settings: { url: 'https://crm.example', apiKey: null },
    })
    assert.deepEqual(reasonOf(await view(admin)), ['failing', 'CONNECTION_INCOMPLETE'])
    const { connections } = (await admin.get<Overview>('/overview')).body
    assert.equal(connections[0]?.reason?.code, 'CONNECTION_INCOMPLETE')
    await place.store.pause(NAME, { code: 'PAUSED_BY_OPERATOR', message: 'Paused by admin' }, true)
    assert.deepEqual(reasonOf(await view(admin)), ['paused', 'PAUSED_BY_OPERATOR'])
  })

  const reasonOf = ({ state, reason }: ConnectionView) => [state, reason?.code]
})

describe('hosts that are allowed to all', () => {
  it('are shown beside those of the connection', async (t) => {
    const { admin } = await withConnection(t)
    const { security, commonHosts } = await view(admin)
    assert.deepEqual([security.allowHosts, commonHosts], [[], ['crm.lan:8080']])
  })
})

describe('a connection of the configuration file', () => {
  it('wins over one of the store, is shown without its secrets and cannot be changed', async (t) => {
    const { place: first } = await withConnection(t)
    const place = await startAdmin(t, { files: [fileConnection(NAME)], store: first.store })
    const admin = place.visitor()
    await admin.signIn('admin')
    assert.deepEqual(await place.admin.openStored(), [])
    const shown = await view(admin)
    assert.deepEqual([shown.source, shown.readOnly, shown.version], ['file', true, 0])
    assert.deepEqual(shown.settings['apiKey'], { set: true, at: null, by: null })
    const changes = [
      await admin.put(`/connections/${NAME}`, { version: 1, mode: 'test' }),
      await admin.call('DELETE', `/connections/${NAME}`),
      await admin.put(`/connections/${NAME}/secrets/settings.apiKey`, { value: 'x' }),
      await admin.post(`/connections/${NAME}/versions/1/restore`),
    ]
    for (const { status, body } of changes)
      assert.deepEqual([status, body['error']], [409, 'CONNECTION_READ_ONLY'])
    assert.equal((await admin.post('/connections', newConnection(NAME))).body['error'], 'CONNECTION_EXISTS')
  })
})

describe('a deleted connection', () => {
  it('is closed and loses its secrets; its settings can be brought back', async (t) => {
    const { place, admin } = await withConnection(t)
    const { shop, crm } = place.last(NAME)
    assert.equal((await admin.call('DELETE', `/connections/${NAME}`)).status, 200)
    assert.deepEqual([shop.closed, crm.closed], [1, 1])
    assert.deepEqual(await place.store.admin.secrets(), [])
    assert.equal((await deliver(place.url, eventForm('1'))).status, 404)
    assert.equal((await admin.get(`/connections/${NAME}`)).status, 404)
    assert.equal((await admin.post(`/connections/${NAME}/versions/1/restore`)).status, 200)
    assert.equal((await view(admin)).state, 'failing', 'until its secrets are set anew')
    assert.equal((await admin.post('/connections', newConnection(NAME))).status, 409)
  })
})

describe('a live check', () => {
  it('explains a mistyped key, and is green when it is mended', async (t) => {
    const { admin } = await withConnection(t)
    const path = `/connections/${NAME}/secrets/settings.apiKey`
    await admin.put(path, { value: 'mistyped' })
    const red = await admin.post<{ ok: boolean; findings: object[] }>(`/connections/${NAME}/check`)
    assert.equal(red.body.ok, false)
    assert.deepEqual(red.body.findings.at(-1), {
      side: 'external',
      level: 'error',
      code: 'CRM_KEY',
      message: 'The key is refused',
      fix: { en: 'Copy the key again', ru: 'Скопируйте ключ заново' },
    })
    await admin.put(path, { value: RIGHT_KEY })
    const green = await admin.post<{ ok: boolean; findings: object[] }>(`/connections/${NAME}/check`)
    assert.equal(green.body.ok, true)
    assert.deepEqual(green.body.findings.at(-1), {
      side: 'external',
      level: 'ok',
      code: 'CRM_OK',
      message: { en: 'The key is right', ru: 'Ключ верен' },
    })
  })

  it('tries what is not saved yet: a site alone, a system alone, or a change with the stored secrets', async (t) => {
    const { place, admin } = await withConnection(t)
    const site = await admin.post<{ findings: { side: string }[] }>('/check', {
      site: { kind: 'rest', webhook: WEBHOOK },
    })
    assert.equal(site.status, 200)
    assert.ok(site.body.findings.every(({ side }) => side === 'site'))
    const settings = { url: 'https://crm.example', apiKey: RIGHT_KEY }
    const system = await admin.post<{ findings: { side: string }[] }>('/check', {
      connector: 'fake',
      settings,
    })
    assert.deepEqual(
      system.body.findings.map(({ side }) => side),
      ['external'],
    )
    const change = await admin.post('/check', { name: NAME, settings: { url: 'https://new.example' } })
    assert.equal(change.body['ok'], true)
    const wrong = await admin.post('/check', {
      name: NAME,
      settings: { url: 'https://new.example', apiKey: 'other' },
    })
    assert.equal(wrong.body['ok'], false)
    const incomplete = await admin.post('/check', {
      connector: 'fake',
      settings: { url: 'https://x.example' },
    })
    assert.deepEqual(
      [incomplete.status, Object.keys(incomplete.body['fields'] as object)],
      [422, ['settings.apiKey']],
    )
    assert.equal((await admin.post('/check', {})).status, 422)
    assert.equal(place.opened.length, 1, 'nothing was opened in the runtime')
    assert.equal((await view(admin)).settings['url'], 'https://crm.example')
  })
})

describe('pause and resume', () => {
  it('are for operators, and stand until a person ends them', async (t) => {
    const { place, admin } = await withConnection(t)
    const operator = await place.as('operator')
    assert.equal((await operator.post(`/connections/${NAME}/pause`, { reason: 'stocktaking' })).status, 200)
    const paused = await view(admin)
    assert.deepEqual([paused.state, paused.reason?.message], ['paused', 'stocktaking'])
    assert.equal((await operator.post(`/connections/${NAME}/resume`)).status, 200)
    assert.equal((await view(admin)).state, 'running')
    assert.equal((await operator.post('/connections/nobody/pause', {})).status, 404)
  })
})
