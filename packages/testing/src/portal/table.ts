import type { FieldTypes } from './filter.ts'
import { int, type Row } from './rows.ts'

export interface TableOptions {
  /** Name of the numeric key. */
  readonly key: string
  readonly types: FieldTypes
  /** A field whose equality is looked up instead of scanned (orderId of an order's parts). */
  readonly indexBy?: string
  /** Rows that exist without being stored: ascending ids and what a row looks like until it is written. */
  readonly synthetic?: { readonly ids: readonly number[]; readonly row: (id: number) => Row }
  /** Id of the first row. @default 1 */
  readonly firstId?: number
}

/** Rows by ascending numeric id. Reading by id or id range costs a binary search, whatever the size. */
export class Table {
  readonly key: string
  readonly types: FieldTypes
  readonly indexBy: string | undefined
  readonly ids: number[]
  readonly #rows = new Map<number, Row>()
  readonly #index = new Map<number, Set<number>>()
  readonly #synthetic: ((id: number) => Row) | undefined
  #nextId: number

  constructor(options: TableOptions) {
    this.key = options.key
    this.types = options.types
    this.indexBy = options.indexBy
    this.ids = [...(options.synthetic?.ids ?? [])]
    this.#synthetic = options.synthetic?.row
    this.#nextId = Math.max(options.firstId ?? 1, (this.ids.at(-1) ?? 0) + 1)
  }

  get size(): number {
    return this.ids.length
  }

  newId(): number {
    this.#nextId += 1
    return this.#nextId - 1
  }

  add(row: Row): void {
    const id = int(row[this.key])
    const at = this.position(id)
    if (this.ids[at] !== id) this.ids.splice(at, 0, id)
    this.#nextId = Math.max(this.#nextId, id + 1)
    this.#rows.set(id, row)
    if (this.indexBy === undefined) return
    const owner = int(row[this.indexBy])
    const members = this.#index.get(owner)
    if (members === undefined) this.#index.set(owner, new Set([id]))
    else members.add(id)
  }

  has(id: number): boolean {
    return this.ids[this.position(id)] === id
  }

  /** The row itself where it is stored; a fresh one where it is synthetic: write it back with `add`. */
  get(id: number): Row | undefined {
    const row = this.#rows.get(id)
    if (row !== undefined || this.#synthetic === undefined) return row
    return this.has(id) ? this.#synthetic(id) : undefined
  }

  delete(id: number): void {
    const at = this.position(id)
    if (this.ids[at] !== id) return
    this.ids.splice(at, 1)
    const row = this.#rows.get(id)
    if (row !== undefined && this.indexBy !== undefined) this.#index.get(int(row[this.indexBy]))?.delete(id)
    this.#rows.delete(id)
  }

  /** Ids of the rows that belong to an owner, ascending. */
  owned(owner: number): number[] {
    return [...(this.#index.get(owner) ?? [])].toSorted((a, b) => a - b)
  }

  ownedRows(owner: number): Row[] {
    return this.rows(this.owned(owner))
  }

  /** Rows of those ids that exist, in the same order. */
  rows(ids: Iterable<number>): Row[] {
    const rows: Row[] = []
    for (const id of ids) {
      const row = this.get(id)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  /** Index of the first id that is not below. */
  position(id: number): number {
    let low = 0
    let high = this.ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.ids[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
