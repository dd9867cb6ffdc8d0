import { HookError, type HookRequest } from '@mufta/kit'
import type { Connection } from './connection.ts'
import { externalJob, ignoredEntry, shopJobs } from './feeds.ts'
import type { Store } from './store/store.ts'

/** Largest delivery read: an event is a few hundred bytes, a CRM's hook a few kilobytes. */
export const MAX_HOOK_BYTES = 1024 * 1024

export interface IntakeDeps {
  readonly store: Store
  readonly connections: ReadonlyMap<string, Connection>
  readonly onEvents: (connection: string, source: string, count: number) => void
}

export type HookSide = 'site' | 'external'

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
  return side === 'site' ? takeSite(deps, connection, request) : takeExternal(deps, connection, request)
}

async function takeSite(deps: IntakeDeps, connection: Connection, request: HookRequest): Promise<number> {
  const { events, ignored } = connection.shop.parseHook(request)
  if (events.length === 0 && ignored.length === 0) return 0
  const journal = ignored.map((name) => ignoredEntry(connection.name, name))
  await deps.store.push(shopJobs(connection.name, events, 'site'), { journal })
  deps.onEvents(connection.name, 'site', events.length)
  return events.length
}

async function takeExternal(deps: IntakeDeps, connection: Connection, request: HookRequest): Promise<number> {
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
  if (jobs.length > 0) await deps.store.push(jobs)
  deps.onEvents(connection.name, 'hook', jobs.length)
  return jobs.length
}
