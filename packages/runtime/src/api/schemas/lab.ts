import { z } from 'zod'
import { listOf, reason, tree } from './common.ts'

const failure = z.object({ error: reason })
const names = listOf(z.string())

export const labView = z.object({
  shop: tree,
  externalId: z.string().nullable(),
  external: tree.nullable(),
  /** What a creation would send, or why it cannot be made. */
  out: tree,
  /** What the record there would write to the shop. */
  back: tree.nullable(),
  values: z.object({ shop: tree, external: tree.nullable(), expected: tree }),
  decision: z.union([
    z.object({ kind: z.literal('create') }),
    z.object({
      kind: z.enum(['change', 'skip']),
      out: names,
      in: names,
      conflicts: listOf(z.object({ field: z.string(), winner: z.enum(['shop', 'external']) })),
    }),
    failure,
  ]),
})

export const replayParam = z.object({ connection: z.string().min(1).max(40) })
export const replayBody = z.strictObject({
  days: z.number().positive().max(90).default(7),
  limit: z.number().int().min(1).max(1_000).default(200),
})
export const replayReport = z.object({
  looked: z.number(),
  /** Never bound, or not readable now. */
  skipped: z.number(),
  differs: listOf(
    z.object({
      shopId: z.string(),
      fields: listOf(
        z.object({
          field: z.string(),
          way: z.enum(['out', 'in']),
          was: z.unknown().optional(),
          would: z.unknown().optional(),
        }),
      ),
    }),
  ),
})
