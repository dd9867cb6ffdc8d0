import { join } from 'node:path'
import { openSqliteStore, type QueueCounts } from '@mufta/runtime'
import { paint, table, type Screen } from '../ui/screen.ts'
import { tally, wrongTotals, type Expected, type Tally } from './scenario.ts'
import { CONNECTION, type DemoSystems } from './systems.ts'

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

/** Judged by the two systems; only what Mufta alone knows (retries, parked, dead) is read from its store. */
export async function judge(
  systems: DemoSystems,
  expected: Expected,
  run: {
    readonly folder: string
    readonly startedAt: number
    readonly kills: number
    readonly isDone: boolean
  },
): Promise<DemoReport> {
  const seconds = Math.round((Date.now() - run.startedAt) / 100) / 10
  const sum = tally(systems, expected)
  const wrong = wrongTotals(systems, expected).length
  const own = await readStore(run.folder)
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
    kills: run.kills,
    seconds,
    ok: run.isDone && lost === 0 && sum.doubled === 0 && wrong === 0 && sum.statusesBack === sum.changed,
  }
}

/** The table at the end; what is wrong is red. */
export function showReport({ line, t }: Screen, report: DemoReport): void {
  const rows: readonly (readonly [string, number, boolean])[] = [
    [t('orders placed', 'заказов оформлено'), report.placed, true],
    [t('arrived', 'пришло'), report.arrived, report.lost === 0],
    [t('lost', 'потеряно'), report.lost, report.lost === 0],
    [t('doubled', 'задвоено'), report.doubled, report.doubled === 0],
    [t('totals that differ', 'сумм не сошлось'), report.wrongTotals, report.wrongTotals === 0],
    [t('changed in the CRM', 'изменено в CRM'), report.changed, true],
    [t('statuses back', 'статусов вернулось'), report.statusesBack, report.statusesBack === report.changed],
    [t('faults injected', 'сбоев подстроено'), report.faultsInjected, true],
    [t('hard kills', 'убийств kill −9'), report.kills, true],
    [t('retries', 'повторов'), report.retries, true],
    [t('parked', 'придержано'), report.parked, report.parked === 0],
    [t('dead letters', 'не доставлено'), report.dead, report.dead === 0],
    [t('requests to the portal', 'запросов к порталу'), report.portalRequests, true],
    [t('requests to the CRM', 'запросов к CRM'), report.crmRequests, true],
  ]
  const numbers = [...rows.map(([, value]) => String(value)), report.seconds.toFixed(1)]
  const width = Math.max(...numbers.map((text) => text.length))
  line()
  line(
    table([
      ...rows.map(([name, value, good]) => {
        const text = String(value).padStart(width)
        return [`  ${name}`, good ? text : paint.bad(text)]
      }),
      [`  ${t('seconds', 'секунд')}`, report.seconds.toFixed(1).padStart(width)],
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
