import { ConfigError } from '@mufta/kit'
import type { Binding, RunRead, Store, StoredJournalEntry } from '@mufta/runtime'
import { orderLane } from '@mufta/runtime'
import { connectionNames } from '../config/prepare.ts'
import { printLegend, shortText, tellFacts } from '../ui/explain.ts'
import { paint, type Lang, type Screen } from '../ui/screen.ts'
import { journalKind, laneState } from '../ui/words.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'
import { withStore } from './jobs.ts'

/** `mufta why order 5012`: one record's life: events, reads, writes, echoes, binding, what waits and why. */
export async function why(
  context: CommandContext,
  entity: string,
  id: string,
  only: string | undefined,
): Promise<ExitCode> {
  const { screen } = context
  if (entity !== 'order') {
    throw new ConfigError(
      'CONFIG_ENTITY_UNKNOWN',
      {
        en: `Unknown entity "${entity}": this version knows "order"`,
        ru: `Неизвестная сущность «${entity}»: эта версия знает «order»`,
      },
      {
        facts: { name: entity },
      },
    )
  }
  const names = connectionNames((await configOf(context)).config, only)
  return withStore(context, async (store) => {
    const lives = names.map((name) => lifeOf(store, name, id))
    screen.data({ entity, id, lives })
    for (const life of lives) await show(screen, life)
    await printLegend(lives.flatMap(troubles), screen)
    return lives.some((life) => life.known) ? 0 : 1
  })
}

interface Life {
  readonly connection: string
  readonly known: boolean
  /** Without the values last agreed on: they are personal data, and this is what people send to each other. */
  readonly binding: Omit<Binding, 'base'> | null
  readonly lane: ReturnType<Store['laneInfo']>
  readonly journal: readonly StoredJournalEntry[]
}

function lifeOf(store: Store, connection: string, id: string): Life {
  const binding = store.binding(connection, 'order', id) ?? store.bindingByExternal(connection, 'order', id)
  const shopId = binding?.shopId ?? id
  const lane = store.laneInfo(connection, orderLane(shopId))
  const journal = store.life(connection, 'order', shopId).map(withoutValues)
  return {
    connection,
    binding: binding === null ? null : withoutBase(binding),
    lane,
    journal,
    known: binding !== null || lane !== null || journal.length > 0,
  }
}

/** Codes of what stands or stood in the way. */
function troubles({ lane, journal }: Life): readonly string[] {
  const passed = journal.filter(({ kind }) => kind !== 'write' && kind in KINDS).map(({ code }) => code)
  return lane?.failure ? [lane.failure.code, ...passed] : passed
}

function withoutBase({ base: _values, ...binding }: Binding): Omit<Binding, 'base'> {
  return binding
}

/** Field names stay, the values that were written go: they are personal data too. */
function withoutValues(entry: StoredJournalEntry): StoredJournalEntry {
  if (entry.detail?.['written'] === undefined) return entry
  const { written: _values, ...detail } = entry.detail
  return { ...entry, detail }
}

async function show(screen: Screen, { connection, known, binding, lane, journal }: Life): Promise<void> {
  const { line, t, lang } = screen
  line(paint.bold(connection))
  if (!known)
    return line(
      `  ${t('Nothing is known of it: no event came and no sweep saw it', 'О нём ничего не известно: ни события, ни обхода')}`,
    )
  if (binding !== null)
    line(
      `  ${t('bound', 'связан')}: ${t('shop', 'магазин')} ${binding.shopId} ↔ ${binding.externalId ?? t('being created', 'создаётся')}`,
    )
  if (lane !== null && lane.pending > 0) {
    line(
      `  ${t('waits', 'ждёт')}: ${lane.pending} (${laneState(lane.state, lang)}) ${lane.failure === null ? '' : `${paint.warn(lane.failure.code)} ${await shortText(lane.failure, lang)}`}`,
    )
  }
  for (const entry of journal) {
    line(
      `  ${paint.dim(new Date(entry.at).toISOString())}  ${kind(entry, lang)}  ${entry.code}  ${await summary(entry, lang)}`,
    )
  }
}

function kind({ kind }: StoredJournalEntry, lang: Lang): string {
  const text = journalKind(kind, lang)
  return KINDS[kind]?.(text) ?? text
}

const KINDS: Readonly<Record<string, (text: string) => string>> = {
  write: paint.good,
  dead: paint.bad,
  park: paint.warn,
  retry: paint.warn,
  conflict: paint.warn,
}

/** What came and what it brought; of a failure its own words, in Russian at least its values. */
async function summary({ code, detail }: StoredJournalEntry, lang: Lang): Promise<string> {
  if (detail === undefined) return ''
  const { events, read, message, ru, facts, ...rest } = detail
  const reasons = Array.isArray(events)
    ? [...new Set(events.map((event: { reason?: unknown }) => String(event.reason)))].join(', ')
    : ''
  const own = Object.entries(rest).filter(([, value]) => !(Array.isArray(value) && value.length === 0))
  const said =
    typeof message === 'string'
      ? await shortText({ code, message, ru: textOf(ru), facts: factsOf(facts) }, lang)
      : ''
  const came = reasons === '' ? '' : `← ${reasons}`
  const parts = [
    came,
    readText(read as RunRead | undefined, lang),
    said,
    await tellFacts(Object.fromEntries(own), lang),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function readText(read: RunRead | undefined, lang: Lang): string {
  if (read === undefined) return ''
  const { updatedAt, version } = read.shop
  const words = WORDS_OF_READ[lang]
  return [
    `${words.read} ${new Date(read.at).toISOString()}: ${words.changed} ${updatedAt}`,
    version === undefined ? '' : `, ${words.version} ${version}`,
    read.external === undefined ? '' : `; ${words.record} ${read.external}`,
  ].join('')
}

const WORDS_OF_READ = {
  en: { read: 'read', changed: 'the shop’s order changed', version: 'version', record: 'record' },
  ru: { read: 'прочитано', changed: 'заказ магазина изменён', version: 'версия', record: 'запись' },
} as const

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function factsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
