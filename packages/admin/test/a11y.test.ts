import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator } from 'playwright-core'
import type { MessageKey } from '../src/i18n/phrases.ts'
import { Axe } from './axe.ts'
import { Desk, launch, noBrowser, type OpenPage } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { screensOf, tabs } from './screens.ts'
import { wordsOf } from './words.ts'

type Words = ReturnType<typeof wordsOf>

/** Over orders in each state: delivered, waiting for a mapping, undelivered. */
describe('every screen of a real Mufta', { skip: noBrowser }, () => {
  let shop: RealShop
  let desk: Desk
  let delivered: string

  before(async () => {
    shop = await startRealShop({ portal: { statuses: [{ id: 'H', type: 'O', name: 'На сборке' }] } })
    desk = new Desk(await launch())
    delivered = String(shop.portal.placeOrder({}))
    await until('an order is delivered', () => shop.crm.order(delivered) !== null)
    shop.portal.placeOrder({ statusId: 'H' })
    shop.crm.removeStatus('assembling')
    shop.portal.placeOrder({ statusId: 'A' })
    const groups = async () =>
      (await shop.admin.ask<{ groups: readonly unknown[] }>('GET', '/problems')).groups.length
    await until('both problems are there', async () => (await groups()) === 2)
    shop.crm.addStatus('assembling', 'assembling', 'Комплектуется')
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
  })

  describe(
    'can be read by a screen reader and by weak eyes, wide and on a phone',
    { concurrency: true },
    () => {
      for (const language of ['en', 'ru'] as const) {
        test(`axe finds nothing serious, and nothing is wider than the screen (${language})`, async () => {
          const t = wordsOf(language)
          await using open = await desk.open(shop.url, { language })
          const { page, go, troubles } = open
          const axe = new Axe(page, t)
          for (const [name, path] of Object.entries(screensOf(connection, delivered))) {
            await go(path)
            for (const tab of tabs[name] ?? []) await page.getByRole('tab', { name: t(tab) }).click()
            if (name === 'problems') {
              await page
                .getByRole('button', { name: t('problems.items') })
                .first()
                .click()
              await page.getByRole('listitem').getByRole('checkbox').first().waitFor()
            }
            await axe.look(name)
          }
          await go('/problems')
          await page.getByRole('button', { name: t('problems.map'), exact: true }).click()
          await page.getByRole('dialog').getByRole('combobox').waitFor()
          await axe.look('a dialog')
          await walkOn(open, t, axe)
          await page.getByRole('button', { name: t('do.signOut') }).click()
          await page.getByRole('heading', { level: 1, name: t('login.title') }).waitFor()
          await axe.look('the sign-in')
          assert.deepEqual(axe.findings, [])
          assert.deepEqual(troubles, [])
        })
      }
    },
  )

  /** What shows only after something was done: a plan and one of its orders, a question. */
  async function walkOn({ page, go }: OpenPage, t: Words, axe: Axe): Promise<void> {
    const button = (key: MessageKey) => page.getByRole('button', { name: t(key), exact: true })
    await go(`/plan?connection=${connection}`)
    await button('plan.make').click()
    await page.getByText(t('plan.state.done')).waitFor()
    await axe.look('a plan')
    await page.getByRole('button', { name: /№/ }).first().click()
    await page.getByRole('dialog').waitFor()
    await axe.look('an order of a plan')
    await page.keyboard.press('Escape')
    await go('/start')
    await page.locator('[data-path=webhook] input').fill(shop.portal.webhook)
    // Part of the wizard is filled in: the page asks before it lets go of that.
    await page
      .getByRole('navigation')
      .first()
      .getByRole('link', { name: t('nav.problems') })
      .click()
    await page.getByRole('dialog').getByText(t('unsaved.leave')).waitFor()
    await axe.look('a question')
    await button('unsaved.leaveDo').click()
    await page.getByRole('heading', { level: 1, name: t('problems.title') }).waitFor()
  }

  test('a parked order is mapped and sent with the keyboard alone', async () => {
    const t = wordsOf('en')
    await using open = await desk.open(shop.url)
    const { page, go } = open
    await go('/')
    await page.getByRole('article').first().waitFor()
    const tabTo = async (wanted: Locator, most = 60) => {
      for (let presses = 0; presses < most; presses += 1) {
        await page.keyboard.press('Tab')
        if (await wanted.evaluate((element) => element === document.activeElement)) return
      }
      assert.fail(`not reached by ${most} presses of Tab: ${String(wanted)}`)
    }
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    // The page puts the focus on its heading; from the very top the first stop is the way past the menu.
    await page.evaluate("document.body.setAttribute('tabindex', '-1'); document.body.focus()")
    await tabTo(button(t('app.skip')), 1)
    await tabTo(page.getByRole('link', { name: t('nav.problems') }).first())
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: t('problems.title') }).waitFor()
    await button(t('problems.map')).waitFor()
    await tabTo(button(t('problems.map')))
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    const select = dialog.getByRole('combobox')
    await select.waitFor()
    await tabTo(select)
    assert.equal(await select.inputValue(), 'send-to-assembling')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    assert.equal(await select.inputValue(), 'send-to-delivery')
    await tabTo(button(t('problems.mapDo')))
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('article').filter({ hasText: 'STATUS_UNMAPPED' }).waitFor({ state: 'detached' })
    await until('the parked order is delivered', () => shop.crm.orders().length === 2)
  })
})
