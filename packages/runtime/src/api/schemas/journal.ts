import { z } from 'zod'
import { logLevels } from '../../insight/log-ring.ts'
import { cursor, limit, listOf, optionalText, time, tree } from './common.ts'
import { journalStep } from './orders.ts'

const filter = {
  connection: optionalText(40),
  kind: optionalText(40),
  /** A whole record id, or a part of the code or the detail. */
  q: optionalText(200),
}
export const journalQuery = z.object({ ...filter, before: cursor, limit: limit(100, 500) })
export const journalDownload = z.object(filter)

export const journalPage = z.object({
  entries: listOf(journalStep.extend({ connection: z.string(), entity: z.string(), id: z.string() })),
  /** For `before`; null = there is no more. A page may be short and still have one: its time was over. */
  next: z.number().nullable(),
})

export const logQuery = z.object({
  /** The least level. */
  level: z.enum(logLevels).optional(),
  before: cursor,
  limit: limit(200, 1_000),
})
export const logPage = z.object({
  lines: listOf(
    z.object({
      seq: z.number(),
      at: time,
      level: z.enum(logLevels),
      message: z.string(),
      facts: tree,
    }),
  ),
})
