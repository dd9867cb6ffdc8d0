import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { wordsOf } from './words.ts'

describe('the key that seals the secrets', { skip: noBrowser }, () => {
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
    test(`is changed on the page: what an older key sealed is named and sealed anew (${language})`, async () => {
      mock.reset({ many: 10 })
      await using open = await desk.open(mock.url, { language })
      const { page, go, troubles } = open
      const t = wordsOf(language)
      await go('/connections/shop-crm/security')
      await page.getByText(t('vault.old', { n: 1 })).waitFor()
      await page.getByRole('button', { name: t('vault.rotate'), exact: true }).click()
      await page.getByText(t('vault.old', { n: 1 })).waitFor({ state: 'detached' })
      assert.equal(mock.state.sealedWithOld, 0)
      assert.deepEqual(troubles, [])
    })
  }

  for (const language of ['en', 'ru'] as const) {
    test(`stands beside the hosts that the configuration file allows, which cannot be changed here (${language})`, async () => {
      mock.reset({ many: 10 })
      await using open = await desk.open(mock.url, { language })
      const { page, go } = open
      await go('/connections/shop-crm/security')
      const note = page.getByText(wordsOf(language)('security.fileHosts'))
      await note.getByText('crm.lan:8080').waitFor()
      assert.equal(await note.locator('input, textarea, button').count(), 0)
    })
  }

  test('is shown to administrators alone', async () => {
    mock.reset({ many: 10 })
    await using open = await desk.open(mock.url, { user: 'operator' })
    const { page, go } = open
    const t = wordsOf('en')
    await go('/connections/shop-crm/security')
    await page.getByText(t('security.secrets')).waitFor()
    assert.equal(await page.getByText(t('vault.title')).count(), 0)
  })
})
