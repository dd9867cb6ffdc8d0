import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test, type TestContext } from 'node:test'
import retailcrm from '@mufta/connector-retailcrm'
import { MuftaError, Secret, type Connector, type ConnectorLog } from '@mufta/kit'
import { openVault, requireVault, startRuntime } from '@mufta/runtime'
import { buildModule } from '../src/bridge/build-module.ts'
import { writeFolder } from '../src/bridge/module-files.ts'
import { pairRoute } from '../src/bridge/pair-route.ts'
import { startPairing } from '../src/bridge/pairing.ts'
import { pullSettings } from '../src/bridge/pull-settings.ts'
import { main } from '../src/cli.ts'
import { loadConfig } from '../src/config/load.ts'
import { openConnections, openStore } from '../src/config/open.ts'
import { prepareConnections } from '../src/config/prepare.ts'
import { KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'
import { Site } from './bridge-helpers/site.ts'

const keys = `k1:${randomBytes(32).toString('base64')}`
const silent: ConnectorLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A folder with a configuration of one connection "shop-crm" over the bridge. */
function configure(context: TestContext, site: Record<string, unknown> = {}, http: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-by-bridge-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const connector = 'retailcrm'
  const settings = { url: 'https://demo.retailcrm.ru', apiKey: 'x'.repeat(32) }
  const connections = { 'shop-crm': { site: { kind: 'bridge', ...site }, connector, settings } }
  const security = { allowHosts: ['127.0.0.1:*'] }
  writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify({ http, security, connections }))
  return folder
}

/** What the command line printed, and its exit code. */
async function mufta(folder: string, args: readonly string[], env: Record<string, string> = {}) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const outside = { cwd: folder, env: { LANG: 'C', ...env } }
  const code = await main(args, {
    ...outside,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

const complete = {
  endpoint: 'https://shop.example.ru/x?action=a:b.bridge.call',
  keyId: 'k1',
  secret: 'e5'.repeat(32),
}

describe('site.kind "bridge" in the configuration', () => {
  test('takes the key whole or not at all, and the endpoint with it', async (context) => {
    for (const site of [{}, { endpoint: complete.endpoint }, complete, { concurrency: 2, pollSeconds: 5 }]) {
      await loadConfig(configure(context, site), {})
    }
    const { endpoint, keyId, secret } = complete
    for (const site of [{ keyId }, { secret, endpoint }, { keyId, secret }, { webhook: endpoint }]) {
      await assert.rejects(loadConfig(configure(context, site), {}), { code: 'CONFIG_INVALID' })
    }
  })

  test('takes the secret from the environment, and no error shows it', async (context) => {
    const folder = configure(context, { ...complete, secret: '${BRIDGE_SECRET}', keyId: '' })
    await assert.rejects(loadConfig(folder, { BRIDGE_SECRET: complete.secret }), (error) => {
      assert.ok(error instanceof MuftaError)
      assert.ok(!`${error.message}${JSON.stringify(error)}`.includes(complete.secret))
      return error.code === 'CONFIG_INVALID'
    })
  })

  test('without a key in it needs MUFTA_KEYS, from the environment or .env', async (context) => {
    const folder = configure(context)
    const store = await openStore(await loadConfig(folder, {}), 'runtime')
    context.after(() => store.close())
    const open = async (): Promise<void> => {
      const loaded = await loadConfig(folder, {})
      const vault = await openVault(store.admin, loaded.keys)
      openConnections({ loaded, store, log: silent, vault }, await prepareConnections(loaded))
    }
    await assert.rejects(open(), { code: 'VAULT_NO_KEY' })
    writeFileSync(join(folder, '.env'), `MUFTA_KEYS=${keys}\n`)
    await open()
  })
})

describe('mufta bridge pair', () => {
  test('prints a code once, for the runtime address that the site can reach', async (context) => {
    const folder = configure(context, {}, { publicUrl: 'https://mufta.example.ru/m' })
    const { code, out } = await mufta(folder, ['bridge', 'pair', 'shop-crm', '--json'], { MUFTA_KEYS: keys })
    assert.equal(code, 0)
    const said = JSON.parse(out) as { code: string; runtime: string; until: string }
    assert.match(said.code, /^shop-crm\.[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/)
    assert.equal(said.runtime, 'https://mufta.example.ru/m')
    assert.ok(Math.abs(Date.parse(said.until) - Date.now() - 900_000) < 60_000)
  })

  test('says what is wrong: no keys, no such connection, a key in the configuration', async (context) => {
    const folder = configure(context)
    const cases: [string[], Record<string, string>, RegExp, string][] = [
      [['shop-crm'], {}, /MUFTA_KEYS/, folder],
      [['other'], { MUFTA_KEYS: keys }, /shop-crm/, folder],
      [['shop-crm'], { MUFTA_KEYS: keys }, /keyId and secret/, configure(context, complete)],
    ]
    for (const [args, env, wanted, where] of cases) {
      const { code, err } = await mufta(where, ['bridge', 'pair', ...args], env)
      assert.equal(code, 2)
      assert.match(err, wanted)
    }
  })
})

test(
  'a running runtime answers the pairing of real PHP, and goes on with the site at once',
  { skip: skipWithoutPhp() },
  async (context) => {
    await using site = await Site.make()
    const server = await site.serve(2)
    const loaded = await loadConfig(configure(context), { MUFTA_KEYS: keys })
    const store = await openStore(loaded, 'runtime')
    const deps = {
      store,
      vault: requireVault(await openVault(store.admin, loaded.keys)),
      log: silent,
      allowHosts: async () => ['127.0.0.1:*'],
      clock: Date.now,
    }
    const connections = openConnections(
      { loaded, store, log: silent, vault: deps.vault },
      await prepareConnections(loaded),
    )
    const runtime = await startRuntime({
      store,
      connections,
      log: silent,
      http: { host: '127.0.0.1', port: 0, routes: pairRoute(() => deps) },
      schedules: false,
    })
    try {
      const shop = connections[0]?.shop
      assert.ok(shop)
      await assert.rejects(shop.dictionaries(), { code: 'BRIDGE_NOT_PAIRED' })
      const { code } = await startPairing(deps, 'shop-crm')

      const paired = await site.eval(
        `use Mufta\\Bridge\\Pairing;
       use Mufta\\Bridge\\Settings;
       Settings::set('push_private', 'Y');
       return Pairing::pair('${runtime.url}', ' ${code.toLowerCase()} ', '${server.url}');`,
      )

      assert.equal(paired, 'paired')
      const [id = ''] = await site.place(1)
      assert.deepEqual([...(await shop.readOrders([id])).keys()], [id])
      assert.ok((await shop.check()).every(({ level }) => level !== 'error'))
    } finally {
      await runtime.stop()
      await store.close()
    }
  },
)

describe('mufta bridge settings', () => {
  const typed = new Map<string, unknown>([
    ['url', 'https://demo.retailcrm.ru'],
    ['apiKey', new Secret(`a'b c`)],
    ['paymentStatuses.paid', 'paid'],
    ['statuses', { N: 'new' }],
  ])

  test('keeps what is in the files, names secrets only, and can be run again', async (context) => {
    const folder = configure(context, complete)
    const file = join(folder, 'mufta.config.json')
    writeFileSync(join(folder, '.env'), 'OTHER=1\nSHOP_CRM_API_KEY=old\n')
    for (let round = 0; round < 2; round++) {
      const pulled = pullSettings(file, folder, 'shop-crm', { mode: 'test', values: typed })
      assert.deepEqual(pulled.variables, ['SHOP_CRM_API_KEY'])
    }
    assert.equal(readFileSync(join(folder, '.env'), 'utf8'), `OTHER=1\nSHOP_CRM_API_KEY="a'b c"\n`)
    assert.ok(!readFileSync(file, 'utf8').includes(`a'b`))
    const { mode, settings, site } = (await loadConfig(folder, {})).config.connections['shop-crm'] ?? {}
    assert.equal(mode, 'test')
    assert.deepEqual(settings, {
      url: 'https://demo.retailcrm.ru',
      apiKey: `a'b c`,
      paymentStatuses: { paid: 'paid' },
      statuses: { N: 'new' },
    })
    assert.equal(site?.kind, 'bridge')
  })

  test('touches no configuration that is code, and writes no secret that .env cannot hold', (context) => {
    const folder = configure(context, complete)
    const site = { mode: 'production', values: typed } as const
    assert.throws(() => pullSettings(join(folder, 'mufta.config.ts'), folder, 'shop-crm', site), {
      code: 'CONFIG_NOT_JSON',
    })
    const file = join(folder, 'mufta.config.json')
    const before = readFileSync(file, 'utf8')
    const values = new Map([['apiKey', new Secret('line\nline')]])
    assert.throws(() => pullSettings(file, folder, 'shop-crm', { mode: 'production', values }), {
      code: 'CONFIG_SECRET_FORM',
    })
    assert.equal(readFileSync(file, 'utf8'), before)
  })

  test(
    'takes what was typed on the page of a built module in real PHP',
    { skip: skipWithoutPhp() },
    async (context) => {
      const built = mkdtempSync(join(tmpdir(), 'mufta-built-'))
      context.after(() => rmSync(built, { recursive: true }))
      const connector = retailcrm as unknown as Connector
      writeFolder(join(built, 'm'), buildModule({ connector, id: 'mufta.bridge' }), false)
      await using site = await Site.make({ module: join(built, 'm') })
      await pairWith(site)
      await site.eval(
        `use Mufta\\Bridge\\ConnectorSettings;
         foreach (ConnectorSettings::fields() as $field) {
             $text = ['apiKey' => 'sentinel-key', 'statuses' => "N = new\\nP = paid"][$field['path']] ?? null;
             if ($text !== null) { ConnectorSettings::set($field, $text); }
         }
         return true;`,
      )
      const server = await site.serve(1)
      const endpoint = `${server.url}/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call`
      const folder = configure(context, { endpoint, keyId: KEY.id, secret: KEY.secret })

      const { code, out, err } = await mufta(folder, ['bridge', 'settings', 'shop-crm'])

      assert.equal(code, 0, err)
      assert.ok(!`${out}${err}`.includes('sentinel-key'))
      const { settings } = (await loadConfig(folder, {})).config.connections['shop-crm'] ?? {}
      assert.equal(settings?.['apiKey'], 'sentinel-key')
      assert.deepEqual(settings?.['statuses'], { N: 'new', P: 'paid' })
      assert.equal(settings?.['url'], 'https://demo.retailcrm.ru', 'not typed on the site: stays')
    },
  )
})

test(
  'mufta bridge trial goes through a site in real PHP and leaves the order as it was',
  { skip: skipWithoutPhp() },
  async (context) => {
    await using site = await Site.make()
    await pairWith(site)
    const [id = ''] = await site.place(1)
    const server = await site.serve(2)
    const endpoint = `${server.url}/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call`
    const folder = configure(context, { endpoint, keyId: KEY.id, secret: KEY.secret })

    const args = ['bridge', 'trial', 'shop-crm', '--order', id, '--write', '--wait', '5', '--json']
    const { code, out, err } = await mufta(folder, args)

    const said = JSON.parse(out) as { steps: { step: string; ok: boolean; facts: string }[] }
    assert.deepEqual(
      said.steps.filter(({ ok }) => !ok),
      [],
      err,
    )
    assert.equal(said.steps.length, 7)
    assert.equal(code, 0)
    assert.ok(!out.includes('ivan@') && !out.includes('Иван'), 'no personal data')
    const rows = await site.rows(`SELECT COMMENTS FROM b_sale_order WHERE ID = ${Number(id)}`)
    assert.equal(rows[0]?.['COMMENTS'] ?? '', '')
    const missing = await mufta(folder, ['bridge', 'trial', 'shop-crm', '--order', '999999', '--json'])
    assert.equal(missing.code, 1)
    const russian = await mufta(folder, ['bridge', 'trial', 'shop-crm', '--order', '999999'], {
      LANG: 'ru_RU.UTF-8',
    })
    assert.match(
      russian.out,
      /✔ справочники: .*\n✔ номера заказов: заказов: 1; \d+ мс\n✖ один заказ: заказа 999999 нет/,
    )
    await site.rows('DELETE FROM b_catalog_store')
    const storeless = await mufta(folder, ['bridge', 'trial', 'shop-crm', '--order', id])
    assert.match(storeless.out, /✔ dictionaries: .*stores 0;/, 'a shop need not have stores')
  },
)

describe('POST /bridge/pair', () => {
  test('refuses what is no pairing: type, size, JSON, shape, method, before anything is asked', async (context) => {
    const loaded = await loadConfig(configure(context), { MUFTA_KEYS: keys })
    const store = await openStore(loaded, 'runtime')
    const deps = {
      store,
      vault: requireVault(await openVault(store.admin, loaded.keys)),
      log: silent,
      allowHosts: async () => [],
      clock: Date.now,
    }
    const http = { host: '127.0.0.1', port: 0, routes: pairRoute(() => deps) }
    const runtime = await startRuntime({ store, connections: [], log: silent, http })
    try {
      const url = `${runtime.url}/bridge/pair`
      const json = { 'content-type': 'application/json; charset=utf-8' }
      assert.equal(await statusOf(url, 'POST', { 'content-type': 'text/plain' }, '{}'), 415)
      assert.equal(await statusOf(url, 'POST', json, ' '.repeat(20_000)), 413)
      assert.equal(await statusOf(url, 'POST', json, '{"v":1'), 400)
      assert.equal(await statusOf(url, 'POST', json, ''), 400)
      assert.equal(await statusOf(url, 'POST', json, '{}'), 400)
      assert.equal(await statusOf(url, 'GET', {}, ''), 404)
    } finally {
      await runtime.stop()
      await store.close()
    }
  })
})

function statusOf(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
