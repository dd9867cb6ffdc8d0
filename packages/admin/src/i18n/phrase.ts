import type { Language } from './language.ts'

/** English and Russian side by side. Plural forms are parted by "|": 2 in English, 3 in Russian, chosen by `{n}`. */
export type Phrase = readonly [en: string, ru: string]
export type Phrases = Readonly<Record<string, Phrase>>
export type Parameters = Readonly<Record<string, string | number>>

const places = { en: 0, ru: 1 } as const
const rules = { en: new Intl.PluralRules('en'), ru: new Intl.PluralRules('ru') }
const order = { en: ['one', 'other'], ru: ['one', 'few', 'many'] } as const
const numbers = { en: new Intl.NumberFormat('en'), ru: new Intl.NumberFormat('ru') }

/** The phrase in one language with its `{names}` filled in. */
export function say(phrase: Phrase, language: Language, parameters: Parameters = {}): string {
  return form(phrase[places[language]], language, parameters).replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => {
      const value = parameters[name]
      if (value === undefined) return whole
      return typeof value === 'number' ? numbers[language].format(value) : value
    },
  )
}

function form(text: string, language: Language, parameters: Parameters): string {
  const forms = text.split('|')
  if (forms.length === 1) return text
  const count = Number(parameters['n'] ?? 0)
  const index = (order[language] as readonly string[]).indexOf(rules[language].select(count))
  return forms[index === -1 ? forms.length - 1 : index] ?? text
}
