import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import * as schema from '../schemas/journal.ts'

export function logRoutes({ logs }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/logs',
      summary: 'The last lines of the log of this process, newest first',
      role: 'viewer',
      query: schema.logQuery,
      answer: schema.logPage,
      handle: ({ query }) => ({ lines: logs?.lines(query) ?? [] }),
    }),
  ]
}
