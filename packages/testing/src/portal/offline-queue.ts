import { createHash } from 'node:crypto'
import { portalTime } from './clock.ts'
import type { FieldTypes } from './filter.ts'
import { listTable, type ListPage } from './list.ts'
import { int, text, type Row } from './rows.ts'
import { Table } from './table.ts'

const types: FieldTypes = {
  ID: 'int',
  TIMESTAMP_X: 'datetime',
  EVENT_NAME: 'string',
  MESSAGE_ID: 'string',
  PROCESS_ID: 'string',
  ERROR: 'int',
  EVENT_DATA: 'other',
  EVENT_ADDITIONAL: 'other',
  CONNECTOR: 'string',
}

/** The portal's queue of offline events of the application, by connector. */
export class OfflineQueue {
  readonly #table = new Table({ key: 'ID', types })
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#table.size
  }

  /**
   * Same event and data of one connector collapse into the unreserved row, which takes the new time; a reserved row
   * does not absorb later changes.
   */
  push(connector: string, event: string, data: Row): void {
    const messageId = createHash('md5')
      .update(`${event}|${JSON.stringify(data)}`)
      .digest('hex')
    const now = portalTime(this.#now())
    const known = this.#rows(
      (row) => row['MESSAGE_ID'] === messageId && row['CONNECTOR'] === connector && row['PROCESS_ID'] === '',
    )[0]
    if (known !== undefined) {
      Object.assign(known, { TIMESTAMP_X: now, ERROR: '0' })
      return
    }
    this.#table.add({
      ID: String(this.#table.newId()),
      TIMESTAMP_X: now,
      EVENT_NAME: event,
      EVENT_DATA: data,
      EVENT_ADDITIONAL: { user_id: '1' },
      MESSAGE_ID: messageId,
      PROCESS_ID: '',
      ERROR: '0',
      CONNECTOR: connector,
    })
  }

  list(connector: string, filter: Row, order: Row, start: number): ListPage {
    const page = listTable(this.#table, { filter: { ...filter, '=CONNECTOR': connector }, order, start })
    return {
      ...page,
      rows: page.rows.map((row) => ({ ...shown(row), PROCESS_ID: row['PROCESS_ID'], ERROR: row['ERROR'] })),
    }
  }

  /** Marks up to `limit` free rows with a new process id and returns them. */
  reserve(
    connector: string,
    processId: string,
    filter: Row,
    order: Row,
    limit: number,
    isError: boolean,
  ): Row[] {
    const free = this.#matching(
      { ...filter, '=CONNECTOR': connector, '=PROCESS_ID': '', '=ERROR': isError ? 1 : 0 },
      order,
    )
    const taken = free.slice(0, limit)
    for (const row of taken) row['PROCESS_ID'] = processId
    return taken.map(shown)
  }

  reserved(connector: string, processId: string, filter: Row, order: Row, limit: number): Row[] {
    return this.#matching({ ...filter, '=CONNECTOR': connector, '=PROCESS_ID': processId }, order)
      .slice(0, limit)
      .map(shown)
  }

  /** Deletes the rows of a reservation, or those of them that `keep` does not hold back. */
  clear(connector: string, processId: string, isWanted: (row: Row) => boolean = () => true): void {
    const rows = this.#rows(
      (row) => row['CONNECTOR'] === connector && row['PROCESS_ID'] === processId && isWanted(row),
    )
    for (const row of rows) this.#table.delete(int(row['ID']))
  }

  markError(connector: string, processId: string, messageIds: readonly string[]): void {
    const rows = this.#rows(
      (row) =>
        row['CONNECTOR'] === connector &&
        row['PROCESS_ID'] === processId &&
        messageIds.includes(text(row['MESSAGE_ID'])),
    )
    for (const row of rows) Object.assign(row, { ERROR: '1', PROCESS_ID: '' })
  }

  #rows(matches: (row: Row) => boolean): Row[] {
    return this.#table.rows(this.#table.ids).filter(matches)
  }

  #matching(filter: Row, order: Row): Row[] {
    const rows: Row[] = []
    for (let start = 0; ;) {
      const page = listTable(this.#table, { filter, order, start })
      rows.push(...page.rows)
      if (page.next === undefined) return rows
      start = page.next
    }
  }
}

/** A row as event.offline.get shows it. */
function shown(row: Row): Row {
  const { ID, TIMESTAMP_X, EVENT_NAME, EVENT_DATA, EVENT_ADDITIONAL, MESSAGE_ID } = row
  return { ID, TIMESTAMP_X, EVENT_NAME, EVENT_DATA, EVENT_ADDITIONAL, MESSAGE_ID }
}
