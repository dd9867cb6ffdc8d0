import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AbortedError } from '@mufta/kit'
import { judge, showReport } from '../demo/report.ts'
import { RuntimeProcess } from '../demo/runtime-process.ts'
import { changeOrders, placeOrders, tally, type Expected, type Tally } from '../demo/scenario.ts'
import { CONNECTION, startDemoSystems, type DemoSystems } from '../demo/systems.ts'
import { bar, paint, table, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'

export interface DemoOptions {
  readonly orders: number
  readonly changes: number
  readonly faults: number
  readonly keep?: boolean
  /** The demo gives up this long after the last progress. @default 120_000 */
  readonly stallMs?: number
  /** Does harm to the systems before the judgement: a demo that cannot fail would prove nothing. For tests. */
  readonly harm?: (systems: DemoSystems) => void
}

const STALL_MS = 120_000
const SEED = 20_261_124

/** `mufta demo`: the main job between two simulated systems, with faults and a hard kill, judged by the systems. */
export async function demo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const { screen, signal } = context
  const folder = mkdtempSync(join(tmpdir(), 'mufta-demo-'))
  const forget = (): void => rmSync(folder, { recursive: true, force: true })
  // A second Ctrl+C ends the process at once; the folder goes all the same.
  process.on('exit', forget)
  try {
    await using systems = await startDemoSystems(options.orders, options.faults, SEED)
    const runtime = new RuntimeProcess(folder, systems.port)
    writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(systems.config, null, 2))
    intro(screen, systems, options)
    try {
      return await play(context, options, systems, runtime, folder)
    } finally {
      // Its folder goes as well: nothing that a graceful stop saves would be read.
      await runtime.kill()
    }
  } catch (error) {
    if (!signal.aborted) throw error
    throw new AbortedError('DEMO_STOPPED', 'The demo was stopped before its end')
  } finally {
    process.off('exit', forget)
    forget()
  }
}

async function play(
  { screen, signal }: CommandContext,
  options: DemoOptions,
  systems: DemoSystems,
  runtime: RuntimeProcess,
  folder: string,
): Promise<ExitCode> {
  const startedAt = Date.now()
  await runtime.start(signal)
  const goal = { ...options, changes: Math.min(options.changes, options.orders) }
  const expected: Expected = { statuses: new Map(), placed: [] }
  const stop = new AbortController()
  const all = AbortSignal.any([signal, stop.signal])
  const work = Promise.all([
    placeOrders(systems, expected, all),
    changeOrders(systems, expected, goal.changes, all),
    killInTheMiddle(systems, expected, options.orders, all, async () => {
      await runtime.kill()
      await sleep(1_000, undefined, { signal }).catch(() => undefined)
      await runtime.start(signal)
    }),
  ])
  // When one of them fails the watch must end, not wait for what will never come.
  work.catch(() => stop.abort())
  const isDone = await watch(screen, systems, expected, goal, all, startedAt)
  if (!isDone) stop.abort()
  const [, , kills] = await work
  if (signal.aborted) throw new AbortedError('DEMO_STOPPED', 'The demo was stopped before its end')
  options.harm?.(systems)
  const report = await judge(systems, expected, { folder, startedAt, kills, isDone })
  showReport(screen, report)
  screen.data(report)
  if (options.keep === true) await keep(screen, systems, runtime, folder, signal)
  return report.ok ? 0 : 1
}

/** Returns how often it killed. */
async function killInTheMiddle(
  systems: DemoSystems,
  expected: Expected,
  orders: number,
  signal: AbortSignal,
  kill: () => Promise<void>,
): Promise<number> {
  while (tally(systems, expected).arrived < orders * 0.4) {
    if (signal.aborted) return 0
    await sleep(50)
  }
  await kill()
  return 1
}

async function watch(
  screen: Screen,
  systems: DemoSystems,
  expected: Expected,
  goal: DemoOptions,
  signal: AbortSignal,
  startedAt: number,
): Promise<boolean> {
  let best = 0
  let bestAt = Date.now()
  for (;;) {
    const now = tally(systems, expected)
    screen.live(picture(screen, systems, now, goal, startedAt))
    const isDone =
      now.arrived >= goal.orders && now.changed >= goal.changes && now.statusesBack >= goal.changes
    if (isDone || signal.aborted || Date.now() - bestAt > (goal.stallMs ?? STALL_MS)) {
      // A double would come late: give a lost answer time to show itself.
      if (isDone) await sleep(2_500, undefined, { signal }).catch(() => undefined)
      screen.settle()
      return isDone
    }
    const progress = now.placed + now.arrived + now.statusesBack
    if (progress > best) [best, bestAt] = [progress, Date.now()]
    await sleep(150)
  }
}

function picture(
  { t }: Screen,
  { portal, crm }: DemoSystems,
  now: Tally,
  goal: DemoOptions,
  startedAt: number,
): string {
  return [
    table([
      [`  ${t('placed in the shop', 'оформлено в магазине')}`, bar(now.placed, goal.orders)],
      [`  ${t('arrived in the CRM', 'пришло в CRM')}`, bar(now.arrived, goal.orders)],
      [`  ${t('statuses back', 'статусов вернулось')}`, bar(now.statusesBack, goal.changes)],
    ]),
    `  ${t('doubled', 'задвоено')} ${now.doubled}   ${t('requests', 'запросов')}: ${t('portal', 'портал')} ${portal.stats.requests}, CRM ${crm.stats.requests}   ${Math.round((Date.now() - startedAt) / 1000)} ${t('s', 'с')}`,
  ].join('\n')
}

function intro({ line, t }: Screen, { portal, crm }: DemoSystems, options: DemoOptions): void {
  const percent = Math.round(options.faults * 100)
  line(
    paint.bold(
      t(
        'Mufta between a simulated Bitrix portal and a simulated RetailCRM',
        'Mufta между имитацией портала Битрикс и имитацией RetailCRM',
      ),
    ),
  )
  line(t('  real limits: portal 2 requests/s, CRM 10/s', '  настоящие лимиты: портал 2 запроса/с, CRM 10/с'))
  line(
    t(
      `  ${percent} % of the requests go wrong, one kill −9 on the way`,
      `  ${percent} % запросов со сбоем, одно kill −9 по дороге`,
    ),
  )
  line(paint.dim(`  ${t('portal', 'портал')} ${new URL(portal.webhook).origin}   CRM ${crm.url}`))
  line()
}

async function keep(
  { line, t }: Screen,
  { portal, port, crm }: DemoSystems,
  runtime: RuntimeProcess,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const origin = new URL(portal.webhook).origin
  const [first] = portal.orders()
  line()
  line(
    t(
      'Everything keeps running. Ctrl+C ends it and takes its folder away.',
      'Всё работает дальше. Ctrl+C завершит и уберёт папку.',
    ),
  )
  line(`  mufta      http://127.0.0.1:${port}/metrics   pid ${runtime.pid ?? '?'}`)
  line(`             ${t('log', 'журнал')} ${runtime.logFile}`)
  line(`  portal     ${origin}/_sim/orders`)
  line(`  RetailCRM  ${crm.url}/_sim/orders`)
  line()
  line(t('Try in another terminal:', 'Попробуйте в другом терминале:'))
  const config = join(folder, 'mufta.config.json')
  line(`  npm run mufta -- why order ${String(Number(first?.['id']))} --config ${config}`)
  line(`  npm run mufta -- check ${CONNECTION} --config ${config}`)
  if (!signal.aborted) await once(signal, 'abort')
}
