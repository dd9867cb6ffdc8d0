import { chromium, type Browser, type Page } from 'playwright-core'

export type Language = 'en' | 'ru'
export type Theme = 'light' | 'dark'

export interface OpenOptions {
  readonly language?: Language
  readonly theme?: Theme
  readonly width?: number
  readonly height?: number
  /** Signs in first. @default "admin"; null = not at all */
  readonly user?: 'admin' | 'operator' | 'viewer' | null
}

export interface OpenPage {
  readonly page: Page
  /** What went wrong in the page: errors of scripts, refusals by the Content-Security-Policy, failed requests. */
  readonly troubles: string[]
  /** Opens a screen by its address after "#". */
  go(path: string): Promise<void>
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium without a window. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags })
}

/** A fresh page over a running Mufta (or its stand-in) at `base`. */
export async function openPage(browser: Browser, base: string, options: OpenOptions = {}): Promise<OpenPage> {
  const { language = 'en', theme = 'light', width = 1280, height = 900, user = 'admin' } = options
  const context = await browser.newContext({
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    colorScheme: theme,
    viewport: { width, height },
    timezoneId: 'Europe/Moscow',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(10_000)
  if (user !== null) await signIn(context.request, base, user)
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()}`)
  })
  return {
    page,
    troubles,
    go: async (path) => {
      await page.goto(`${base}/admin/#${path}`)
      await page.locator('h1').first().waitFor()
    },
  }
}

async function signIn(request: Page['request'], base: string, user: string): Promise<void> {
  const session = (await (await request.get(`${base}/api/session`)).json()) as { csrf: string }
  const answer = await request.post(`${base}/api/session`, {
    headers: { 'x-csrf-token': session.csrf },
    data: { login: user, password: `${user}-password` },
  })
  if (!answer.ok()) throw new Error(`Sign-in as ${user} failed with ${answer.status()}`)
}
