import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const example = join(import.meta.dirname, '..')
const tutorials = join(example, '..', '..', 'docs', 'tutorial')
const texts = {
  en: readFileSync(join(tutorials, 'first-connector.en.md'), 'utf8'),
  ru: readFileSync(join(tutorials, 'first-connector.ru.md'), 'utf8'),
}

interface Quote {
  readonly path: string
  readonly code: string
}

/** Blocks that name their source after the language: "```ts src/mapper.ts". */
function quotesOf(text: string): readonly Quote[] {
  return [...text.matchAll(/^```(?:ts|json) (\S+)\n([^]*?)^```$/gm)].map(([, path = '', code = '']) => ({
    path,
    code,
  }))
}

/** The formatter moves quoted code to the left and may break its lines anew; the words are what must agree. */
function bare(code: string): string {
  return code.replaceAll(/\s+/g, '').replaceAll(/,(?=[)\]}])/g, '')
}

describe('the tutorial', () => {
  for (const [language, text] of Object.entries(texts)) {
    test(`quotes the sources as they are (${language})`, () => {
      const quotes = quotesOf(text)
      assert.ok(quotes.length >= 15, 'the blocks are found')
      for (const { path, code } of quotes) {
        const source = readFileSync(join(example, path), 'utf8')
        assert.ok(bare(source).includes(bare(code)), `${path} no longer contains:\n${code}`)
      }
    })
  }

  test('shows the same code in both languages, in the same order', () => {
    assert.deepEqual(quotesOf(texts.ru), quotesOf(texts.en))
  })

  test('names every file that a connector consists of', () => {
    const usual = ['client.ts', 'mapper.ts', 'status-map.ts', 'settings.ts', 'installer.ts', 'index.ts']
    const present = readdirSync(join(example, 'src'))
    for (const name of usual) {
      assert.ok(present.includes(name), `src/${name} exists`)
      for (const text of Object.values(texts)) assert.ok(text.includes(name), `${name} is named`)
    }
  })
})
