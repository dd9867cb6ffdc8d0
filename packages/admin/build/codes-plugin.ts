import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const name = 'virtual:mufta-codes'
const languages = ['en', 'ru'] as const
const pages = languages.map((language) => new URL(`../../../docs/${language}/errors.md`, import.meta.url))

/** Gives the page the documented error codes (docs/en|ru/errors.md), so that both say the same. */
export function codesPlugin(): Plugin {
  return {
    name: 'mufta:codes',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined
      const [en, ru] = await Promise.all(pages.map((page) => readFile(page, 'utf8')))
      return `export default ${JSON.stringify(codeTable(en ?? '', ru ?? ''))}`
    },
  }
}

/** Both pages as one table by code. A code that one language lacks is left out. */
export function codeTable(en: string, ru: string) {
  const russian = rowsOf(ru)
  return Object.fromEntries(
    [...rowsOf(en)].flatMap(([code, text]) => {
      const other = russian.get(code)
      return other === undefined ? [] : [[code, { en: text, ru: other }] as const]
    }),
  )
}

/** `| \`CODE\` | what is done | what it means | what to do |`, its columns padded or not. */
function rowsOf(page: string): Map<string, { means: string; todo: string }> {
  const rows = page.matchAll(/^\| `([A-Z0-9_]+)` +\| [^|]* \| ([^|]*) \| ([^|]*) \|$/gm)
  return new Map(
    [...rows].map(([, code = '', means = '', todo = '']) => [
      code,
      { means: sentence(plain(means)), todo: plain(todo) },
    ]),
  )
}

function plain(markdown: string): string {
  return markdown
    .trim()
    .replaceAll('`', '')
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
