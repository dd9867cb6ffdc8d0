import { PlanRuns } from '../../insight/plan-runs.ts'
import type { ApiDeps } from '../deps.ts'
import type { Route } from '../route.ts'
import { backfillRoutes } from './backfills.ts'
import { connectionRoutes } from './connections.ts'
import { journalRoutes } from './journal.ts'
import { labRoutes } from './lab.ts'
import { liveRoutes } from './live.ts'
import { logRoutes } from './logs.ts'
import { orderRoutes } from './orders.ts'
import { overviewRoutes } from './overview.ts'
import { pairingRoutes } from './pairing.ts'
import { planRoutes } from './plans.ts'
import { problemRoutes } from './problems.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './session.ts'
import { streamRoutes } from './stream.ts'
import { userRoutes } from './users.ts'

/** Every route of the API: a further file is one more line here. */
const all: readonly ((deps: ApiDeps) => readonly Route[])[] = [
  sessionRoutes,
  userRoutes,
  connectionRoutes,
  secretRoutes,
  pairingRoutes,
  liveRoutes,
  overviewRoutes,
  orderRoutes,
  problemRoutes,
  watchedRoutes,
  backfillRoutes,
  labRoutes,
  journalRoutes,
  logRoutes,
]

/** Plans are told of by the stream too. */
function watchedRoutes(deps: ApiDeps): readonly Route[] {
  const plans = new PlanRuns(deps.store, deps.runtime.stopping)
  return [...planRoutes(deps, plans), ...streamRoutes(deps, plans)]
}

export function routesOf(deps: ApiDeps): readonly Route[] {
  return all.flatMap((make) => make(deps))
}
