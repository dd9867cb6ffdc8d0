import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import type { MessageKey } from '../src/i18n/phrases.ts'
import { Axe } from './axe.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { startRealShop, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

type Words = ReturnType<typeof wordsOf>

/** Each step as it is met, with faults and when it is done; both roads, since each has steps of its own. */
describe('every step of the wizard', { skip: noBrowser }, () => {
  let desk: Desk
  before(async () => {
    desk = new Desk(await launch())
  })
  after(() => desk[Symbol.asyncDispose]())

  describe('of a shop that is reached by a webhook', { concurrency: true }, () => {
    for (const language of ['en', 'ru'] as const) {
      test(`axe finds nothing serious from a webhook to the first order (${language})`, async () => {
        await using shop = await startRealShop()
        await using open = await desk.open(shop.url, { language })
        const axe = new Axe(open.page, wordsOf(language))
        await open.go('/start')
        await byWebhook(open.page, wordsOf(language), axe, shop)
        assert.deepEqual(axe.findings, [])
        assert.deepEqual(open.troubles, [])
      })
    }
  })

  describe('of a site that is joined by its module', () => {
    let mock: MockServer
    before(async () => {
      mock = await startMock()
    })
    after(() => mock.close())

    for (const language of ['en', 'ru'] as const) {
      test(`axe finds nothing serious from the choice of the road to the paired site (${language})`, async () => {
        mock.reset({ isEmpty: true })
        await using open = await desk.open(mock.url, { language })
        const axe = new Axe(open.page, wordsOf(language))
        await open.go('/start')
        await byModule(open.page, wordsOf(language), axe)
        assert.deepEqual(axe.findings, [])
        assert.deepEqual(open.troubles, [])
      })
    }
  })
})

async function byWebhook(page: Page, t: Words, axe: Axe, { portal, crm, url }: RealShop): Promise<void> {
  const press = pressing(page, t)
  await axe.look('site')
  await press('do.next')
  await page.getByText(t('say.required')).first().waitFor()
  await axe.look('site with faults')
  await page.locator('[data-path=webhook] input').fill(portal.webhook)
  await page.locator('[data-path=applicationToken] input').fill(portal.applicationToken)
  await press('do.next')
  await press('do.next')
  await page.getByText(t('start.checkFirst')).waitFor()
  await axe.look('siteCheck, not done')
  await press('start.checkNow')
  await page.getByText('SITE_REACHABLE').waitFor()
  await axe.look('siteCheck')
  await press('do.next')
  await page.getByLabel(t('connection.connector')).selectOption('retailcrm')
  await page.getByLabel(t('connection.name')).fill('second shop')
  await page.locator('[data-path=url] input').fill(crm.url)
  await press('do.next')
  await page.getByText(t('connection.nameBad')).waitFor()
  await axe.look('connector with faults')
  await page.getByLabel(t('connection.name')).fill('second')
  await page.locator('[data-path=apiKey] input').fill('mistyped-key-123')
  await axe.look('connector')
  await press('do.next')
  await press('start.checkNow')
  await page.getByText('RETAILCRM_KEY_REFUSED').waitFor()
  await axe.look('check with a finding')
  await press('do.back')
  await page.locator('[data-path=apiKey] input').fill(crm.apiKey)
  await press('do.next')
  await press('start.checkNow')
  await page.getByText('RETAILCRM_KEY_OK').waitFor()
  await axe.look('check')
  await press('start.saveGo')
  const suggests = page.getByRole('button', { name: new RegExp(t('mapping.suggest')) })
  await suggests.first().waitFor()
  await axe.look('map')
  for (const button of await suggests.all()) await button.click()
  await axe.look('map, filled')
  await press('start.saveGo')
  await page.getByText(t('start.waitFirst')).waitFor()
  await axe.look('go')
  portal.setOutgoingWebhook({ url: `${url}/hooks/second/site` })
  portal.placeOrder({})
  await page.getByText(t('start.first', { n: 1 })).waitFor()
  await axe.look('go, first order')
}

async function byModule(page: Page, t: Words, axe: Axe): Promise<void> {
  const press = pressing(page, t)
  await page.getByLabel(t('site.kind')).selectOption('bridge')
  await axe.look('site')
  await press('do.next')
  await page.getByLabel(t('connection.connector')).selectOption('retailcrm')
  await page.locator('[data-path=url] input').fill('https://demo.retailcrm.ru')
  await page.locator('[data-path=apiKey] input').fill('good-key-123')
  await press('do.next')
  await press('start.checkNow')
  await page.getByText(t('connection.checkWarn')).waitFor()
  await axe.look('check of the other side')
  await press('start.saveGo')
  await page.getByText(t('pairing.none')).waitFor()
  await axe.look('pair')
  await press('do.next')
  await page.getByText(t('pairing.first')).waitFor()
  await axe.look('pair, not done')
  await press('pairing.make')
  await page.getByText('shop-crm.ABCD-EFGH-JKLM-NPQR').waitFor()
  await axe.look('pair, with a code')
  await page.getByText(t('pairing.done', { site: 'https://shop.example.ru' })).waitFor()
  await axe.look('pair, with the news that it is done')
  await press('start.checkNow')
  await page.getByText(t('connection.checkWarn')).waitFor()
  await axe.look('pair, done')
  await press('do.next')
  await page.getByText(t('start.mapText')).waitFor()
  await axe.look('map')
  await press('start.saveGo')
  await page.getByRole('link', { name: t('start.openPlan') }).waitFor()
  await axe.look('go')
}

function pressing(page: Page, t: Words) {
  return (key: MessageKey) => page.getByRole('button', { name: t(key), exact: true }).click()
}
