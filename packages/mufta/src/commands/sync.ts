import { setTimeout as sleep } from 'node:timers/promises'
import { MuftaError } from '@mufta/kit'
import { startRuntime, type Store } from '@mufta/runtime'
import {
  configSecrets,
  openConnections,
  openLog,
  openStore,
  prepareConnections,
  settingsSecrets,
} from '../config/open.ts'
import { bar, paint, type Screen } from '../ui/screen.ts'
import { configOf, connectionNames, type CommandContext, type ExitCode } from './context.ts'

export interface SyncOptions {
  readonly connection?: string
  readonly since?: string
}

interface Progress {
  readonly connection: string
  readonly listing: boolean
  readonly total: number
  readonly left: number
  readonly parked: number
  readonly dead: number
}

const TICK_MS = 200

/**
 * `mufta sync`: a one-off load of all orders. Stopped at any moment it goes on where it was. Beside a running
 * `mufta run` it hands the work to that process and watches.
 */
export async function syncAll(context: CommandContext, options: SyncOptions): Promise<ExitCode> {
  const loaded = await configOf(context)
  const prepared = await prepareConnections(loaded, options.connection)
  const names = connectionNames(loaded, options.connection)
  const since = options.since === undefined ? {} : { since: options.since }
  let store: Store
  try {
    store = await openStore(loaded, 'runtime')
  } catch (error) {
    if (!(error instanceof MuftaError) || error.code !== 'STORE_LOCKED') throw error
    return handOver(context, await openStore(loaded, 'tool'), names, since)
  }
  const log = openLog(loaded, () => undefined, [
    ...configSecrets(loaded.config),
    ...settingsSecrets(prepared),
  ])
  try {
    await using runtime = await startRuntime({
      store,
      connections: openConnections({ loaded, store, log }, prepared),
      log,
      http: null,
      schedules: false,
    })
    for (const name of names) await runtime.backfill(name, since)
    return await watch(context, store, names)
  } finally {
    await store.close()
  }
}

async function handOver(
  context: CommandContext,
  store: Store,
  names: readonly string[],
  since: { readonly since?: string },
): Promise<ExitCode> {
  try {
    await store.push(
      names.map((connection) => ({ connection, lane: 'backfill/-', kind: 'backfill', payload: since })),
    )
    context.screen.line(
      context.screen.t(
        'Mufta is running already: handed to it, watching',
        'Mufta уже работает: передано ей, наблюдаем',
      ),
    )
    return await watch(context, store, names)
  } finally {
    await store.close()
  }
}

async function watch(
  { screen, signal }: CommandContext,
  store: Store,
  names: readonly string[],
): Promise<ExitCode> {
  const peaks = new Map<string, number>()
  for (;;) {
    const progress = names.map((name) => look(store, name, peaks))
    screen.live(progress.map((each) => draw(screen, each)).join('\n'))
    const isOver = progress.every((each) => !each.listing && each.left === 0)
    if (!isOver && !signal.aborted) {
      await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
      continue
    }
    screen.settle()
    return report(screen, progress, isOver, store, names)
  }
}

function look(store: Store, connection: string, peaks: Map<string, number>): Progress {
  const counts = store.counts().find((each) => each.connection === connection)
  const lane = store.laneInfo(connection, 'backfill/-')
  const listing = (lane?.pending ?? 0) > 0
  // The listing lane itself is work in hand until it ends, but it is no order.
  const left = Math.max(0, (counts?.waiting ?? 0) + (counts?.running ?? 0) - (listing ? 1 : 0))
  const parked = counts?.parked ?? 0
  const total = Math.max(peaks.get(connection) ?? 0, left)
  peaks.set(connection, total)
  return { connection, listing, total, left, parked, dead: counts?.dead ?? 0 }
}

function draw({ t }: Screen, { connection, listing, total, left, parked, dead }: Progress): string {
  const state = listing ? t('listing orders…', 'читаю список заказов…') : ''
  const troubles = [
    parked > 0 ? `${t('parked', 'придержано')} ${parked}` : '',
    dead > 0 ? `${t('dead', 'не доставлено')} ${dead}` : '',
  ]
  return [connection, bar(total - left, total), state, ...troubles].filter((part) => part !== '').join('  ')
}

function report(
  screen: Screen,
  progress: readonly Progress[],
  isOver: boolean,
  store: Store,
  names: readonly string[],
): ExitCode {
  const { line, t } = screen
  const paused = names.map((name) => store.connectionState(name)).filter((state) => state.paused)
  const troubled = progress.some((each) => each.parked > 0 || each.dead > 0)
  screen.data({ finished: isOver, connections: progress, paused: paused.map((state) => state.connection) })
  if (!isOver)
    line(
      t(
        'Stopped. Run the same command again to go on from here.',
        'Остановлено. Та же команда продолжит с этого места.',
      ),
    )
  else if (troubled)
    line(
      paint.warn(
        t(
          'Done, but some orders need you: see "mufta jobs --state parked" and "mufta dead"',
          'Готово, но часть заказов ждёт вас: «mufta jobs --state parked» и «mufta dead»',
        ),
      ),
    )
  else
    line(
      paint.good(
        t('Done: every order is in step on both sides', 'Готово: все заказы одинаковы на обеих сторонах'),
      ),
    )
  for (const state of paused)
    line(paint.bad(`${state.connection}: ${t('paused', 'на паузе')}: ${state.reason?.message ?? ''}`))
  return isOver && !troubled && paused.length === 0 ? 0 : 1
}
