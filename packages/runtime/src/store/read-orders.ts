import { orderMatcher, type SearchedRow } from './order-match.ts'
import type { ReadContext } from './read-queries.ts'
import type { OrderPage, OrderQuery, OrderRow, OrderState } from './reads.ts'
import type { LaneState } from './store.ts'

interface BindingRow extends SearchedRow {
  readonly key: number
  readonly connection: number
  readonly updated_at: number
}

interface RowMatcher {
  readonly prefilter: string | null
  readonly matches: (row: BindingRow) => boolean
}

interface LaneRow {
  readonly connection: number
  readonly lane: string
  readonly state: LaneState | 'dead'
  readonly code: string | null
  readonly at: number | null
}

/** A lane that waits or rests, joined with the binding of its record where there is one. */
interface Found extends LaneRow {
  readonly external_id: string | null
  readonly number: string | null
}

const COLUMNS = 'key, connection, shop_id, external_id, number, base, updated_at'
/** Rows of one step of a scan: some milliseconds. */
const STEP = 4_000
/** All names that begin with "order/": "0" follows "/". */
const ORDER_LANES = ['order/', 'order0'] as const
const PREFIX = 'order/'.length

/** One page of orders: by a search, by the state of their lanes, or the highest shop id first. */
export function readOrders(context: ReadContext, query: OrderQuery): OrderPage {
  const connection = query.connection === undefined ? null : context.ids.find(query.connection)
  if (connection === null && query.connection !== undefined) return { rows: [], next: null }
  const q = query.q?.trim() ?? ''
  if (q !== '') return search(context, query, connection, q)
  const { state } = query
  switch (state) {
    case 'waiting':
    case 'running':
    case 'parked':
      return byLane(context, query, connection, state)
    case 'dead':
      return byDead(context, query, connection)
    default:
      return scan(context, query, connection, null)
  }
}

/** What is meant exactly comes at once, by the indexes; the rest is looked for when it is asked for. */
function search(context: ReadContext, query: OrderQuery, connection: number | null, q: string): OrderPage {
  if (query.before === undefined) {
    const rows = exact(context, connection, q).filter(inState(query.state))
    if (rows.length > 0) return { rows: rows.slice(0, query.limit), next: 'b' }
  }
  const matcher = orderMatcher(q, query.wholePersonal === true)
  const matches = (row: BindingRow): boolean => !isExact(row, q) && matcher.matches(row)
  return scan(context, query, connection, { ...matcher, matches })
}

function isExact({ shop_id, external_id, number }: BindingRow, q: string): boolean {
  return shop_id === q || external_id === q || number === q
}

function exact(context: ReadContext, connection: number | null, q: string): readonly OrderRow[] {
  const all = context.sql.all<{ id: number }>(
    'SELECT id FROM connection WHERE ?1 IS NULL OR id = ?1',
    connection,
  )
  return all.flatMap(({ id }) => {
    const bound = (['shop_id', 'external_id', 'number'] as const).flatMap((column) =>
      context.sql.all<BindingRow>(
        `SELECT ${COLUMNS} FROM binding WHERE connection = ? AND ${column === 'number' ? '' : "entity = 'order' AND "}${column} = ? LIMIT 20`,
        id,
        q,
      ),
    )
    const unique = [...new Map(bound.map((row) => [row.key, row])).values()]
    if (unique.some((row) => row.shop_id === q)) return toRows(context, unique)
    return [...unbound(context, id, q), ...toRows(context, unique)]
  })
}

/** An order that was never bound, or an external record whose order nobody knows yet. */
function unbound(context: ReadContext, connection: number, q: string): readonly OrderRow[] {
  return [`order/${q}`, `order/~ext:${q}`].flatMap((lane) => {
    const found = statesOf(context, [{ connection, lane }]).get(placeOf(connection, lane))
    return found === undefined ? [] : [toLaneRow(context, { ...found, external_id: null, number: null })]
  })
}

/** Bindings by key downwards, step by step, until the page is full or the time is over. */
function scan(
  context: ReadContext,
  query: OrderQuery,
  connection: number | null,
  matcher: RowMatcher | null,
): OrderPage {
  const rows: OrderRow[] = []
  let top = keyOf(query.before)
  for (;;) {
    const from = stepFrom(context, top)
    const step = context.sql.all<BindingRow>(
      `SELECT ${COLUMNS} FROM binding
        WHERE key >= ?1 AND key < ?2 AND (?3 IS NULL OR connection = ?3)
          AND (?4 IS NULL OR base LIKE ?4 ESCAPE '!' OR shop_id LIKE ?4 ESCAPE '!' OR external_id LIKE ?4 ESCAPE '!'
            OR number LIKE ?4 ESCAPE '!')
        ORDER BY key DESC ${matcher === null && query.state === undefined ? `LIMIT ${query.limit + 1}` : ''}`,
      from ?? Number.MIN_SAFE_INTEGER,
      top,
      connection,
      matcher?.prefilter ?? null,
    )
    const matching = matcher === null ? step : step.filter((row) => matcher.matches(row))
    for (const part of chunks(matching, query.limit)) {
      const found = toRows(context, part)
      for (const [index, row] of found.entries()) {
        if (!inState(query.state)(row)) continue
        if (rows.length === query.limit) return { rows, next: `b${(part[index] as BindingRow).key + 1}` }
        rows.push(row)
      }
    }
    if (from === null) return { rows, next: null }
    top = from
    if (context.isLate()) return { rows, next: `b${top}` }
  }
}

/** The lowest key of a step that ends before `top`; null = what is left is less than a step. */
function stepFrom({ sql }: ReadContext, top: number): number | null {
  const row = sql.get<{ key: number }>(
    `SELECT key FROM binding WHERE key < ? ORDER BY key DESC LIMIT 1 OFFSET ${STEP - 1}`,
    top,
  )
  return row?.key ?? null
}

function byLane(
  context: ReadContext,
  query: OrderQuery,
  connection: number | null,
  state: LaneState,
): OrderPage {
  const after = /^l(\d+)\/(.*)$/s.exec(query.before ?? '')
  const rows = context.sql.all<Found>(
    `SELECT lane.connection, lane.name AS lane, lane.state, failure ->> '$.code' AS code,
        (SELECT max(created_at) FROM job WHERE job.connection = lane.connection AND job.lane = lane.name) AS at,
        external_id, number
      FROM lane LEFT JOIN binding ON binding.connection = lane.connection AND binding.entity = 'order'
        AND binding.shop_id = substr(lane.name, ${PREFIX + 1})
      WHERE lane.name >= ? AND lane.name < ? AND lane.state = ? AND (lane.connection, lane.name) > (?, ?)
        AND (? IS NULL OR lane.connection = ?)
      ORDER BY lane.connection, lane.name LIMIT ?`,
    ...ORDER_LANES,
    state,
    Number(after?.[1] ?? 0),
    after?.[2] ?? '',
    connection,
    connection,
    query.limit,
  )
  const last = rows.at(-1)
  const isFull = rows.length === query.limit && last !== undefined
  return {
    rows: rows.map((row) => toLaneRow(context, row)),
    next: isFull ? `l${last.connection}/${last.lane}` : null,
  }
}

function byDead(context: ReadContext, query: OrderQuery, connection: number | null): OrderPage {
  const rows = context.sql.all<Found & { readonly id: number }>(
    `SELECT max(dead.id) AS id, dead.connection, lane, 'dead' AS state, code, died_at AS at, external_id, number
      FROM dead LEFT JOIN binding ON binding.connection = dead.connection AND binding.entity = 'order'
        AND binding.shop_id = substr(lane, ${PREFIX + 1})
      WHERE lane >= ? AND lane < ? AND (? IS NULL OR dead.connection = ?)
      GROUP BY dead.connection, lane HAVING max(dead.id) < ? ORDER BY max(dead.id) DESC LIMIT ?`,
    ...ORDER_LANES,
    connection,
    connection,
    Number(/^d(\d+)$/.exec(query.before ?? '')?.[1] ?? Number.MAX_SAFE_INTEGER),
    query.limit,
  )
  const last = rows.at(-1)
  const isFull = rows.length === query.limit && last !== undefined
  return { rows: rows.map((row) => toLaneRow(context, row)), next: isFull ? `d${last.id}` : null }
}

function toRows(context: ReadContext, rows: readonly BindingRow[]): readonly OrderRow[] {
  const places = rows.map((row) => ({ connection: row.connection, lane: `order/${row.shop_id}` }))
  const states = statesOf(context, places)
  return rows.map((row) => {
    const lane = states.get(placeOf(row.connection, `order/${row.shop_id}`))
    return {
      connection: context.ids.name(row.connection),
      shopId: row.shop_id,
      externalId: row.external_id,
      number: row.number,
      state: lane === undefined ? (row.external_id === null ? 'creating' : 'synced') : stateOf(lane),
      code: lane?.code ?? null,
      updatedAt: row.updated_at,
    }
  })
}

function toLaneRow(context: ReadContext, row: Found): OrderRow {
  return {
    connection: context.ids.name(row.connection),
    shopId: row.lane.slice(PREFIX),
    externalId: row.external_id,
    number: row.number,
    state: stateOf(row),
    code: row.code,
    updatedAt: row.at ?? 0,
  }
}

/** The lanes of these records that have one, or else their latest dead letter. */
function statesOf(
  { sql }: ReadContext,
  places: readonly { readonly connection: number; readonly lane: string }[],
): ReadonlyMap<string, LaneRow> {
  const wanted = JSON.stringify(places.map(({ connection, lane }) => [connection, lane]))
  const dead = sql.all<LaneRow>(
    `SELECT dead.connection, dead.lane, 'dead' AS state, code, max(died_at) AS at FROM dead
      WHERE (connection, lane) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) GROUP BY connection, lane`,
    wanted,
  )
  const lanes = sql.all<LaneRow>(
    `SELECT connection, name AS lane, state, failure ->> '$.code' AS code,
        (SELECT max(created_at) FROM job WHERE job.connection = lane.connection AND job.lane = lane.name) AS at
      FROM lane WHERE (connection, name) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
    wanted,
  )
  return new Map([...dead, ...lanes].map((row) => [placeOf(row.connection, row.lane), row]))
}

function stateOf({ state }: LaneRow): OrderState {
  return state === 'idle' ? 'synced' : state
}

function inState(state: OrderState | undefined): (row: OrderRow) => boolean {
  return (row) => state === undefined || row.state === state
}

function placeOf(connection: number, lane: string): string {
  return `${connection}/${lane}`
}

/** "b" alone begins at the highest. */
function keyOf(before: string | undefined): number {
  return Number(/^b(-?\d+)$/.exec(before ?? '')?.[1] ?? Number.MAX_SAFE_INTEGER)
}

function* chunks<Row>(rows: readonly Row[], size: number): Iterable<readonly Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
