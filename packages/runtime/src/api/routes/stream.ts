import { z } from 'zod'
import { backfillView } from '../../insight/backfill-view.ts'
import { LiveFeed, type Progress } from '../../insight/live-feed.ts'
import { overviewOf } from '../../insight/overview.ts'
import type { PlanRuns } from '../../insight/plan-runs.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { withoutSecrets } from '../last-net.ts'
import { isMaskedFor } from '../masked.ts'
import { rawRoute, type Route } from '../route.ts'

const streamQuery = z.object({
  /** For a client that cannot send the header Last-Event-ID. */
  after: z.coerce.number().int().nonnegative().optional(),
})

export function streamRoutes(deps: ApiDeps, plans: PlanRuns): readonly Route[] {
  const { store, runtime, secrets, clock } = deps
  const feed = new LiveFeed({
    store,
    overview: () => overviewOf(deps),
    progress: () => progressOf(deps, plans),
    safe: (text) => withoutSecrets(text, secrets()),
    stopping: runtime.stopping,
  })
  return [
    rawRoute({
      path: '/stream',
      summary:
        'Server-sent events: "overview" when it changed, "journal" with new lines (resumes by Last-Event-ID), "progress" of plans and loads; at most one look a second',
      role: 'viewer',
      contentType: 'text/event-stream',
      query: streamQuery,
      handle: async ({ who, query, signal, context }) => {
        if (feed.isFull)
          throw new ApiError(
            429,
            'STREAMS_FULL',
            'Too many pages are open at once: close some, or ask for the data',
          )
        const body = await feed.listen({
          isMasked: isMaskedFor(who),
          lastSeq: lastSeq(context.req.header('last-event-id')) ?? query.after ?? null,
          isStillIn: async () => {
            const session = await store.admin.session(who.sessionId)
            return session !== null && session.role === who.role && session.endsAt > clock()
          },
          signal,
        })
        return new Response(body, {
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store, no-transform',
            // nginx would gather events into packs.
            'x-accel-buffering': 'no',
          },
        })
      },
    }),
  ]
}

function lastSeq(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null
}

async function progressOf({ store, runtime }: ApiDeps, plans: PlanRuns): Promise<readonly Progress[]> {
  const ofPlans = plans.all().map(({ id, connection, state, done, total }) => ({
    kind: 'plan' as const,
    id,
    connection,
    state,
    done,
    total,
  }))
  const ofLoads = await Promise.all(
    [...runtime.connections.keys()].map(async (connection): Promise<readonly Progress[]> => {
      const view = await backfillView(store, connection)
      if (view === null) return []
      const { listing, total, left, paused } = view
      const isOver = !listing && left === 0
      const state = isOver ? 'done' : paused ? 'paused' : 'running'
      return [{ kind: 'backfill', connection, state, done: total - left, total: listing ? null : total }]
    }),
  )
  return [...ofPlans, ...ofLoads.flat()]
}
