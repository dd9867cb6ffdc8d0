import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Desk, launch, noBrowser } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

const count = 10_000
/** What the screen shows and a few above and below. */
const mostRows = 60

// Each language has a session of its own, and both run side by side.
describe('ten thousand problems in a real store', { skip: noBrowser, concurrency: true }, () => {
  let shop: RealShop
  let desk: Desk
  before(async () => {
    shop = await startRealShop({ orders: count })
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
  })

  for (const language of ['en', 'ru'] as const) {
    const t = wordsOf(language)

    test(`come page by page as one group and as orders, only the visible rows exist, the last is found (${language})`, async () => {
      await using open = await desk.open(shop.url, { language })
      const { page, go, troubles } = open
      const ofGroup = pagesOf(page, '/api/problems/items')
      await go(`/problems?connection=${connection}`)
      const card = page.getByRole('article')
      await card
        .getByRole('heading')
        .filter({ hasText: t('count.orders', { n: count }) })
        .waitFor()
      await card.getByRole('button', { name: t('problems.items') }).click()
      const items = card.getByRole('listitem')
      await items.first().waitFor()
      assert.equal((await ofGroup()).length, 1)
      await scrollToEnd(page, count)
      assert.ok((await items.count()) < mostRows)
      const sizes = await ofGroup()
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        count,
      )
      assert.ok(Math.max(...sizes) <= 500)

      const ofOrders = pagesOf(page, '/api/orders')
      await go('/orders')
      const orders = page.getByRole('region', { name: t('orders.title') }).getByRole('listitem')
      await orders.first().waitFor()
      await scrollToEnd(page, count)
      assert.ok((await orders.count()) < mostRows)
      assert.ok(Math.max(...(await ofOrders())) <= 500)
      await page.getByLabel(t('orders.query')).fill('buyer10001@')
      await page.getByRole('button', { name: t('do.search') }).click()
      await page.getByRole('link', { name: /A-10001\b/ }).waitFor()
      assert.deepEqual(troubles, [])
    })
  }
})

/** How many rows each answer under this address had so far. */
function pagesOf(page: Page, path: string): () => Promise<readonly number[]> {
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (new URL(response.url()).pathname !== path) return
    const size = response.json().then(({ rows }: { rows: readonly unknown[] }) => rows.length)
    // One that was still on its way when the page was closed says nothing.
    sizes.push(size.catch(() => 0))
  })
  return () => Promise.all(sizes)
}

async function scrollToEnd(page: Page, rows: number): Promise<void> {
  await until('the last row is there', () =>
    page.evaluate<boolean>(`(() => {
      const box = document.querySelector('.virtual-rows')
      if (box === null) return false
      box.scrollTop = box.scrollHeight
      return document.querySelector('.virtual-rows [aria-posinset="${rows}"]') !== null
    })()`),
  )
}
