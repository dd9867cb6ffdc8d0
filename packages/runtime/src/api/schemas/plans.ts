import { z } from 'zod'
import { PLAN_LIMIT, plannedActions, planStates } from '../../insight/plan-runs.ts'
import { limit, listOf, reason, since } from './common.ts'

export const newPlan = z.strictObject({
  connection: z.string().min(1).max(40),
  limit: z.number().int().min(1).max(PLAN_LIMIT.max).default(PLAN_LIMIT.preset),
  since,
})
export const started = z.object({ id: z.string() })
export const planParam = z.object({ id: z.uuid() })
export const planQuery = z.object({
  /** How many rows are known already. */
  after: z.coerce.number().int().nonnegative().default(0),
  limit: limit(100, 1_000),
})

const count = z.number()

export const plan = z.object({
  connection: z.string(),
  state: z.enum(planStates),
  done: count,
  /** null while the shop's orders are still being listed. */
  total: count.nullable(),
  totals: z.object({ create: count, change: count, skip: count, park: count, missing: count }),
  rows: listOf(
    z.object({
      shopId: z.string(),
      number: z.string(),
      externalId: z.string().nullable(),
      action: z.enum(plannedActions),
      fields: listOf(
        z.object({
          field: z.string(),
          way: z.enum(['out', 'in']),
          from: z.unknown().optional(),
          to: z.unknown().optional(),
        }),
      ),
      reason: reason.optional(),
    }),
  ),
  reason: reason.nullable(),
})

export const newBackfill = z.strictObject({ connection: z.string().min(1).max(40), since })
export const backfillParam = z.object({ connection: z.string().min(1).max(40) })
export const backfill = z.object({
  listing: z.boolean(),
  total: count,
  left: count,
  parked: count,
  dead: count,
  paused: z.boolean(),
})
