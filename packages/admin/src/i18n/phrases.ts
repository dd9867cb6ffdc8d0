import { access } from './messages/access.ts'
import { common } from './messages/common.ts'
import { connection } from './messages/connection.ts'
import { errors } from './messages/errors.ts'
import { journal } from './messages/journal.ts'
import { orders } from './messages/orders.ts'
import { overview } from './messages/overview.ts'
import { pairing } from './messages/pairing.ts'
import { plan } from './messages/plan.ts'
import { problems } from './messages/problems.ts'
import { site } from './messages/site.ts'
import { start } from './messages/start.ts'
import type { Phrase } from './phrase.ts'

/** Every text of the page by its key. */
export const phrases = {
  ...access,
  ...common,
  ...connection,
  ...errors,
  ...journal,
  ...orders,
  ...overview,
  ...pairing,
  ...plan,
  ...problems,
  ...site,
  ...start,
} satisfies Record<string, Phrase>

export type MessageKey = keyof typeof phrases
