import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator } from 'playwright-core'
import { readCodeTable } from '../../../tools/code-table.ts'
import { Desk, launch, noBrowser, type OpenPage } from './browser.ts'
import { connection } from './real-mufta.ts'
import { startRealShop, until, type RealShop } from './real-shop.ts'
import { wordsOf } from './words.ts'

interface View {
  readonly settings: Readonly<Record<string, unknown>>
  readonly version: number
}

interface Overview {
  readonly connections: readonly { readonly state: string }[]
}

const path = `/connections/${connection}`
const table = await readCodeTable()

describe('errors on a Russian page', { skip: noBrowser, concurrency: 1 }, () => {
  const t = wordsOf('ru')
  let desk: Desk
  let shop: RealShop
  let open: OpenPage
  let parked = ''
  let dead = ''

  before(async () => {
    desk = new Desk(await launch())
    shop = await startRealShop({ portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] } })
    open = await desk.open(shop.url, { language: 'ru' })
    parked = String(shop.portal.placeOrder({ statusId: 'X' }))
    await change({ paymentTypes: { '1': 'nosuch', '2': 'nosuch', '3': 'nosuch' } })
    dead = String(shop.portal.placeOrder({}))
    await until('both orders are in trouble', async () => (await problems()).length === 2)
  })
  after(async () => {
    await open[Symbol.asyncDispose]()
    await shop[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  async function change(settings: object): Promise<void> {
    const present = await shop.admin.ask<View>('GET', path)
    await shop.admin.ask('PUT', path, {
      version: present.version,
      settings: { ...present.settings, ...settings },
    })
  }

  async function problems(): Promise<readonly object[]> {
    return (await shop.admin.ask<{ groups: readonly object[] }>('GET', '/problems')).groups
  }

  /** The English words stand there once, as a technical detail, and nowhere else. */
  async function hasEnglishOnlyAsDetail(place: Locator, english: RegExp): Promise<void> {
    const texts = (await place.innerText()).split('\n').filter((line) => english.test(line))
    assert.ok(texts.length > 0, await place.innerText())
    for (const text of texts) assert.match(text, new RegExp(`^${t('error.technical')}: `))
  }

  test('a problem is told by what its code means, the system’s own words and what to do', async () => {
    const { page, go } = open
    await go('/problems')
    const refused = page.getByRole('article').filter({ hasText: 'CLIENT_REFUSED' })
    await refused.getByRole('heading', { name: meaning('CLIENT_REFUSED') }).waitFor()
    await refused.getByText(/система: RetailCRM; .*слова системы: .*nosuch/).waitFor()
    await hasEnglishOnlyAsDetail(refused, /RetailCRM answered 400/)
    const unmapped = page.getByRole('article').filter({ hasText: 'STATUS_UNMAPPED' })
    await unmapped.getByRole('heading', { name: /Статус «Особый» не сопоставлен/ }).waitFor()
    await unmapped.getByRole('button', { name: t('problems.items') }).click()
    await unmapped.getByText('Кода магазина «X» нет в соответствиях «statuses»').first().waitFor()
    await picture('problems')
  })

  test('the life of an order tells so what holds it and what happened', async () => {
    const { page, go } = open
    await go(`/orders/${connection}/${parked}`)
    await page.locator('.reason-note').getByText('Кода магазина «X» нет в соответствиях «statuses»').waitFor()
    const step = page.getByRole('listitem').filter({ hasText: 'STATUS_UNMAPPED' }).first()
    await step.getByText('Кода магазина «X» нет в соответствиях «statuses»').waitFor()
    assert.doesNotMatch(await page.locator('main').innerText(), /Shop code/)
    await picture('parked')
    await go(`/orders/${connection}/${dead}`)
    const end = page.getByRole('listitem').filter({ hasText: 'CLIENT_REFUSED' }).first()
    await end.getByText(meaning('CLIENT_REFUSED')).waitFor()
    await end.getByText(t('life.detail')).click()
    await end.getByText('слова системы', { exact: true }).waitFor()
    await hasEnglishOnlyAsDetail(end, /RetailCRM answered 400/)
    await picture('dead')
  })

  test('a finding of the check and a refused save are in Russian, field by field', async () => {
    const { page, go } = open
    await go(path)
    await page.getByRole('button', { name: new RegExp(`${t('secret.replace')}: .*API`) }).click()
    await page.getByLabel(new RegExp(`API.*${t('secret.new')}`)).fill('mistyped-key-123')
    await page.getByRole('button', { name: t('connection.check'), exact: true }).click()
    const finding = page.getByRole('listitem').filter({ hasText: 'RETAILCRM_KEY_REFUSED' })
    await finding.getByText(meaning('RETAILCRM_KEY_REFUSED')).waitFor()
    await finding.getByText(/статус HTTP: 403; слова системы: /).waitFor()
    await hasEnglishOnlyAsDetail(finding, /RetailCRM answered 403/)
    await picture('check')
    await page.getByRole('button', { name: t('do.discard'), exact: true }).click()
    const refused = await shop.admin.call('PUT', path, {
      version: (await shop.admin.ask<View>('GET', path)).version,
      settings: { url: 'crm', pollSeconds: 'often' },
    })
    assert.equal(refused.status, 422)
    const body: unknown = await refused.json()
    await page.route('**/api/connections/*', (route) =>
      route.request().method() === 'PUT' ? route.fulfill({ status: 422, json: body }) : route.continue(),
    )
    await page.getByRole('tab', { name: t('connection.tab.schedule') }).click()
    await page.getByLabel(t('schedule.poll')).fill('77')
    await page.getByRole('button', { name: t('do.save'), exact: true }).click()
    const note = page.getByRole('alert')
    await note.getByText('Заполнено неверно: settings.').waitFor()
    await note.getByText('settings.url: нужен полный адрес, который начинается с https://').waitFor()
    await note.getByText('settings.pollSeconds: нужно число').waitFor()
    await picture('save')
    await page.unroute('**/api/connections/*')
    await page.getByRole('button', { name: t('do.discard'), exact: true }).click()
  })

  test('a pause says in Russian why', async () => {
    const { page, go } = open
    shop.crm.revokeKey()
    shop.portal.placeOrder({})
    await until('it has paused', async () => {
      const { connections } = await shop.admin.ask<Overview>('GET', '/overview')
      return connections[0]?.state === 'paused'
    })
    await go('/')
    const note = page.getByRole('note').filter({ hasText: meaning('CLIENT_FORBIDDEN') })
    await note.getByText(/статус HTTP: 403; слова системы: /).waitFor()
    await hasEnglishOnlyAsDetail(note, /RetailCRM answered 403/)
    await picture('pause')
  })

  async function picture(name: string): Promise<void> {
    const folder = process.env['PICTURES']
    if (folder !== undefined) await open.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  }
})

function meaning(code: string): string {
  return table[code]?.ru.means ?? assert.fail(`${code} is not documented`)
}
