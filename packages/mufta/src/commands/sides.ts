import { closeParts, type ConnectionParts, type Store } from '@mufta/runtime'
import { openHouse } from '../config/house.ts'
import type { LoadedConfig } from '../config/load.ts'
import { openStoreToLook } from '../config/open.ts'
import { configOf, type CommandContext } from './context.ts'

export interface Side {
  readonly parts: ConnectionParts
  readonly store: Store
  readonly loaded: LoadedConfig
  /** As the page shows it: marks stand in place of secrets. */
  readonly site: Readonly<Record<string, unknown>>
}

/** Opens both sides of the named connection, or of all, hands them over one by one and closes them at the end. */
export async function eachConnection(
  context: CommandContext,
  only: string | undefined,
  act: (side: Side) => Promise<void>,
): Promise<void> {
  const loaded = await configOf(context)
  const house = await openHouse(loaded, {
    only,
    needsConnection: true,
    openStore: (prepared) => openStoreToLook(loaded, prepared),
  })
  const { store } = house
  try {
    house.requireOpen()
    for (const parts of house.parts) {
      const { site } = await house.admin.registry.view(parts.name)
      await act({ parts, store, loaded, site })
    }
  } finally {
    for (const parts of house.parts) await closeParts(parts)
    await store.close()
  }
}
