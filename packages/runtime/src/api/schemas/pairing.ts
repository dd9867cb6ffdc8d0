import { z } from 'zod'
import { time } from './common.ts'

export const pairing = z.object({
  /** null = with none yet. */
  paired: z.object({ site: z.string(), module: z.string(), at: time }).nullable(),
})

export const invitation = z.object({
  code: z.string(),
  until: time,
  /** Where the module reaches this Mufta. */
  address: z.string(),
  /** false = the configuration names no public address, and this one may be right on one machine alone. */
  isPublic: z.boolean(),
})
