import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { samplePassword } from '../dev/mock/state.ts'
import { Desk, launch, noBrowser, type Language } from './browser.ts'
import { connection, startRealMufta, type RealMufta } from './real-mufta.ts'
import { until } from './real-shop.ts'
import { wordsOf } from './words.ts'

describe('the first run over a real Mufta', { skip: noBrowser, concurrency: true }, () => {
  let desk: Desk
  before(async () => {
    desk = new Desk(await launch())
  })
  after(() => desk[Symbol.asyncDispose]())

  for (const language of ['en', 'ru'] as const) {
    test(`leads from an empty installation over a mistyped key and 12 parked orders to all delivered (${language})`, async () => {
      await using mufta = await startRealMufta()
      await using open = await desk.open(mufta.url, { user: null, language })
      const { page, go, troubles } = open

      await page.goto(mufta.firstLink)
      await becomeAdmin(page, language)
      await setUp(page, mufta, language)
      await mapAndDeliver(page, go, mufta, language)

      assert.deepEqual(troubles, [])
    })
  }
})

async function becomeAdmin(page: Page, language: Language): Promise<void> {
  const t = wordsOf(language)
  // The field takes the focus by itself a moment after it is there; typing sooner could go astray.
  await page.locator('input:focus').waitFor()
  await page.getByLabel(t('login.login')).fill('anna')
  await page.getByLabel(t('login.password'), { exact: true }).fill(samplePassword)
  await page.getByLabel(t('first.repeat')).fill(samplePassword)
  await page.getByRole('button', { name: t('first.do') }).click()
  await page.getByRole('heading', { level: 1, name: t('start.title') }).waitFor()
}

/** The wizard, with a wrong key at first. */
async function setUp(page: Page, { portal, crm }: RealMufta, language: Language): Promise<void> {
  const t = wordsOf(language)
  const next = () => page.getByRole('button', { name: t('do.next') }).click()
  const check = () => page.getByRole('button', { name: t('start.checkNow') }).click()
  await page.locator('[data-path=webhook] input').fill(portal.webhook)
  await page.locator('[data-path=applicationToken] input').fill(portal.applicationToken)
  await next()
  await check()
  await page.getByText('SITE_REACHABLE').waitFor()
  await page.getByText({ en: 'The site answers', ru: 'Сайт отвечает' }[language]).waitFor()
  await next()
  await page.getByLabel(t('connection.connector')).selectOption('retailcrm')
  await page.locator('[data-path=url] input').fill(crm.url)
  await page.locator('[data-path=apiKey] input').fill('mistyped-key-123')
  await next()
  await check()
  await page.getByText('RETAILCRM_KEY_REFUSED').waitFor()
  await page.getByText({ en: 'Make a new key', ru: 'Создайте в RetailCRM новый ключ' }[language]).waitFor()
  await page
    .getByText(`${t('connection.fix')}:`)
    .first()
    .waitFor()
  await page.getByRole('button', { name: t('do.back') }).click()
  await page.locator('[data-path=apiKey] input').fill(crm.apiKey)
  await next()
  await check()
  await page.getByText('RETAILCRM_KEY_OK').waitFor()
  assert.equal(await page.getByText(t('connection.checkBad')).count(), 0)
  await page.getByRole('button', { name: t('start.saveGo') }).click()
  await page
    .getByRole('button', { name: new RegExp(t('mapping.suggest')) })
    .first()
    .waitFor()
  for (const button of await page.getByRole('button', { name: new RegExp(t('mapping.suggest')) }).all()) {
    await button.click()
  }
  await page.getByRole('button', { name: t('start.saveGo') }).click()
  await page.getByRole('link', { name: t('start.openPlan') }).waitFor()
}

/** Twelve orders whose status nobody mapped; mapped on the page; all delivered. */
async function mapAndDeliver(
  page: Page,
  go: (path: string) => Promise<void>,
  { url, portal, crm }: RealMufta,
  language: Language,
): Promise<void> {
  const t = wordsOf(language)
  portal.setOutgoingWebhook({ url: `${url}/hooks/${connection}/site` })
  for (let index = 0; index < 12; index += 1) {
    portal.placeOrder({ statusId: 'S' })
  }
  await go('/')
  await page.getByRole('link', { name: `${t('overview.problems')} (12)` }).click({ timeout: 20_000 })
  const card = page.getByRole('article').filter({ hasText: 'STATUS_UNMAPPED' })
  await card.getByText(new RegExp(`${t('count.orders', { n: 12 })}.*Отправлен`)).waitFor()
  await card.getByRole('button', { name: t('problems.map'), exact: true }).click()
  const dialog = page.getByRole('dialog')
  const select = dialog.getByLabel(t('mapping.for', { name: 'Отправлен' }))
  await select.selectOption('delivering')
  assert.equal(await select.locator('option[value="3"]').count(), 0, 'a status switched off is not offered')
  await dialog.getByRole('button', { name: t('problems.mapDo') }).click()
  await card.waitFor({ state: 'detached' })
  await until('all 12 are delivered', () => crm.orders().length === 12)
}
