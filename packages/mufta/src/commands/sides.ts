import type { ConnectionParts, Store } from '@mufta/runtime'
import type { LoadedConfig } from '../config/load.ts'
import { openConnections, openLog, openStoreToLook } from '../config/open.ts'
import { prepareConnections } from '../config/prepare.ts'
import { configOf, type CommandContext } from './context.ts'

export interface Side {
  readonly parts: ConnectionParts
  readonly store: Store
  readonly loaded: LoadedConfig
}

/** Opens both sides of the named connection, or of all, hands them over one by one and closes them at the end. */
export async function eachConnection(
  context: CommandContext,
  only: string | undefined,
  act: (side: Side) => Promise<void>,
): Promise<void> {
  const loaded = await configOf(context)
  const prepared = await prepareConnections(loaded, only)
  const log = openLog(loaded, prepared)
  const store = await openStoreToLook(loaded, prepared)
  let opened: readonly ConnectionParts[] = []
  try {
    opened = openConnections({ loaded, store, log }, prepared)
    for (const parts of opened) await act({ parts, store, loaded })
  } finally {
    for (const { shop, connector, client } of opened) {
      await shop.close()
      await connector.close?.(client)
    }
    await store.close()
  }
}
