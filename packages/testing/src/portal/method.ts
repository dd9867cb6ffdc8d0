import type { Caller } from './auth.ts'
import type { OrderBook } from './order-book.ts'
import type { Table } from './table.ts'
import type { Cause, EventHub } from './event-hub.ts'
import type { OfflineQueue } from './offline-queue.ts'
import { readStart, selectRow, listTable, type ListPage } from './list.ts'
import { asRow, int, type Row } from './rows.ts'
import { missingParameter } from './refusal.ts'

/** What methods work on. */
export interface Shop {
  readonly orders: OrderBook
  readonly deals: Table
  readonly events: EventHub
  readonly offline: OfflineQueue
  readonly offlineExtended: boolean
  readonly newToken: () => string
  /** Names of every method with the scope it needs. */
  readonly methods: () => ReadonlyMap<string, Method>
  /** Filter fields that were skipped without a word. */
  readonly ignore: (method: string, fields: readonly string[]) => void
}

export interface Call {
  readonly method: string
  /** Without the reserved names. */
  readonly params: Row
  readonly start: unknown
  readonly connector: string
  readonly caller: Caller
  readonly shop: Shop
  readonly now: string
}

export interface Outcome {
  readonly result: unknown
  readonly next?: number
  readonly total?: number
  /** Rows returned or written: what the call costs. */
  readonly rows: number
}

export interface Method {
  /** '' = always there. */
  readonly scope: string
  /** Demands an OAuth application. */
  readonly app?: boolean
  run(call: Call): Outcome
}

export type Methods = Readonly<Record<string, Method>>

export const single = (result: unknown): Outcome => ({ result, rows: 1 })

/** A list of a controller: rows under their own key; with start = -1 neither total nor next. */
export function controllerList(
  key: string,
  table: (call: Call) => Table,
  show?: (row: Row) => Row,
): Method['run'] {
  return (call) => {
    const page = readPage(call, table(call))
    const rows = page.rows.map((row) => selectRow(show?.(row) ?? row, call.params['select']))
    return { ...counts(page), result: { [key]: rows }, rows: rows.length }
  }
}

export function readPage(call: Call, table: Table): ListPage {
  const { filter, order } = call.params
  const page = listTable(table, { filter, order, start: readStart(call.start) })
  call.shop.ignore(call.method, page.ignored)
  return page
}

export function counts(page: ListPage): { next?: number; total?: number } {
  return {
    ...(page.next === undefined ? {} : { next: page.next }),
    ...(page.total === undefined ? {} : { total: page.total }),
  }
}

/** @throws Refusal 100 */
export function requireId(params: Row): number {
  if (params['id'] === undefined) throw missingParameter('id')
  return int(params['id'])
}

/** @throws Refusal 100 when there are none */
export function requireFields(params: Row): Row {
  const fields = asRow(params['fields'])
  if (Object.keys(fields).length === 0) throw missingParameter('fields')
  return fields
}

/** The cause of a write by REST, for events and the offline queue. */
export function causeOf(call: Call): Cause {
  const { caller, connector } = call
  return caller.clientId === undefined
    ? { kind: 'rest' }
    : { kind: 'rest', clientId: caller.clientId, connector }
}
