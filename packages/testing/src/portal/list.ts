import { comparable, parseFilter, toTest, type Condition, type Test } from './filter.ts'
import { asList, asRow, int, isRow, text, type Row } from './rows.ts'
import type { Table } from './table.ts'

/** Bitrix24 REST docs: fixed page size of every list method. */
export const PAGE_SIZE = 50

export interface ListQuery {
  readonly filter: unknown
  readonly order: unknown
  /** Offset; -1 = no counting. */
  readonly start: number
}

export interface ListPage {
  readonly rows: readonly Row[]
  /** Absent when nothing was counted. */
  readonly total?: number
  readonly next?: number
  readonly ignored: readonly string[]
}

/** `start` as the server reads it: page number = floor(start / 50) + 1, so 10 means the first page. */
export function readStart(value: unknown): number {
  const start = int(value)
  if (start === -1) return -1
  return Math.max(0, Math.floor(start / PAGE_SIZE) * PAGE_SIZE)
}

export function listTable(table: Table, query: ListQuery): ListPage {
  const { conditions, groups, ignored } = parseFilter(query.filter, table.types)
  const plan = narrow(table, conditions)
  const tests = [...plan.rest.map((condition) => toTest(condition, table.types)), ...groups]
  const sort = readOrder(query.order, table)
  if (sort !== null) return { ...cut(sorted(table, plan.ids(false), tests, sort), query.start), ignored }

  const isDescending = firstDirection(query.order, table) === 'DESC'
  if (tests.length === 0) {
    const { count, page } = plan.slice(isDescending, Math.max(0, query.start))
    const rows = table.rows(page)
    return { rows, ...counted(count, query.start), ignored }
  }
  return { ...scan(table, plan.ids(isDescending), tests, query.start), ignored }
}

/** A copy of the fields asked for; `always` names what the old modules add by themselves. Unknown names vanish. */
export function selectRow(row: Row, select: unknown, always: readonly string[] = []): Row {
  const names = asList(select).map(text)
  if (names.length === 0 || names.includes('*')) return { ...row }
  const picked: Row = {}
  for (const name of names) if (name in row) picked[name] = row[name]
  for (const name of always) if (name in row) picked[name] = row[name]
  return picked
}

interface Plan {
  readonly rest: readonly Condition[]
  ids(isDescending: boolean): Iterable<number>
  slice(isDescending: boolean, start: number): { count: number; page: readonly number[] }
}

/** Turns conditions on the key (and on the owner) into a range or a list of ids; the rest is tested row by row. */
function narrow(table: Table, conditions: readonly Condition[]): Plan {
  let low = 0
  let high = table.ids.length
  let chosen: number[] | null = null
  const rest: Condition[] = []
  for (const condition of conditions) {
    if (condition.field === table.indexBy && isEquality(condition)) {
      const ids = numbers(condition.value).flatMap((owner) => table.owned(owner))
      chosen = intersect(chosen, ids)
      continue
    }
    if (condition.field !== table.key) {
      rest.push(condition)
      continue
    }
    if (isEquality(condition)) {
      chosen = intersect(
        chosen,
        numbers(condition.value).filter((id) => table.has(id)),
      )
      continue
    }
    const bound = comparable(condition.value, 'double')
    if (typeof bound !== 'number') {
      rest.push(condition)
      continue
    }
    if (condition.operator === '>') low = Math.max(low, table.position(Math.floor(bound) + 1))
    else if (condition.operator === '>=') low = Math.max(low, table.position(Math.ceil(bound)))
    else if (condition.operator === '<') high = Math.min(high, table.position(Math.ceil(bound)))
    else if (condition.operator === '<=') high = Math.min(high, table.position(Math.floor(bound) + 1))
    else rest.push(condition)
  }
  const ids = chosen === null ? table.ids : inRange(chosen, table, low, high)
  const [from, to] = chosen === null ? [low, Math.max(low, high)] : [0, ids.length]
  return { rest, ids: (isDescending) => walk(ids, from, to, isDescending), slice: slicer(ids, from, to) }
}

function slicer(ids: readonly number[], from: number, to: number): Plan['slice'] {
  return (isDescending, start) => {
    const count = to - from
    if (!isDescending) return { count, page: ids.slice(from + start, Math.min(to, from + start + PAGE_SIZE)) }
    const end = to - start
    return { count, page: ids.slice(Math.max(from, end - PAGE_SIZE), Math.max(from, end)).toReversed() }
  }
}

function* walk(ids: readonly number[], from: number, to: number, isDescending: boolean): Generator<number> {
  for (let step = 0; step < to - from; step++) {
    const id = ids[isDescending ? to - 1 - step : from + step]
    if (id !== undefined) yield id
  }
}

function isEquality(condition: Condition): boolean {
  return condition.operator === '' || condition.operator === '=' || condition.operator === '@'
}

function numbers(value: unknown): number[] {
  const values = Array.isArray(value) || isRow(value) ? asList(value) : [value]
  const ids = values.flatMap((item) => comparable(item, 'int') ?? []).filter((id) => typeof id === 'number')
  return [...new Set(ids)].toSorted((a, b) => a - b)
}

function intersect(chosen: number[] | null, ids: number[]): number[] {
  const unique = [...new Set(ids)].toSorted((a, b) => a - b)
  if (chosen === null) return unique
  const known = new Set(chosen)
  return unique.filter((id) => known.has(id))
}

function inRange(ids: readonly number[], table: Table, low: number, high: number): number[] {
  const first = table.ids[low]
  const last = table.ids[high - 1]
  if (first === undefined || last === undefined || low >= high) return []
  return ids.filter((id) => id >= first && id <= last)
}

function scan(
  table: Table,
  ids: Iterable<number>,
  tests: readonly Test[],
  start: number,
): Omit<ListPage, 'ignored'> {
  const from = Math.max(0, start)
  const rows: Row[] = []
  let count = 0
  for (const id of ids) {
    const row = table.get(id)
    if (row === undefined || !tests.every((test) => test(row))) continue
    if (count >= from && rows.length < PAGE_SIZE) rows.push(row)
    count += 1
    if (start === -1 && rows.length === PAGE_SIZE) break
  }
  return { rows, ...counted(count, start) }
}

function cut(rows: readonly Row[], start: number): Omit<ListPage, 'ignored'> {
  const from = Math.max(0, start)
  return { rows: rows.slice(from, from + PAGE_SIZE), ...counted(rows.length, start) }
}

function counted(total: number, start: number): { total?: number; next?: number } {
  if (start === -1) return {}
  return start + PAGE_SIZE < total ? { total, next: start + PAGE_SIZE } : { total }
}

function readOrder(order: unknown, table: Table): readonly (readonly [string, 1 | -1])[] | null {
  const keys = Object.entries(asRow(order))
    .filter(([field]) => table.types[field] !== undefined)
    .map(([field, direction]) => [field, text(direction).toUpperCase() === 'DESC' ? -1 : 1] as const)
  const first = keys[0]
  return first === undefined || first[0] === table.key ? null : keys
}

function firstDirection(order: unknown, table: Table): 'ASC' | 'DESC' {
  const direction = asRow(order)[table.key]
  return text(direction).toUpperCase() === 'DESC' ? 'DESC' : 'ASC'
}

function sorted(
  table: Table,
  ids: Iterable<number>,
  tests: readonly Test[],
  keys: readonly (readonly [string, 1 | -1])[],
): Row[] {
  const rows = table.rows(ids).filter((row) => tests.every((test) => test(row)))
  return rows.toSorted((a, b) => {
    for (const [field, sign] of keys) {
      const order = compare(a[field], b[field], table, field)
      if (order !== 0) return order * sign
    }
    return 0
  })
}

function compare(a: unknown, b: unknown, table: Table, field: string): number {
  const type = table.types[field] ?? 'string'
  const left = comparable(a, type)
  const right = comparable(b, type)
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  return left < right ? -1 : 1
}
