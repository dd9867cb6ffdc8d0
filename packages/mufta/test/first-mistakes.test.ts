import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cli, tempFolder } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const ASKED = ['init', '--yes', '--connector', 'retailcrm', '--webhook', 'https://a.example/rest/1/s/']
const ACCOUNT = ['--set', 'url=https://demo.example', 'apiKey=k']
const RU = { MUFTA_LANG: 'ru' }

describe('the first mistakes of somebody new', () => {
  it('init with a bad name writes nothing, so that it can be run again', async (t) => {
    const folder = tempFolder(t)
    const { code, stderr } = await cli(folder, [...ASKED, '--name', 'моя', ...ACCOUNT], RU)
    assert.equal(code, 2)
    assert.match(stderr, /connections\.моя: латинские буквы/)
    assert.deepEqual(
      [existsSync(join(folder, 'mufta.config.json')), existsSync(join(folder, '.env'))],
      [false, false],
    )
  })

  it('init that is not ready says to fill the mappings before anything else', async (t) => {
    const { portal, crm } = await startPlace(t)
    const folder = tempFolder(t)
    const site = ['--webhook', portal.webhook, '--allow-host', '127.0.0.1:*']
    const account = ['--set', `url=${crm.url}`, `apiKey=${crm.apiKey}`]
    const { code, stdout } = await cli(folder, [
      'init',
      '--yes',
      '--connector',
      'retailcrm',
      ...site,
      ...account,
    ])
    assert.equal(code, 1)
    assert.match(stdout, /Next: cure what is marked ✖ in mufta\.config\.json, then "mufta check"/)
    assert.doesNotMatch(stdout, /Next: "mufta plan"/)
  })

  for (const command of ['check', 'plan', 'sync', 'install']) {
    it(`${command} without any connection says so instead of "done"`, async (t) => {
      const folder = tempFolder(t)
      writeFileSync(join(folder, 'mufta.config.json'), '{}')
      const { code, stdout, stderr } = await cli(folder, [command])
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /no connection yet.*CONNECTION_NONE/)
    })
  }

  it('an unknown name is told with those that exist, whichever command was asked', async (t) => {
    const { folder, configure } = await startPlace(t)
    configure()
    for (const args of [
      ['bridge', 'pair', 'nosuch'],
      ['secrets', 'set', 'nosuch', 'settings.apiKey'],
      ['check', 'nosuch'],
    ]) {
      const { code, stderr } = await cli(folder, args, RU)
      assert.equal(code, 2)
      assert.match(stderr, /Соединения «nosuch» .*нет.*; есть: shop-crm/)
    }
  })

  it('bridge verify of what is not there says that of the file, not of the shop', async (t) => {
    const { code, stderr } = await cli(tempFolder(t), ['bridge', 'verify', 'none.zip'], RU)
    assert.equal(code, 1)
    assert.match(stderr, /none\.zip.*BRIDGE_TARGET_MISSING/s)
    assert.doesNotMatch(stderr, /В магазине/)
  })

  for (const system of ['portal', 'retailcrm']) {
    it(`sim ${system} on a port that is taken names the port`, async (t) => {
      const taken = createServer().listen(0, '127.0.0.1')
      t.after(() => taken.close())
      await once(taken, 'listening')
      const { port } = taken.address() as AddressInfo
      const { code, stderr } = await cli(tempFolder(t), ['sim', system, '--', '--port', String(port)], RU)
      assert.equal(code, 1)
      assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}.*--port.*HTTP_NOT_LISTENING`))
    })
  }

  it('a misspelt configuration is told wholly in Russian, each mistake by its path', async (t) => {
    const folder = tempFolder(t)
    const site = { kind: 'rset' }
    const shop = { site, connector: 'retailcrm', mode: 'prod', sitee: 1 }
    const config = { conections: {}, http: { port: 99_999, host: 5 }, connections: { shop, 'a b': shop } }
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(config))
    const { stderr } = await cli(folder, ['check'], RU)
    const told = stderr.split('\n').filter((line) => line.startsWith('  ') && !line.includes('→'))
    assert.ok(told.length >= 5, stderr)
    for (const line of told) assert.match(line, /^ {2}[^:]+: [^a-z]*[а-яё]/, line)
    assert.doesNotMatch(stderr, /Invalid|expected|received|Unrecognized|Too /)
  })

  it('a demo of no orders is refused with what is right', async (t) => {
    const { code, stderr } = await cli(tempFolder(t), ['demo', '--orders', '0'], RU)
    assert.equal(code, 2)
    assert.match(stderr, /--orders.*Нужно целое число от 1/)
  })

  it('a reader that has enough, as head has, ends a command without a stack trace', async (t) => {
    const child = spawn(process.execPath, [MAIN, 'sim', 'portal', '--', '--help'], { cwd: tempFolder(t) })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await once(child, 'close')
    assert.equal(stderr, '')
  })
})
