import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { cli, tempFolder } from './helpers/cli.ts'

const GOOD = {
  connections: {
    a: {
      site: { kind: 'rest', webhook: '${SITE_WEBHOOK}' },
      connector: 'retailcrm',
      settings: { url: 'https://demo.example', apiKey: '${CRM_KEY}' },
    },
  },
}

describe('the configuration', () => {
  it('broken JSON is told by its place, never by its text', async (t) => {
    const folder = tempFolder(t)
    for (const text of [
      '{"connections": {"a": {"settings": {"apiKey": "SENTINEL",}}}}',
      '{"apiKey": SENTINEL}',
      '{\n  "apiKey": "SENTINEL"\n  "x": 1\n}',
    ]) {
      writeFileSync(join(folder, 'mufta.config.json'), text)
      const { code, stderr } = await cli(folder, ['jobs'], { MUFTA_LANG: 'ru' })
      assert.equal(code, 2)
      assert.match(stderr, /mufta\.config\.json не читается: это не верный JSON/)
      assert.ok(!stderr.includes('SENTINEL'), stderr)
    }
  })

  it('missing variables are all named at once, and .env beside the file fills them', async (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(GOOD))
    const missing = await cli(folder, ['jobs'])
    assert.equal(missing.code, 2)
    assert.match(missing.stderr, /needs SITE_WEBHOOK, CRM_KEY: set it in the environment or in \.env/)
    writeFileSync(join(folder, '.env'), 'SITE_WEBHOOK=https://a.example/rest/1/s/\nCRM_KEY=k\n')
    const filled = await cli(folder, ['jobs'])
    assert.equal(filled.code, 1)
    assert.match(filled.stderr, /no store yet/)
  })

  it('every mistake is named by its path, without a value', async (t) => {
    const folder = tempFolder(t)
    const site = { kind: 'rest', webhook: 'SENTINEL no address', pollSeconds: 'SENTINEL' }
    const config = { http: { port: 99_999 }, connections: { shop: { site, connector: 'retailcrm' } } }
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(config))
    const { code, stderr } = await cli(folder, ['check'])
    assert.equal(code, 2)
    for (const path of ['http.port', 'connections.shop.site.webhook', 'connections.shop.site.pollSeconds'])
      assert.ok(stderr.includes(path), `${path} is named: ${stderr}`)
    assert.ok(!stderr.includes('SENTINEL'), stderr)
    writeFileSync(
      join(folder, 'mufta.config.json'),
      JSON.stringify({ connections: { 'bad name': GOOD.connections.a } }).replaceAll('$', ''),
    )
    assert.match((await cli(folder, ['check'])).stderr, /connections\.bad name: use letters, digits/)
  })

  it('settings of the connector are checked before anything is opened', async (t) => {
    const folder = tempFolder(t)
    const text = JSON.stringify(GOOD).replace('"url":"https://demo.example",', '"adress":"SENTINEL",')
    writeFileSync(join(folder, 'mufta.config.json'), text)
    const env = { SITE_WEBHOOK: 'https://a.example/rest/1/s/', CRM_KEY: 'SENTINEL' }
    const { code, stderr } = await cli(folder, ['run'], env)
    assert.equal(code, 2)
    assert.match(stderr, /connections\.a\.settings is not right:.*url is missing.*adress is unknown/s)
    assert.ok(!stderr.includes('SENTINEL'), stderr)
  })

  it('a TypeScript configuration works, and its mistakes do not quote it', async (t) => {
    const folder = tempFolder(t)
    const config = JSON.stringify(GOOD).replaceAll('${SITE_WEBHOOK}', 'https://a.example/rest/1/s/')
    writeFileSync(join(folder, 'mufta.config.ts'), `export default ${config} satisfies object\n`)
    const good = await cli(folder, ['jobs'], { CRM_KEY: 'k' })
    assert.match(good.stderr, /no store yet/)
    const other = tempFolder(t)
    writeFileSync(join(other, 'mufta.config.ts'), 'export default { apiKey: "SENTINEL" oops }\n')
    const bad = await cli(other, ['jobs'])
    assert.equal(bad.code, 2)
    assert.match(bad.stderr, /not valid code; "node --check mufta\.config\.ts" says where/)
    assert.ok(!bad.stderr.includes('SENTINEL'))
  })

  it('an unknown connector, connection or store is told with what is known', async (t) => {
    const folder = tempFolder(t)
    const env = { SITE_WEBHOOK: 'https://a.example/rest/1/s/', CRM_KEY: 'k' }
    const write = (text: string): void => writeFileSync(join(folder, 'mufta.config.json'), text)
    write(JSON.stringify(GOOD).replace('"retailcrm"', '"amocrm"'))
    assert.match(
      (await cli(folder, ['check'], env)).stderr,
      /"amocrm" cannot be loaded.*built in \(retailcrm\)/,
    )
    write(JSON.stringify(GOOD))
    assert.match((await cli(folder, ['check', 'b'], env)).stderr, /no connection "b".*known: a/)
    write(JSON.stringify({ ...GOOD, store: 'postgres://SENTINEL@host/db' }))
    const store = await cli(folder, ['jobs'], env)
    assert.match(store.stderr, /must look like sqlite:/)
    assert.ok(!store.stderr.includes('SENTINEL'))
  })
})
