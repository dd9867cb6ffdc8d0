import { MuftaError } from '@mufta/kit'
import { closeParts, startRuntime, type Store } from '@mufta/runtime'
import { openHouse, type House } from '../config/house.ts'
import { openStore } from '../config/open.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'
import { watchSync } from './sync-progress.ts'

export interface SyncOptions {
  readonly connection?: string
  readonly since?: string
}

/**
 * `mufta sync`: a one-off load of all orders. Stopped at any moment it goes on where it was. Beside a running
 * `mufta run` it hands the work to that process and watches.
 */
export async function syncAll(context: CommandContext, options: SyncOptions): Promise<ExitCode> {
  const loaded = await configOf(context)
  const only = options.connection
  const since = options.since === undefined ? {} : { since: options.since }
  let house: House
  try {
    house = await openHouse(loaded, {
      only,
      needsConnection: true,
      openStore: () => openStore(loaded, 'runtime'),
    })
  } catch (error) {
    if (!(error instanceof MuftaError) || error.code !== 'STORE_LOCKED') throw error
    return handOver(
      context,
      await openHouse(loaded, { only, needsConnection: true, openStore: () => openStore(loaded, 'tool') }),
      since,
    )
  }
  const { store, parts, log, names } = house
  try {
    house.requireOpen()
    await tryAgain(store, names)
    await using runtime = await startRuntime({ store, connections: parts, log, http: null, schedules: false })
    for (const name of names) await runtime.backfill(name, since)
    return await watchSync(context, store, names)
  } finally {
    await store.close()
  }
}

/** Whoever starts a sync wants to know now whether a connection that paused itself works again. */
async function tryAgain(store: Store, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { paused, byOperator } = store.connectionState(name)
    if (paused && !byOperator) await store.resume(name)
  }
}

async function handOver(
  context: CommandContext,
  { store, parts, names }: House,
  since: { readonly since?: string },
): Promise<ExitCode> {
  const { line, t } = context.screen
  for (const each of parts) await closeParts(each)
  try {
    await store.push(
      names.map((connection) => ({ connection, lane: 'backfill/-', kind: 'backfill', payload: since })),
    )
    line(t('Mufta is running already: handed to it, watching', 'Mufta уже работает: передано ей, наблюдаем'))
    return await watchSync(context, store, names)
  } finally {
    await store.close()
  }
}
