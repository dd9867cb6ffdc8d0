import { HookError, type HookRequest } from '@mufta/kit'
import type { Connection } from './connection.ts'
import { externalJob, ignoredEntry, shopJobs } from './feeds.ts'
import type { JobInput, Store, Work } from './store/store.ts'

/** Largest delivery read: an event is a few hundred bytes, a CRM's hook a few kilobytes. */
export const MAX_HOOK_BYTES = 1024 * 1024

export interface IntakeDeps {
  readonly store: Store
  readonly connections: ReadonlyMap<string, Connection>
  readonly onEvents: (connection: string, source: string, count: number) => void
}

export type HookSide = 'site' | 'external'

/** What a delivery says: how it is counted and what is stored of it. */
interface Taken {
  readonly source: 'site' | 'hook'
  readonly jobs: readonly JobInput[]
  readonly work?: Work
}

/**
 * Verifies a delivery, turns it into jobs and commits them; resolves only when they are safely on disk. The answer
 * 2xx may be sent then and not before. Throws HookError; nothing is stored in that case.
 */
export async function takeIn(
  deps: IntakeDeps,
  name: string,
  side: HookSide,
  request: HookRequest,
): Promise<number> {
  const connection = deps.connections.get(name)
  if (connection === undefined) {
    throw new HookError(
      404,
      'HOOK_UNKNOWN_CONNECTION',
      'There is no connection of this name: check the address of the hook',
    )
  }
  const { source, jobs, work } =
    side === 'site' ? readSite(connection, request) : readExternal(deps, connection, request)
  if (jobs.length > 0 || work !== undefined) await deps.store.push(jobs, work)
  deps.onEvents(connection.name, source, jobs.length)
  return jobs.length
}

function readSite(connection: Connection, request: HookRequest): Taken {
  const { events, ignored } = connection.shop.parseHook(request)
  const jobs = shopJobs(connection.name, events, 'site')
  if (ignored.length === 0) return { source: 'site', jobs }
  return {
    source: 'site',
    jobs,
    work: { journal: ignored.map((event) => ignoredEntry(connection.name, event)) },
  }
}

function readExternal(deps: IntakeDeps, connection: Connection, request: HookRequest): Taken {
  const { hook } = connection.flow
  if (hook === undefined) {
    throw new HookError(
      404,
      'HOOK_NOT_SUPPORTED',
      `The connector of this connection takes no hooks: it polls`,
    )
  }
  const changes = hook(request, connection.parts.settings)
  const jobs = changes.map((change) => externalJob({ store: deps.store, connection }, change))
  return { source: 'hook', jobs }
}
