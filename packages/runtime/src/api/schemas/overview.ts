import { z } from 'zod'
import { runStates } from '../../settings-store/views.ts'
import { listOf, reason, time, title } from './common.ts'

const budget = z.object({ free: z.number(), capacity: z.number(), perSecond: z.number() })

export const overview = z.object({
  now: time,
  connections: listOf(
    z.object({
      name: z.string(),
      mode: z.enum(['production', 'test']),
      /** Of a connection that could not be opened only the name is known. */
      connector: z.object({ id: z.string(), title, version: z.string() }),
      state: z.enum(runStates),
      reason: reason.nullable(),
      byOperator: z.boolean(),
      counts: z.object({
        waiting: z.number(),
        running: z.number(),
        parked: z.number(),
        dead: z.number(),
        /** Runs of orders that ended well since midnight where the server stands. */
        doneToday: z.number(),
      }),
      /** Age of the oldest work that is due. */
      lagMs: z.number(),
      budgets: z.object({ site: budget.nullable(), external: budget.nullable() }),
      /** The last 24 hours, oldest first; failed counts attempts, also those that are repeated. */
      hours: listOf(z.object({ at: time, done: z.number(), failed: z.number() })),
    }),
  ),
})
