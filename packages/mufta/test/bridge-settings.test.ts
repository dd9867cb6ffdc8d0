import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { buildModule } from '../src/bridge/build-module.ts'
import { writeFolder } from '../src/bridge/module-files.ts'
import { loadConnector } from '../src/config/connectors.ts'
import { AdminBrowser, type Page, type Visitor } from './bridge-helpers/admin.ts'
import { BridgeCaller, KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { accept, FakeRuntime, refuse } from './bridge-helpers/fake-runtime.ts'
import { MODULE_ID, Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const PAGE = `/bitrix/admin/settings.php`
const QUERY = { mid: MODULE_ID, lang: 'ru' }

type Field = readonly [string, string]

describe('the settings page of the bridge', { skip: skipWithoutPhp() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-settings-'))
  let site: Site
  let url: string
  let runtime: FakeRuntime
  before(async () => {
    const connector = await loadConnector('retailcrm', folder)
    writeFolder(join(folder, 'module'), buildModule({ connector, id: MODULE_ID, version: '1.2.3' }), false)
    site = await Site.make({ module: join(folder, 'module') })
    runtime = await FakeRuntime.start()
    url = (await site.serve(1)).url
  })
  after(async () => {
    await runtime[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
    await site[Symbol.asyncDispose]()
  })

  const open = (who: Visitor = 'admin', more: Record<string, string> = {}): Promise<Page> =>
    new AdminBrowser(url, who).get(PAGE, { ...QUERY, ...more })
  /** Presses a button of the form; `sessid: false` = a form of a stranger. */
  const press = (
    button: string,
    fields: readonly Field[] = [],
    who: Visitor = 'admin',
    sessid = true,
  ): Promise<Page> => {
    const browser = new AdminBrowser(url, who)
    const query = new URLSearchParams(QUERY).toString()
    const form: readonly Field[] = [
      ...(sessid ? [['sessid', browser.sessid] as const] : []),
      [button, 'x'],
      ...fields,
    ]
    return browser.post(`${PAGE}?${query}`, form)
  }
  const outcome = ({ status, location }: Page): string | null => {
    assert.equal(status, 302)
    return new URL(location ?? '', url).searchParams.get('mufta_bridge_outcome')
  }
  const options = async (): Promise<Record<string, string | null>> =>
    Object.fromEntries(
      (await site.rows(`SELECT NAME, VALUE FROM b_option WHERE MODULE_ID = '${MODULE_ID}'`)).map(
        ({ NAME, VALUE }) => [NAME ?? '', VALUE ?? null],
      ),
    )
  const usual: readonly Field[] = [
    ['mufta_bridge_runtime_url', 'https://mufta.example.ru'],
    ['mufta_bridge_site_url', 'https://shop.example.ru'],
    ['mufta_bridge_mode', 'test'],
    ['mufta_bridge_frequency', '120'],
    ['mufta_bridge_sites[]', 's1'],
  ]

  it('draws a tab for each part, every field of the connector, and the same in English', async () => {
    const page = await open()
    assert.equal(page.status, 200)
    const tabs = [...page.text.matchAll(/class="adm-detail-content" id="([^"]+)"/g)].map(([, id]) => id)
    const parts = ['connection', 'connector', 'state', 'rights']
    assert.deepEqual(
      tabs,
      parts.map((part) => `mufta_bridge_${part}`),
    )
    for (const title of ['Адрес аккаунта', 'Ключ API', 'Статусы заказа: магазин → CRM'])
      assert.ok(page.text.includes(title), title)
    const english = await new AdminBrowser(url, 'admin').get(PAGE, { ...QUERY, lang: 'en' })
    assert.ok(
      english.text.includes('Account address') &&
        !/[а-яё]{4}/i.test(english.text.replace(/Основной|Оптовый/g, '')),
    )
  })

  it('is closed to strangers; readers see it but change nothing; nobody changes anything without the session id', async () => {
    assert.equal((await open('nobody')).status, 403)
    const seen = await open('reader')
    assert.match(seen.text, /name="Update"[^>]*disabled/)
    const before = await options()
    for (const button of ['Update', 'RestoreDefaults', 'mufta_bridge_unpair', 'mufta_bridge_revive']) {
      await press(button, usual, 'reader')
      await press(button, usual, 'admin', false)
    }
    assert.deepEqual(await options(), before)
  })

  it('saves what was typed, a missing tick as N, and moves the agent', async () => {
    assert.equal(outcome(await press('Apply', usual, 'writer')), 'saved')
    const saved = await options()
    assert.equal(saved['runtime_url'], 'https://mufta.example.ru')
    assert.deepEqual(
      [saved['mode'], saved['push'], saved['sites'], saved['frequency']],
      ['test', 'N', 's1', '120'],
    )
    assert.deepEqual(await site.rows('SELECT AGENT_INTERVAL FROM b_agent'), [{ AGENT_INTERVAL: '120' }])
    await press('Apply', [...usual, ['mufta_bridge_push', 'Y'], ['mufta_bridge_sites[]', 's2']])
    const again = await options()
    assert.deepEqual([again['push'], again['sites']], ['Y', ''])
  })

  it('takes no address that is not https, unless the local network is allowed', async () => {
    for (const address of [
      'http://10.0.0.1',
      'javascript:alert(1)',
      'https://u:p@mufta.example.ru',
      'mufta',
    ]) {
      const page = await press('Apply', [['mufta_bridge_runtime_url', address]])
      assert.equal(outcome(page), 'bad_address', address)
    }
    assert.equal((await options())['runtime_url'], 'https://mufta.example.ru')
    const local: readonly Field[] = [
      ['mufta_bridge_runtime_url', 'http://10.0.0.1'],
      ['mufta_bridge_push_private', 'Y'],
    ]
    assert.equal(outcome(await press('Apply', local)), 'saved')
  })

  it('leads back only to pages of this site', async () => {
    const back = async (to: string): Promise<string | null> =>
      (await press('Update', [...usual, ['back_url_settings', to]])).location
    assert.equal(await back('/bitrix/admin/index.php'), '/bitrix/admin/index.php')
    for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)'])
      assert.ok(
        !new URL((await back(to)) ?? '', url).href.startsWith('https://evil') &&
          (await back(to))?.startsWith(PAGE),
        to,
      )
  })

  it('what is typed is shown as text and never as markup', async () => {
    // Nothing that the filter of the site would have spoiled on its way in.
    const evil = '"><img src=x onerror=alert(1)>'
    await press('Apply', [
      ...usual,
      ['mufta_bridge_field_0', evil],
      ['mufta_bridge_field_2', `'${evil}`],
      ['mufta_bridge_field_3', `N = ${evil}</textarea>`],
    ])
    const page = await open('admin', {
      back_url_settings: evil,
      mufta_bridge_outcome: evil,
      mufta_bridge_tabs_active_tab: evil,
    })
    assert.ok(!page.text.includes('<img'))
    assert.ok(page.text.includes('&lt;img src=x'))
  })

  it('a secret is kept encrypted, never shown, and an empty field keeps it', async () => {
    const secret = 'canary-api-key-0123456789'
    const type = (value: string): Promise<Page> => press('Apply', [...usual, ['mufta_bridge_field_1', value]])
    await type(secret)
    const stored = (await options())['c_apikey']
    assert.match(String(stored), /^v1:[A-Za-z0-9+/=]+$/)
    await type('')
    assert.equal((await options())['c_apikey'], stored)
    await type(secret)
    assert.notEqual((await options())['c_apikey'], stored)
    assert.ok(!(await open()).text.includes(secret))
    const everything = JSON.stringify([await options(), await site.rows('SELECT * FROM b_event_log')])
    assert.ok(!everything.includes(secret))
  })

  it('without a crypto_key no secret is stored, and the page says why', async () => {
    const before = await options()
    site.configure({ cryptoKey: null })
    try {
      const page = await press('Apply', [...usual, ['mufta_bridge_field_1', 'canary-other']])
      assert.equal(outcome(page), 'no_crypto_key')
      assert.equal((await options())['c_apikey'], before['c_apikey'])
      assert.match((await open()).text, /crypto_key/)
      assert.equal(
        outcome(
          await press('mufta_bridge_pair', [...usual, ['mufta_bridge_code', 'shop-crm.AAAA-BBBB-CCCC-DDDD']]),
        ),
        'pair_no_crypto_key',
      )
    } finally {
      site.configure({ cryptoKey: 'k'.repeat(32) })
    }
  })

  it('the runtime reads the settings, the secret in a box that only the shared key opens', async () => {
    await pairWith(site, runtime.url)
    const { values, mode } = await new BridgeCaller(url, MODULE_ID).call('settings.read')
    assert.equal(mode, 'test')
    const { apiKey } = values as { apiKey: { box: string } }
    assert.match(apiKey.box, /^[A-Za-z0-9+/=]{40,}$/)
    assert.ok(!JSON.stringify(values).includes('canary'))
  })

  it('Check says what is wrong', async () => {
    const check = async (): Promise<string | null> =>
      outcome(
        await press('mufta_bridge_check', [
          ['mufta_bridge_runtime_url', runtime.url],
          ['mufta_bridge_push_private', 'Y'],
        ]),
      )
    await pairWith(site, runtime.url)
    assert.equal(await check(), 'check_ok')
    runtime.behaviour = refuse(401)
    assert.equal(await check(), 'check_refused')
    runtime.behaviour = refuse(200, '<html>')
    assert.equal(await check(), 'check_not_a_runtime')
    await pairWith(site, 'http://127.0.0.1:9')
    assert.equal(await check(), 'check_no_answer')
    assert.match((await open('admin', { mufta_bridge_outcome: 'check_no_answer' })).text, /data-type="ERROR"/)
  })

  it('the state tells when it was last called, pushed and run, and what waits', async () => {
    const facts = async (): Promise<Record<string, string>> => {
      const page = await open()
      const rows = [...page.text.matchAll(/<td width="40%">([^<]+)<\/td>\s*<td>([^<]*)<\/td>/g)]
      return Object.fromEntries(rows.map(([, name = '', value = '']) => [name, value]))
    }
    runtime.behaviour = accept
    await pairWith(site, runtime.url)
    await site.rows(
      "DELETE FROM mufta_bridge_state WHERE NAME IN ('last_call', 'last_push', 'agent', 'push')",
    )
    const before = await facts()
    await new BridgeCaller(url, MODULE_ID).call('health')
    await site.rows('DELETE FROM mufta_bridge_outbox')
    await site.rows(
      "INSERT INTO mufta_bridge_outbox (ENTITY, ENTITY_ID, REASON, AVAILABLE_AT, CREATED_AT, CHANGED_AT) VALUES ('order', '1', 'OnSaleOrderSaved', NOW(), NOW(), NOW())",
    )
    const waiting = await facts()
    await site.eval(`\\Mufta\\Bridge\\Settings::set('push', 'Y'); return \\Mufta\\Bridge\\Agent::run();`)
    const after = await facts()
    assert.equal(after['Связано с подключением'], 'shop-crm')
    for (const name of ['Последний запрос снаружи', 'Последняя отправка', 'Последний запуск агента']) {
      assert.match(after[name] ?? '', /\d\d:\d\d/, `${name}: ${after[name]}`)
      assert.doesNotMatch(before[name] ?? '', /\d\d:\d\d/, `${name}: ${before[name]}`)
    }
    assert.match(waiting['Ждут отправки'] ?? '', /^1\b/)
    assert.match(after['Ждут отправки'] ?? '', /^0\b/)
    assert.match(after['Не приняты'] ?? '', /^0\b/)
  })

  it('dead rows are shown and can be revived; defaults keep the pairing; unpairing closes the site', async () => {
    await site.rows(
      "INSERT INTO mufta_bridge_outbox (ENTITY, ENTITY_ID, REASON, STATUS, ATTEMPTS, LAST_ERROR, AVAILABLE_AT, CREATED_AT, CHANGED_AT) VALUES ('order', '4711', 'OnSaleOrderSaved', 'D', 12, 'HTTP_400', NOW(), NOW(), NOW())",
    )
    assert.match((await open()).text, /order 4711[^]*HTTP_400/)
    assert.equal(outcome(await press('mufta_bridge_revive')), 'revived')
    assert.deepEqual(await site.rows('SELECT STATUS, ATTEMPTS FROM mufta_bridge_outbox'), [
      { STATUS: 'W', ATTEMPTS: '0' },
    ])
    assert.equal(outcome(await press('RestoreDefaults')), 'restored')
    const restored = await options()
    assert.deepEqual(
      [restored['mode'], restored['frequency'], restored['key_id']],
      ['production', '60', KEY.id],
    )
    assert.equal(outcome(await press('mufta_bridge_unpair')), 'unpaired')
    assert.equal((await new BridgeCaller(url, MODULE_ID).ask('health')).status, 503)
  })

  it('group rights are saved by the rights tab, whose output spoils no redirect', async () => {
    const page = await press('Update', [...usual, ['GROUPS[]', '2'], ['RIGHTS[]', 'R']])
    assert.equal(page.status, 302)
    assert.deepEqual(await site.rows('SELECT GROUP_ID, G_ACCESS FROM b_module_group'), [
      { GROUP_ID: '2', G_ACCESS: 'R' },
    ])
  })
})
