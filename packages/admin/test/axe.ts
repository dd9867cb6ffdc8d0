import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import type { wordsOf } from './words.ts'

interface AxeFinding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

const axeFile = new URL(import.meta.resolve('axe-core/axe.min.js'))
const wide = { width: 1280, height: 900 }
const phone = { width: 360, height: 740 }

/** Wide last: its menu and its tabs are what the way to the next screen goes by. */
const sizes = [phone, wide] as const
/** The page follows the system's theme, so none of them needs it anew. */
const themes = ['dark', 'light'] as const

/** Looks at a page as a screen reader and weak eyes do: wide and on a phone, in both themes. */
export class Axe {
  /** What is serious or critical, and what is wider than the screen, in words. */
  readonly findings: string[] = []
  readonly #page: Page
  readonly #loading: string

  constructor(page: Page, words: ReturnType<typeof wordsOf>) {
    this.#page = page
    this.#loading = words('say.loading')
  }

  /** At what is there now, called `name` in the findings. */
  async look(name: string): Promise<void> {
    const page = this.#page
    await page.getByText(this.#loading).first().waitFor({ state: 'detached' })
    for (const size of sizes) {
      await page.setViewportSize(size)
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'))
      if (width > size.width) this.findings.push(`${name} is ${width} px wide on ${size.width} px`)
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme })
        await page.locator(`html.${theme}`).waitFor()
        const found = await this.#serious()
        this.findings.push(...found.map((finding) => `${name}, ${theme}, ${size.width} px: ${finding}`))
      }
    }
  }

  async #serious(): Promise<readonly string[]> {
    const page = this.#page
    if (!(await page.evaluate<boolean>("'axe' in window")))
      await page.evaluate(await readFile(axeFile, 'utf8'))
    const { violations } = await page.evaluate<{ violations: readonly AxeFinding[] }>(
      "axe.run(document, { resultTypes: ['violations'] })",
    )
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
      )
  }
}
