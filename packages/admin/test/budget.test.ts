import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { plantedSecret } from '../dev/mock/state.ts'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { screens } from './screens.ts'

const dist = new URL('../dist/', import.meta.url)
const firstLoadLimit = 300 * 1024

describe('the built page', { skip: noBrowser }, () => {
  let mock: MockServer
  let desk: Desk
  before(async () => {
    mock = await startMock({ many: 10_000 })
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await mock.close()
  })

  test('loads at most 300 kB of gzipped script at first', async () => {
    await using open = await desk.open(mock.url)
    const scripts = new Set<string>()
    open.page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.add(new URL(response.url()).pathname)
    })
    await open.go('/')
    await open.page.getByRole('article').first().waitFor()
    const sizes = await Promise.all(
      [...scripts].map(
        async (path) => gzipSync(await readFile(new URL(path.replace('/admin/', './'), dist))).length,
      ),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(sizes.length > 0 && total <= firstLoadLimit, `${total} bytes`)
  })

  test('holds no inline script and names no outside address but those of its texts', async () => {
    const html = await readFile(new URL('index.html', dist), 'utf8')
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/)
    assert.doesNotMatch(html, /\son\w+=/)
    const files = await readdir(new URL('assets/', dist))
    for (const file of files.filter((name) => name.endsWith('.css'))) {
      const css = await readFile(new URL(`assets/${file}`, dist), 'utf8')
      assert.doesNotMatch(css, /url\((["']?)(https?:)?\/\//, file)
    }
  })

  test('asks nobody but its own server, on every screen', async () => {
    await using open = await desk.open(mock.url)
    const outside: string[] = []
    open.page.on('request', (request) => {
      if (!request.url().startsWith(mock.url) && !request.url().startsWith('data:'))
        outside.push(request.url())
    })
    for (const path of Object.values(screens)) await open.go(path)
    assert.deepEqual(outside, [])
  })

  test('keeps only the visible rows of ten thousand in the page', async () => {
    await using open = await desk.open(mock.url)
    const { page, go } = open
    await go('/orders')
    const list = page.getByRole('region', { name: 'Orders' })
    await list.getByRole('listitem').first().waitFor()
    for (let round = 0; round < 600; round += 1) {
      await page.evaluate(
        "const box = document.querySelector('.virtual-rows'); box.scrollTop = box.scrollHeight",
      )
      if ((await page.getByText('№ A-14999').count()) > 0) break
      await page.waitForTimeout(30)
    }
    await page.getByText('№ A-14999').waitFor()
    assert.ok((await list.getByRole('listitem').count()) < 60)
    assert.equal(await list.getByRole('listitem').last().getAttribute('aria-posinset'), '10000')
  })

  test('has no place where a stored secret could come from', async () => {
    await using open = await desk.open(mock.url)
    const { page, go } = open
    await go('/connections/shop-crm')
    await page.getByRole('button', { name: /Replace: API key/ }).click()
    await page.getByLabel(/API key.*New value/).fill(plantedSecret)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('There are unsaved changes').waitFor({ state: 'detached' })
    for (const path of [screens.connection, screens.security, screens.versions, screens.journal]) {
      await go(path)
      await page.waitForLoadState('networkidle')
      assert.equal((await page.content()).includes(plantedSecret), false, path)
    }
    assert.equal(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'), '{}')
    const sent = mock.state.seen.filter(({ body }) => body.includes(plantedSecret))
    assert.deepEqual(
      sent.map(({ method, path }) => `${method} ${path}`),
      ['PUT /api/connections/shop-crm'],
    )
  })
})
