import { Connection, planOrders, type PlannedOrder } from '@mufta/runtime'
import { printLegend } from '../ui/explain.ts'
import { paint, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { eachConnection } from './sides.ts'

export interface PlanOptions {
  readonly connection?: string
  readonly limit: number
  readonly since?: string
}

const PACK = 50

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
    const since = options.since === undefined ? {} : { since: options.since }
    for await (const pack of packs(parts.shop.orderIds({ signal, ...since }), options.limit)) {
      for (const planned of await planOrders(store, connection, pack, signal)) {
        totals[planned.action]++
        if (planned.reason !== undefined) reasons.add(planned.reason.code)
        screen.data({ connection: parts.name, ...planned })
        show(screen, planned)
      }
    }
    parked += totals.park
    screen.line(summary(screen, totals))
  })
  await printLegend(reasons, screen)
  return parked > 0 ? 1 : 0
}

async function* packs(ids: AsyncIterable<string>, limit: number): AsyncIterable<readonly string[]> {
  if (limit === 0) return
  let pack: string[] = []
  let taken = 0
  for await (const id of ids) {
    pack.push(id)
    taken++
    if (pack.length === PACK || taken === limit) {
      yield pack
      pack = []
    }
    if (taken === limit) return
  }
  if (pack.length > 0) yield pack
}

function show({ line, t }: Screen, planned: PlannedOrder): void {
  const name = `${t('order', 'заказ')} ${planned.number}`
  if (planned.action === 'skip') return line(`  ${paint.dim(`= ${name}: ${t('in step', 'совпадает')}`)}`)
  if (planned.action === 'missing')
    return line(`  ${paint.dim(`? ${name}: ${t('cannot be read', 'не читается')}`)}`)
  if (planned.action === 'park') return line(`  ${paint.warn(`‖ ${name}: ${planned.reason?.message ?? ''}`)}`)
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
