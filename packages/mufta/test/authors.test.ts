import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadConnector } from '../src/config/connectors.ts'
import { Cli, cli, json, tempFolder } from './helpers/cli.ts'

/** Inside the repository, so that the generated code finds the packages; ignored by git. */
const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url))

describe('mufta connector new', () => {
  it('makes a connector that loads and whose tests pass as generated', async (t) => {
    mkdirSync(CACHE, { recursive: true })
    const folder = mkdtempSync(join(CACHE, 'connector-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const made = await cli(folder, ['connector', 'new', 'beta.erp_x', '--json'])
    assert.equal(made.code, 0, made.stderr)
    const target = String(json(made)['folder'])
    assert.equal(target, join(folder, 'connectors', 'beta-erp-x'))
    const connector = await loadConnector('./connectors/beta-erp-x/src/index.ts', folder)
    assert.equal(connector.id, 'beta.erp_x')
    for (const file of globSync(`${target}/**/*.*`))
      assert.doesNotMatch(readFileSync(file, 'utf8'), /acme/i, `${file} names the template`)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--test', '--test-reporter=tap', `${target}/test/*.test.ts`],
      { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, timeout: 60_000 },
    )
    assert.match(stdout, /^# fail 0$/m)
    assert.doesNotMatch(stdout, /^# pass 0$/m)
  })

  it('refuses bad ids and folders that are there already, and makes nothing', async (t) => {
    const folder = tempFolder(t)
    for (const id of ['acme', 'Acme.crm', 'acme.crm.x', '1c.crm', 'acme.', '../x.y', 'acme crm'])
      assert.equal((await cli(folder, ['connector', 'new', id])).code, 2, id)
    assert.ok(!existsSync(join(folder, 'connectors')))
    mkdirSync(join(folder, 'mine'))
    const ended = await cli(folder, ['connector', 'new', 'acme.crm', '--folder', 'mine'], {
      MUFTA_LANG: 'ru',
    })
    assert.equal(ended.code, 2)
    assert.match(ended.stderr, /уже есть.*--folder/)
  })
})

describe('mufta sim', () => {
  it('starts a portal with orders and a CRM, says where they are, and ends at a signal', async (t) => {
    const folder = tempFolder(t)
    const portal = new Cli(folder, ['sim', 'portal', '--orders', '3', '--json'])
    const crm = new Cli(folder, ['sim', 'retailcrm', '--key', 'my-key', '--json'])
    t.after(() => Promise.all([portal.end('SIGKILL'), crm.end('SIGKILL')]))
    while (!portal.stdout.includes('\n') || !crm.stdout.includes('\n')) {
      assert.ok(portal.child.exitCode === null && crm.child.exitCode === null, portal.stderr + crm.stderr)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const site = JSON.parse(portal.stdout) as { url: string; webhook: string }
    const account = JSON.parse(crm.stdout) as { url: string; apiKey: string }
    const orders = (await (await fetch(`${site.url}/_sim/orders`)).json()) as unknown[]
    assert.equal(orders.length, 3)
    assert.ok(site.webhook.startsWith(site.url))
    assert.equal(account.apiKey, 'my-key')
    assert.equal((await portal.end('SIGTERM')).code, 0)
    assert.equal((await crm.end('SIGINT')).code, 0)
  })
})
