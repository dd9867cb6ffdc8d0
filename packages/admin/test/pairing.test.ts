import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { wordsOf } from './words.ts'

describe('a site that is joined by its module', { skip: noBrowser }, () => {
  let mock: MockServer
  let desk: Desk
  before(async () => {
    mock = await startMock()
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await mock.close()
  })

  for (const language of ['en', 'ru'] as const) {
    test(`is set up and paired by the first run, and paired again later (${language})`, async () => {
      mock.reset({ isEmpty: true })
      await using open = await desk.open(mock.url, { language })
      const { page, go, troubles } = open
      const t = wordsOf(language)
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

      await go('/start')
      await page.getByLabel(t('site.kind')).selectOption('bridge')
      await press(t('do.next'))
      await page.getByLabel(t('connection.connector')).selectOption('retailcrm')
      await page.locator('[data-path=url] input').fill('https://demo.retailcrm.ru')
      await page.locator('[data-path=apiKey] input').fill('good-key-123')
      await press(t('do.next'))
      await page.getByRole('heading', { level: 2, name: t('start.step.checkOther') }).waitFor()
      await press(t('start.checkNow'))
      await page.getByText(t('connection.checkWarn')).waitFor()
      await press(t('start.saveGo'))
      await page.getByText(t('pairing.none')).waitFor()
      await press(t('do.next'))
      await page.getByText(t('pairing.first')).waitFor()
      await press(t('pairing.make'))
      await page.getByText('shop-crm.ABCD-EFGH-JKLM-NPQR').waitFor()
      await page.getByRole('button', { name: t('pairing.again') }).waitFor()
      assert.equal(await page.getByText('ABCD-EFGH').count(), 0, 'a used code is shown no more')
      await press(t('start.checkNow'))
      await page.getByText(t('connection.checkWarn')).waitFor()
      await press(t('do.next'))
      await page.getByText(t('start.mapText')).waitFor()

      await go('/connections/shop-crm')
      await page.getByText('mufta.bridge').first().waitFor()
      await press(t('pairing.again'))
      await page.getByText('shop-crm.ABCD-EFGH-JKLM-NPQR').waitFor()
      assert.deepEqual(troubles, [])
    })
  }
})
