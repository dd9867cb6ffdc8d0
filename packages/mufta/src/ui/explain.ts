import { ownText, type ErrorLike } from './errors.ts'
import { paint, type Lang, type Screen } from './screen.ts'

/** An error or a failure as the user reads it. */
export interface Explained {
  readonly text: string
  /** What was said in English, where `text` is the documented meaning in Russian; "" = `text` says it all. */
  readonly detail: string
  /** What to do next; "" = it is said already or there is nothing. */
  readonly todo: string
}

/** The command line's own words, else the documented ones: every code has a row in docs/en|ru/errors.md. */
export async function explain(error: ErrorLike, lang: Lang): Promise<Explained> {
  const known = await documented(error.code, lang)
  const own = lang === 'ru' ? ownText(error) : undefined
  const meaning = lang === 'ru' && own === undefined ? known?.means : undefined
  const text = own ?? meaning ?? error.message
  const advice = known?.todo ?? ''
  return {
    text,
    detail: meaning === undefined ? '' : error.message,
    todo: NOTHING.test(advice) || says(text, advice) ? '' : advice,
  }
}

/** `explain` as lines for the screen; what follows the first is set in. */
export async function errorLines(
  error: ErrorLike,
  lang: Lang,
  show: (text: string) => string = (text) => `${paint.bad('✖')} ${text} ${paint.dim(error.code)}`,
): Promise<readonly string[]> {
  const { text, detail, todo } = await explain(error, lang)
  return [
    show(text),
    ...(detail === '' ? [] : [`  ${paint.dim(detail)}`]),
    ...(todo === '' ? [] : [`  → ${todo}`]),
  ]
}

/** Under a list: what each of its codes means and what to do about it, once a code. */
export async function printLegend(codes: Iterable<string>, { line, lang }: Screen): Promise<void> {
  for (const code of new Set(codes)) {
    const known = await documented(code, lang)
    if (known === undefined) continue
    line(`${paint.warn(code)}: ${known.means}`)
    if (!NOTHING.test(known.todo)) line(`  → ${known.todo}`)
  }
}

/** What the documentation says about a code. Read only when something is explained: most commands need none of it. */
export async function documented(code: string, lang: Lang): Promise<CodeText | undefined> {
  const { default: table } = await import('./codes.json', { with: { type: 'json' } })
  return (table as CodeTable)[code]?.[lang]
}

interface CodeText {
  readonly means: string
  readonly todo: string
}

type CodeTable = Readonly<Record<string, Readonly<Record<Lang, CodeText>> | undefined>>

const NOTHING = /^(?:nothing|ничего)?$/
/** Share of an advice's words that a text must have to say the same. */
const SAME = 0.6

/** Most of the advice's words stand in the text already; endings do not count. */
function says(text: string, advice: string): boolean {
  const told = stems(text)
  const wanted = [...stems(advice)]
  return wanted.filter((stem) => told.has(stem)).length >= wanted.length * SAME
}

function stems(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\d]{2,}/gu) ?? []
  return new Set(words.map((word) => word.slice(0, 5)))
}
