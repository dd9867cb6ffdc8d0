import { wordsIn, type Finding } from '@mufta/kit'
import { checkSides, type CheckReport as SidesReport, type ConnectionParts } from '@mufta/runtime'
import { documented, technical, tellFacts } from '../ui/explain.ts'
import { paint, wrap, type Lang, type Screen } from '../ui/screen.ts'
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
    await show(screen, report)
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

async function show({ line, t, lang, columns }: Screen, report: CheckReport): Promise<void> {
  line(paint.bold(report.connection))
  for (const side of ['site', 'external'] as const) {
    line(`  ${side === 'site' ? t('Site', 'Сайт') : t('External system', 'Внешняя система')}`)
    for (const finding of report.findings.filter((each) => each.side === side)) {
      const { text, facts, detail, fix } = await explainFinding(finding, lang)
      line(wrap(`    ${MARKS[finding.level]} ${text} ${paint.dim(finding.code)}`, 6, columns))
      if (facts !== '') line(wrap(`      ${facts}`, 6, columns))
      if (fix !== '') line(wrap(`      → ${fix}`, 8, columns))
      if (detail !== '') line(wrap(`      ${technical(detail)}`, 6, columns))
    }
  }
  line(
    report.ok
      ? paint.good(t('  Ready to run', '  Можно запускать'))
      : paint.bad(t('  Not ready: cure what is marked ✖', '  Не готово: исправьте отмеченное ✖')),
  )
}

/** A text from elsewhere is in English: in Russian the documented meaning of the code stands before it. */
async function explainFinding({ level, code, message, fix, facts }: Finding, lang: Lang) {
  const text = wordsIn(message, lang)
  const isForeign = typeof message === 'string' && lang === 'ru'
  const known = isForeign || (fix === undefined && level !== 'ok') ? await documented(code, lang) : undefined
  return {
    text: isForeign ? (known?.means ?? text) : text,
    facts: isForeign && known !== undefined ? await tellFacts(facts, lang) : '',
    detail: isForeign && known !== undefined && level !== 'ok' ? text : '',
    fix: level === 'ok' ? '' : fix === undefined ? (known?.todo ?? '') : wordsIn(fix, lang),
  }
}

const MARKS: Readonly<Record<Finding['level'], string>> = {
  ok: paint.good('✔'),
  warning: paint.warn('!'),
  error: paint.bad('✖'),
}
