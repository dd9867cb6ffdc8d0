import { paint, type Lang, type Screen } from './screen.ts'

/** An error, or what the store kept of one. */
export interface ErrorLike {
  readonly code: string
  readonly message: string
  /** The message in Russian, where the error brought it. */
  readonly ru?: string | undefined
  readonly facts?: Facts | undefined
}

type Facts = Readonly<Record<string, unknown>>

/** An error or a failure as the user reads it. */
export interface Explained {
  readonly text: string
  /** Its values in words, where `text` is the documented meaning, which has none; "" = `text` says it all. */
  readonly facts: string
  /** What was said in English, where `text` is the documented meaning in Russian. */
  readonly detail: string
  /** What to do next; "" = it is said already or there is nothing. */
  readonly todo: string
}

/** The error's own words in the language, else the documented ones: every code has a row in docs/en|ru/errors.md. */
export async function explain(error: ErrorLike, lang: Lang): Promise<Explained> {
  const known = await documented(error.code, lang)
  const own = lang === 'ru' ? error.ru : error.message
  const text = own ?? known?.means ?? error.message
  const isMeaning = own === undefined && known !== undefined
  const advice = known?.todo ?? ''
  return {
    text,
    facts: isMeaning ? await tellFacts(error.facts, lang) : '',
    detail: isMeaning ? error.message : '',
    todo: NOTHING.test(advice) || says(text, advice) ? '' : advice,
  }
}

/** `explain` as lines for the screen; what follows the first is set in. */
export async function errorLines(
  error: ErrorLike,
  lang: Lang,
  show: (text: string) => string = (text) => `${paint.bad('✖')} ${text} ${paint.dim(error.code)}`,
): Promise<readonly string[]> {
  const { text, facts, detail, todo } = await explain(error, lang)
  return [
    show(text),
    ...(facts === '' ? [] : [`  ${facts}`]),
    ...(todo === '' ? [] : [`  → ${todo}`]),
    ...(detail === '' ? [] : [`  ${technical(detail)}`]),
  ]
}

/** The English words of an error under its Russian ones: for a search, and for whoever is asked for help. */
export function technical(text: string): string {
  return paint.dim(`технически: ${text}`)
}

/** In one line of a list that says what the code means: the error's own words, in Russian at least its values. */
export async function shortText({ code, message, ru, facts }: ErrorLike, lang: Lang): Promise<string> {
  if (lang === 'en') return message
  if (ru !== undefined) return ru
  // Which record it is about, the line tells already.
  const { entity: _entity, id: _id, ...rest } = facts ?? {}
  const known = await documented(code, lang)
  return known === undefined ? message : (await tellFacts(rest, lang)) || technical(message)
}

/** "field: statuses; value: X" in the language of the screen. */
export async function tellFacts(facts: Facts = {}, lang: Lang): Promise<string> {
  const { default: table } = await import('./facts.json', { with: { type: 'json' } })
  const words: Readonly<Record<string, Readonly<Record<Lang, string>> | undefined>> = table
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const isWord = name === 'side' || name === 'entity'
      return `${words[name]?.[lang] ?? name}: ${(isWord ? words[text]?.[lang] : undefined) ?? text}`
    })
    .join('; ')
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
