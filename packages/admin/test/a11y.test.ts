import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { startMock, type MockServer } from '../dev/mock/server.ts'
import { Desk, launch, noBrowser } from './browser.ts'
import { screens } from './screens.ts'

interface AxeFinding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

const axeFile = new URL(import.meta.resolve('axe-core/axe.min.js'))

describe('every screen can be used with a screen reader and seen by weak eyes', { skip: noBrowser }, () => {
  let mock: MockServer
  let desk: Desk
  let axe: string

  before(async () => {
    axe = await readFile(axeFile, 'utf8')
    mock = await startMock({ many: 300 })
    desk = new Desk(await launch())
  })
  after(async () => {
    await desk[Symbol.asyncDispose]()
    await mock.close()
  })

  for (const theme of ['light', 'dark'] as const) {
    const language = theme === 'light' ? 'ru' : 'en'
    test(`axe finds nothing serious on any screen (${theme}, ${language})`, async () => {
      await using open = await desk.open(mock.url, { theme, language })
      const { page, go, troubles } = open
      const findings: string[] = []
      for (const [name, path] of Object.entries(screens)) {
        await go(path)
        await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined)
        await page.evaluate(axe)
        const { violations } = (await page.evaluate(
          "axe.run(document, { resultTypes: ['violations'] })",
        )) as { violations: readonly AxeFinding[] }
        for (const { id, impact, nodes } of violations) {
          if (impact !== 'serious' && impact !== 'critical') continue
          for (const node of nodes.slice(0, 4))
            findings.push(`${name}: ${id} ${node.target.join(' ')} ${node.failureSummary}`)
        }
      }
      assert.deepEqual(findings, [])
      assert.deepEqual(troubles, [])
    })
  }
})
