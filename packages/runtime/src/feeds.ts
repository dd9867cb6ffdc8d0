import type { ShopEvent } from '@mufta/kit'
import type { Connection } from './connection.ts'
import { externalLane, kinds, orderLane, type Kind } from './lanes.ts'
import type { JobInput, JournalEntry, Lease, Rank, Store } from './store/store.ts'
import { ranks } from './store/store.ts'

export interface FeedDeps {
  readonly store: Store
  readonly connection: Connection
  readonly clock: () => number
  readonly onEvents: (source: string, count: number) => void
}

/** Shop events as jobs in their lanes. */
export function shopJobs(
  connection: string,
  events: readonly ShopEvent[],
  source: string,
  rank: Rank = ranks.live,
): readonly JobInput[] {
  return events.map((event) => ({
    connection,
    lane: orderLane(event.id),
    kind: kinds.sync,
    rank,
    payload: { source, reason: event.reason, ...(event.deleted === true ? { deleted: true } : {}) },
  }))
}

/** A change feed of the shop: every page becomes jobs in the transaction that moves the cursor. */
export async function pollShop(
  deps: FeedDeps,
  lease: Lease,
  cursorName: string,
  everySeconds: number,
  signal: AbortSignal,
): Promise<string> {
  const { store, connection } = deps
  const source = cursorName === 'sweep' ? 'sweep' : 'poll'
  let cursor = store.cursor(connection.name, cursorName)
  for (;;) {
    signal.throwIfAborted()
    const page = await connection.shop.changedOrders(cursor, { signal })
    cursor = page.cursor
    deps.onEvents(source, page.events.length)
    const jobs = shopJobs(connection.name, page.events, source)
    const cursors = [{ connection: connection.name, name: cursorName, value: page.cursor }]
    if (page.more) await store.record(lease, { jobs, cursors })
    else return finish(deps, lease, { jobs: [...jobs, again(deps, lease, everySeconds)], cursors })
  }
}

/** The external system's change feed. Our own changes are journalled as echoes and start no work. */
export async function pollExternal(deps: FeedDeps, lease: Lease, signal: AbortSignal): Promise<string> {
  const { store, connection } = deps
  const { changes: feed } = connection.flow
  if (feed === undefined) return finish(deps, lease, {})
  const everySeconds = feed.everySeconds(connection.parts.settings)
  let cursor = store.cursor(connection.name, 'external')
  for (;;) {
    signal.throwIfAborted()
    const page = await feed.pull(connection.client, cursor, connection.context(signal, ''))
    cursor = page.cursor
    const foreign = page.changes.filter((change) => change.own !== true)
    deps.onEvents('external', foreign.length)
    const work = {
      jobs: foreign.map((change) => externalJob(deps, change)),
      journal: echoes(deps, page.changes),
      cursors: [{ connection: connection.name, name: 'external', value: page.cursor }],
    }
    if (page.more) await store.record(lease, work)
    else return finish(deps, lease, { ...work, jobs: [...work.jobs, again(deps, lease, everySeconds)] })
  }
}

/**
 * Offline events: the reservation is stored before the events are worked on and forgotten after they are committed as
 * jobs, so a crash in between repeats them instead of losing them.
 */
export async function pullEvents(
  deps: FeedDeps,
  lease: Lease,
  everySeconds: number,
  signal: AbortSignal,
): Promise<string> {
  const { store, connection } = deps
  const queue = connection.shop.eventQueue
  if (queue === undefined) return finish(deps, lease, {})
  for (;;) {
    signal.throwIfAborted()
    const earlier = store.cursor(connection.name, 'reservation') ?? ''
    const taken = await queue.reserve({ signal, ...(earlier === '' ? {} : { reservation: earlier }) })
    if (taken.reservation === null && earlier === '') break
    if (taken.reservation === null) {
      // Cleared before the answer was lost, or forgotten by the portal: new events come under a new one.
      await store.setCursor(connection.name, 'reservation', '')
      continue
    }
    if (earlier === '') await store.setCursor(connection.name, 'reservation', taken.reservation)
    deps.onEvents('queue', taken.events.length)
    await store.record(lease, {
      jobs: shopJobs(connection.name, taken.events, 'site'),
      journal: taken.ignored.map((name) => ignoredEntry(connection.name, name)),
    })
    await queue.clear(taken.reservation, { signal })
    await store.setCursor(connection.name, 'reservation', '')
  }
  return finish(deps, lease, { jobs: [again(deps, lease, everySeconds)] })
}

/** How many ids a backfill turns into jobs in one transaction. */
const BACKFILL_PACK = 200

const LISTED = 'backfill-listed'

/** How many orders the present or last first load has put into the queue. */
export function listed(store: Store, connection: string): number {
  return Number(store.cursor(connection, LISTED) ?? 0)
}

/** First load: every order id of the shop becomes a job of low rank. Resumes after the last id stored. */
export async function backfill(deps: FeedDeps, lease: Lease, signal: AbortSignal): Promise<string> {
  const { store, connection } = deps
  const since = lease.jobs.map((job) => job.payload['since']).find((value) => typeof value === 'string')
  const after = store.cursor(connection.name, 'backfill') ?? ''
  let pack: string[] = []
  let total = after === '' ? 0 : listed(store, connection.name)
  const ids = connection.shop.orderIds({
    signal,
    ...(after === '' ? {} : { after }),
    ...(typeof since === 'string' ? { since } : {}),
  })
  for await (const id of ids) {
    pack.push(id)
    signal.throwIfAborted()
    if (pack.length < BACKFILL_PACK) continue
    total += pack.length
    await store.record(lease, backfillWork(deps, pack, total))
    pack = []
  }
  const work = backfillWork(deps, pack, total + pack.length)
  const end = { connection: connection.name, name: 'backfill', value: '' }
  await store.done(lease, {
    ...work,
    cursors: [...work.cursors, end],
    journal: [
      {
        connection: connection.name,
        entity: 'connection',
        id: connection.name,
        kind: 'note',
        code: 'BACKFILL_LISTED',
      },
    ],
  })
  return 'listed'
}

function backfillWork(
  { connection, onEvents }: FeedDeps,
  ids: readonly string[],
  total: number,
): { jobs: readonly JobInput[]; cursors: readonly { connection: string; name: string; value: string }[] } {
  const events = ids.map((id) => ({ entity: 'order' as const, id, reason: kinds.backfill }))
  onEvents('backfill', ids.length)
  const last = ids.at(-1)
  const count = { connection: connection.name, name: LISTED, value: String(total) }
  return {
    jobs: shopJobs(connection.name, events, 'backfill', ranks.backfill),
    cursors:
      last === undefined ? [count] : [{ connection: connection.name, name: 'backfill', value: last }, count],
  }
}

async function finish(deps: FeedDeps, lease: Lease, work: Parameters<Store['done']>[1]): Promise<string> {
  await deps.store.done(lease, work)
  return 'polled'
}

function again(deps: FeedDeps, lease: Lease, everySeconds: number): JobInput {
  const kind = (lease.jobs[0]?.kind ?? '') as Kind
  return scheduled(deps.connection.name, kind, deps.clock() + everySeconds * 1000)
}

/** The one job of a repeating lane. */
export function scheduled(connection: string, kind: Kind, due: number): JobInput {
  return { connection, lane: `${kind}/-`, kind, payload: {}, due }
}

export function externalJob(
  { store, connection }: Pick<FeedDeps, 'store' | 'connection'>,
  change: {
    readonly id: string
    readonly shopId?: string
    readonly reason: string
    readonly deleted?: boolean
  },
): JobInput {
  const shopId = store.bindingByExternal(connection.name, 'order', change.id)?.shopId ?? change.shopId
  return {
    connection: connection.name,
    lane: shopId === undefined ? externalLane(change.id) : orderLane(shopId),
    kind: kinds.sync,
    payload: {
      source: 'external',
      reason: change.reason,
      ...(change.shopId === undefined ? {} : { shopId: change.shopId }),
    },
  }
}

function echoes(
  { store, connection }: FeedDeps,
  changes: readonly {
    readonly id: string
    readonly shopId?: string
    readonly own?: boolean
    readonly reason: string
  }[],
): readonly JournalEntry[] {
  const own = new Map<string, string[]>()
  for (const change of changes) {
    if (change.own !== true) continue
    const id =
      change.shopId ??
      store.bindingByExternal(connection.name, 'order', change.id)?.shopId ??
      `~ext:${change.id}`
    own.set(id, [...(own.get(id) ?? []), change.reason])
  }
  return [...own].map(([id, fields]) => ({
    connection: connection.name,
    entity: 'order',
    id,
    kind: 'echo',
    code: 'OWN_CHANGE',
    detail: { fields },
  }))
}

export function ignoredEntry(connection: string, name: string): JournalEntry {
  return {
    connection,
    entity: 'connection',
    id: connection,
    kind: 'event',
    code: 'IGNORED',
    detail: { event: name.slice(0, 80) },
  }
}
