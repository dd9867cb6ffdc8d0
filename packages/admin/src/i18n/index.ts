import type { Words } from '../api/types/basics.ts'
import { language } from './language.ts'
import { say, type Parameters } from './phrase.ts'
import { phrases, type MessageKey } from './phrases.ts'

export type { MessageKey } from './phrases.ts'

/** The text of a key in the page's language. Reactive: a switch of language changes what is shown. */
export function t(key: MessageKey, parameters?: Parameters): string {
  return say(phrases[key], language.value, parameters)
}

/** The text of a key that may not exist ("state." + a word from the server), else the word itself. */
export function tMaybe(key: string, otherwise: string): string {
  return key in phrases ? t(key as MessageKey) : otherwise
}

/** Words in the page's language, or as they came from elsewhere. */
export function wordsOf(words: Words): string {
  return typeof words === 'string' ? words : words[language.value]
}

/** A title that comes in both languages from a connector. */
export function titleOf(title: { readonly en: string; readonly ru: string }): string {
  return title[language.value]
}
