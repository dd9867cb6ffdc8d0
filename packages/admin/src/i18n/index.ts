import { language } from './language.ts'
import { access } from './messages/access.ts'
import { common } from './messages/common.ts'
import { connection } from './messages/connection.ts'
import { errors } from './messages/errors.ts'
import { journal } from './messages/journal.ts'
import { orders } from './messages/orders.ts'
import { overview } from './messages/overview.ts'
import { plan } from './messages/plan.ts'
import { problems } from './messages/problems.ts'
import { site } from './messages/site.ts'
import { start } from './messages/start.ts'
import { say, type Parameters, type Phrase } from './phrase.ts'

const phrases = {
  ...access,
  ...common,
  ...connection,
  ...errors,
  ...journal,
  ...orders,
  ...overview,
  ...plan,
  ...problems,
  ...site,
  ...start,
} satisfies Record<string, Phrase>

export type MessageKey = keyof typeof phrases

/** The text of a key in the page's language. Reactive: a switch of language changes what is shown. */
export function t(key: MessageKey, parameters?: Parameters): string {
  return say(phrases[key], language.value, parameters)
}

/** The text of a key that may not exist ("state." + a word from the server), else the word itself. */
export function tMaybe(key: string, otherwise: string): string {
  return key in phrases ? t(key as MessageKey) : otherwise
}

/** A title that comes in both languages from a connector. */
export function titleOf(title: { readonly en: string; readonly ru: string }): string {
  return title[language.value]
}
