import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { samplePassword, type MockOptions } from '../dev/mock/state.ts'
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

describe('the page loses nothing and lets nothing through', { skip }, () => {
  before(async () => {
    mock = await startMock()
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await mock.close()
  })

  test('ignoring asks for a reason and does not go on without one', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/problems')
    const card = page.getByRole('article').filter({ hasText: 'CURRENCY_MISMATCH' })
    await card.getByRole('button', { name: t('problems.ignore') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ignore', exact: true }).click()
    await dialog.getByText(t('say.required')).waitFor()
    await dialog.getByLabel(t('problems.reason')).fill('test orders')
    await dialog.getByRole('button', { name: 'Ignore', exact: true }).click()
    await card.waitFor({ state: 'detached' })
    const sent = mock.state.seen.filter(({ path }) => path === '/api/problems/ignore')
    assert.match(sent[0]?.body ?? '', /test orders/)
  })

  test('unsaved changes are guarded on the way out and kept between the tabs', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    await page.locator('[data-path=site] input').fill('main')
    await page.getByRole('tab', { name: t('connection.tab.schedule') }).click()
    await page.getByLabel(t('schedule.poll')).waitFor()
    await page.getByRole('tab', { name: t('connection.tab.connection') }).click()
    assert.equal(await page.locator('[data-path=site] input').inputValue(), 'main')
    await page.getByRole('link', { name: t('nav.orders') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: t('unsaved.stay') }).click()
    assert.equal(await page.locator('[data-path=site] input').inputValue(), 'main')
    await page.getByRole('link', { name: t('nav.orders') }).click()
    await dialog.getByRole('button', { name: t('unsaved.leaveDo') }).click()
    await page.getByRole('heading', { level: 1, name: t('orders.title') }).waitFor()
  })

  test('unsaved changes are guarded against a sign-out and against a connection whose name only begins the same', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    await page.locator('[data-path=site] input').fill('main')
    const stay = async () => {
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('unsaved.stay') })
        .click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.equal(await page.locator('[data-path=site] input').inputValue(), 'main')
    }
    await page.evaluate("location.hash = '#/connections/shop-crm-2'")
    await stay()
    const signOut = page.getByRole('button', { name: t('do.signOut') })
    await signOut.click()
    await stay()
    await signOut.click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('unsaved.leaveDo') })
      .click()
    await page.getByRole('heading', { level: 1, name: t('login.title') }).waitFor()
  })

  test('a key that was typed and not saved is guarded, also between the tabs', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm/security')
    await page.getByRole('button', { name: new RegExp(`${t('secret.replace')}: .*API`) }).click()
    const key = page.getByLabel(new RegExp(`API.*${t('secret.new')}`))
    await key.fill('a-new-key-123')
    for (const leave of [
      page.getByRole('tab', { name: t('connection.tab.schedule') }),
      page.getByRole('link', { name: t('nav.orders') }),
    ]) {
      await leave.click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('unsaved.stay') })
        .click()
      assert.equal(await key.inputValue(), 'a-new-key-123')
    }
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    await page.getByText(t('security.rotated')).first().waitFor()
    await page.getByRole('link', { name: t('nav.orders') }).click()
    await page.getByRole('heading', { level: 1, name: t('orders.title') }).waitFor()
  })

  test('a refused field is marked where it is, and nothing typed is lost', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    const url = page.locator('[data-path=url]')
    await url.locator('input').fill('demo')
    await url.getByText(t('form.invalidUrl')).waitFor()
    await url.locator('input').fill('https://refused.example')
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    await url.getByText('This host is not known').waitFor()
    assert.equal(await url.locator('input').inputValue(), 'https://refused.example')
  })

  test('a conflict keeps my edit and takes the other person’s', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    await page.locator('[data-path=site] input').fill('mine')
    const one = mock.state.connections.get('shop-crm')
    assert.ok(one)
    one.detail = { ...one.detail, version: 9, settings: { ...one.detail.settings, pollSeconds: 77 } }
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    await page.getByRole('button', { name: t('connection.loadNew') }).click()
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
    assert.deepEqual([one.detail.settings['site'], one.detail.settings['pollSeconds']], ['mine', 77])
  })

  test('another connection is another screen: nothing of the former stays', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    await page.evaluate("location.hash = '#/connections/outlet-test'")
    await page.getByText(t('connection.readOnly')).waitFor()
    await page.getByText(t('mode.testLoud')).waitFor()
  })

  test('the counts follow the server, and the stream comes back after a restart', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/')
    await page.getByText(t('app.live'), { exact: true }).waitFor()
    const live = mock.state.connections.get('shop-crm')?.live
    assert.ok(live)
    mock.emit('overview', {
      now: Date.now(),
      connections: [{ ...live, counts: { ...live.counts, waiting: 4321 } }],
    })
    await page.getByText('4,321').waitFor()
    mock.dropStreams()
    await page.getByText(t('app.notLive')).waitFor()
    await page.getByText(t('app.live'), { exact: true }).waitFor()
  })

  test('a session that ended asks to sign in over the page and keeps what was typed', async () => {
    await using open = await start()
    const { page, go, t } = open
    await go('/connections/shop-crm')
    await page.locator('[data-path=site] input').fill('kept')
    await page.context().clearCookies()
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(t('login.again')).waitFor()
    await dialog.getByLabel(t('login.password')).fill('nonsense')
    await dialog.getByRole('button', { name: t('do.signIn') }).click()
    await dialog.getByText(t('login.bad')).waitFor()
    await dialog.getByLabel(t('login.password')).fill(samplePassword)
    await dialog.getByRole('button', { name: t('do.signIn') }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.locator('[data-path=site] input').inputValue(), 'kept')
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
  })

  test('the first administrator follows the one-time link', async () => {
    await using open = await start({ isEmpty: true, user: null })
    const { page, go, t } = open
    await go('/first?token=one-time')
    await page.locator('input:focus').waitFor()
    await page.getByLabel(t('login.login')).fill('olga')
    await page.getByLabel(t('login.password'), { exact: true }).fill('short')
    await page.getByRole('button', { name: t('first.do') }).click()
    await page.getByText(t('first.short'), { exact: true }).waitFor()
    await page.getByLabel(t('login.password'), { exact: true }).fill('long enough words')
    await page.getByLabel(t('first.repeat')).fill('long enough words')
    await page.getByRole('button', { name: t('first.do') }).click()
    await page.getByRole('heading', { level: 1, name: t('start.title') }).waitFor()
  })

  test('the language is the browser’s first, can be switched and is remembered', async () => {
    await using open = await start({ language: 'ru' })
    const { page, go } = open
    await go('/')
    await page.getByRole('heading', { level: 1, name: 'Обзор' }).waitFor()
    await page.getByLabel('Язык').selectOption('en')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.lang'), 'en')
  })
})
