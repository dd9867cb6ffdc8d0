import type { LaneState, Store } from '@mufta/runtime'
import { openStore } from '../config/open.ts'
import { connectionNames } from '../config/prepare.ts'
import { errorLines, printLegend, shortText, type ErrorLike } from '../ui/explain.ts'
import { paint, table, type Screen } from '../ui/screen.ts'
import { laneState } from '../ui/words.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

export interface JobsOptions {
  readonly connection?: string
  readonly state?: LaneState
  readonly limit: number
}

/** `mufta jobs`: what waits, runs and is parked. */
export async function jobs(context: CommandContext, options: JobsOptions): Promise<ExitCode> {
  return withStore(context, async (store): Promise<ExitCode> => {
    const { screen } = context
    const counts = store.counts()
    const lanes = store.lanes(options)
    const states = counts.map(({ connection }) => store.connectionState(connection))
    screen.data({ connections: counts, states, lanes })
    await showCounts(screen, store, counts)
    for (const lane of lanes) {
      const why =
        lane.failure === null
          ? ''
          : `${paint.warn(lane.failure.code)} ${await shortText(lane.failure, screen.lang)}`
      screen.line(
        `  ${laneState(lane.state, screen.lang).padEnd(10)} ${lane.lane}  ${screen.t('jobs', 'заданий')} ${lane.pending}  ${why}`,
      )
    }
    const codes = lanes.flatMap(({ failure }) => (failure === null ? [] : [failure.code]))
    await printLegend(codes, screen)
    return 0
  })
}

/** `mufta jobs pause|resume|unpark`. */
export async function jobsAction(
  context: CommandContext,
  action: 'pause' | 'resume' | 'unpark',
  options: { readonly connection: string; readonly lane?: string; readonly code?: string },
): Promise<ExitCode> {
  const { connection } = options
  // A typing error must not pause what does not exist.
  connectionNames((await configOf(context)).config, connection)
  return withStore(context, async (store): Promise<ExitCode> => {
    const { screen } = context
    if (action === 'pause') await store.pause(connection, PAUSED, true)
    if (action === 'resume') await store.resume(connection)
    const cleared = action === 'unpark' ? await store.unpark(options) : 0
    screen.data({ action, connection, cleared })
    screen.line(ACTION_WORDS[action](screen, connection, cleared))
    return 0
  })
}

const PAUSED = {
  code: 'PAUSED_BY_OPERATOR',
  message: 'Paused by an operator',
  ru: 'Поставлено на паузу человеком',
}

const ACTION_WORDS = {
  pause: ({ t }: Screen, connection: string) =>
    t(
      `${connection} is paused; "mufta jobs resume ${connection}" starts it again`,
      `${connection} на паузе; продолжить: «mufta jobs resume ${connection}»`,
    ),
  resume: ({ t }: Screen, connection: string) =>
    t(`${connection} goes on`, `${connection} продолжает работу`),
  unpark: ({ t }: Screen, _connection: string, cleared: number) =>
    t(`${cleared} lanes will be tried again`, `Будет повторено очередей: ${cleared}`),
}

export async function withStore(
  context: CommandContext,
  act: (store: Store) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const store = await openStore(await configOf(context), 'tool')
  try {
    return await act(store)
  } finally {
    await store.close()
  }
}

async function showCounts(screen: Screen, store: Store, counts: ReturnType<Store['counts']>): Promise<void> {
  const { t } = screen
  const head = [
    '',
    t('waiting', 'ждёт'),
    t('running', 'в работе'),
    t('parked', 'придержано'),
    t('dead', 'не доставлено'),
    t('lag', 'отставание'),
  ]
  const rows = counts.map((each) =>
    [
      each.connection,
      each.waiting,
      each.running,
      each.parked,
      each.dead,
      `${Math.round(each.lagMs / 1000)} ${t('s', 'с')}`,
    ].map(String),
  )
  screen.line(
    counts.length === 0 ? t('Nothing has been queued yet', 'Очередь ещё пуста') : table([head, ...rows]),
  )
  for (const { connection } of counts) {
    const state = store.connectionState(connection)
    if (state.paused) await showPause(screen, connection, state.reason)
  }
}

/** Why a connection is paused and what to do. */
export async function showPause(screen: Screen, connection: string, reason: ErrorLike | null): Promise<void> {
  const show = (text: string): string =>
    `${paint.bad(`${connection}: ${screen.t('paused', 'на паузе')}: ${text}`)} ${paint.dim(reason?.code ?? '')}`
  const lines = reason === null ? [show('')] : await errorLines(reason, screen.lang, show)
  for (const text of lines) screen.line(text)
}
