import { listed } from '../feeds.ts'
import type { Store } from '../store/store.ts'

export interface BackfillView {
  /** The ids of the shop are still being listed. */
  readonly listing: boolean
  /** Orders put into the queue so far. */
  readonly total: number
  readonly left: number
  readonly parked: number
  readonly dead: number
  /** It is held, or its whole connection is. */
  readonly paused: boolean
}

/** How far the present or last first load is; null = there never was one. */
export async function backfillView(store: Store, connection: string): Promise<BackfillView | null> {
  const listing = isListing(store, connection)
  if (!listing && store.cursor(connection, 'backfill-listed') === null) return null
  const left = await store.reads.backfillLeft({ connection })
  const counts = store.counts().find((each) => each.connection === connection)
  return {
    listing,
    total: Math.max(listed(store, connection), left),
    left,
    parked: counts?.parked ?? 0,
    dead: counts?.dead ?? 0,
    paused: store.isBackfillHeld(connection) || store.connectionState(connection).paused,
  }
}

export function isListing(store: Store, connection: string): boolean {
  return (store.laneInfo(connection, 'backfill/-')?.pending ?? 0) > 0
}
