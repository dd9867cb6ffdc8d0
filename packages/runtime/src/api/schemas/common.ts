import { z } from 'zod'
import { roles } from '../../store/admin-store.ts'

/** Helpers for the schemas of every route. */

export const role = z.enum(roles)
/** Unix milliseconds. */
export const time = z.number()
export const title = z.object({ en: z.string(), ru: z.string() })
/** In both languages, or as it came from elsewhere. */
export const words = z.union([z.string(), title])
/** A safe code and its words: why something is paused, parked, failed. */
export const reason = z.object({
  code: z.string(),
  message: z.string(),
  /** In Russian, where it says more than the documented meaning of the code. */
  ru: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
})
export const done = z.object({ ok: z.literal(true) })
export const connectionParam = z.object({ name: z.string().min(1).max(40) })

export const errorBody = z.object({
  error: z.string(),
  message: z.string(),
  ru: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
  fields: z.record(z.string(), words).optional(),
})

/** `?limit=`: bounded, with a default. */
export function limit(preset: number, max: number) {
  return z.coerce.number().int().min(1).max(max).default(preset)
}

/** `?before=` or `?after=`: a number of the row to go on from. */
export const cursor = z.coerce.number().int().nonnegative().optional()

/** A text of the query that may be left empty. */
export function optionalText(max: number) {
  return z
    .string()
    .max(max)
    .transform((text) => (text === '' ? undefined : text))
    .optional()
}

/** A list as the inside hands it over. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly()
}

/** Names and values as they come: shown as text, never run. */
export const tree = z.record(z.string(), z.unknown())

export const orderParam = z.object({ connection: z.string().min(1).max(40), id: z.string().min(1).max(200) })

/** Since when: a day or a time with its offset. */
export const since = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional()

export const OK = { ok: true } as const
