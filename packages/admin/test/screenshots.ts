/**
 * Writes pictures of every screen in both languages and themes, and of a phone's width, into docs/images/admin/.
 * `npm run screenshots -w @mufta/admin [-- name …]`
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { startMock } from '../dev/mock/server.ts'
import { Desk, launch, type Language, type Theme } from './browser.ts'
import { screens, type ScreenName } from './screens.ts'

const folder = fileURLToPath(new URL('../../../docs/images/admin/', import.meta.url))
const wanted = process.argv.slice(2)
const names = (Object.keys(screens) as ScreenName[]).filter(
  (name) => wanted.length === 0 || wanted.includes(name),
)

await mkdir(folder, { recursive: true })
await using mock = await startMock({ many: 500 })
await using desk = new Desk(await launch())
{
  for (const language of ['en', 'ru'] as const) {
    for (const theme of ['light', 'dark'] as const) await takeAll(language, theme, 1280, '')
  }
  await takeAll('ru', 'light', 360, '-phone')
}

async function takeAll(language: Language, theme: Theme, width: number, suffix: string): Promise<void> {
  await using open = await desk.open(mock.url, { language, theme, width })
  const { page, go, troubles } = open
  for (const name of names) {
    await go(screens[name])
    await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined)
    await page.waitForTimeout(150)
    await page.screenshot({ path: `${folder}${name}-${language}-${theme}${suffix}.png`, fullPage: true })
  }
  if (troubles.length > 0) process.stderr.write(`${[...new Set(troubles)].join('\n')}\n`)
}
