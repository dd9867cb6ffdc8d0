/**
 * `npm run screenshots [-- NAME …]`: pictures of every screen in both languages and themes, and of a phone's width, into
 * screenshots/ at the root. Those that the README shows are written to docs/images/admin/ as well.
 */
import { copyFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startMock } from '../dev/mock/server.ts'
import { Desk, launch, type Language, type Theme } from './browser.ts'
import { screensOf, tabs } from './screens.ts'
import { wordsOf } from './words.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = `${root}screenshots/`
const shown = `${root}docs/images/admin/`
const inReadme = new Set(
  ['en', 'ru'].flatMap((language) => ['overview', 'problems'].map((name) => `${name}-${language}-light.png`)),
)

// The sign-in comes last: nothing else can be seen after it.
const screens = {
  ...screensOf('shop-crm', '5012'),
  'connection-test': '/connections/outlet-test',
  login: '/',
}
const wanted = process.argv.slice(2)
const chosen = Object.entries(screens).filter(([name]) => wanted.length === 0 || wanted.includes(name))

await mkdir(folder, { recursive: true })
await mkdir(shown, { recursive: true })
await using mock = await startMock({ many: 500 })
await using desk = new Desk(await launch())
for (const language of ['en', 'ru'] as const) {
  for (const theme of ['light', 'dark'] as const) await takeAll(language, theme, 1280, '')
  await takeAll(language, 'light', 360, '-phone')
}

async function takeAll(language: Language, theme: Theme, width: number, suffix: string): Promise<void> {
  await using open = await desk.open(mock.url, { language, theme, width })
  const { page, go, troubles } = open
  for (const [name, path] of chosen) {
    await go(path)
    await openTabs(page, name, language)
    if (name === 'login') await signOut(page, language)
    await page.getByText(wordsOf(language)('say.loading')).first().waitFor({ state: 'detached' })
    await page.waitForTimeout(150)
    const file = `${name}-${language}-${theme}${suffix}.png`
    await page.screenshot({ path: folder + file, fullPage: true })
    if (inReadme.has(file)) await copyFile(folder + file, shown + file)
  }
  if (troubles.length > 0) process.stderr.write(`${[...new Set(troubles)].join('\n')}\n`)
}

async function openTabs(page: Page, name: string, language: Language): Promise<void> {
  for (const tab of tabs[name] ?? []) await page.getByRole('tab', { name: wordsOf(language)(tab) }).click()
}

async function signOut(page: Page, language: Language): Promise<void> {
  const t = wordsOf(language)
  await page.getByRole('button', { name: t('do.signOut') }).click()
  await page.getByRole('heading', { level: 1, name: t('login.title') }).waitFor()
}
