import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Desk, launch, noBrowser } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

/** A text that would run if the page ever took data for markup. */
const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'

describe(
  'markup in every field of an order, over a real Mufta',
  { skip: noBrowser, concurrency: true },
  () => {
    let shop: RealShop
    let desk: Desk
    /** One goes through, one waits for its status, one is refused with the CRM's own words about it. */
    let orders: readonly string[]

    before(async () => {
      shop = await startRealShop({
        portal: {
          statuses: [
            { id: 'H', type: 'O', name: hostile },
            { id: 'G', type: 'O', name: hostile },
          ],
          names: { paySystems: { 1: hostile }, deliveries: { 2: hostile } },
        },
      })
      shop.crm.addStatus('hostile-status', 'new', hostile)
      desk = new Desk(await launch())
      await placeAll()
    })
    after(async () => {
      await desk[Symbol.asyncDispose]()
      await shop[Symbol.asyncDispose]()
    })

    for (const language of ['en', 'ru'] as const) {
      test(`is text on every screen: nothing runs, nothing is loaded, the policy has nothing to refuse (${language})`, async () => {
        const t = wordsOf(language)
        await using open = await desk.open(shop.url, { language })
        const { page, go, troubles } = open
        const seen = page.getByText('window.hacked=1')
        const calm = async (where: string) => {
          await seen.first().waitFor({ state: 'attached' })
          assert.equal(await page.evaluate('window.hacked'), undefined, where)
          assert.equal(await page.locator('img, script:not([src])').count(), 0, where)
        }
        const visit = async (path: string) => {
          await go(path)
          await calm(path)
        }
        await visit('/orders')
        for (const id of orders) {
          await visit(`/orders/${connection}/${id}`)
          for (const more of await page.locator('details > summary').all()) await more.click()
          await calm(`the details of ${id}`)
          await visit(`/lab?connection=${connection}&id=${id}`)
        }
        await visit('/problems')
        for (const card of await page.getByRole('article').all())
          await card.getByRole('button', { name: t('problems.items') }).click()
        await calm('the orders of the problems')
        await page.getByRole('button', { name: t('problems.map'), exact: true }).click()
        await page.getByRole('dialog').getByText('window.hacked=1').first().waitFor({ state: 'attached' })
        await calm('the mapping of a problem')
        await page.keyboard.press('Escape')
        await visit(`/connections/${connection}/mappings`)
        await visit(`/connections/${connection}/versions`)
        await go(`/connections/${connection}`)
        await page.getByRole('button', { name: t('connection.check'), exact: true }).click()
        await page.getByText(t('connection.checkBad')).waitFor()
        await calm('the check')
        await visit('/journal')
        await page.getByRole('tab', { name: t('journal.tab.logs') }).click()
        await page.getByRole('region', { name: t('logs.rows') }).waitFor()
        await calm('the log')
        await go(`/plan?connection=${connection}`)
        await page.getByRole('button', { name: t('plan.make') }).click()
        await page.getByText(t('plan.state.done')).waitFor()
        await calm('the plan')
        await page.getByRole('button', { name: /№/ }).first().click()
        await page.getByRole('dialog').waitFor()
        await calm('one order of the plan')
        await page.keyboard.press('Escape')
        await go('/')
        assert.equal(await page.evaluate('window.hacked'), undefined)
        assert.deepEqual(troubles, [])
      })
    }

    async function placeAll(): Promise<void> {
      const order = {
        number: hostile,
        comment: hostile,
        managerComment: hostile,
        properties: {
          '1': hostile,
          '2': 'x@example.com',
          '3': hostile,
          '4': hostile,
          '6': hostile,
          '7': hostile,
        },
        items: [
          {
            name: hostile,
            price: '10.00',
            productXmlId: hostile,
            measureName: hostile,
            properties: [{ code: hostile, name: hostile, value: hostile }],
          },
        ],
        shipments: [{ trackingNumber: hostile }],
      } as const
      const synced = String(shop.portal.placeOrder(order))
      await until('it is delivered', () => shop.crm.order(synced) !== null)
      const parked = String(shop.portal.placeOrder({ ...order, statusId: 'H' }))
      await mapStatus('G', hostile)
      const dead = String(shop.portal.placeOrder({ ...order, statusId: 'G' }))
      const groups = async () =>
        (await shop.admin.ask<{ groups: readonly { kind: string; message: string }[] }>('GET', '/problems'))
          .groups
      await until('both problems are there', async () => (await groups()).length === 2)
      assert.ok(
        (await groups()).some(({ kind, message }) => kind === 'dead' && message.includes('window.hacked')),
      )
      orders = [synced, parked, dead]
    }

    async function mapStatus(from: string, to: string): Promise<void> {
      const path = `/connections/${connection}`
      const view = await shop.admin.ask<{ version: number; settings: { statuses: object } }>('GET', path)
      const statuses = { ...view.settings.statuses, [from]: to }
      await shop.admin.ask('PUT', path, { version: view.version, settings: { ...view.settings, statuses } })
    }
  },
)
