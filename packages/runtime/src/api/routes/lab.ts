import { labView } from '../../insight/lab.ts'
import { replay } from '../../insight/replay.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { shownTo } from '../masked.ts'
import { route, type Route } from '../route.ts'
import { orderParam } from '../schemas/common.ts'
import * as schema from '../schemas/lab.ts'

const LOOK_MS = 30_000
const REPLAY_MS = 100_000
const DAY_MS = 86_400_000

export function labRoutes({ store, registry, clock }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/lab/{connection}/{id}',
      summary: 'One real order through the mapper both ways, and what a sync would do. Only reads',
      role: 'viewer',
      params: orderParam,
      answer: schema.labView,
      handle: async ({ who, params: { connection, id }, signal }) => {
        const opened = await registry.opened(connection)
        const view = await labView(store, opened, id, within(signal, LOOK_MS))
        if (view === null) throw new ApiError(404, 'ORDER_UNKNOWN', 'The shop has no such order, or hides it')
        const { decision, ...values } = view
        return { ...(shownTo(who, values) as unknown as Trees), decision }
      },
    }),
    route({
      method: 'POST',
      path: '/lab/{connection}/replay',
      summary:
        'The orders of the last days on the present mapper: what would come out differently. Only reads',
      role: 'operator',
      params: schema.replayParam,
      body: schema.replayBody,
      answer: schema.replayReport,
      handle: async ({ params, body: { days, limit }, signal }) =>
        replay(
          store,
          await registry.opened(params.connection),
          { since: clock() - days * DAY_MS, limit },
          within(signal, REPLAY_MS),
        ),
    }),
  ]
}

type Tree = Record<string, unknown>

/** A view's records without their types: an order and what a mapper made are shown as they are. */
interface Trees {
  readonly shop: Tree
  readonly externalId: string | null
  readonly external: Tree | null
  readonly out: Tree
  readonly back: Tree | null
  readonly values: { readonly shop: Tree; readonly external: Tree | null; readonly expected: Tree }
}

function within(signal: AbortSignal, limitMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
}
