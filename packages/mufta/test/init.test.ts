import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { dotEnv } from '../src/config/dot-env.ts'
import { DEMO_SETTINGS } from '../src/demo/systems.ts'
import { cli, json, tempFolder } from './helpers/cli.ts'
import { startPlace, type Place } from './helpers/place.ts'

describe('mufta init', () => {
  it('with --yes writes what is needed, keeps secrets in .env alone and checks both sides', async (t) => {
    const place = await startPlace(t)
    const folder = tempFolder(t)
    const ended = await cli(folder, ['init', '--yes', ...answers(place)])
    assert.equal(ended.code, 0, ended.stdout + ended.stderr)
    assert.match(ended.stdout, /Ready to run/)
    const text = readFileSync(join(folder, 'mufta.config.json'), 'utf8')
    assert.ok(!text.includes(place.crm.apiKey) && !text.includes('/rest/'))
    const { connections } = JSON.parse(text) as { connections: Record<string, Record<string, unknown>> }
    assert.deepEqual(connections['shop-crm']?.['site'], {
      kind: 'rest',
      webhook: '${SITE_WEBHOOK}',
      applicationToken: '${SITE_TOKEN}',
    })
    const env = parseEnv(readFileSync(join(folder, '.env'), 'utf8'))
    assert.deepEqual(env, {
      SITE_WEBHOOK: place.portal.webhook,
      SITE_TOKEN: place.portal.applicationToken,
      API_KEY: place.crm.apiKey,
    })
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
    assert.ok(!ended.stdout.includes(place.crm.apiKey) && !ended.stdout.includes(place.portal.webhook))
    assert.equal((await cli(folder, ['plan'])).code, 0, 'what it wrote is ready for the next command')
  })

  it('sets nested settings as nested objects, numbers as numbers and lists as lists', async (t) => {
    const place = await startPlace(t)
    const folder = tempFolder(t)
    const more = ['paymentStatuses.paid=paid', 'paymentStatuses.notPaid=invoice', 'pollSeconds=7']
    await cli(folder, ['init', '--yes', ...answers(place), ...more, 'cancelStatuses=no-call,no-product'])
    const text = readFileSync(join(folder, 'mufta.config.json'), 'utf8')
    const settings = (JSON.parse(text) as { connections: Record<string, { settings: object }> }).connections[
      'shop-crm'
    ]?.settings as Record<string, unknown>
    assert.deepEqual(settings['paymentStatuses'], { paid: 'paid', notPaid: 'invoice' })
    assert.equal(settings['pollSeconds'], 7)
    assert.deepEqual(settings['cancelStatuses'], ['no-call', 'no-product'])
  })

  it('with --bridge prepares a site that is to be paired: a key, no webhook, and what to do next', async (t) => {
    const place = await startPlace(t)
    const folder = tempFolder(t)
    const asked = ['--connector', 'retailcrm', '--allow-host', '127.0.0.1:*', '--set', `url=${place.crm.url}`]
    const ended = await cli(folder, ['init', '--yes', '--bridge', ...asked, `apiKey=${place.crm.apiKey}`])
    assert.equal(ended.code, 1, 'the site is not paired yet')
    assert.match(ended.stdout, /BRIDGE_NOT_PAIRED/)
    assert.match(
      ended.stdout,
      /mufta bridge build --connector retailcrm .*mufta run.*mufta bridge pair shop-crm/s,
    )
    const { connections } = JSON.parse(readFileSync(join(folder, 'mufta.config.json'), 'utf8')) as {
      connections: Record<string, Record<string, unknown>>
    }
    assert.deepEqual(connections['shop-crm']?.['site'], { kind: 'bridge' })
    assert.match(parseEnv(readFileSync(join(folder, '.env'), 'utf8'))['MUFTA_KEYS'] ?? '', /^k1:.{44}$/)
    assert.equal((await cli(folder, ['bridge', 'pair', 'shop-crm'])).code, 0, 'ready to be paired')

    const both = ['init', '--yes', '--bridge', '--webhook', 'https://a.example/rest/1/s/', '--json']
    const refused = await cli(tempFolder(t), both)
    assert.equal(json<{ error: { code: string } }>(refused).error.code, 'CONFIG_BAD_OPTION')
  })

  it('never overwrites', async (t) => {
    for (const file of ['mufta.config.json', '.env']) {
      const folder = tempFolder(t)
      writeFileSync(join(folder, file), 'mine')
      const ended = await cli(folder, ['init', '--yes', '--webhook', 'https://a.example/rest/1/s/', '--json'])
      assert.equal(ended.code, 2)
      assert.equal(json<{ error: { code: string } }>(ended).error.code, 'CONFIG_EXISTS')
      assert.equal(readFileSync(join(folder, file), 'utf8'), 'mine')
    }
  })

  const refused = [
    ['no answers', [], /Inbound webhook.*give it as an option/],
    ['a webhook that is none', ['--webhook', 'https://portal.example/'], /rest\/1\/secret/],
    ['an unknown setting', ['--set', 'adress=x'], /no setting "adress"; it has: url, apiKey/],
    ['a pair without "="', ['--set', 'SENTINEL'], /key=value/],
    ['a mapping that is no JSON', ['--set', 'statuses={SENTINEL'], /must be JSON/],
    ['a number that is none', ['--set', 'pollSeconds=SENTINEL'], /pollSeconds must be a number/],
  ] as const
  for (const [what, args, message] of refused) {
    it(`refuses ${what}, writes nothing and quotes no value`, async (t) => {
      const folder = tempFolder(t)
      const usual = args.length === 0 || args[0] === '--webhook' ? [] : ['--webhook', WEBHOOK, ...KEYS]
      const { code, stderr } = await cli(folder, ['init', '--yes', ...usual, ...args])
      assert.equal(code, 2)
      assert.match(stderr, message)
      assert.ok(!stderr.includes('SENTINEL'), stderr)
      assert.ok(!existsSync(join(folder, 'mufta.config.json')) && !existsSync(join(folder, '.env')))
    })
  }

  it('a .env gives back every value that it accepts', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', ' ', '#', '=', '$', '\\', "'", '"', '`', '/', '+', '№'),
      minLength: 0,
      maxLength: 12,
    })
    fc.assert(
      fc.property(value, (text) => {
        fc.pre(!(text.includes("'") && text.includes('`') && /["\\]/.test(text)))
        assert.equal(parseEnv(dotEnv(new Map([['A', text]])))['A'], text)
      }),
    )
  })
})

const WEBHOOK = 'https://portal.example/rest/1/secret/'
const KEYS = ['--set', 'url=https://demo.example', 'apiKey=key']

function answers({ portal, crm }: Place): readonly string[] {
  const mappings = Object.entries(DEMO_SETTINGS).map(([name, table]) => `${name}=${JSON.stringify(table)}`)
  return [
    ...['--webhook', portal.webhook, '--application-token', portal.applicationToken],
    ...['--allow-host', '127.0.0.1:*', '--set', `url=${crm.url}`, `apiKey=${crm.apiKey}`, ...mappings],
  ]
}
