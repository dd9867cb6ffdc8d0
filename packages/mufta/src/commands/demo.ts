import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { once } from 'node:events'
import { openSqliteStore, type QueueCounts } from '@mufta/runtime'
import { RuntimeProcess } from '../demo/runtime-process.ts'
import { changeOrders, placeOrders, tally, wrongTotals, type Expected, type Tally } from '../demo/scenario.ts'
import { CONNECTION, startDemoSystems, type DemoSystems } from '../demo/systems.ts'
import { bar, paint, table, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'

export interface DemoOptions {
  readonly orders: number
  readonly changes: number
  readonly faults: number
  readonly keep?: boolean
}

export interface DemoReport extends Tally {
  readonly lost: number
  readonly wrongTotals: number
  readonly retries: number
  readonly parked: number
  readonly dead: number
  readonly portalRequests: number
  readonly crmRequests: number
  readonly faultsInjected: number
  readonly kills: number
  readonly seconds: number
  readonly ok: boolean
}

/** The demo gives up this long after the last progress. */
const STALL_MS = 120_000
const SEED = 20_261_124

/** `mufta demo`: the main job between two simulated systems, with faults and a hard kill, judged by the systems. */
export async function demo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const { screen, signal } = context
  const folder = mkdtempSync(join(tmpdir(), 'mufta-demo-'))
  const changes = Math.min(options.changes, options.orders)
  const systems = await startDemoSystems(options.orders, options.faults, SEED)
  const runtime = new RuntimeProcess(folder, systems.port)
  writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(systems.config, null, 2))
  intro(screen, systems, options)
  const started = Date.now()
  try {
    await runtime.start(signal)
    const expected: Expected = { statuses: new Map(), placed: [] }
    const stop = new AbortController()
    const all = AbortSignal.any([signal, stop.signal])
    const work = Promise.all([
      placeOrders(systems, expected, all),
      changeOrders(systems, expected, changes, all),
      killInTheMiddle(systems, runtime, expected, options.orders, all),
    ])
    const isDone = await watch(screen, systems, expected, { ...options, changes }, all, started)
    if (!isDone) stop.abort()
    await work
    const report = await judge(systems, expected, folder, started, isDone)
    show(screen, report)
    screen.data(report)
    if (options.keep === true && !signal.aborted) await keep(screen, systems, runtime, folder, signal)
    return report.ok ? 0 : 1
  } finally {
    await runtime.stop()
    await systems.close()
    if (options.keep !== true) rmSync(folder, { recursive: true, force: true })
  }
}

async function killInTheMiddle(
  systems: DemoSystems,
  runtime: RuntimeProcess,
  expected: Expected,
  orders: number,
  signal: AbortSignal,
): Promise<void> {
  while (tally(systems, expected).arrived < orders * 0.4) {
    if (signal.aborted) return
    await sleep(50)
  }
  await runtime.kill()
  await sleep(1_000, undefined, { signal }).catch(() => undefined)
  await runtime.start(signal)
}

async function watch(
  screen: Screen,
  systems: DemoSystems,
  expected: Expected,
  options: DemoOptions,
  signal: AbortSignal,
  started: number,
): Promise<boolean> {
  let best = 0
  let bestAt = Date.now()
  for (;;) {
    const now = tally(systems, expected)
    screen.live(picture(screen, systems, now, options, started))
    const isDone =
      now.arrived >= options.orders && now.changed >= options.changes && now.statusesBack >= options.changes
    if (isDone || signal.aborted || Date.now() - bestAt > STALL_MS) {
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
  options: DemoOptions,
  started: number,
): string {
  return [
    table([
      [`  ${t('placed in the shop', 'оформлено в магазине')}`, bar(now.placed, options.orders)],
      [`  ${t('arrived in the CRM', 'пришло в CRM')}`, bar(now.arrived, options.orders)],
      [`  ${t('statuses back', 'статусов вернулось')}`, bar(now.statusesBack, options.changes)],
    ]),
    `  ${t('doubled', 'задвоено')} ${now.doubled}   ${t('requests', 'запросов')}: ${t('portal', 'портал')} ${portal.stats.requests}, CRM ${crm.stats.requests}   ${Math.round((Date.now() - started) / 1000)} s`,
  ].join('\n')
}

async function judge(
  systems: DemoSystems,
  expected: Expected,
  folder: string,
  started: number,
  isDone: boolean,
): Promise<DemoReport> {
  const seconds = Math.round((Date.now() - started) / 100) / 10
  const sum = tally(systems, expected)
  const wrong = wrongTotals(systems, expected).length
  const own = await readStore(folder)
  const { portal, crm } = systems
  const lost = sum.placed - sum.arrived
  return {
    ...sum,
    lost,
    wrongTotals: wrong,
    ...own,
    portalRequests: portal.stats.requests,
    crmRequests: crm.stats.requests,
    faultsInjected: portal.stats.faults + crm.stats.faults,
    kills: 1,
    seconds,
    ok: isDone && lost === 0 && sum.doubled === 0 && wrong === 0 && sum.statusesBack === sum.changed,
  }
}

async function readStore(
  folder: string,
): Promise<Pick<QueueCounts, 'parked' | 'dead'> & { readonly retries: number }> {
  const store = await openSqliteStore({ path: join(folder, 'mufta.db'), role: 'tool' })
  try {
    const counts = store.counts().find((each) => each.connection === CONNECTION)
    const retries = store.journalTail({ connection: CONNECTION, kind: 'retry', limit: 100_000 }).length
    return { parked: counts?.parked ?? 0, dead: counts?.dead ?? 0, retries }
  } finally {
    await store.close()
  }
}

function intro({ line, t }: Screen, { portal, crm }: DemoSystems, options: DemoOptions): void {
  line(
    paint.bold(
      t(
        'Mufta between a simulated Bitrix portal and a simulated RetailCRM',
        'Mufta между имитацией портала Битрикс и имитацией RetailCRM',
      ),
    ),
  )
  line(
    t(
      `  real limits (portal 2 requests/s, CRM 10/s), ${Math.round(options.faults * 100)} % of requests fail, one kill −9 in the middle`,
      `  настоящие лимиты (портал 2 запроса/с, CRM 10/с), ${Math.round(options.faults * 100)} % запросов со сбоем, одно kill −9 посередине`,
    ),
  )
  line(paint.dim(`  portal ${new URL(portal.webhook).origin}   CRM ${crm.url}`))
}

function show({ line, t }: Screen, report: DemoReport): void {
  const rows: readonly (readonly [string, number, boolean])[] = [
    [t('orders placed', 'заказов оформлено'), report.placed, true],
    [t('arrived', 'пришло'), report.arrived, report.lost === 0],
    [t('lost', 'потеряно'), report.lost, report.lost === 0],
    [t('doubled', 'задвоено'), report.doubled, report.doubled === 0],
    [t('totals that differ', 'сумм не сошлось'), report.wrongTotals, report.wrongTotals === 0],
    [t('changed in the CRM', 'изменено в CRM'), report.changed, true],
    [t('statuses back', 'статусов вернулось'), report.statusesBack, report.statusesBack === report.changed],
    [t('faults injected', 'сбоев подстроено'), report.faultsInjected, true],
    [t('hard kills', 'жёстких убийств'), report.kills, true],
    [t('retries', 'повторов'), report.retries, true],
    [t('parked', 'придержано'), report.parked, report.parked === 0],
    [t('dead letters', 'не доставлено'), report.dead, report.dead === 0],
    [t('requests to the portal', 'запросов к порталу'), report.portalRequests, true],
    [t('requests to the CRM', 'запросов к CRM'), report.crmRequests, true],
  ]
  line()
  line(
    table([
      ...rows.map(([name, value, good]) => [`  ${name}`, good ? String(value) : paint.bad(String(value))]),
      [`  ${t('seconds', 'секунд')}`, report.seconds.toFixed(1)],
    ]),
  )
  line()
  line(
    report.ok
      ? paint.good(
          t(
            '  Nothing lost, nothing doubled, every total equal to the kopeck.',
            '  Ничего не потеряно, ничего не задвоено, все суммы сошлись до копейки.',
          ),
        )
      : paint.bad(
          t('  Something is wrong: see the numbers in red.', '  Что-то не так: смотрите красные числа.'),
        ),
  )
}

async function keep(
  { line, t }: Screen,
  { portal, port, crm }: DemoSystems,
  runtime: RuntimeProcess,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  line()
  line(
    t(
      `Everything keeps running. Ctrl+C ends it; then remove ${folder}`,
      `Всё работает дальше. Ctrl+C завершит; потом удалите ${folder}`,
    ),
  )
  line(`  mufta      http://127.0.0.1:${port}/metrics   pid ${runtime.pid ?? '?'}   log ${runtime.logFile}`)
  line(`  portal     ${new URL(portal.webhook).origin}/_sim/orders`)
  line(`  RetailCRM  ${crm.url}/_sim/orders`)
  line(
    `  mufta --config ${join(folder, 'mufta.config.json')} why order ${String(portal.orders()[0]?.['id'] ?? '')}`,
  )
  if (!signal.aborted) await once(signal, 'abort')
}
