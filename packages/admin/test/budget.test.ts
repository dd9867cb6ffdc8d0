import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { screensOf } from './screens.ts'

const dist = new URL('../dist/', import.meta.url)
const firstLoadLimit = 300 * 1024

describe('the built page', { skip: noBrowser }, () => {
  let mock: MockServer
  let desk: Desk
  before(async () => {
    mock = await startMock({ many: 50 })
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
    for (const path of Object.values(screensOf('shop-crm', '5012'))) await open.go(path)
    assert.deepEqual(outside, [])
  })
})
