import { z } from 'zod'
import { limit, listOf, optionalText, reason, time } from './common.ts'

export const problemQuery = z.object({ connection: optionalText(40) })

const action = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('map'),
    field: z.string(),
    side: z.enum(['shop', 'external']),
    value: z.string(),
  }),
  z.object({ type: z.literal('retry') }),
  z.object({ type: z.literal('settings') }),
])

export const problemGroups = z.object({
  groups: listOf(
    z.object({
      key: z.string(),
      connection: z.string(),
      kind: z.enum(['parked', 'dead']),
      ...reason.shape,
      count: z.number(),
      firstAt: time.nullable(),
      lastAt: time.nullable(),
      action,
    }),
  ),
})

const key = z.string().min(1).max(4_000)

export const itemQuery = z.object({ key, after: optionalText(300), limit: limit(100, 500) })

export const problemItems = z.object({
  rows: listOf(
    z.object({
      /** Of a dead letter. */
      id: z.number().optional(),
      lane: z.string(),
      shopId: z.string(),
      ...reason.shape,
      attempts: z.number(),
      at: time.nullable(),
    }),
  ),
  next: z.string().nullable(),
})

const ids = z.array(z.number().int().positive()).min(1).max(10_000)
const lanes = {
  connection: z.string().min(1).max(40),
  lanes: z.array(z.string().min(1).max(300)).min(1).max(10_000),
}
/** What is told of why, in the journal. */
const why = { reason: z.string().trim().min(1).max(300) }

export const retry = z.union([
  z.strictObject({ key }),
  z.strictObject({ all: z.literal(true), connection: z.string().max(40).optional() }),
  z.strictObject({ ids }),
  z.strictObject(lanes),
])
export const ignore = z.union([
  z.strictObject({ key, ...why }),
  z.strictObject({ ids, ...why }),
  z.strictObject({ ...lanes, ...why }),
])
export const counted = z.object({ count: z.number() })
