import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { hostile } from '../dev/mock/state.ts'
import { Desk, launch, noBrowser, type Language } from './browser.ts'
import { startRealMufta, type RealMufta } from './real-mufta.ts'
import { wordsOf } from './words.ts'

const password = 'correct horse 1'
const connection = 'shop-crm'
/** TODO: to be taken away when POST /api/check looks at a site alone (it wants a connector's name beside it). */
const todo = 'POST /api/check answers 500 for a site without a connector'

describe('the page over a real Mufta, from an empty installation', { skip: noBrowser }, () => {
  let desk: Desk
  before(async () => {
    desk = new Desk(await launch())
  })
  after(() => desk[Symbol.asyncDispose]())

  for (const language of ['en', 'ru'] as const) {
    test(`first run, a wrong key, parked orders, every screen (${language})`, { todo }, async () => {
      await using mufta = await startRealMufta()
      await using open = await desk.open(mufta.url, { user: null, language })
      const { page, go, troubles } = open
      const t = wordsOf(language)
      const answers = listen(page)

      await page.goto(mufta.firstLink)
      await becomeAdmin(page, language)
      await setUp(page, mufta, language)
      await pollFast(page, go, language)
      await mapAndDeliver(page, go, mufta, language)

      await go('/orders')
      await page
        .getByRole('region', { name: t('orders.title') })
        .getByRole('link')
        .first()
        .click()
      await page
        .getByText(t('step.bind'), { exact: true })
        .or(page.getByText(t('step.done'), { exact: true }))
        .first()
        .waitFor()
      await go(`/lab?connection=${connection}&id=5001`)
      await page.getByRole('heading', { name: t('lab.out') }).waitFor()
      await page.getByText('window.hacked=1').first().waitFor({ state: 'attached' })
      await go(`/plan?connection=${connection}`)
      await page.getByRole('button', { name: t('plan.make') }).click()
      await page.getByText(t('plan.state.done')).waitFor()
      await go('/journal')
      await page
        .getByRole('region', { name: t('journal.rows') })
        .getByRole('link')
        .first()
        .waitFor()
      await page.getByRole('tab', { name: t('journal.tab.logs') }).click()
      await page.getByRole('region', { name: t('logs.rows') }).waitFor()
      await go(`/connections/${connection}/versions`)
      await page.getByText(t('versions.present')).waitFor()
      await go('/access')
      await page.getByText('anna').first().waitFor()

      assert.equal(await page.evaluate('window.hacked'), undefined)
      assert.deepEqual(troubles, [])
      const all = (await Promise.all(answers)).join('\n')
      assert.ok(all.length > 10_000)
      for (const secret of [
        mufta.crm.apiKey,
        mufta.portal.webhook,
        new URL(mufta.portal.webhook).pathname,
        password,
      ]) {
        assert.equal(all.includes(secret), false, 'a secret came to the page')
      }
    })
  }
})

/** Bodies of everything the server sends but its stream. */
function listen(page: Page): Promise<string>[] {
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/api/') && !response.url().includes('/api/stream')) {
      bodies.push(response.text().catch(() => ''))
    }
  })
  return bodies
}

async function becomeAdmin(page: Page, language: Language): Promise<void> {
  const t = wordsOf(language)
  await page.getByLabel(t('login.login')).fill('anna')
  await page.getByLabel(t('login.password'), { exact: true }).fill(password)
  await page.getByLabel(t('first.repeat')).fill(password)
  await page.getByRole('button', { name: t('first.do') }).click()
  await page.getByRole('heading', { level: 1, name: t('start.title') }).waitFor()
}

/** The wizard, with a wrong key at first. */
async function setUp(page: Page, { portal, crm }: RealMufta, language: Language): Promise<void> {
  const t = wordsOf(language)
  const next = () => page.getByRole('button', { name: t('do.next') }).click()
  const check = () => page.getByRole('button', { name: t('start.checkNow') }).click()
  await page.locator('[data-path=webhook] input').fill(portal.webhook)
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

async function pollFast(page: Page, go: (path: string) => Promise<void>, language: Language): Promise<void> {
  const t = wordsOf(language)
  await go(`/connections/${connection}/schedule`)
  await page.getByLabel(t('schedule.poll')).fill('1')
  await page.getByRole('button', { name: t('do.save'), exact: true }).click()
  await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
}

/** Twelve orders whose status nobody mapped; mapped on the page; all delivered. */
async function mapAndDeliver(
  page: Page,
  go: (path: string) => Promise<void>,
  { portal, crm }: RealMufta,
  language: Language,
): Promise<void> {
  const t = wordsOf(language)
  for (let index = 0; index < 12; index += 1) {
    portal.placeOrder({ statusId: 'S', comment: hostile, managerComment: hostile })
  }
  await go('/')
  await page.getByRole('link', { name: `${t('overview.problems')} (12)` }).click({ timeout: 20_000 })
  const card = page.getByRole('article').filter({ hasText: 'STATUS_UNMAPPED' })
  await card.getByText(new RegExp(`${t('count.orders', { n: 12 })}.*Отправлен`)).waitFor()
  await card.getByRole('button', { name: t('problems.map'), exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(t('mapping.for', { name: 'Отправлен' })).selectOption('delivering')
  await dialog.getByRole('button', { name: t('problems.mapDo') }).click()
  await card.waitFor({ state: 'detached' })
  await until(() => crm.orders().length === 12)
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000
  while (!condition()) {
    if (Date.now() > end) throw new Error('in vain')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
