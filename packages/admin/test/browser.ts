import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { samplePassword } from '../dev/mock/state.ts'

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

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** What went wrong in the page: errors of scripts, refusals by the Content-Security-Policy, missing files. */
  readonly troubles: string[]
  /** Opens a screen by its address after "#". */
  readonly go: (path: string) => Promise<void>
}

const folder = fileURLToPath(new URL('../', import.meta.url))
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Why a browser's tests cannot run on this machine; CI may not skip them. */
export const noBrowser: string | false =
  !existsSync(executablePath) && process.env['CI'] === undefined
    ? `no Chromium at ${executablePath}: apt-get install chromium, or name one in CHROMIUM`
    : false

/** Debian's Chromium without a window, over the built page; builds it where it is not yet. */
export async function launch(): Promise<Browser> {
  if (!existsSync(`${folder}dist/index.html`)) {
    await promisify(execFile)('npx', ['vite', 'build'], { cwd: folder })
  }
  return chromium.launch({ executablePath, args: flags })
}

/** Opens pages over a running Mufta (or its stand-in). Pages of the same kind share a context, and so its cache. */
export class Desk implements AsyncDisposable {
  readonly #browser: Browser
  readonly #contexts = new Map<string, BrowserContext>()

  constructor(browser: Browser) {
    this.#browser = browser
  }

  async open(base: string, options: OpenOptions = {}): Promise<OpenPage> {
    const context = await this.#context(options)
    await context.clearCookies()
    const { user = 'admin' } = options
    if (user !== null) await signIn(context, base, user)
    const page = await context.newPage()
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`))
    page.on('console', (message) => {
      // A refusal of the API is told by the page itself; the browser's own line about it is no trouble.
      if (/\/api\//.test(message.location().url)) return
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
    })
    return {
      page,
      troubles,
      go: async (path) => {
        await page.goto(`${base}/admin/#${path}`)
        await page.locator('h1').first().waitFor()
      },
      async [Symbol.asyncDispose]() {
        await page.close()
        await context.clearCookies()
      },
    }
  }

  async #context(options: OpenOptions): Promise<BrowserContext> {
    const { language = 'en', theme = 'light', width = 1280, height = 900, user = 'admin' } = options
    const key = [language, theme, width, height, user].join()
    const known = this.#contexts.get(key)
    if (known !== undefined) return known
    const context = await this.#browser.newContext({
      locale: language === 'ru' ? 'ru-RU' : 'en-GB',
      colorScheme: theme,
      viewport: { width, height },
      timezoneId: 'Europe/Moscow',
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(30_000)
    this.#contexts.set(key, context)
    return context
  }

  async [Symbol.asyncDispose]() {
    for (const context of this.#contexts.values()) await context.close()
    await this.#browser.close()
  }
}

async function signIn(context: BrowserContext, base: string, user: string): Promise<void> {
  const session = (await (await context.request.get(`${base}/api/session`)).json()) as { csrf: string }
  const answer = await context.request.post(`${base}/api/session`, {
    headers: { 'x-csrf-token': session.csrf },
    data: { login: user, password: samplePassword },
  })
  if (!answer.ok()) throw new Error(`Sign-in as ${user} failed with ${answer.status()}`)
}
