import type { ReadContext, ReadQuery } from './read-queries.ts'
import type { ProblemCause, ProblemFilter, ProblemGroup, ProblemItem, ProblemPage } from './reads.ts'
import { ranks, type Failure } from './store.ts'

interface GroupRow extends ProblemCause {
  readonly connection: number
  readonly failure: string
  readonly count: number
  readonly firstAt: number | null
  readonly lastAt: number | null
}

interface ItemRow {
  readonly id: number | null
  readonly connection: number
  readonly lane: string
  readonly failure: string
  readonly attempts: number
  readonly at: number | null
}

/** Groups shown; more kinds of trouble than that nobody reads. */
const MAX_GROUPS = 500

const CAUSE = `
  failure ->> '$.code' AS code, failure ->> '$.facts.field' AS field, failure ->> '$.facts.side' AS side,
  CAST(failure ->> '$.facts.value' AS TEXT) AS value, CAST(failure ->> '$.facts.systemCode' AS TEXT) AS systemCode`
const IS_CAUSE = `(?1 IS NULL OR (failure ->> '$.code' = ?1 AND failure ->> '$.facts.field' IS ?2
  AND failure ->> '$.facts.side' IS ?3 AND CAST(failure ->> '$.facts.value' AS TEXT) IS ?4
  AND CAST(failure ->> '$.facts.systemCode' AS TEXT) IS ?5))`
const EVENTS = 'FROM job WHERE job.connection = lane.connection AND job.lane = lane.name'

/** Parked lanes and dead letters by what caused them, the largest groups first. */
export function readProblems(context: ReadContext, query: ReadQuery<'problems'>): readonly ProblemGroup[] {
  const connection = query.connection === undefined ? null : context.ids.find(query.connection)
  if (connection === null && query.connection !== undefined) return []
  const parked = context.sql.all<GroupRow>(
    `SELECT connection, ${CAUSE}, min(failure) AS failure, count(*) AS count,
        min((SELECT min(created_at) ${EVENTS})) AS firstAt, max((SELECT max(created_at) ${EVENTS})) AS lastAt
      FROM lane WHERE state = 'parked' AND (?1 IS NULL OR connection = ?1)
      GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY count DESC LIMIT ${MAX_GROUPS}`,
    connection,
  )
  const dead = context.sql.all<GroupRow>(
    `SELECT connection, ${CAUSE}, min(failure) AS failure, count(*) AS count,
        min(died_at) AS firstAt, max(died_at) AS lastAt
      FROM dead WHERE ?1 IS NULL OR connection = ?1
      GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY count DESC LIMIT ${MAX_GROUPS}`,
    connection,
  )
  const toGroup =
    (kind: ProblemGroup['kind']) =>
    (row: GroupRow): ProblemGroup => ({
      ...row,
      kind,
      code: row.code ?? '',
      failure: failureIn(row),
      connection: context.ids.name(row.connection),
    })
  return [...parked.map(toGroup('parked')), ...dead.map(toGroup('dead'))]
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_GROUPS)
}

/** The members of a group (or of all): lanes by name, dead letters by number, each once. */
export function readProblemItems(context: ReadContext, query: ReadQuery<'problemItems'>): ProblemPage {
  const connection = query.connection === undefined ? null : context.ids.find(query.connection)
  if (connection === null && query.connection !== undefined) return { rows: [], next: null }
  const rows =
    query.kind === 'parked' ? parkedItems(context, query, connection) : deadItems(context, query, connection)
  const last = rows.at(-1)
  const isFull = rows.length === query.limit && last !== undefined
  const next = !isFull ? null : query.kind === 'dead' ? String(last.id) : `${last.connection}/${last.lane}`
  return { rows: rows.map((row) => toItem(context, row)), next }
}

function parkedItems(
  { sql }: ReadContext,
  { cause, after, limit }: ReadQuery<'problemItems'>,
  connection: number | null,
): readonly ItemRow[] {
  const place = /^(\d+)\/(.*)$/s.exec(after ?? '')
  return sql.all<ItemRow>(
    `SELECT NULL AS id, connection, name AS lane, failure,
        attempts, (SELECT max(created_at) ${EVENTS}) AS at
      FROM lane
      WHERE ${IS_CAUSE} AND state = 'parked' AND (?6 IS NULL OR connection = ?6) AND (connection, name) > (?7, ?8)
      ORDER BY connection, name LIMIT ?9`,
    ...causeParams(cause),
    connection,
    Number(place?.[1] ?? 0),
    place?.[2] ?? '',
    limit,
  )
}

function deadItems(
  { sql }: ReadContext,
  { cause, after, limit }: ReadQuery<'problemItems'>,
  connection: number | null,
): readonly ItemRow[] {
  return sql.all<ItemRow>(
    `SELECT id, connection, lane, failure, attempts, died_at AS at
      FROM dead WHERE ${IS_CAUSE} AND (?6 IS NULL OR connection = ?6) AND id > ?7 ORDER BY id LIMIT ?8`,
    ...causeParams(cause),
    connection,
    Number(after ?? 0),
    limit,
  )
}

function causeParams(cause: ProblemFilter['cause']): readonly (string | null)[] {
  if (cause === undefined) return [null, null, null, null, null]
  return [cause.code, cause.field, cause.side, cause.value, cause.systemCode]
}

function toItem({ ids }: ReadContext, row: ItemRow): ProblemItem {
  return { ...row, failure: failureIn(row), connection: ids.name(row.connection) }
}

function failureIn({ failure }: { readonly failure: string }): Failure {
  return JSON.parse(failure) as Failure
}

export function readBackfillLeft(context: ReadContext, query: ReadQuery<'backfillLeft'>): number {
  const row = context.sql.get<{ count: number }>(
    'SELECT count(*) AS count FROM lane WHERE connection = ? AND rank = ? AND due IS NOT NULL',
    context.ids.find(query.connection),
    ranks.backfill,
  )
  return row?.count ?? 0
}
