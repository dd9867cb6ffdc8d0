import { readFile } from 'node:fs/promises'

const LANGUAGES = ['en', 'ru'] as const
const PAGES = LANGUAGES.map((language) => new URL(`../docs/${language}/errors.md`, import.meta.url))

export interface CodeText {
  readonly means: string
  /** "" = nothing is said. */
  readonly todo: string
}

export type CodeTable = Readonly<Record<string, Readonly<Record<(typeof LANGUAGES)[number], CodeText>>>>

/** What the documentation (docs/en|ru/errors.md) says about every error code, for whoever shows codes. */
export async function readCodeTable(): Promise<CodeTable> {
  const [en, ru] = await Promise.all(PAGES.map((page) => readFile(page, 'utf8')))
  return codeTable(en ?? '', ru ?? '')
}

/** Both pages as one table by code. A code that one language lacks is left out. */
export function codeTable(en: string, ru: string): CodeTable {
  const russian = rowsOf(ru)
  return Object.fromEntries(
    [...rowsOf(en)].flatMap(([code, text]) => {
      const other = russian.get(code)
      return other === undefined ? [] : [[code, { en: text, ru: other }] as const]
    }),
  )
}

/** `| \`CODE\` | what is done | what it means | what to do |`, with the spaces that align columns. */
function rowsOf(page: string): ReadonlyMap<string, CodeText> {
  const cell = String.raw`\|((?:\\\||[^|\n])*)`
  const rows = page.matchAll(new RegExp(String.raw`^\| \`([A-Z0-9_]+)\` *${cell}${cell}${cell}\|$`, 'gm'))
  return new Map(
    [...rows].map(([, code = '', , means = '', todo = '']) => [
      code,
      { means: sentence(means), todo: plain(todo).replace(/^–$/, '') },
    ]),
  )
}

function plain(markdown: string): string {
  return markdown
    .trim()
    .replaceAll('`', '')
    .replaceAll('\\|', '|')
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
}

/** A word of the code or an address keeps its small letter. */
function sentence(markdown: string): string {
  const text = plain(markdown)
  return /^(?:`|http)/.test(markdown.trim()) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}
