import type { PlanRuns, PlanRun } from '../../insight/plan-runs.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { shownTo } from '../masked.ts'
import { route, type Route } from '../route.ts'
import { done, OK } from '../schemas/common.ts'
import * as schema from '../schemas/plans.ts'

export function planRoutes({ registry }: ApiDeps, plans: PlanRuns): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/plans',
      summary: 'Begins a plan: what a load would create, change and skip, field by field. Only reads',
      role: 'operator',
      body: schema.newPlan,
      answer: schema.started,
      handle: async ({ body: { connection, ...options } }) => {
        const id = plans.start(await registry.opened(connection), options)
        if (id !== null) return { id }
        throw new ApiError(429, 'PLANS_BUSY', 'Other plans are being made: stop one or wait for its end')
      },
    }),
    route({
      method: 'GET',
      path: '/plans/{id}',
      summary: 'How far a plan is, and its rows from a place on',
      role: 'viewer',
      params: schema.planParam,
      query: schema.planQuery,
      answer: schema.plan,
      handle: ({ who, params, query: { after, limit } }) => {
        const run = known(plans.get(params.id))
        return { ...run, rows: run.rows.slice(after, after + limit).map((row) => shownTo(who, row)) }
      },
    }),
    route({
      method: 'POST',
      path: '/plans/{id}/stop',
      summary: 'Ends a plan; what was planned so far stays',
      role: 'operator',
      params: schema.planParam,
      answer: done,
      handle: ({ params }) => {
        known(plans.get(params.id))
        plans.stop(params.id)
        return OK
      },
    }),
  ]
}

function known(run: PlanRun | null): PlanRun {
  if (run !== null) return run
  throw new ApiError(
    404,
    'PLAN_UNKNOWN',
    'This plan is gone: plans are kept until a few later ones or a stop',
  )
}
