import { z } from 'zod'
import { roles } from '../../store/admin-store.ts'

/** Helpers for the schemas of every route. */

export const role = z.enum(roles)
/** Unix milliseconds. */
export const time = z.number()
export const title = z.object({ en: z.string(), ru: z.string() })
/** A safe code and its words: why something is paused, parked, failed. */
export const reason = z.object({ code: z.string(), message: z.string() })
export const done = z.object({ ok: z.literal(true) })
export const connectionParam = z.object({ name: z.string().min(1).max(40) })

export const errorBody = z.object({
  error: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
})

/** `?limit=`: bounded, with a default. */
export function limit(preset: number, max: number) {
  return z.coerce.number().int().min(1).max(max).default(preset)
}

/** `?before=` or `?after=`: a number of the row to go on from. */
export const cursor = z.coerce.number().int().nonnegative().optional()

export const OK = { ok: true } as const
