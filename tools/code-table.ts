import { readFile } from 'node:fs/promises'

const LANGUAGES = ['en', 'ru'] as const
const PAGES = LANGUAGES.map((language) => new URL(`../docs/${language}/errors.md`, import.meta.url))

export interface CodeText {
  readonly means: string
  /** "" = nothing is said. */
  readonly todo: string
}

export type CodeTable = Readonly<Record<string, Readonly<Record<(typeof LANGUAGES)[number], CodeText>>>>

/** What a fact of an error is called. */
export type FactTable = Readonly<Record<string, Readonly<Record<(typeof LANGUAGES)[number], string>>>>

/** What the documentation (docs/en|ru/errors.md) says about every error code, for whoever shows codes. */
export async function readCodeTable(): Promise<CodeTable> {
  return codeTable(...(await readPages()))
}

/** What the same pages call the facts of errors. */
export async function readFactTable(): Promise<FactTable> {
  const [en, ru] = await readPages()
  return paired(factsOf(en), factsOf(ru))
}

async function readPages(): Promise<readonly [en: string, ru: string]> {
  const [en, ru] = await Promise.all(PAGES.map((page) => readFile(page, 'utf8')))
  return [en ?? '', ru ?? '']
}

/** Both pages as one table by code. A code that one language lacks is left out. */
export function codeTable(en: string, ru: string): CodeTable {
  return paired(rowsOf(en), rowsOf(ru))
}

function paired<Text>(en: ReadonlyMap<string, Text>, ru: ReadonlyMap<string, Text>) {
  return Object.fromEntries(
    [...en].flatMap(([name, text]) => {
      const other = ru.get(name)
      return other === undefined ? [] : [[name, { en: text, ru: other }] as const]
    }),
  )
}

/** `| \`fact\` | what it is |` */
function factsOf(page: string): ReadonlyMap<string, string> {
  const rows = page.matchAll(/^\| `([a-z]\w*)` *\|([^|\n]*)\|$/gm)
  return new Map([...rows].map(([, name = '', text = '']) => [name, text.trim()]))
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
