import { failureOf, type ConnectionParts } from '@mufta/runtime'
import type { Finding, ShopDictionaries } from '@mufta/kit'
import { paint, wrap, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { eachConnection } from './sides.ts'

export interface CheckReport {
  readonly connection: string
  readonly ok: boolean
  readonly findings: readonly (Finding & { readonly side: 'site' | 'external' })[]
}

/** `mufta check`: both sides of every connection, live; each finding with what to do. Changes nothing. */
export async function check(context: CommandContext, only: string | undefined): Promise<ExitCode> {
  const { screen, signal } = context
  const reports: CheckReport[] = []
  await eachConnection(context, only, async ({ parts }) => {
    const report = await checkConnection(parts, signal)
    reports.push(report)
    show(screen, report)
  })
  screen.data({ ok: reports.every((report) => report.ok), connections: reports })
  return reports.every((report) => report.ok) ? 0 : 1
}

export async function checkConnection(parts: ConnectionParts, signal: AbortSignal): Promise<CheckReport> {
  const findings: (Finding & { readonly side: 'site' | 'external' })[] = []
  const collect = async (
    side: 'site' | 'external',
    look: () => Promise<readonly Finding[]>,
  ): Promise<void> => {
    try {
      for (const finding of await look()) findings.push({ ...finding, side })
    } catch (error) {
      const { code, message } = failureOf(error)
      findings.push({ side, level: 'error', code, message })
    }
  }
  await collect('site', () => parts.shop.check({ signal }))
  await collect('external', async () => {
    const shop = await dictionariesOrNone(parts, signal)
    const { connector, client, settings } = parts
    return connector.check({
      client,
      settings,
      shop,
      currencies: await recentCurrencies(parts, signal),
      signal,
    })
  })
  return { connection: parts.name, ok: findings.every((finding) => finding.level !== 'error'), findings }
}

const NO_DICTIONARIES: ShopDictionaries = {
  statuses: [],
  shipmentStatuses: [],
  paymentTypes: [],
  deliveryTypes: [],
  personTypes: [],
  sites: [],
}

// A dead site has its own finding already; the external side is still worth checking.
async function dictionariesOrNone({ shop }: ConnectionParts, signal: AbortSignal): Promise<ShopDictionaries> {
  return shop.dictionaries({ signal }).catch(() => NO_DICTIONARIES)
}

/** Orders looked at for the currency. */
const CURRENCY_SAMPLE = 10

async function recentCurrencies({ shop }: ConnectionParts, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const ids: string[] = []
    for await (const id of shop.orderIds({ signal })) {
      ids.push(id)
      if (ids.length >= CURRENCY_SAMPLE) break
    }
    const orders = await shop.readOrders(ids, { signal })
    return [...new Set([...orders.values()].map((order) => order.total.currency))]
  } catch {
    return [] // same: the site's own check says what is wrong
  }
}

function show({ line, t, columns }: Screen, report: CheckReport): void {
  line(paint.bold(report.connection))
  for (const side of ['site', 'external'] as const) {
    line(`  ${side === 'site' ? t('Site', 'Сайт') : t('External system', 'Внешняя система')}`)
    for (const finding of report.findings.filter((each) => each.side === side)) {
      line(wrap(`    ${MARKS[finding.level]} ${finding.message} ${paint.dim(finding.code)}`, 6, columns))
      if (finding.fix !== undefined) line(wrap(`      → ${finding.fix}`, 8, columns))
    }
  }
  line(
    report.ok
      ? paint.good(t('  Ready to run', '  Можно запускать'))
      : paint.bad(t('  Not ready: cure what is marked ✖', '  Не готово: исправьте отмеченное ✖')),
  )
}

const MARKS: Readonly<Record<Finding['level'], string>> = {
  ok: paint.good('✔'),
  warning: paint.warn('!'),
  error: paint.bad('✖'),
}
