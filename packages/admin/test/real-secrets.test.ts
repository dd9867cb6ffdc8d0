import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { samplePassword } from '../dev/mock/state.ts'
import { addressOf, apiRoutes } from './api-routes.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

const sentinels = {
  key: 'SENTINEL-crm-key-93b1c7',
  mistyped: 'SENTINEL-mistyped-key-5d20',
  webhook: 'sentinelwebhook81f3',
}

describe('a secret never reaches the page of a real Mufta', { skip: noBrowser }, () => {
  let shop: RealShop
  let desk: Desk
  let secrets: readonly string[]

  before(async () => {
    shop = await startRealShop({
      crm: { apiKey: sentinels.key },
      portal: { webhook: { secret: sentinels.webhook } },
    })
    desk = new Desk(await launch())
    secrets = [...Object.values(sentinels), shop.portal.applicationToken, samplePassword, shop.vaultKey]
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
  })

  function holdsNone(text: string, where: string): void {
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
        assert.equal(text.includes(form), false, `a secret is in ${where}`)
    }
  }

  for (const language of ['en', 'ru'] as const) {
    test(`not on any screen, while keys are typed, refused and kept (${language})`, async () => {
      const t = wordsOf(language)
      await using open = await desk.open(shop.url, { language })
      const { page, go } = open
      const replace = new RegExp(`${t('secret.replace')}: .*API`)
      const typed = new RegExp(`API.*${t('secret.new')}`)
      const answers: Promise<[string, string]>[] = []
      page.on('response', (response) => {
        const where = response.url()
        if (where.includes('/api/stream')) return
        const headers = response.allHeaders().then((all) => JSON.stringify(all))
        const body = response.text().catch(() => '')
        answers.push(Promise.all([body, headers]).then(([text, head]) => [where, text + head]))
      })
      await go(`/connections/${connection}`)
      await page.getByRole('button', { name: replace }).click()
      await page.getByLabel(typed).fill(sentinels.mistyped)
      await page.getByRole('button', { name: t('connection.check'), exact: true }).click()
      await page.getByText('RETAILCRM_KEY_REFUSED').waitFor()
      await page.getByRole('button', { name: t('do.save'), exact: true }).click()
      await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
      const id = String(shop.portal.placeOrder({}))
      // The connection stops itself with the CRM's refusal; the reason is shown.
      await go('/')
      await page.getByText(t('overview.bySelf')).waitFor()
      await go(`/connections/${connection}/security`)
      await page.getByRole('button', { name: replace }).click()
      await page.getByLabel(typed).fill(sentinels.key)
      await page.getByRole('button', { name: t('do.save'), exact: true }).click()
      await page.getByText(t('security.rotated')).first().waitFor()
      await shop.admin.call('POST', `/connections/${connection}/resume`)
      await until('the order is delivered', () => shop.crm.order(id) !== null)
      const screens = ['', '/versions'].map((tab) => `/connections/${connection}${tab}`)
      for (const path of [...screens, '/problems', '/journal', `/orders/${connection}/${id}`, '/access']) {
        await go(path)
        await page.waitForLoadState('networkidle')
        holdsNone(await page.content(), path)
      }
      await page.getByRole('tab', { name: t('access.tab.audit') }).click()
      await page.waitForLoadState('networkidle')
      for (const [where, text] of await Promise.all(answers)) holdsNone(text, where)
      assert.ok(answers.length > 30)
      assert.equal(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'), '{}')
      assert.equal(await page.evaluate('document.cookie'), '', 'scripts cannot read the session')
    })
  }

  test('not in any answer of the API: tables, downloads, its description, the live stream', async () => {
    const id = String(shop.portal.orders()[0]?.['id'])
    const values = { name: connection, connection, id, version: '1' }
    const routes = (await apiRoutes(shop.admin)).filter(({ method }) => method === 'GET')
    for (const wanted of [
      '/problems.csv',
      '/journal.ndjson',
      '/logs',
      '/secrets',
      '/connections/{name}/versions',
    ])
      assert.ok(
        routes.some(({ path }) => path === wanted),
        wanted,
      )
    for (const route of routes) {
      if (route.path === '/stream') continue
      const answer = await shop.admin.call('GET', addressOf(route, values))
      holdsNone(await answer.text(), route.path)
    }
    holdsNone(await (await shop.admin.call('GET', '/openapi.json')).text(), 'the description')
    holdsNone(await heard(3), 'the stream')
    // What the page may not have the log may not have either.
    holdsNone(shop.output(), 'the log')
  })

  /** So many events of the stream, while something happens. */
  async function heard(count: number): Promise<string> {
    const response = await fetch(`${shop.url}/api/stream`, {
      headers: { cookie: shop.admin.cookie },
      signal: AbortSignal.timeout(20_000),
    })
    shop.crm.revokeKey()
    shop.portal.placeOrder({})
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      if (text.split('event: ').length > count && /CRM/.test(text)) break
    }
    return text
  }
})
