import { COLUMNS, toEntry, type JournalRow } from './journal.ts'
import type { ReadContext, ReadQuery } from './read-queries.ts'
import type { JournalPage, JournalQuery } from './reads.ts'
import type { StoredJournalEntry } from './store.ts'

/** Rows of one step of a scan: some milliseconds. */
const STEP = 8_192

/** One page of the journal, newest first, or with `after` oldest first. */
export function readJournal(context: ReadContext, query: JournalQuery): JournalPage {
  const connection = query.connection === undefined ? null : context.ids.find(query.connection)
  if (connection === null && query.connection !== undefined) return { entries: [], next: null }
  const isUpward = query.after !== undefined
  const [first, last] = span(context)
  let at = isUpward ? Math.max(first, (query.after ?? 0) + 1) : Math.min(last, (query.before ?? Infinity) - 1)
  const entries: StoredJournalEntry[] = []
  while (at >= first && at <= last) {
    const [low, high] = isUpward ? [at, at + STEP - 1] : [at - STEP + 1, at]
    const rows = step(context, query, connection, low, high, query.limit - entries.length)
    entries.push(...rows.map((row) => toEntry(row, context.ids)))
    const next = isUpward ? high : low
    if (entries.length >= query.limit) return { entries, next: entries.at(-1)?.seq ?? next }
    if (context.isLate()) return { entries, next }
    at = isUpward ? high + 1 : low - 1
  }
  return { entries, next: null }
}

function step(
  { sql }: ReadContext,
  query: JournalQuery,
  connection: number | null,
  low: number,
  high: number,
  limit: number,
): readonly JournalRow[] {
  const q = query.q?.trim() ?? ''
  return sql.all<JournalRow>(
    `SELECT ${COLUMNS} FROM journal
      WHERE seq BETWEEN ?1 AND ?2 AND (?3 IS NULL OR connection = ?3) AND (?4 IS NULL OR kind = ?4)
        AND (?5 = '' OR id = ?5 OR code LIKE ?6 ESCAPE '!' OR (?8 = 0 AND detail LIKE ?6 ESCAPE '!'))
      ORDER BY seq ${query.after === undefined ? 'DESC' : 'ASC'} LIMIT ?7`,
    low,
    high,
    connection,
    query.kind ?? null,
    q,
    `%${q.replace(/[%_!]/g, '!$&')}%`,
    limit,
    query.withoutDetail === true ? 1 : 0,
  )
}

/** Ids of orders, the latest first. The journal is in the order of time, so it is read back until then. */
export function readSubjects(context: ReadContext, query: ReadQuery<'subjects'>): readonly string[] {
  const connection = context.ids.find(query.connection)
  const [first, last] = span(context)
  const found = new Set<string>()
  for (let high = last; high >= first && found.size < query.limit && !context.isLate(); high -= STEP) {
    const rows = context.sql.all<{ id: string; at: number }>(
      `SELECT id, at FROM journal WHERE seq BETWEEN ? AND ? AND connection = ? AND entity = 'order'
        AND id NOT LIKE '~%' ORDER BY seq DESC`,
      high - STEP + 1,
      high,
      connection,
    )
    for (const { id, at } of rows) {
      if (at < query.since) return [...found]
      if (found.size < query.limit) found.add(id)
    }
  }
  return [...found]
}

function span({ sql }: ReadContext): readonly [number, number] {
  const first = sql.get<{ seq: number | null }>('SELECT min(seq) AS seq FROM journal')?.seq
  const last = sql.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM journal')?.seq
  return [first ?? 1, last ?? 0]
}
