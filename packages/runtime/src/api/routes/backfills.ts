import { backfillView } from '../../insight/backfill-view.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { route, type Route } from '../route.ts'
import { done, OK } from '../schemas/common.ts'
import * as schema from '../schemas/plans.ts'

export function backfillRoutes({ store, runtime, registry, audit }: ApiDeps): readonly Route[] {
  const steer = (
    what: 'pause' | 'resume' | 'stop',
    summary: string,
    act: (connection: string) => Promise<unknown>,
  ): Route =>
    route({
      method: 'POST',
      path: `/backfills/{connection}/${what}`,
      summary,
      role: 'operator',
      params: schema.backfillParam,
      answer: done,
      handle: async ({ who, params: { connection } }) => {
        await registry.opened(connection)
        await act(connection)
        await audit({ who: who.login, action: `backfill.${what}`, target: connection })
        return OK
      },
    })
  return [
    route({
      method: 'POST',
      path: '/backfills',
      summary:
        'Loads all orders, or those since a time, behind live events; goes on with one that was cut off',
      role: 'operator',
      body: schema.newBackfill,
      answer: done,
      handle: async ({ who, body: { connection, since } }) => {
        await registry.opened(connection)
        await store.holdBackfill(connection, false)
        await runtime.backfill(connection, since === undefined ? {} : { since })
        await audit({
          who: who.login,
          action: 'backfill.start',
          target: connection,
          ...(since === undefined ? {} : { after: { since } }),
        })
        return OK
      },
    }),
    route({
      method: 'GET',
      path: '/backfills/{connection}',
      summary: 'How far the present or last load is',
      role: 'viewer',
      params: schema.backfillParam,
      answer: schema.backfill,
      handle: async ({ params: { connection } }) => {
        const view = await backfillView(store, connection)
        if (view !== null) return view
        throw new ApiError(404, 'BACKFILL_NONE', 'No load was ever started for this connection')
      },
    }),
    steer('pause', 'Holds the load; live events go on', (name) => store.holdBackfill(name, true)),
    steer('resume', 'Lets a held load go on', (name) => store.holdBackfill(name, false)),
    steer('stop', 'Throws the rest of the load away; the next one begins anew', async (name) => {
      await store.dropBackfill(name)
      await store.holdBackfill(name, false)
    }),
  ]
}
