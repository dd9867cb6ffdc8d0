import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildModule } from '../packages/mufta/src/bridge/build-module.ts'
import { readFolder } from '../packages/mufta/src/bridge/module-files.ts'
import { loadConnector } from '../packages/mufta/src/config/connectors.ts'
import { Installed } from './helpers/installed.ts'

const ROOT = join(import.meta.dirname, '..')
const TSC = join(ROOT, 'node_modules/.bin/tsc')
const TYPE_ROOT = join(ROOT, 'node_modules/@types')
const TYPES = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  strict: true,
  noEmit: true,
  // Our own declarations are checked as well.
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [TYPE_ROOT],
}
const CONSUMER = `
import { createPortalClient } from '@mufta/bitrix'
import retailcrm from '@mufta/connector-retailcrm'
import { defineConnector, type Order } from '@mufta/kit'
import { startRuntime } from '@mufta/runtime'
import { startPortal } from '@mufta/testing'
import { testConnector } from '@mufta/testing/acceptance'
import { defineConfig } from 'mufta'

export const all = [createPortalClient, startRuntime, startPortal, testConnector, retailcrm.flows]
export default defineConfig({ connections: {} })
export const id: Order['id'] = '1'
// @ts-expect-error -- a connector has more than an id: the types are there, not "any"
defineConnector({ id: 'beta.erp' })
`
const PACKAGES = [
  '@mufta/bitrix',
  '@mufta/connector-retailcrm',
  '@mufta/kit',
  '@mufta/runtime',
  '@mufta/testing',
  'mufta',
]

test('the packed packages work where none of the sources is', { timeout: 180_000 }, async (t) => {
  using there = new Installed()
  const reason = await there.install()
  if (reason !== null) return t.skip(reason)
  const modules = join(there.folder, 'node_modules')
  const { version, engines } = manifest(join(modules, 'mufta'))

  // It mostly waits for the limits of its systems: the others go on meanwhile.
  const demo = t.test('the demo loses and doubles nothing', async () => {
    const shown = await there.mufta('demo', '--orders', '20', '--changes', '8')
    assert.match(shown, /arrived +20\n[^]*hard kills +1\n[^]*Nothing lost, nothing doubled/)
  })

  await t.test('each is JavaScript with types, a licence and a README; siblings are named exactly', () => {
    for (const name of PACKAGES) {
      const folder = join(modules, name)
      const { license, dependencies, private: isPrivate } = manifest(folder)
      assert.deepEqual([license, isPrivate], ['MIT', undefined])
      for (const [other, range] of Object.entries(dependencies))
        if (other.startsWith('@mufta/')) assert.equal(range, version, `${name} needs ${other}`)
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      for (const file of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts'])
        assert.ok(files.includes(file), `${name}: ${file}`)
      const sources = files.filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith('templates/'))
      assert.deepEqual(sources, [], name)
    }
  })

  await t.test('the command tells the version of its package', async () => {
    assert.equal((await there.mufta('--version')).trim(), version)
  })

  await t.test('an older Node is told which one is needed', async () => {
    const pretend = 'Object.defineProperty(process, "versions", { value: { node: "20.20.2" } })'
    const main = join(modules, 'mufta/dist/main.js')
    const [oldest = ''] = /\d+\.\d+/.exec(engines.node) ?? []
    await assert.rejects(there.run('node', ['--import', `data:text/javascript,${pretend}`, main]), {
      code: 2,
      stderr: new RegExp(`Mufta needs Node ${oldest} or later, this is 20\\.20\\.2`),
    })
  })

  await t.test('the site module is the one that the workspace builds, and verify finds it good', async () => {
    await there.mufta('bridge', 'build', '--connector', 'retailcrm', '--id', 'acme.bridge', '--out', 'made')
    const made = readFolder(join(there.folder, 'made/acme.bridge'))
    const connector = await loadConnector('retailcrm', ROOT)
    const meant = buildModule({ connector, id: 'acme.bridge' })
    assert.deepEqual([...made.keys()], [...meant.keys()])
    for (const [path, content] of meant) assert.ok(made.get(path)?.equals(content), path)
    await there.mufta('bridge', 'verify', 'made/acme.bridge')
  })

  await t.test('run serves the admin page as built', async () => {
    const http = { host: '127.0.0.1', port: 0 }
    there.write('mufta.config.json', { store: 'sqlite:./mufta.db', http, connections: {} })
    await using running = there.start('node_modules/.bin/mufta', ['run'])
    const { url } = JSON.parse(await running.line('Mufta is running')) as { url: string }
    const page = await (await fetch(`${url}/admin/`)).text()
    assert.equal(page, readFileSync(join(ROOT, 'packages/admin/dist/index.html'), 'utf8'))
    const assets = [...page.matchAll(/(?:src|href)="(\/admin\/[^"]+)"/g)].map(([, path]) => path)
    assert.ok(assets.length > 1)
    for (const path of assets) assert.equal((await fetch(url + path)).status, 200, path)
  })

  await t.test('nothing that builds the page or pins Node comes along', () => {
    const names = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    const builders = /(?:^|\/node_modules\/)(?:vite|vue|rolldown|typescript|tailwindcss|node)$/
    assert.deepEqual(
      names.filter((path) => builders.test(path)),
      [],
    )
    assert.ok(names.includes('zod'), 'the list is one of modules')
  })

  await t.test('a connector made by the command passes its tests and its types', async () => {
    await there.mufta('connector', 'new', 'beta.erp')
    const tests = 'connectors/beta-erp/test/*.test.ts'
    const shown = await there.run('node', ['--test', '--test-reporter=tap', tests])
    assert.match(shown, /^# pass [1-9]\d*\n# fail 0$/m)
    await there.run(TSC, ['-p', 'connectors/beta-erp', '--typeRoots', TYPE_ROOT])
    const { dependencies, devDependencies } = manifest(join(there.folder, 'connectors/beta-erp'))
    const ours = [dependencies['@mufta/kit'], devDependencies['@mufta/testing']]
    assert.deepEqual(ours, [`^${version}`, `^${version}`])
  })

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    await t.test(`a TypeScript project with ${moduleResolution} imports them with their types`, async () => {
      there.write('typed/package.json', { type: 'module' })
      there.write('typed/all.ts', CONSUMER)
      there.write('typed/tsconfig.json', { compilerOptions: { ...TYPES, module, moduleResolution } })
      await there.run(TSC, ['-p', 'typed'])
    })
  }

  await demo
})

function manifest(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly version: string
    readonly license: string
    readonly private?: boolean
    readonly engines: { readonly node: string }
    readonly dependencies: Readonly<Record<string, string>>
    readonly devDependencies: Readonly<Record<string, string>>
  }
}
