import type { ApiDeps } from '../deps.ts'
import type { Route } from '../route.ts'
import { connectionRoutes } from './connections.ts'
import { liveRoutes } from './live.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './session.ts'
import { userRoutes } from './users.ts'

/** Every route of the API: a further file is one more line here. */
const all: readonly ((deps: ApiDeps) => readonly Route[])[] = [
  sessionRoutes,
  userRoutes,
  connectionRoutes,
  secretRoutes,
  liveRoutes,
]

export function routesOf(deps: ApiDeps): readonly Route[] {
  return all.flatMap((make) => make(deps))
}
