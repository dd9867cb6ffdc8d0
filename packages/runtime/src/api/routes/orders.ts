import { orderLife } from '../../insight/order-life.ts'
import { unsentOrders } from '../../insight/unsent-orders.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { isMaskedFor, shownTo } from '../masked.ts'
import { route, type Route } from '../route.ts'
import { orderParam } from '../schemas/common.ts'
import * as schema from '../schemas/orders.ts'

export function orderRoutes({ store, runtime }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/orders',
      summary: 'Orders, the highest id first, or found by number, ids, e-mail, phone or name',
      role: 'viewer',
      query: schema.orderQuery,
      answer: schema.orderPage,
      handle: async ({ who, query: { q, connection, state, before, limit }, signal }) => {
        const query = {
          limit,
          wholePersonal: isMaskedFor(who),
          ...(q === undefined ? {} : { q }),
          ...(connection === undefined ? {} : { connection }),
          ...(state === undefined ? {} : { state }),
          ...(before === undefined ? {} : { before }),
        }
        const page = await store.reads.orders(query)
        if (page.next !== null) return page
        return {
          rows: [...page.rows, ...(await unsentOrders({ store, runtime }, query, signal))],
          next: null,
        }
      },
    }),
    route({
      method: 'GET',
      path: '/orders/{connection}/{id}',
      summary:
        'One order: its binding, what waits and why, every step of its life, the values of both sides now',
      role: 'viewer',
      params: orderParam,
      answer: schema.orderLife,
      handle: async ({ who, params: { connection, id }, signal }) => {
        const opened = runtime.connections.get(connection)
        const life = await orderLife(store, connection, opened, id, signal)
        if (life === null)
          throw new ApiError(
            404,
            'ORDER_UNKNOWN',
            'Nothing is known of this order: no event came, no sweep saw it',
          )
        return {
          binding: life.binding,
          lane: shownTo(who, life.lane),
          steps: life.steps.map((step) => ({ ...step, ...shownTo(who, { detail: step.detail }) })),
          values: shownTo(who, life.values),
        }
      },
    }),
  ]
}
