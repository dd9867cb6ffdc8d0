import { setTimeout as sleep } from 'node:timers/promises'
import { recordCounts, type Store } from '@mufta/runtime'
import type { ErrorLike } from '../ui/explain.ts'
import { bar, paint, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { showPause } from './jobs.ts'

interface Progress {
  readonly connection: string
  /** The ids of the shop are still being listed. */
  readonly listing: boolean
  readonly total: number
  readonly left: number
  readonly parked: number
  readonly dead: number
  /** Why nothing moves; null = it does. */
  readonly paused: string | null
  readonly code: string | null
  readonly ru?: string | undefined
  readonly facts?: ErrorLike['facts']
}

const TICK_MS = 200

/** Shows how the load goes until it is over, the connection pauses or the user stops it; then says what to do next. */
export async function watchSync(
  { screen, signal }: CommandContext,
  store: Store,
  names: readonly string[],
): Promise<ExitCode> {
  const peaks = new Map<string, number>()
  for (;;) {
    const progress = names.map((name) => look(store, name, peaks))
    screen.live(progress.map((each) => draw(screen, each)).join('\n'))
    if (!progress.every(isOver) && !signal.aborted) {
      await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
      continue
    }
    screen.settle()
    return await report(screen, progress)
  }
}

function isOver({ listing, left, paused }: Progress): boolean {
  return paused !== null || isDone({ listing, left })
}

function isDone({ listing, left }: Pick<Progress, 'listing' | 'left'>): boolean {
  return !listing && left === 0
}

function look(store: Store, connection: string, peaks: Map<string, number>): Progress {
  const { waiting, running, parked, dead } = recordCounts(store, connection)
  const left = waiting + running
  const total = Math.max(peaks.get(connection) ?? 0, left)
  peaks.set(connection, total)
  const state = store.connectionState(connection)
  return {
    connection,
    listing: (store.laneInfo(connection, 'backfill/-')?.pending ?? 0) > 0,
    total,
    left,
    parked,
    dead,
    paused: state.paused ? (state.reason?.message ?? '') : null,
    code: state.paused ? (state.reason?.code ?? null) : null,
    ...(state.paused ? { ru: state.reason?.ru, facts: state.reason?.facts } : {}),
  }
}

function draw({ t }: Screen, { connection, listing, total, left, parked, dead }: Progress): string {
  const parts = [
    // Before the first order is known there is no share of anything.
    total === 0 && listing ? '' : bar(total - left, total),
    parked > 0 ? `${t('parked', 'придержано')} ${parked}` : '',
    dead > 0 ? `${t('dead', 'не доставлено')} ${dead}` : '',
    listing ? t('listing orders…', 'читаю список заказов…') : '',
    connection,
  ]
  return parts.filter((part) => part !== '').join('  ')
}

async function report(screen: Screen, progress: readonly Progress[]): Promise<ExitCode> {
  const { line, t } = screen
  const isFinished = progress.every(isDone)
  const troubled = progress.some((each) => each.parked > 0 || each.dead > 0)
  const paused = progress.filter((each) => each.paused !== null)
  screen.data({ finished: isFinished, connections: progress })
  for (const { connection, code, paused: message, ru, facts } of paused)
    await showPause(screen, connection, code === null ? null : { code, message: message ?? '', ru, facts })
  if (!isFinished) {
    line(
      paused.length > 0
        ? t(
            'Cure the cause, then run the same command again: it goes on from here.',
            'Устраните причину и повторите команду: она продолжит с этого места.',
          )
        : t(
            'Stopped. Run the same command again to go on from here.',
            'Остановлено. Та же команда продолжит с этого места.',
          ),
    )
    return 1
  }
  line(
    troubled
      ? paint.warn(
          t(
            'Done, but some orders need you: see "mufta jobs --state parked" and "mufta dead"',
            'Готово, но часть заказов ждёт вас: «mufta jobs --state parked» и «mufta dead»',
          ),
        )
      : paint.good(
          t('Done: every order is in step on both sides', 'Готово: все заказы одинаковы на обеих сторонах'),
        ),
  )
  return troubled ? 1 : 0
}
