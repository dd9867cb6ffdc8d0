import type { Finding } from '@mufta/kit'
import { checkSides, type CheckReport as SidesReport, type ConnectionParts } from '@mufta/runtime'
import { paint, wrap, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { eachConnection } from './sides.ts'

export interface CheckReport extends SidesReport {
  readonly connection: string
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

export async function checkConnection(
  { name, shop, ...external }: ConnectionParts,
  signal: AbortSignal,
): Promise<CheckReport> {
  return { connection: name, ...(await checkSides({ shop, external }, signal)) }
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
