import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Secret } from '@mufta/kit'
import { Access, openSqliteStore, parseKeys, Vault } from '@mufta/runtime'
import { secretsSet } from '../src/commands/secrets.ts'
import { loadConfig } from '../src/config/load.ts'
import { portalAccess, portalOrigins } from '../src/config/portal-users.ts'
import { DEMO_SETTINGS } from '../src/demo/systems.ts'
import { createScreen } from '../src/ui/screen.ts'
import { Cli, cli, json, ndjson, tempFolder } from './helpers/cli.ts'
import { NAME, startPlace, type Place } from './helpers/place.ts'

const PASSWORD = 'correct horse 1'

/** A folder whose configuration has no connection. */
function emptyFolder(t: TestContext, config: object = {}): string {
  const folder = tempFolder(t)
  const whole = { http: { port: 0 }, security: { allowHosts: ['127.0.0.1:*'] }, ...config }
  writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(whole))
  return folder
}

interface Running {
  readonly process: Cli
  readonly url: string
}

async function start(t: TestContext, folder: string): Promise<Running> {
  const process = new Cli(folder, ['run'])
  t.after(() => process.end('SIGKILL'))
  await until(() => process.stdout.includes('Mufta is running'), process)
  const line = ndjson<{ url?: string }>({ stdout: process.stdout, stderr: '', code: null }).find(
    ({ url }) => url !== undefined,
  )
  return { process, url: line?.url ?? '' }
}

async function until(condition: () => boolean, what: { stderr: string; stdout: string }): Promise<void> {
  const end = Date.now() + 15_000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`in vain: ${what.stdout.slice(-2000)} ${what.stderr}`)
    await sleep(10)
  }
}

/** A page that is signed in. */
class Page {
  cookie = ''
  csrf = ''
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.#url}/api${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        'x-csrf-token': this.csrf,
        'content-type': 'application/json',
        connection: 'close',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Record<string, unknown>
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) this.cookie = set.slice(0, set.indexOf(';'))
    if (typeof answer['csrf'] === 'string') this.csrf = answer['csrf']
    return { status: response.status, body: answer }
  }
}

async function firstAdmin({ process, url }: Running): Promise<Page> {
  await until(() => process.stderr.includes('/admin/#/first?token='), process)
  const token = /token=([\w-]+)/.exec(process.stderr)?.[1]
  const page = new Page(url)
  const { status } = await page.call('POST', '/session/first', { token, login: 'anna', password: PASSWORD })
  assert.equal(status, 200)
  return page
}

function connectionTo({ portal, crm }: Place, name = NAME): object {
  return {
    name,
    connector: 'retailcrm',
    mode: 'production',
    site: { kind: 'rest', webhook: portal.webhook, limits: { perSecond: 1000, burst: 1000 } },
    settings: { url: crm.url, apiKey: crm.apiKey, pollSeconds: 1, requestsPerSecond: 1000, ...DEMO_SETTINGS },
    schedule: { pollSeconds: 0.2 },
  }
}

async function setSecret(folder: string, path: string, value: string): Promise<number> {
  const stdin = Object.assign(new PassThrough(), { isTTY: false })
  stdin.end(`${value}\n`)
  const quiet = new PassThrough() as unknown as NodeJS.WriteStream
  const screen = createScreen({ lang: 'en', json: true, stdout: quiet, stderr: quiet })
  const signal = new AbortController().signal
  const context = { screen, cwd: folder, env: {}, configFile: undefined, signal }
  return secretsSet(context, NAME, path, stdin as unknown as NodeJS.ReadStream)
}

describe('from an empty installation', () => {
  it('the printed link makes an administrator, whose connection delivers at once and after a restart', async (t) => {
    const place = await startPlace(t)
    const folder = emptyFolder(t)
    assert.equal((await cli(folder, ['secrets', 'generate-key', '--save'])).code, 0)
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
    const running = await start(t, folder)
    const page = await firstAdmin(running)
    const names = (await page.call('GET', '/connectors')).body['connectors'] as { name: string }[]
    assert.deepEqual(
      names.map(({ name }) => name),
      ['retailcrm'],
    )
    const made = await page.call('POST', '/connections', connectionTo(place))
    assert.equal(made.status, 200, JSON.stringify(made.body))
    const check = await page.call('POST', `/connections/${NAME}/check`)
    assert.equal(check.body['ok'], true, JSON.stringify(check.body))
    place.portal.placeOrder({})
    await until(() => place.crm.orders().length === 1, running.process)
    const ended = await running.process.end('SIGTERM')
    assert.equal(ended.code, 0)
    assert.ok(!ended.stdout.includes(place.crm.apiKey) && !ended.stdout.includes(place.portal.webhook))

    const listed = json<{ connections: { connection: string; ok: boolean }[] }>(
      await cli(folder, ['check', '--json']),
    )
    assert.deepEqual(
      listed.connections.map(({ connection, ok }) => [connection, ok]),
      [[NAME, true]],
    )
    const again = await start(t, folder)
    assert.ok(!again.process.stderr.includes('token='), 'there is a user: no link is printed')
    place.portal.placeOrder({})
    await until(() => place.crm.orders().length === 2, again.process)
    await again.process.end('SIGTERM')
    writeFileSync(join(folder, '.env'), '')
    const noKey = await cli(folder, ['run', '--json'])
    assert.equal(noKey.code, 2)
    assert.equal((json(noKey)['error'] as { code: string }).code, 'VAULT_NO_KEY')
  })
})

describe('mufta secrets', () => {
  it('sets, lists, rotates and checks keys beside a running Mufta, and never shows one', async (t) => {
    const place = await startPlace(t)
    const folder = emptyFolder(t)
    await cli(folder, ['secrets', 'generate-key', '--save'])
    const running = await start(t, folder)
    const page = await firstAdmin(running)
    const made = {
      ...connectionTo(place),
      settings: { url: place.crm.url, apiKey: 'mistyped-key', ...DEMO_SETTINGS },
    }
    await page.call('POST', '/connections', made)
    assert.equal((await page.call('POST', `/connections/${NAME}/check`)).body['ok'], false)
    assert.equal(await setSecret(folder, 'settings.apiKey', place.crm.apiKey), 0)
    let isOk: unknown
    for (let round = 0; round < 100 && isOk !== true; round++) {
      await sleep(50)
      isOk = (await page.call('POST', `/connections/${NAME}/check`)).body['ok']
    }
    assert.equal(isOk, true, 'the running Mufta heard of it')
    await running.process.end('SIGTERM')

    const list = await cli(folder, ['secrets', 'list', '--json'])
    const paths = json<{ secrets: { path: string; key: string; by: string }[] }>(list).secrets
    assert.deepEqual(
      paths.map(({ path, key, by }) => [path, key, by]),
      [
        ['settings.apiKey', 'k1', 'mufta secrets'],
        ['site.webhook', 'k1', 'anna'],
      ],
    )
    await cli(folder, ['secrets', 'generate-key', '--save'])
    assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^MUFTA_KEYS=k2:[\w+/=]+,k1:[\w+/=]+\n$/)
    const rotated = await cli(folder, ['secrets', 'rotate', '--json'])
    assert.deepEqual(json(rotated), { rotated: 2, left: 0, key: 'k2' })
    const checked = await cli(folder, ['secrets', 'export-key-check', '--json'])
    const { keys, unreadable } = json<{
      keys: { key: string; secrets: number; check: string }[]
      unreadable: []
    }>(checked)
    assert.deepEqual(
      keys.map(({ key, secrets }) => [key, secrets]),
      [
        ['k2', 2],
        ['k1', 0],
      ],
    )
    assert.deepEqual(unreadable, [])
    const said = [list, rotated, checked].map(({ stdout, stderr }) => stdout + stderr).join('')
    for (const secret of [
      place.crm.apiKey,
      place.portal.webhook,
      'mistyped-key',
      readFileSync(join(folder, '.env'), 'utf8').slice(15, 50),
    ])
      assert.ok(!said.includes(secret))
    const bytes = readFileSync(join(folder, 'data/mufta.db')).toString('latin1')
    assert.ok(!bytes.includes(place.crm.apiKey) && !bytes.includes('mistyped-key'))
  })

  it('are not sealed with a key that the running Mufta lacks, until it is started again', async (t) => {
    const place = await startPlace(t)
    const folder = emptyFolder(t)
    await cli(folder, ['secrets', 'generate-key', '--save'])
    const running = await start(t, folder)
    const page = await firstAdmin(running)
    assert.equal((await page.call('POST', '/connections', connectionTo(place))).status, 200)
    await cli(folder, ['secrets', 'generate-key', '--save'])

    const refused = await cli(folder, ['secrets', 'rotate', '--json'])
    assert.equal(refused.code, 2)
    const { code, message } = json<{ error: { code: string; message: string } }>(refused).error
    assert.equal(code, 'VAULT_KEY_NOT_LOADED')
    assert.match(message, /without the key "k2".*start it again/)
    const russian = await cli(folder, ['secrets', 'rotate'], { MUFTA_LANG: 'ru' })
    assert.match(russian.stderr, /без ключа «k2».*перезапустите/)
    await assert.rejects(setSecret(folder, 'settings.apiKey', 'another'), { code: 'VAULT_KEY_NOT_LOADED' })
    const keys = async () =>
      json<{ secrets: { key: string }[] }>(await cli(folder, ['secrets', '--json'])).secrets.map(
        ({ key }) => key,
      )
    assert.deepEqual(await keys(), ['k1', 'k1'])

    await running.process.end('SIGTERM')
    const again = await start(t, folder)
    const rotated = await cli(folder, ['secrets', 'rotate', '--json'])
    assert.deepEqual(json(rotated), { rotated: 2, left: 0, key: 'k2' })
    assert.deepEqual(await keys(), ['k2', 'k2'])
    place.portal.placeOrder({})
    await until(() => place.crm.orders().length === 1, again.process)
  })

  it('a new key under a name that is taken is refused, and nothing is written', async (t) => {
    const folder = emptyFolder(t)
    await cli(folder, ['secrets', 'generate-key', '--id', 'mine', '--save'])
    const before = readFileSync(join(folder, '.env'), 'utf8')
    for (const save of [['--save'], []]) {
      const args = ['secrets', 'generate-key', '--id', 'mine', ...save]
      const { code, stderr } = await cli(folder, args)
      assert.equal(code, 2)
      assert.match(stderr, /has a key "mine" already: give another name, such as k2.* CONFIG_KEY_TAKEN/)
      assert.match((await cli(folder, args, { MUFTA_LANG: 'ru' })).stderr, /Ключ «mine» .* уже есть/)
    }
    assert.equal(readFileSync(join(folder, '.env'), 'utf8'), before)
  })

  it('whose key is lost are listed, then forgotten, and nothing else is', async (t) => {
    const folder = emptyFolder(t)
    const { MUFTA_KEYS: lost = '' } = json<Record<string, string>>(
      await cli(folder, ['secrets', 'generate-key', '--id', 'old', '--json']),
    )
    const { MUFTA_KEYS: kept = '' } = json<Record<string, string>>(
      await cli(folder, ['secrets', 'generate-key', '--json']),
    )
    await cli(folder, ['users', 'invite'])
    {
      await using store = await openSqliteStore({ path: join(folder, 'data/mufta.db'), role: 'tool' })
      for (const [path, key] of [
        ['a', lost],
        ['b', kept],
      ] as const) {
        const at = { connection: NAME, path }
        const sealed = new Vault(parseKeys(new Secret(key))).seal(at, new Secret('value'))
        await store.admin.putSecret({ ...at, sealed }, { who: 'test', action: 'secret.set', target: NAME })
      }
    }
    const env = { MUFTA_KEYS: kept }
    assert.equal((await cli(folder, ['secrets', 'rotate'], env)).code, 2)
    const listed = await cli(folder, ['secrets', 'forget', '--json'], env)
    assert.deepEqual([listed.code, json(listed)['lost']], [1, [{ connection: NAME, path: 'a' }]])
    assert.equal((await cli(folder, ['secrets', 'forget', '--yes'], env)).code, 0)
    const left = json<{ secrets: { path: string }[] }>(await cli(folder, ['secrets', '--json'], env)).secrets
    assert.deepEqual(
      left.map(({ path }) => path),
      ['b'],
    )
  })

  it('refuses a secret that no connection has, and an empty one', async (t) => {
    const place = await startPlace(t)
    await cli(place.folder, ['users', 'invite'])
    await cli(place.folder, ['secrets', 'generate-key', '--save'])
    await assert.rejects(setSecret(place.folder, 'settings.apiKey', 'x'), { code: 'CONNECTION_READ_ONLY' })
    await assert.rejects(setSecret(place.folder, 'settings.apiKey', ''), { code: 'CONFIG_BAD_SECRET' })
  })
})

describe('mufta users', () => {
  it('invites before the first run, lists and removes, but never the last administrator', async (t) => {
    const folder = emptyFolder(t, { http: { port: 0, publicUrl: 'https://mufta.example.ru/' } })
    const invited = json<{ link: string; role: string }>(
      await cli(folder, ['users', 'invite', 'boris', '--json']),
    )
    assert.match(invited.link, /^https:\/\/mufta\.example\.ru\/admin\/#\/first\?token=[\w-]{43}$/)
    assert.equal(invited.role, 'admin')
    const path = join(folder, 'data/mufta.db')
    {
      await using store = await openSqliteStore({ path, role: 'tool' })
      const access = new Access({ store: store.admin, clock: Date.now })
      const token = invited.link.slice(-43)
      await access.signInFirst(token, { login: 'boris', password: PASSWORD }, '127.0.0.1')
    }
    const { users } = json<{ users: { login: string; role: string }[] }>(
      await cli(folder, ['users', '--json']),
    )
    assert.deepEqual(
      users.map(({ login, role }) => [login, role]),
      [['boris', 'admin']],
    )
    const last = await cli(folder, ['users', 'remove', 'boris', '--json'])
    assert.equal((json(last)['error'] as { code: string }).code, 'ACCESS_LAST_ADMIN')
    await using store = await openSqliteStore({ path, role: 'tool' })
    const [entry] = await store.admin.audit({ limit: 1 })
    assert.equal(entry?.action, 'session.open')
  })
})

describe('people of a portal', () => {
  it('are asked about at the portal itself, and only by the application that is named', async (t) => {
    const { portal } = await startPlace(t)
    const { url, app } = portal
    const ask = async (authId: string, clientId?: string) => {
      const named = clientId === undefined ? { url } : { url, clientId }
      const loaded = await loadConfig(emptyFolder(t, { admin: { portals: [named] } }), {})
      assert.deepEqual(portalOrigins(loaded), [url])
      const access = portalAccess(loaded)
      assert.deepEqual(access?.hosts, [new URL(url).host])
      return access?.verify({ domain: new URL(url).host, authId, memberId: '' }, {})
    }
    assert.deepEqual(await ask(app.accessToken, app.clientId), { id: '1', isAdmin: true })
    assert.deepEqual(await ask(app.accessToken), { id: '1', isAdmin: true })
    assert.equal(await ask(app.accessToken, 'local.another'), null)
    assert.equal(await ask('no-such-token', app.clientId), null)
    const { accessToken } = app
    portal.expireAccessTokens()
    assert.equal(await ask(accessToken), null)
    await portal.close()
    await assert.rejects(ask(app.accessToken), (error: Error) => !error.message.includes(app.accessToken))
  })
})
