import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { cli, json } from './helpers/cli.ts'
import { applicationSite, startPlace } from './helpers/place.ts'

interface CheckDocument {
  readonly ok: boolean
  readonly connections: readonly {
    readonly findings: readonly { readonly level: string; readonly code: string; readonly fix?: string }[]
  }[]
}

describe('mufta check', () => {
  it('finds both sides good, changes nothing and makes no store', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    portal.placeOrder({})
    const ended = await cli(folder, ['check'])
    assert.equal(ended.code, 0, ended.stdout + ended.stderr)
    assert.match(ended.stdout, /Ready to run/)
    assert.deepEqual(readdirSync(folder), ['.env', 'mufta.config.json'])
    assert.equal(crm.orders().length, 0)
    const written = [...portal.stats.byMethod.keys()].filter((method) => /\.(add|update|bind)$/.test(method))
    assert.deepEqual(written, [])
  })

  it('ends with 1 and a fix for each thing that is broken', async (t) => {
    const { folder, portal, configure } = await startPlace(t, {
      portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] },
    })
    portal.placeOrder({})
    configure({ settings: { statuses: { N: 'no-such-status' }, paymentTypes: {} } })
    const broken = await cli(folder, ['check', '--json'])
    assert.equal(broken.code, 1)
    const { ok, connections } = json<CheckDocument>(broken)
    assert.equal(ok, false)
    const errors = connections[0]?.findings.filter(({ level }) => level === 'error') ?? []
    assert.ok(errors.length >= 2)
    for (const error of errors) assert.ok(error.fix, `${error.code} says what to do`)
  })

  it('finds a mapped code that the shop does not have, and says nothing of sites, which REST does not list', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    portal.placeOrder({})
    const personTypes = { '1': {}, '777': {} }
    configure({
      settings: {
        sites: { s1: 'shop-ru', s9: 'shop-ru' },
        stores: { '1': 'main', '22': 'main' },
        personTypes,
      },
    })
    const shown = (await cli(folder, ['check'])).stdout.replaceAll(/\s+/g, ' ')
    assert.match(shown, /! "stores" maps "22", .* → Did you mean "2" \(Магазин на Лесной\)\?/)
    assert.match(shown, /! "personTypes" maps "777", which the shop does not have SHOP_CODE_UNKNOWN/)
    assert.doesNotMatch(shown, /"s9"/)
    const russian = (await cli(folder, ['check'], { MUFTA_LANG: 'ru' })).stdout.replaceAll(/\s+/g, ' ')
    assert.match(russian, /! В «stores» сопоставлен код «22», а в магазине такого нет.* → Может быть, «2»/)
  })

  it('says which side is dead when a key is wrong, and never shows the key', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    configure({ settings: { apiKey: 'SENTINEL-wrong-key' } })
    const wrongKey = await cli(folder, ['check', 'shop-crm', '--json'], { MUFTA_LANG: 'ru' })
    assert.equal(wrongKey.code, 1)
    assert.match(wrongKey.stdout, /RETAILCRM_KEY_REFUSED/)
    assert.ok(!wrongKey.stdout.includes('SENTINEL'))
    configure()
    portal.revokeWebhook()
    const noWebhook = await cli(folder, ['check'])
    assert.equal(noWebhook.code, 1)
    assert.match(noWebhook.stdout, /✖ .*SITE_KEY_REFUSED\n +→ .*webhook/)
    assert.ok(!noWebhook.stdout.includes(new URL(portal.webhook).pathname))
  })

  it('keeps the tokens of an application, which rotate with the first call', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    configure({ site: applicationSite(portal) })
    assert.equal((await cli(folder, ['check'])).code, 0)
    assert.ok(existsSync(join(folder, 'data/mufta.db')))
    portal.expireAccessTokens()
    const second = await cli(folder, ['check'])
    assert.equal(second.code, 0, second.stdout)
  })
})

describe('a finding of check', () => {
  it('is printed in the language of the screen, and with --json in both', async (t) => {
    const { folder, configure } = await startPlace(t)
    configure({ settings: { statuses: {} } })
    const russian = (await cli(folder, ['check'], { MUFTA_LANG: 'ru' })).stdout
    assert.match(
      russian,
      /✖ Статус заказа «N» .* не сопоставлен.*RETAILCRM_STATUS_UNMAPPED\n +→ Добавьте «N»/,
    )
    const english = (await cli(folder, ['check'])).stdout
    assert.match(english, /✖ Shop order status "N" .* is not mapped.*RETAILCRM_STATUS_UNMAPPED\n +→ Add "N"/)
    const { connections } = json<{ connections: { findings: { code: string; fix?: object }[] }[] }>(
      await cli(folder, ['check', '--json']),
    )
    const unmapped = connections[0]?.findings.find(({ code }) => code === 'RETAILCRM_STATUS_UNMAPPED')
    assert.deepEqual(Object.keys(unmapped?.fix ?? {}), ['en', 'ru'])
  })

  it('whose words came from elsewhere has its documented meaning before them in Russian', async (t) => {
    const { folder, configure } = await startPlace(t)
    configure({ settings: { apiKey: 'SENTINEL-wrong' } })
    const russian = (await cli(folder, ['check'], { MUFTA_LANG: 'ru' })).stdout
    assert.match(
      russian,
      /✖ [А-Я].*RETAILCRM_KEY_REFUSED.*\n.*статус HTTP: 403.*\n +→ Создайте.*\n.*технически: RetailCRM answered 403/,
    )
    assert.doesNotMatch((await cli(folder, ['check'])).stdout, /[а-яё]{3}.*RETAILCRM_KEY_REFUSED/)
  })
})
