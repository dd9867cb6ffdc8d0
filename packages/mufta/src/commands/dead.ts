import type { DeadJob, Store } from '@mufta/runtime'
import { documented, printLegend, shortText, technical, tellFacts } from '../ui/explain.ts'
import { paint, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { withStore } from './jobs.ts'

export interface DeadFilter {
  readonly connection?: string
  readonly code?: string
  readonly id?: number
  readonly limit?: number
}

/** `mufta dead`: dead letters grouped by cause. */
export async function deadList(context: CommandContext, filter: DeadFilter): Promise<ExitCode> {
  return withStore(context, async (store) => {
    const { screen } = context
    const dead = store.deadJobs(filter)
    screen.data({ dead })
    if (dead.length === 0) screen.line(paint.good(screen.t('No dead letters', 'Недоставленных нет')))
    for (const [code, group] of Map.groupBy(dead, (job) => job.failure.code)) {
      await showCause(screen, code, group)
    }
    return dead.length === 0 ? 0 : 1
  })
}

/** What the code means and what to do, then its dead letters; what is said of each once, where it is the same. */
async function showCause(screen: Screen, code: string, group: readonly DeadJob[]): Promise<void> {
  const { line, lang } = screen
  const known = await documented(code, lang)
  line(`${paint.bad(code)} × ${group.length}${known === undefined ? '' : `: ${known.means}`}`)
  const said = await Promise.all(group.map(({ failure }) => shortText(failure, lang)))
  const isCommon = new Set(said).size === 1
  if (isCommon) line(`  ${said[0]}`)
  if (known !== undefined && known.todo !== '') line(`  → ${known.todo}`)
  for (const [index, { id, connection, lane, diedAt }] of group.entries()) {
    line(`  #${id}  ${connection}  ${lane}  ${new Date(diedAt).toISOString()}`)
    if (!isCommon) line(`      ${said[index]}`)
  }
}

/** `mufta dead show <id>`. */
export async function deadShow(context: CommandContext, id: number): Promise<ExitCode> {
  return withStore(context, async (store) => {
    const job = store.deadJobs({ id })[0]
    if (job === undefined) return missing(context.screen, id)
    context.screen.data(job)
    await showJob(context.screen, job)
    return 0
  })
}

/** `mufta dead redrive|dismiss`: puts dead letters back into their lanes, or drops them with a reason. */
export async function deadAct(
  context: CommandContext,
  filter: DeadFilter,
  reason: string | null,
): Promise<ExitCode> {
  return withStore(context, async (store: Store) => {
    const { screen } = context
    const count = reason === null ? await store.redrive(filter) : await store.dismiss(filter, reason)
    if (count === 0 && filter.id !== undefined) return missing(screen, filter.id)
    screen.data(reason === null ? { redriven: count } : { dismissed: count, reason })
    screen.line(
      reason === null
        ? screen.t(`${count} put back into their lanes`, `Возвращено в очередь: ${count}`)
        : screen.t(`${count} dropped: ${reason}`, `Снято: ${count}, причина: ${reason}`),
    )
    return 0
  })
}

async function showJob(screen: Screen, job: DeadJob): Promise<void> {
  const { line, t, lang } = screen
  line(paint.bold(`#${job.id}  ${job.connection}  ${job.lane}`))
  const { code, message, ru, facts = {} } = job.failure
  line(`  ${t('error', 'ошибка')}: ${paint.bad(code)} ${t(message, ru ?? '')}`.trimEnd())
  for (const fact of Object.entries(facts)) line(`    ${await tellFacts(Object.fromEntries([fact]), lang)}`)
  if (lang === 'ru') line(`    ${technical(message)}`)
  line(
    `  ${t('attempts', 'попыток')}: ${job.attempts}, ${t('from', 'с')} ${new Date(job.createdAt).toISOString()} ${t('to', 'по')} ${new Date(job.diedAt).toISOString()}`,
  )
  line(`  ${t('job', 'задание')}: ${job.kind} ${JSON.stringify(job.payload)}`)
  await printLegend([job.failure.code], screen)
  line(
    `  → ${t(`cure the cause, then "mufta dead redrive ${job.id}"`, `устраните причину, затем «mufta dead redrive ${job.id}»`)}`,
  )
}

function missing({ error, t }: Screen, id: number): ExitCode {
  error(t(`There is no dead letter #${id}`, `Недоставленного #${id} нет`))
  return 1
}
