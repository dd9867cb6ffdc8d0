import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cli, json } from './helpers/cli.ts'
import { applicationSite, startPlace } from './helpers/place.ts'

interface InstallDocument {
  readonly connections: readonly { readonly site: readonly string[]; readonly external: readonly string[] }[]
}

const URL_OPTION = ['--url', 'https://mufta.example.ru/']
const HANDLER = 'https://mufta.example.ru/hooks/shop-crm/site'

describe('mufta install', () => {
  it('binds the events of an application once, and uninstall takes them away', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    configure({ site: applicationSite(portal) })
    const first = json<InstallDocument>(await cli(folder, ['install', ...URL_OPTION, '--json']))
    assert.ok(first.connections[0]?.site.includes('bound: ONSALEORDERSAVED'))
    assert.ok(first.connections[0]?.site.includes(`handler address: ${HANDLER}`))
    assert.match(first.connections[0]?.external.join() ?? '', /API key works/)
    const second = json<InstallDocument>(await cli(folder, ['install', ...URL_OPTION, '--json']))
    assert.ok(second.connections[0]?.site.includes('already bound: ONSALEORDERSAVED'))
    const gone = json<InstallDocument>(await cli(folder, ['uninstall', ...URL_OPTION, '--json']))
    assert.ok(gone.connections[0]?.site.includes('unbound: ONSALEORDERSAVED'))
    const again = await cli(folder, ['uninstall', ...URL_OPTION, '--json'])
    assert.equal(again.code, 0)
    assert.ok(json<InstallDocument>(again).connections[0]?.site.includes('nothing was bound'))
  })

  it('tells in Russian what it did on either side', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    configure({ site: applicationSite(portal) })
    const { stdout } = await cli(folder, ['install', ...URL_OPTION], { MUFTA_LANG: 'ru' })
    assert.match(stdout, /подписано: ONSALEORDERSAVED/)
    assert.match(stdout, new RegExp(`адрес обработчика: ${HANDLER}`))
    assert.match(stdout, /ключ API работает/)
  })

  it('takes the public address from the configuration, and asks for it where an application has none', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    const { applicationToken: _, ...site } = applicationSite(portal)
    configure({ site })
    const missing = await cli(folder, ['install'], { MUFTA_LANG: 'ru' })
    assert.equal(missing.code, 2)
    assert.match(missing.stderr, /--url https/)
    assert.equal((await cli(folder, ['install', '--url', 'mufta.example.ru'])).code, 2)
    const http = { host: '127.0.0.1', port: 0, publicUrl: 'https://mufta.example.ru' }
    configure({ site, top: { http } })
    const done = await cli(folder, ['install', 'shop-crm'])
    assert.equal(done.code, 0, done.stderr)
    assert.ok(done.stdout.includes(HANDLER))
    assert.match(done.stdout, /Events are refused until applicationToken/)
  })

  it('tells the owner of an inbound webhook what to do by hand', async (t) => {
    const { folder } = await startPlace(t)
    const { code, stdout } = await cli(folder, ['install', ...URL_OPTION])
    assert.equal(code, 0)
    assert.match(stdout, /outgoing webhook/)
    assert.ok(stdout.includes(HANDLER))
    assert.equal((await cli(folder, ['uninstall'])).code, 0)
  })
})
