import { overviewOf } from '../../insight/overview.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import * as schema from '../schemas/overview.ts'

export function overviewRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/overview',
      summary: 'How every connection is: state, queue, today, the last day by hour, budgets left',
      role: 'viewer',
      answer: schema.overview,
      handle: () => overviewOf(deps),
    }),
  ]
}
