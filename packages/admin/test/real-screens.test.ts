import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { Desk, launch, noBrowser, type OpenPage } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

interface View {
  readonly settings: Readonly<Record<string, unknown>>
  readonly schedule: { readonly pollSeconds: number | null }
  readonly security: { readonly allowHosts: readonly string[] }
  readonly version: number
}

interface Waiting {
  readonly parked: Readonly<Record<string, Readonly<Record<string, number>>>>
}

// Each language has a Mufta and a page of its own; both run side by side, since they mostly wait.
describe('every screen over a real Mufta', { skip: noBrowser, concurrency: true }, () => {
  let desk: Desk
  before(async () => {
    desk = new Desk(await launch())
  })
  after(() => desk[Symbol.asyncDispose]())

  for (const language of ['en', 'ru'] as const) {
    const t = wordsOf(language)
    const path = `/connections/${connection}`
    let shop: RealShop
    let open: OpenPage
    const view = () => shop.admin.ask<View>('GET', path)

    /** An order that is in the CRM already. */
    async function delivered(order: Parameters<RealShop['portal']['placeOrder']>[0] = {}): Promise<string> {
      const id = String(shop.portal.placeOrder(order))
      await until(`order ${id} is delivered`, () => shop.crm.order(id) !== null)
      return id
    }

    async function save(page: Page): Promise<void> {
      await page.getByRole('button', { name: t('do.save'), exact: true }).click()
      await page.getByText(t('unsaved.note')).waitFor({ state: 'detached' })
    }

    describe(`in ${language}`, { concurrency: 1 }, () => {
      before(async () => {
        shop = await startRealShop()
        open = await desk.open(shop.url, { language })
      })
      after(async () => {
        await open[Symbol.asyncDispose]()
        await shop[Symbol.asyncDispose]()
      })
      // No error of a script, no refusal by the policy; and a test that failed half-way leaves nothing to the next one.
      afterEach(async () => {
        shop.crm.latencyMs = 0
        shop.portal.setEventLoss(0)
        shop.crm.addStatus('new', 'new', 'Новый')
        await shop.admin.call('POST', `${path}/resume`)
        assert.deepEqual(open.troubles.splice(0), [])
      })

      test('the overview counts a delivered order without a reload', async () => {
        await delivered()
        const { page, go } = open
        await go('/')
        const card = page.getByRole('article').filter({ hasText: connection })
        await page.getByText(t('app.live'), { exact: true }).waitFor()
        await card.getByText(t('state.running'), { exact: true }).waitFor()
        const today = card
          .locator('dl > div')
          .filter({ hasText: t('overview.doneToday') })
          .locator('dd')
        const was = Number(await today.textContent())
        assert.ok(was > 0)
        await page.evaluate('window.isTheSame = true')
        await delivered()
        await card.locator('dd', { hasText: new RegExp(`^\\s*${was + 1}\\s*$`) }).waitFor()
        await card
          .getByRole('img', { name: new RegExp(t('overview.chartText', { done: was + 1, failed: '\\d+' })) })
          .waitFor()
        await card.getByText(t('overview.budget.site')).waitFor()
        assert.equal(await page.evaluate('window.isTheSame'), true)
      })

      test('a pause holds the queue, a resume empties it', async () => {
        const { page, go } = open
        await go('/')
        await page.getByRole('button', { name: `${t('do.pause')}: ${connection}` }).click()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: t('do.pause'), exact: true })
          .click()
        await page.getByText(t('overview.byOperator')).waitFor()
        const id = String(shop.portal.placeOrder({}))
        const waiting = page
          .locator('dl > div')
          .filter({ hasText: t('overview.waiting') })
          .locator('dd')
        await waiting.filter({ hasText: /^\s*1\s*$/ }).waitFor()
        assert.equal(shop.crm.order(id), null)
        await page.getByRole('button', { name: `${t('do.resume')}: ${connection}` }).click()
        await until('the held order is delivered', () => shop.crm.order(id) !== null)
      })

      test('a mistyped key is explained by the check, corrected, and the check is green', async () => {
        const { page, go } = open
        await go(path)
        const { version } = await view()
        await page.getByRole('button', { name: new RegExp(`${t('secret.replace')}: .*API`) }).click()
        const key = page.getByLabel(new RegExp(`API.*${t('secret.new')}`))
        const check = page.getByRole('button', { name: t('connection.check'), exact: true })
        await key.fill('mistyped-key-123')
        await check.click()
        await page.getByText(t('connection.checkBad')).waitFor()
        const finding = page.getByRole('listitem').filter({ hasText: 'RETAILCRM_KEY_REFUSED' })
        await finding.getByText(`${t('connection.fix')}:`).waitFor()
        await key.fill(shop.crm.apiKey)
        await check.click()
        await page.getByText(t('connection.checkBad')).waitFor({ state: 'detached' })
        await page.getByText('RETAILCRM_KEY_OK').waitFor()
        await save(page)
        await check.click()
        await page.getByText('RETAILCRM_KEY_OK').waitFor()
        assert.equal(await page.getByText(t('connection.checkBad')).count(), 0)
        assert.equal((await view()).version, version + 1)
        await delivered()
      })

      test('a changed mapping is what the next order goes by', async () => {
        const { page, go } = open
        await go(`${path}/mappings`)
        const select = page.getByLabel(t('mapping.for', { name: 'Собирается' })).first()
        const to = (await select.inputValue()) === 'assembling' ? 'assembling-complete' : 'assembling'
        await select.selectOption(to)
        await save(page)
        const id = await delivered({ statusId: 'A' })
        assert.equal(shop.crm.order(id)?.status, to)
      })

      test('stores are paired by their names', async () => {
        const { page, go } = open
        await go(`${path}/mappings`)
        const main = page.getByLabel(t('mapping.for', { name: 'Основной склад' }))
        assert.equal(await main.inputValue(), '')
        await page
          .getByRole('button', { name: new RegExp(`${t('mapping.suggest')}: (Stores|Склады)`) })
          .click()
        assert.equal(await main.inputValue(), 'main')
        await page.getByRole('button', { name: t('do.discard'), exact: true }).click()
      })

      test('a store that an order waits for stands on top with their count, and once mapped lets it go', async () => {
        const { page, go } = open
        // Set from elsewhere: the page has left the connection, so that it reads it anew.
        await go('/')
        const { settings, version } = await view()
        const stores = { '1': 'main' }
        await shop.admin.ask('PUT', path, { version, settings: { ...settings, stores } })
        const items = [{ name: 'Чай', price: '90.00', productId: 348, storeId: 2 }]
        const id = String(shop.portal.placeOrder({ items }))
        await until('the order waits for its store', async () => {
          const { parked } = await shop.admin.ask<Waiting>('GET', `${path}/dictionaries`)
          return parked['stores']?.['2'] === 1
        })
        await go(`${path}/mappings`)
        const list = page.getByRole('list').filter({ hasText: 'Магазин на Лесной' })
        const row = list.getByRole('listitem').first()
        await row.getByText('Магазин на Лесной').waitFor()
        await row.getByText(t('mapping.waiting', { n: 1 })).waitFor()
        await row.getByRole('combobox').selectOption('shop-center')
        await save(page)
        await until('the order is there', () => shop.crm.order(id)?.['shipmentStore'] === 'shop-center')
      })

      test('the fields show from where to where they flow and which side wins', async () => {
        const { page, go } = open
        await go(`${path}/fields`)
        const rowOf = (name: string) =>
          page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
        const status = rowOf('status')
        await status.getByText(t('fields.computed')).waitFor()
        await status.getByText(t('fields.dir.both')).waitFor()
        await status.getByText(t('fields.owner.external')).waitFor()
        await rowOf('payments[].amount').getByRole('cell', { name: 'payments[].sum', exact: true }).waitFor()
      })

      test('schedule, allowed hosts and a new key are kept, and an earlier version comes back', async () => {
        const { page, go } = open
        const { version, schedule } = await view()
        const poll = (schedule.pollSeconds ?? 0) + 7
        await go(`${path}/schedule`)
        await page.getByLabel(t('schedule.poll')).fill(String(poll))
        await page.getByRole('tab', { name: t('connection.tab.security') }).click()
        await page.getByLabel(t('security.hosts')).fill('10.0.0.7:8443')
        await save(page)
        const saved = await view()
        assert.deepEqual([saved.schedule.pollSeconds, saved.security.allowHosts], [poll, ['10.0.0.7:8443']])
        await page.getByRole('button', { name: new RegExp(`${t('secret.replace')}: .*API`) }).click()
        await page.getByLabel(new RegExp(`API.*${t('secret.new')}`)).fill(shop.crm.apiKey)
        await page.getByRole('button', { name: t('do.save'), exact: true }).click()
        await page.getByText(t('security.rotated')).first().waitFor()
        await page.getByRole('tab', { name: t('connection.tab.versions') }).click()
        await page.getByText('settings.apiKey').last().waitFor()
        await page.getByText(t('secret.setPlain')).last().waitFor()
        await page
          .getByRole('button', {
            name: `${t('versions.restore')}: ${t('versions.version', { value: version })}`,
            exact: true,
          })
          .click()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: t('versions.restore'), exact: true })
          .click()
        await page
          .getByText(t('versions.restored', { value: version }))
          .first()
          .waitFor()
        assert.equal((await view()).schedule.pollSeconds, schedule.pollSeconds)
        await delivered()
      })

      test('an order is found by number, external id, phone and e-mail, and its life goes on before the eyes', async () => {
        const mark = language === 'en' ? '11' : '22'
        const id = await delivered({
          number: `W-${mark}77`,
          properties: { '1': 'Анна Лис', '2': `anna${mark}@example.com`, '3': `+7 900 555-${mark}-01` },
        })
        const externalId = String(shop.crm.order(id)?.id)
        const { page, go } = open
        await go('/orders')
        const list = page.getByRole('region', { name: t('orders.title') })
        for (const query of [
          `W-${mark}77`,
          externalId,
          `+7 (900) 555-${mark}-01`,
          `anna${mark}@example.com`,
        ]) {
          await page.getByLabel(t('orders.query')).fill(query)
          await page.getByRole('button', { name: t('do.search') }).click()
          await page.getByText(t('orders.found', { n: 1 })).waitFor()
          await list.getByRole('link', { name: new RegExp(`W-${mark}77`) }).waitFor()
        }
        await list.getByRole('link').click()
        await page.getByRole('heading', { level: 1, name: t('life.title', { number: id }) }).waitFor()
        const step = (name: string, code: string) =>
          page.getByRole('listitem').filter({ hasText: code }).getByText(name, { exact: true }).first()
        await step(t('step.write'), 'CREATED').waitFor()
        await page.locator('dd', { hasText: externalId }).filter({ visible: true }).waitFor()
        const values = page.getByRole('region', { name: t('life.values') })
        await values.getByText(`anna${mark}@example.com`).first().waitFor()
        shop.crm.userEdit(id, { status: 'complete' })
        await until('the status came back', () => shop.portal.order(Number(id))?.['statusId'] === 'F')
        await step(t('step.write'), 'UPDATED').waitFor()
        await values.getByRole('row').filter({ hasText: 'complete' }).waitFor()
        const life = page.locator('.life-step')
        await life.filter({ hasText: 'CREATED' }).getByText('ONSALEORDERSAVED').waitFor()
        const update = life.filter({ hasText: 'UPDATED' })
        await update.getByText(t('step.readRecord', { id: externalId })).waitFor()
        await update.getByText(new RegExp(`${t('life.written.shop')}:\\s*status\\s*N\\s*→\\s*F`)).waitFor()
      })

      test('the lab shows an order both ways; a replay tells what a new mapping would change', async () => {
        const id = await delivered()
        const { page, go } = open
        await go(`/lab?connection=${connection}`)
        await page.getByLabel(t('lab.order')).fill(id)
        await page.getByRole('button', { name: t('lab.show'), exact: true }).click()
        await page
          .getByRole('region', { name: t('lab.shop') })
          .filter({ hasText: 'Футболка' })
          .waitFor()
        await page
          .getByRole('region', { name: t('lab.out') })
          .filter({ hasText: '"cash"' })
          .waitFor()
        await page
          .getByRole('region', { name: t('lab.external') })
          .filter({ hasText: 'ivan.petrov' })
          .waitFor()
        await page.getByRole('region', { name: t('lab.back') }).waitFor()
        const replay = page.getByRole('button', { name: t('lab.replayDo'), exact: true })
        await page.getByLabel(t('lab.days')).fill('1')
        await replay.click()
        await page.getByText(t('lab.same')).waitFor()
        await mapPayment('e-money')
        await replay.click()
        const differs = page.getByRole('listitem').filter({ hasText: `№ ${id}` })
        await differs.getByText('"e-money"').or(differs.getByText('e-money')).first().waitFor()
        await mapPayment('cash')
      })

      async function mapPayment(to: string): Promise<void> {
        const { settings, version } = await view()
        const paymentTypes = { ...(settings['paymentTypes'] as object), '1': to }
        await shop.admin.ask('PUT', path, { version, settings: { ...settings, paymentTypes } })
      }

      test('the journal is filtered, followed and downloaded', async () => {
        const first = await delivered()
        const { page, go } = open
        await go('/journal')
        const list = page.getByRole('region', { name: t('journal.rows') })
        await page.getByLabel(t('journal.query')).fill(first)
        await page.getByRole('button', { name: t('do.search') }).click()
        const rows = list.getByRole('listitem')
        await rows.filter({ hasNotText: first }).first().waitFor({ state: 'detached' })
        await list.getByText('CREATED', { exact: true }).waitFor()
        for (const row of await rows.all()) assert.match((await row.textContent()) ?? '', new RegExp(first))
        const text = await downloaded(page, page.getByRole('link', { name: t('journal.download') }))
        const lines = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { id: string; code: string })
        assert.ok(lines.some(({ code }) => code === 'CREATED'))
        assert.ok(lines.every(({ id }) => id === first))
        await page.getByLabel(t('journal.query')).fill('')
        await page.getByLabel(t('journal.kind')).selectOption('write')
        await list.getByText(first).first().waitFor()
        const next = await delivered()
        await list.getByRole('listitem').filter({ hasText: next }).filter({ hasText: 'CREATED' }).waitFor()
      })

      test('the log is filtered, followed and downloaded', async () => {
        const { page, go } = open
        await go('/journal')
        await page.getByRole('tab', { name: t('journal.tab.logs') }).click()
        const list = page.getByRole('region', { name: t('logs.rows') })
        await list.getByText('Mufta is running').waitFor()
        shop.crm.removeStatus('new')
        const id = String(shop.portal.placeOrder({}))
        await list.getByRole('listitem').filter({ hasText: id }).first().waitFor()
        await page.getByLabel(t('logs.level')).selectOption('warn')
        await list.getByText('Mufta is running').waitFor({ state: 'detached' })
        await list.getByRole('listitem').filter({ hasText: id }).first().waitFor()
        const text = await downloaded(page, page.getByRole('button', { name: t('journal.download') }))
        const lines = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { level: string })
        assert.ok(lines.length > 0 && lines.every(({ level }) => level === 'warn' || level === 'error'))
        shop.crm.addStatus('new', 'new')
        await shop.admin.ask('POST', '/problems/retry', { all: true })
        await until('the order is delivered', () => shop.crm.order(id) !== null)
      })

      test('orders that died are sent again together, or ignored with a reason', async () => {
        shop.crm.removeStatus('new')
        const ids = Array.from({ length: 6 }, () => String(shop.portal.placeOrder({})))
        const { page, go } = open
        await until('all are dead', async () => (await dead()) === 6)
        await go('/problems')
        const card = page.getByRole('article').filter({ hasText: 'CLIENT_REFUSED' })
        await card
          .getByRole('heading')
          .filter({ hasText: t('count.orders', { n: 6 }) })
          .waitFor()
        await card.getByText('"code"="new" does not exist').first().waitFor()
        const table = await downloaded(page, page.getByRole('link', { name: t('problems.csv') }))
        const lines = table.trim().split('\r\n')
        assert.equal(lines.length, 7)
        for (const id of ids) assert.ok(table.includes(id))
        assert.equal(lines[0]?.includes(language === 'ru' ? ';' : ','), true)
        // One of them nobody needs.
        await card.getByRole('button', { name: t('problems.items') }).click()
        await card.getByLabel(t('problems.pick', { id: ids[0] ?? '' })).check()
        await card.getByRole('button', { name: t('problems.ignorePicked', { n: 1 }) }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel(t('problems.reason')).fill('a trial order')
        await dialog.getByRole('button', { name: t('problems.ignore').replace('…', ''), exact: true }).click()
        await card
          .getByRole('heading')
          .filter({ hasText: t('count.orders', { n: 5 }) })
          .waitFor()
        shop.crm.addStatus('new', 'new')
        await card.getByRole('button', { name: t('problems.retryAll', { n: 5 }) }).click()
        await dialog.getByRole('button', { name: t('problems.retryAll', { n: 5 }) }).click()
        await card.waitFor({ state: 'detached' })
        await until('the rest is delivered', () => ids.slice(1).every((id) => shop.crm.order(id) !== null))
        assert.equal(shop.crm.order(ids[0] ?? ''), null)
        const { steps } = await shop.admin.ask<{ steps: readonly { kind: string; detail?: unknown }[] }>(
          'GET',
          `/orders/${connection}/${ids[0]}`,
        )
        assert.match(JSON.stringify(steps.find(({ kind }) => kind === 'dismiss')), /a trial order/)
      })

      async function dead(): Promise<number> {
        const { groups } = await shop.admin.ask<{ groups: readonly { count: number }[] }>('GET', '/problems')
        return groups[0]?.count ?? 0
      }

      test('a plan is looked through and run: progress, pause, stop, and the whole load', async () => {
        shop.portal.setEventLoss(1)
        const place = (count: number) =>
          Array.from({ length: count }, () => String(shop.portal.placeOrder({})))
        const ids = place(15)
        const arrived = () => ids.filter((id) => shop.crm.order(id) !== null).length
        const { page, go } = open
        await go(`/plan?connection=${connection}`)
        await page.getByRole('button', { name: t('plan.make') }).click()
        await page.getByText(t('plan.state.done')).waitFor()
        await page.getByLabel(t('access.action')).selectOption('create')
        await page.getByRole('button', { name: new RegExp(`№ ${ids[0]}`) }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByText('ivan.petrov@example.com').first().waitFor()
        await page.keyboard.press('Escape')
        assert.equal(arrived(), 0)
        ids.push(...place(150))
        shop.crm.latencyMs = 150
        const run = page.getByRole('button', { name: t('plan.run'), exact: true })
        const runIt = async () => {
          await run.click()
          await dialog.getByRole('button', { name: t('plan.run'), exact: true }).click()
        }
        await runIt()
        await page.getByRole('button', { name: t('do.pause'), exact: true }).click()
        await page.getByText(t('backfill.paused')).waitFor()
        const resume = page.getByRole('button', { name: t('do.resume'), exact: true })
        await resume.waitFor()
        assert.ok(arrived() < 165)
        await resume.click()
        await page.getByRole('button', { name: t('do.stop'), exact: true }).click()
        await dialog.getByRole('button', { name: t('do.stop'), exact: true }).click()
        await run.waitFor()
        shop.crm.latencyMs = 0
        await runIt()
        await until('every order of the plan is there', () => arrived() === 165)
        const [finished] = t('backfill.done', { n: 777 }).split('777')
        await page.getByText(finished ?? '').waitFor()
      })
    })
  }
})

async function downloaded(page: Page, link: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  return readFile(await download.path(), 'utf8')
}
