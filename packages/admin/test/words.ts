import { say, type Parameters } from '../src/i18n/phrase.ts'
import { phrases, type MessageKey } from '../src/i18n/phrases.ts'
import type { Language } from './browser.ts'

/** The page's own texts in one language, for finding things on it as a person does. */
export function wordsOf(language: Language) {
  return (key: MessageKey, parameters?: Parameters): string => say(phrases[key], language, parameters)
}
