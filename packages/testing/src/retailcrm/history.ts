import type { Actor } from './model.ts'

export interface HistoryEntry<Stub extends { readonly site: string }> {
  readonly id: number
  readonly createdAt: string
  readonly actor: Actor
  readonly field: string
  readonly oldValue: unknown
  readonly newValue: unknown
  readonly created?: true
  /** The record's few facts as they were when the entry was written; the whole record when `created`. */
  readonly record: Stub
  /** `item` or `payment` of the entry. */
  readonly part?: Readonly<Record<string, unknown>>
}

export interface HistoryFilter {
  readonly sinceId?: number
  readonly startDate?: string
  readonly endDate?: string
}

export interface HistoryPage<Stub extends { readonly site: string }> {
  readonly entries: readonly HistoryEntry<Stub>[]
  readonly totalCount: number
}

const FIRST_ID = 90_001

/** Change log of one kind of record: ids without gaps, ascending, never rewritten. */
export class History<Stub extends { readonly site: string }> {
  readonly #entries: HistoryEntry<Stub>[] = []

  append(entry: Omit<HistoryEntry<Stub>, 'id'>): void {
    this.#entries.push({ ...entry, id: FIRST_ID + this.#entries.length })
  }

  /** @param sees which sites the asking key sees; null = all. */
  page(
    filter: HistoryFilter,
    sees: ReadonlySet<string> | null,
    limit: number,
    page: number,
  ): HistoryPage<Stub> {
    const first = Math.max(0, (filter.sinceId ?? 0) - FIRST_ID + 1)
    const start = first + (page - 1) * limit
    if (sees === null && filter.startDate === undefined && filter.endDate === undefined) {
      const totalCount = Math.max(0, this.#entries.length - first)
      return { entries: this.#entries.slice(start, start + limit), totalCount }
    }
    const { startDate = '', endDate = '9999' } = filter
    const matching = this.#entries
      .slice(first)
      .filter(
        (one) =>
          one.createdAt >= startDate && one.createdAt <= endDate && (sees?.has(one.record.site) ?? true),
      )
    return { entries: matching.slice((page - 1) * limit, page * limit), totalCount: matching.length }
  }
}

/** As the API shows an entry to one key. */
export function historyView<Stub extends { readonly site: string }>(
  entry: HistoryEntry<Stub>,
  recordName: 'order' | 'customer',
  keyId: string,
): Record<string, unknown> {
  const { actor } = entry
  return {
    id: entry.id,
    createdAt: entry.createdAt,
    ...(entry.created === true ? { created: true } : {}),
    source: actor.source,
    ...(actor.userId === undefined ? {} : { user: { id: actor.userId } }),
    field: entry.field,
    ...(actor.source === 'api' ? { apiKey: { current: actor.keyId === keyId } } : {}),
    oldValue: entry.oldValue,
    newValue: entry.newValue,
    [recordName]: entry.record,
    ...entry.part,
  }
}

/** One watched value: how it compares, how history writes it, which row it belongs to. */
export interface Watched {
  readonly field: string
  readonly raw: string | number | boolean | null
  /** @default raw */
  readonly shown?: unknown
  readonly part?: Readonly<Record<string, unknown>>
  /** Row of a list: when it comes or goes, only the row itself is told, not its fields. */
  readonly row?: string
}

export type Snapshot = ReadonlyMap<string, Watched>

export interface Difference {
  readonly field: string
  readonly oldValue: unknown
  readonly newValue: unknown
  readonly part?: Readonly<Record<string, unknown>>
}

/** What history writes for a change from one snapshot to the next. */
export function differences(before: Snapshot, after: Snapshot): Difference[] {
  const found: Difference[] = []
  for (const [key, old] of before) {
    const now = after.get(key)
    if (now === undefined && isRowGone(old, key, after)) continue
    if (now?.raw !== old.raw) found.push(difference(old, now))
  }
  for (const [key, now] of after) {
    if (!before.has(key) && !isRowGone(now, key, before)) found.push(difference(undefined, now))
  }
  return found
}

function isRowGone(watched: Watched, key: string, other: Snapshot): boolean {
  return watched.row !== undefined && watched.row !== key && !other.has(watched.row)
}

function difference(old: Watched | undefined, now: Watched | undefined): Difference {
  const part = now?.part ?? old?.part
  return {
    field: now?.field ?? old?.field ?? '',
    oldValue: shown(old),
    newValue: shown(now),
    ...(part === undefined ? {} : { part }),
  }
}

function shown(watched: Watched | undefined): unknown {
  if (watched === undefined || watched.raw === null) return null
  return watched.shown ?? watched.raw
}
