import { Connection, planShop, type PlannedOrder, type PlanScope } from '@mufta/runtime'
import { printLegend, shortText } from '../ui/explain.ts'
import { paint, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { eachConnection } from './sides.ts'

export interface PlanOptions extends PlanScope {
  readonly connection?: string
}

/** `mufta plan`: what a sync would create, change and skip, field by field. Writes nothing on either side. */
export async function plan(context: CommandContext, options: PlanOptions): Promise<ExitCode> {
  const { screen, signal } = context
  let parked = 0
  const reasons = new Set<string>()
  await eachConnection(context, options.connection, async ({ parts, store }) => {
    const connection = new Connection(parts, signal)
    const totals: Record<PlannedOrder['action'], number> = {
      create: 0,
      change: 0,
      skip: 0,
      park: 0,
      missing: 0,
    }
    screen.line(paint.bold(parts.name))
    for await (const pack of planShop(store, connection, options, signal)) {
      for (const planned of pack) {
        totals[planned.action]++
        if (planned.reason !== undefined) reasons.add(planned.reason.code)
        screen.data({ connection: parts.name, ...planned })
        await show(screen, planned)
      }
    }
    parked += totals.park
    screen.line(summary(screen, totals))
  })
  await printLegend(reasons, screen)
  return parked > 0 ? 1 : 0
}

async function show({ line, t, lang }: Screen, planned: PlannedOrder): Promise<void> {
  const name = `${t('order', 'заказ')} ${planned.number}`
  if (planned.action === 'skip') return line(`  ${paint.dim(`= ${name}: ${t('in step', 'совпадает')}`)}`)
  if (planned.action === 'missing')
    return line(`  ${paint.dim(`? ${name}: ${t('cannot be read', 'не читается')}`)}`)
  if (planned.action === 'park') {
    const { reason } = planned
    const why = reason === undefined ? '' : `${reason.code} ${await shortText(reason, lang)}`
    return line(`  ${paint.warn(`‖ ${name}: ${why}`)}`)
  }
  if (planned.action === 'create')
    return line(`  ${paint.good(`+ ${name}`)}: ${planned.fields.length} ${t('fields', 'полей')}`)
  line(`  ${paint.warn(`~ ${name}`)}`)
  for (const field of planned.fields) {
    const arrow =
      field.way === 'out' ? t('to the external system', 'во внешнюю систему') : t('to the shop', 'в магазин')
    line(
      `      ${field.field}: ${JSON.stringify(field.from)} → ${JSON.stringify(field.to)}  ${paint.dim(arrow)}`,
    )
  }
}

function summary({ t }: Screen, totals: Readonly<Record<PlannedOrder['action'], number>>): string {
  return [
    `${t('create', 'создать')} ${totals.create}`,
    `${t('change', 'изменить')} ${totals.change}`,
    `${t('skip', 'пропустить')} ${totals.skip}`,
    `${t('would park', 'придержать')} ${totals.park}`,
    `${t('unreadable', 'не читается')} ${totals.missing}`,
  ].join(', ')
}
