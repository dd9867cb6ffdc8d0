import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { samplePassword } from '../dev/mock/state.ts'
import { signInBy, type Caller } from './api-caller.ts'
import { addressOf, apiRoutes } from './api-routes.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

const buyer = {
  '1': 'Мария Соколова',
  '2': 'm.sokolova@example.com',
  '3': '+7 905 111-22-33',
  '6': 'Тверская улица, 7',
}
/** As they may stand in an answer. */
const personal = ['Соколова', 'm.sokolova', '9051112233', '111-22-33', 'Тверская']

describe('what a role may do and see, over a real Mufta', { skip: noBrowser, concurrency: 3 }, () => {
  let shop: RealShop
  let desk: Desk
  let orderId: string
  const signIn = (login: string): Promise<Caller> =>
    signInBy(shop.url, '/session', { login, password: samplePassword })

  before(async () => {
    shop = await startRealShop()
    desk = new Desk(await launch())
    orderId = String(shop.portal.placeOrder({ properties: buyer }))
    await until('the order is delivered', () => shop.crm.order(orderId) !== null)
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
  })

  test('no route that changes settings or users takes an operator, none that acts takes a viewer', async () => {
    const routes = await apiRoutes(shop.admin)
    const [operator, viewer] = [await signIn('operator'), await signIn('viewer')]
    const values = {
      name: connection,
      connection,
      id: orderId,
      version: '1',
      login: 'viewer',
      path: 'settings.apiKey',
    }
    const before = await shop.admin.ask('GET', `/connections/${connection}`)
    const onlyAdmin = routes.filter(({ role }) => role === 'admin')
    assert.ok(onlyAdmin.length >= 10)
    for (const route of onlyAdmin)
      assert.equal((await operator.call(route.method, addressOf(route, values))).status, 403, route.path)
    const acting = routes.filter(({ role }) => role === 'admin' || role === 'operator')
    for (const route of acting)
      assert.equal((await viewer.call(route.method, addressOf(route, values))).status, 403, route.path)
    const writes = routes.filter(({ method, role }) => method !== 'GET' && role === 'viewer')
    assert.deepEqual(writes, [])
    assert.deepEqual(await shop.admin.ask('GET', `/connections/${connection}`), before)
  })

  for (const language of ['en', 'ru'] as const) {
    const t = wordsOf(language)

    test(`an operator reads the settings and finds nothing there to change (${language})`, async () => {
      await using open = await desk.open(shop.url, { user: 'operator', language })
      const { page, go, troubles } = open
      for (const tab of ['', '/mappings', '/schedule', '/security', '/versions']) {
        await go(`/connections/${connection}${tab}`)
        await page.getByText(t('say.readOnlyRole')).waitFor()
        await page.locator('[role=tabpanel] :is(input, select, textarea, h2)').first().waitFor()
        const inputs = page.locator('[role=tabpanel] :is(input, select, textarea)')
        for (const input of await inputs.all()) assert.equal(await input.isDisabled(), true, tab)
        for (const word of [
          t('do.save'),
          t('secret.replace'),
          t('versions.restore'),
          t('connection.remove'),
          t('mapping.suggest'),
        ])
          assert.equal(await page.getByRole('button', { name: word }).count(), 0, `${tab}: ${word}`)
      }
      await go('/')
      await page.getByRole('button', { name: `${t('do.pause')}: ${connection}` }).waitFor()
      const menu = page.getByRole('navigation').first()
      assert.equal(await menu.getByRole('link', { name: t('nav.access') }).count(), 0)
      assert.equal(await menu.getByRole('link', { name: t('nav.start') }).count(), 0)
      assert.deepEqual(troubles, [])
    })

    test(`a viewer sees no personal data and no button that acts (${language})`, async () => {
      await using open = await desk.open(shop.url, { user: 'viewer', language })
      const { page, go } = open
      const answers: Promise<string>[] = []
      page.on('response', (response) => {
        if (response.url().includes('/api/') && !response.url().includes('/stream'))
          answers.push(response.text().catch(() => ''))
      })
      await go(`/orders/${connection}/${orderId}`)
      await page.getByText(t('life.masked')).waitFor()
      await page
        .getByRole('region', { name: t('life.values') })
        .getByText('•••')
        .first()
        .waitFor()
      await go(`/lab?connection=${connection}&id=${orderId}`)
      await page
        .getByRole('region', { name: t('lab.out') })
        .getByText('•••')
        .first()
        .waitFor()
      assert.equal(await page.getByRole('button', { name: t('lab.replayDo') }).count(), 0)
      await go(`/plan?connection=${connection}`)
      await page.getByText(t('say.readOnlyRole')).first().waitFor()
      assert.equal(await page.getByRole('button', { name: t('plan.make') }).count(), 0)
      await go('/')
      await page.getByRole('article').first().waitFor()
      assert.equal(await page.getByRole('button', { name: new RegExp(t('do.pause')) }).count(), 0)
      const seen = [...(await Promise.all(answers)), await page.content()].join('\n')
      assert.match(seen, /•••/)
      for (const value of personal) assert.equal(seen.includes(value), false, value)
    })
  }

  test('the API masks personal data for a viewer in every answer, and not for an operator', async () => {
    const [operator, viewer] = [await signIn('operator'), await signIn('viewer')]
    const { id: plan } = await operator.ask<{ id: string }>('POST', '/plans', { connection, limit: 10 })
    await until('the plan is made', async () => {
      const { state } = await operator.ask<{ state: string }>('GET', `/plans/${plan}`)
      return state === 'done'
    })
    const values = { name: connection, connection, id: orderId }
    const routes = (await apiRoutes(shop.admin)).filter(
      ({ method, role, path }) => method === 'GET' && role === 'viewer' && path !== '/stream',
    )
    assert.ok(routes.length > 10)
    for (const route of routes) {
      const address = addressOf(route, route.path.startsWith('/plans') ? { id: plan } : values)
      const text = await (await viewer.call('GET', address)).text()
      for (const value of personal) assert.equal(text.includes(value), false, `${address}: ${value}`)
    }
    const life = await (await operator.call('GET', `/orders/${connection}/${orderId}`)).text()
    assert.match(life, /Соколова/)
  })
})
