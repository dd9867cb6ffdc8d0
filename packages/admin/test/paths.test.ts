import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import type { MockOptions } from '../dev/mock/state.ts'
import { Desk, launch, noBrowser, type OpenOptions } from './browser.ts'
import { wordsOf } from './words.ts'

const skip = noBrowser

let mock: MockServer
let desk: Desk

async function start(options: OpenOptions & MockOptions = {}) {
  mock.reset({ many: 200, ...options })
  const opened = await desk.open(mock.url, options)
  return { ...opened, t: wordsOf(options.language ?? 'en') }
}

describe('the page, as people use it', { skip }, () => {
  before(async () => {
    mock = await startMock()
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await mock.close()
  })

  for (const language of ['en', 'ru'] as const) {
    describe(`the page in ${language}`, () => {
      test('a mistyped key is explained by the check, corrected, and the check is green', async () => {
        await using open = await start({ language })
        const { page, go, t, troubles } = open
        await go('/connections/shop-crm')
        const replace = page.getByRole('button', { name: new RegExp(`${t('secret.replace')}: .*API`) })
        await replace.click()
        const key = page.getByLabel(new RegExp(`API.*${t('secret.new')}`))
        await key.fill('wrong')
        await page.getByRole('button', { name: t('connection.check'), exact: true }).click()
        await page.getByText(t('connection.checkBad')).waitFor()
        await page.getByText('CLIENT_UNAUTHORIZED').waitFor()
        await page
          .getByText(`${t('connection.fix')}:`)
          .first()
          .waitFor()
        await key.fill('good-key-123')
        await page.getByRole('button', { name: t('connection.check'), exact: true }).click()
        await page.getByText(t('connection.checkWarn')).waitFor()
        await page.getByRole('button', { name: t('do.save'), exact: true }).click()
        await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
        assert.equal(await page.getByText('good-key-123').count(), 0)
        assert.equal(mock.state.connections.get('shop-crm')?.detail.version, 4)
        assert.deepEqual(troubles, [])
      })

      test('an unmapped status is mapped from the problem, and its orders go', async () => {
        await using open = await start({ language })
        const { page, go, t } = open
        await go('/problems')
        const card = page.getByRole('article').filter({ hasText: 'STATUS_UNMAPPED' })
        await card.getByText(t('count.orders', { n: 12 })).waitFor()
        await card.getByRole('button', { name: t('problems.map') }).click()
        const dialog = page.getByRole('dialog')
        const select = dialog.getByLabel(t('mapping.for', { name: 'На сборке' }))
        assert.equal(await select.inputValue(), 'assembling')
        await dialog.getByRole('button', { name: t('problems.mapDo') }).click()
        await card.waitFor({ state: 'detached' })
        const saved = mock.state.connections.get('shop-crm')?.detail.settings['statuses'] as Record<
          string,
          string
        >
        assert.equal(saved['X'], 'assembling')
        assert.equal(saved['N'], 'new')
      })

      test('the first run leads from an empty installation to a working connection', async () => {
        await using open = await start({ language, isEmpty: true })
        const { page, go, t } = open
        await go('/')
        await page.getByRole('link', { name: t('overview.emptyDo') }).click()
        await page.getByRole('button', { name: t('do.next') }).click()
        await page.getByText(t('say.required')).first().waitFor()
        await page.locator('[data-path=webhook] input').fill('https://shop.bitrix24.ru/rest/1/k3y/')
        await page.getByRole('button', { name: t('do.next') }).click()
        await page.getByRole('button', { name: t('do.next') }).click()
        await page.getByText(t('start.checkFirst')).waitFor()
        await page.getByRole('button', { name: t('start.checkNow') }).click()
        await page.getByText(t('connection.checkWarn')).waitFor()
        await page.getByRole('button', { name: t('do.next') }).click()
        await page.getByLabel(t('connection.connector')).selectOption('retailcrm')
        await page.locator('[data-path=url] input').fill('https://demo.retailcrm.ru')
        await page.locator('[data-path=apiKey] input').fill('good-key-123')
        await page.getByRole('button', { name: t('do.next') }).click()
        await page.getByRole('button', { name: t('start.checkNow') }).click()
        await page.getByText(t('connection.checkWarn')).waitFor()
        await page.getByRole('button', { name: t('start.saveGo') }).click()
        await page.getByText(t('start.saved', { name: 'shop-crm' })).waitFor()
        await page
          .getByRole('button', { name: new RegExp(t('mapping.suggest')) })
          .first()
          .click()
        await page.getByRole('button', { name: t('start.saveGo') }).click()
        await page.getByRole('link', { name: t('start.openPlan') }).waitFor()
        assert.ok(mock.state.connections.has('shop-crm'))
      })

      test('a plan is made, looked through, and run with pause and stop', async () => {
        await using open = await start({ language })
        const { page, go, t } = open
        await go('/plan?connection=shop-crm')
        await page.getByRole('button', { name: t('plan.make') }).click()
        await page.getByText(t('plan.state.done')).waitFor()
        await page.getByRole('button', { name: new RegExp(`№ A-5000.*${t('plan.action.create')}`) }).waitFor()
        await page.getByRole('button', { name: t('plan.run'), exact: true }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByText(/100/).waitFor()
        await dialog.getByRole('button', { name: t('plan.run'), exact: true }).click()
        await page.getByRole('button', { name: t('do.pause'), exact: true }).click()
        await page.getByText(t('backfill.paused')).waitFor()
        assert.equal(mock.state.backfill?.paused, true)
        await page.getByRole('button', { name: t('do.resume'), exact: true }).click()
        await page.getByRole('button', { name: t('do.stop'), exact: true }).click()
        await dialog.getByRole('button', { name: t('do.stop'), exact: true }).click()
        await page.getByText(t('backfill.done', { n: 300 })).waitFor()
      })

      test('a group of undelivered orders is sent again after a question that names their number', async () => {
        await using open = await start({ language })
        const { page, go, t } = open
        await go('/problems')
        const card = page.getByRole('article').filter({ hasText: 'CLIENT_REFUSED' })
        await card.getByRole('button', { name: t('problems.retryAll', { n: 200 }) }).click()
        await page
          .getByRole('dialog')
          .getByText(t('problems.retryTitle', { n: 200 }))
          .waitFor()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: t('problems.retryAll', { n: 200 }) })
          .click()
        await card.waitFor({ state: 'detached' })
      })

      test('an order is found and its life is told', async () => {
        await using open = await start({ language })
        const { page, go, t } = open
        await go('/orders')
        await page.getByLabel(t('orders.query')).fill('A-5012')
        await page.getByRole('button', { name: t('do.search') }).click()
        await page.getByText(t('orders.found', { n: 1 })).waitFor()
        await page.getByRole('link', { name: /A-5012/ }).click()
        await page.getByRole('heading', { level: 1, name: t('life.title', { number: '5012' }) }).waitFor()
        await page.getByText(t('step.conflict')).waitFor()
      })
    })
  }
})
