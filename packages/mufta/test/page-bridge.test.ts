import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import retailcrm from '@mufta/connector-retailcrm'
import type { Connector } from '@mufta/kit'
import { openSqliteStore } from '@mufta/runtime'
import { startRetailCrm, type SimulatedRetailCrm } from '@mufta/testing'
import { Visitor } from '../../runtime/test/fakes/admin.ts'
import type { Overview, OverviewConnection } from '../../runtime/src/insight/overview.ts'
import { buildModule } from '../src/bridge/build-module.ts'
import { writeFolder } from '../src/bridge/module-files.ts'
import { BridgeCaller, KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { crmSettings, typeCode } from './bridge-helpers/bridge-world.ts'
import { waitFor } from './bridge-helpers/child.ts'
import { MODULE_ID, Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'
import { cli, json, tempFolder } from './helpers/cli.ts'
import { startPage, type PagePlace } from './helpers/page.ts'

const NAME = 'shop-crm'
const PAIRING = `/connections/${NAME}/pairing`

interface Paired {
  readonly paired: { readonly site: string; readonly module: string; readonly at: number } | null
}

interface Invitation {
  readonly code: string
  readonly until: number
  readonly address: string
  readonly isPublic: boolean
}

async function startCrm(t: TestContext): Promise<SimulatedRetailCrm> {
  const crm = await startRetailCrm({ requestsPerSecond: 0 })
  t.after(() => crm.close())
  return crm
}

/** A connection over the site's module, made on the page. */
async function addConnection({ administrator }: PagePlace, crm: SimulatedRetailCrm, site: object = {}) {
  return administrator.post(`/connections`, {
    name: NAME,
    connector: 'retailcrm',
    mode: 'production',
    site: { kind: 'bridge', ...site },
    settings: crmSettings(crm),
    schedule: { pollSeconds: 0.3, sweepSeconds: 2 },
  })
}

async function card({ administrator }: PagePlace): Promise<OverviewConnection | undefined> {
  return (await administrator.get<Overview>('/overview')).body.connections.find(({ name }) => name === NAME)
}

async function waitForState(page: PagePlace, state: string): Promise<OverviewConnection | undefined> {
  await waitFor(async () => (await card(page))?.state === state, `the connection to be ${state}`, 20_000)
  return card(page)
}

describe('a site joined by the bridge, on the page of an empty Mufta', () => {
  it('waits with its reason until it is paired, and only an administrator gets a code, which is kept nowhere', async (t) => {
    const page = await startPage(t, { top: { http: { port: 0, publicUrl: 'https://mufta.example.ru/m' } } })
    const { administrator } = page
    assert.equal((await addConnection(page, await startCrm(t))).status, 200)

    const waiting = await waitForState(page, 'paused')
    assert.equal(waiting?.reason?.code, 'BRIDGE_NOT_PAIRED')
    assert.equal(waiting.byOperator, false)
    assert.deepEqual((await administrator.get<Paired>(PAIRING)).body, { paired: null })

    for (const role of ['viewer', 'operator']) {
      await administrator.post('/users', { login: role, role, password: 'correct horse 1' })
      const person = new Visitor(page.url, {})
      await person.signIn(role)
      assert.equal((await person.get(PAIRING)).status, 200)
      assert.equal((await person.post(PAIRING)).status, 403)
    }
    const { status, body } = await administrator.post<Invitation>(PAIRING)
    assert.equal(status, 200)
    assert.match(body.code, /^shop-crm\.[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/)
    assert.deepEqual([body.address, body.isPublic], ['https://mufta.example.ru/m', true])
    assert.ok(Math.abs(body.until - Date.now() - 900_000) < 60_000)

    const audit = await administrator.get('/audit')
    assert.match(audit.text, /"action":"bridge\.code","target":"shop-crm"/)
    const rest = await Promise.all(['/journal', '/logs', '/secrets'].map((path) => administrator.get(path)))
    const said = [audit, ...rest].map(({ text }) => text).join() + page.mufta.stdout + page.mufta.stderr
    assert.ok(!said.includes(body.code.split('.')[1] ?? ''), 'the code stands nowhere')
  })

  it('says why there is no code: no such connection, another road, a key typed by hand', async (t) => {
    const page = await startPage(t)
    const crm = await startCrm(t)
    const { administrator } = page
    const refused = async (name: string): Promise<unknown[]> => {
      const { status, body } = await administrator.post(`/connections/${name}/pairing`)
      return [status, body['error']]
    }
    assert.deepEqual(await refused('nobody'), [404, 'CONNECTION_UNKNOWN'])
    const site = { kind: 'rest', webhook: 'http://127.0.0.1:9/rest/1/key/' }
    const rest = { name: 'rest', connector: 'retailcrm', site, settings: crmSettings(crm) }
    assert.equal((await administrator.post('/connections', rest)).status, 200)
    assert.deepEqual(await refused('rest'), [409, 'CONNECTION_NOT_A_BRIDGE'])
    const key = { endpoint: 'http://127.0.0.1:9/x', keyId: 'k1', secret: 'e5'.repeat(32) }
    assert.equal((await addConnection(page, crm, key)).status, 200)
    assert.deepEqual(await refused(NAME), [409, 'CONNECTION_KEY_CONFIGURED'])
  })

  it('cannot be made without a key of the vault, and the answer says what to do', async (t) => {
    const page = await startPage(t, { hasKeys: false })
    const { status, body } = await page.administrator.post('/connections', {
      name: NAME,
      connector: 'retailcrm',
      site: { kind: 'bridge' },
      settings: { url: 'https://demo.retailcrm.ru' },
    })
    assert.deepEqual([status, body['error']], [200, undefined], 'it may wait for its key')
    const { reason } = (await waitForState(page, 'failing')) ?? {}
    assert.equal(reason?.code, 'CONNECTION_INCOMPLETE')
    const refused = await page.administrator.post(PAIRING)
    assert.deepEqual([refused.status, refused.body['error']], [409, 'VAULT_NO_KEY'])
    assert.match(String(refused.body['message']), /mufta secrets generate-key --save/)
  })

  it('keeps a code that waits while the key of the vault is changed on the command line', async (t) => {
    const page = await startPage(t)
    assert.equal((await addConnection(page, await startCrm(t))).status, 200)
    assert.equal((await page.administrator.post(PAIRING)).status, 200)
    await page.mufta.end('SIGTERM')
    await cli(page.folder, ['secrets', 'generate-key', '--save'])
    const waiting = async (): Promise<string> => {
      await using store = await openSqliteStore({ path: join(page.folder, 'data/mufta.db'), role: 'tool' })
      return store.value(`bridge/${NAME}/pairing`) ?? ''
    }
    assert.match(await waiting(), /"letters":"v1:k1:/)
    assert.equal((await cli(page.folder, ['secrets', 'rotate'])).code, 0)
    assert.match(await waiting(), /"letters":"v1:k2:/)
  })

  it(
    'is paired with a code typed on the site in real PHP, and its orders travel at once',
    { skip: skipWithoutPhp() },
    async (t) => {
      await using site = await Site.make()
      const { url: siteUrl } = await site.serve(4)
      const crm = await startCrm(t)
      const page = await startPage(t)
      const { administrator } = page
      assert.equal((await addConnection(page, crm)).status, 200)
      await waitForState(page, 'paused')
      const { code, address } = (await administrator.post<Invitation>(PAIRING)).body
      assert.equal(address, page.url)

      assert.equal(await typeCode(siteUrl, address, code), 'paired')

      await waitForState(page, 'running')
      const { paired } = (await administrator.get<Paired>(PAIRING)).body
      assert.deepEqual({ ...paired, at: 0 }, { site: siteUrl, module: 'mufta.bridge', at: 0 })
      const { body } = await administrator.post<{ ok: boolean; findings: object[] }>(
        `/connections/${NAME}/check`,
      )
      assert.equal(body.ok, true, JSON.stringify(body.findings))
      const [first = ''] = await site.place(1)
      await waitFor(() => crm.order(first) !== null, 'the order in the CRM', 20_000)
      assert.equal((await card(page))?.budgets.site, null, 'a site has no budget of requests')

      const again = (await administrator.post<Invitation>(PAIRING)).body
      assert.equal(await typeCode(siteUrl, address, again.code), 'paired', 'paired again')
      const [second = ''] = await site.place(1)
      await waitFor(() => crm.order(second) !== null, 'the order over the new key', 20_000)
      assert.notEqual(await typeCode(siteUrl, address, again.code), 'paired', 'a code works once')

      // Its settings can still be changed, restored and looked at beside the key.
      const view = (await administrator.get(`/connections/${NAME}`)).body
      assert.deepEqual(view['site'], { kind: 'bridge' })
      const change = { version: view['version'], mode: 'test', site: view['site'] }
      assert.equal((await administrator.put(`/connections/${NAME}`, change)).status, 200)
      assert.equal((await card(page))?.state, 'running')
    },
  )

  it(
    'takes the settings typed on the site, which the running Mufta goes on with, and its trial is gone through',
    { skip: skipWithoutPhp() },
    async (t) => {
      const connector = retailcrm as unknown as Connector
      const built = join(tempFolder(t), MODULE_ID)
      writeFolder(built, buildModule({ connector, id: MODULE_ID }), false)
      await using site = await Site.make({ module: built })
      await pairWith(site, '', '')
      await site.eval(
        `use Mufta\\Bridge\\ConnectorSettings;
         foreach (ConnectorSettings::fields() as $field) {
             $text = ['apiKey' => 'sentinel-of-the-site', 'pollSeconds' => '7'][$field['path']] ?? null;
             if ($text !== null) { ConnectorSettings::set($field, $text); }
         }
         return true;`,
      )
      const { url, target } = new BridgeCaller((await site.serve(2)).url, site.id)
      const crm = await startCrm(t)
      const page = await startPage(t)
      const key = { endpoint: url + target, keyId: KEY.id, secret: KEY.secret }
      assert.equal((await addConnection(page, crm, key)).status, 200)
      await waitForState(page, 'running')

      const { code, stdout, stderr } = await cli(page.folder, ['bridge', 'settings', NAME])

      assert.equal(code, 0, stderr)
      assert.match(stdout, /apiKey/)
      assert.ok(!`${stdout}${stderr}`.includes('sentinel'), 'no secret is printed')
      const view = (await page.administrator.get(`/connections/${NAME}`)).body
      const { pollSeconds, url: crmUrl, apiKey } = view['settings'] as Record<string, unknown>
      assert.deepEqual([pollSeconds, crmUrl], [7, crm.url], 'what was not typed there stays')
      assert.equal((apiKey as { set?: boolean }).set, true)
      assert.match((await page.administrator.get('/audit')).text, /"who":"mufta bridge settings"/)
      // The key typed on the site is not the CRM's: the running Mufta has taken it up.
      await waitForState(page, 'paused')

      const [id = ''] = await site.place(1)
      const trial = await cli(page.folder, ['bridge', 'trial', NAME, '--order', id, '--write', '--json'])
      assert.equal(trial.code, 0, `${trial.stdout}${trial.stderr}`)
      assert.equal(json<{ steps: unknown[] }>(trial).steps.length, 6)
      const unknown = await cli(page.folder, ['bridge', 'trial', 'nobody', '--order', id])
      assert.equal(unknown.code, 2)
      assert.match(unknown.stderr, /"nobody".*shop-crm/)

      // A key that the running Mufta lacks seals nothing.
      const versionOf = async () => (await page.administrator.get(`/connections/${NAME}`)).body['version']
      const before = await versionOf()
      await cli(page.folder, ['secrets', 'generate-key', '--save'])
      const refused = await cli(page.folder, ['bridge', 'settings', NAME, '--json'])
      assert.deepEqual(
        [refused.code, json<{ error?: { code: string } }>(refused).error?.code],
        [2, 'VAULT_KEY_NOT_LOADED'],
      )
      assert.equal(await versionOf(), before)
    },
  )
})
