import { PermanentError, UnknownOutcomeError } from '@mufta/kit'
import { Faults } from './faults.ts'

/** An order as the external system holds it. */
export interface CrmOrder {
  readonly ref: string
  readonly statusId: string
  readonly note: string | null
  readonly buyerNote: string | null
  readonly total: number
  /** Belongs to the system alone: no mapper field names it. */
  readonly internal: string
}

export interface CrmChange {
  readonly id: string
  readonly field: string
  readonly own: boolean
}

export interface FakeCrmOptions {
  /** Refuses a second order of the same reference with "already exists". @default true */
  readonly uniqueRef?: boolean
  readonly internal?: string
}

/** The external system in memory. */
export class FakeCrm {
  readonly records = new Map<string, CrmOrder>()
  readonly log: CrmChange[] = []
  readonly faults = new Faults()
  /** Creations that were accepted and whose answer is lost, but which the system has not committed yet. */
  readonly late: (() => void)[] = []
  /** Makes the next creations late ones. */
  lateCreates = 0
  /** Changes per page of the feed. */
  pageSize = 100
  onChange: (change: CrmChange) => void = () => undefined
  closed = 0
  readonly #uniqueRef: boolean
  readonly #internal: string
  #next = 7001

  constructor({ uniqueRef = true, internal = '' }: FakeCrmOptions = {}) {
    this.#uniqueRef = uniqueRef
    this.#internal = internal
  }

  /** A manager edits a record. */
  edit(id: string, fields: Partial<CrmOrder>): void {
    this.#change(id, fields, false)
  }

  /** Records that carry this reference; more than one = an order was doubled. */
  byRef(ref: string): readonly string[] {
    return [...this.records].filter(([, record]) => record.ref === ref).map(([id]) => id)
  }

  /** The one record of an order. */
  of(ref: string): CrmOrder & { readonly id: string } {
    const [id, ...more] = this.byRef(ref)
    const record = id === undefined ? undefined : this.records.get(id)
    if (id === undefined || record === undefined || more.length > 0)
      throw new Error(`The fake CRM holds ${more.length + (id === undefined ? 0 : 1)} records of ${ref}`)
    return { id, ...record }
  }

  read(ids: readonly string[]): Promise<ReadonlyMap<string, CrmOrder>> {
    return this.faults.around({ method: 'read', ids }, () => {
      const found = ids.flatMap((id) => {
        const record = this.records.get(id)
        return record === undefined ? [] : [[id, record] as const]
      })
      return new Map(found)
    })
  }

  find(ref: string): Promise<{ id: string; record: CrmOrder } | null> {
    return this.faults.around({ method: 'find', ids: [ref] }, () => {
      const [id] = this.byRef(ref)
      const record = id === undefined ? undefined : this.records.get(id)
      return id === undefined || record === undefined ? null : { id, record }
    })
  }

  create(draft: Partial<CrmOrder>): Promise<{ id: string; record: CrmOrder }> {
    return this.faults.around({ method: 'create', ids: [draft.ref ?? ''] }, () => this.#accept(draft))
  }

  /** One outcome each; a draft that is refused does not touch its neighbours. */
  createMany(
    drafts: readonly Partial<CrmOrder>[],
    refuse: (ref: string) => Error | null,
  ): Promise<readonly (Error | { id: string; record: CrmOrder })[]> {
    return this.faults.around({ method: 'createMany', ids: drafts.map((draft) => draft.ref ?? '') }, () =>
      drafts.map((draft) => refuse(draft.ref ?? '') ?? this.#accept(draft)),
    )
  }

  update(id: string, changes: Partial<CrmOrder>): Promise<CrmOrder> {
    return this.faults.around({ method: 'update', ids: [id] }, () => this.#change(id, changes, true))
  }

  remove(id: string): Promise<void> {
    return this.faults.around({ method: 'remove', ids: [id] }, () => {
      this.records.delete(id)
    })
  }

  history(cursor: string | null) {
    return this.faults.around({ method: 'history', ids: [] }, () => {
      if (cursor === null) return { changes: [], cursor: String(this.log.length), more: false }
      const from = Number(cursor)
      const page = this.log.slice(from, from + this.pageSize)
      const next = from + page.length
      return { changes: page, cursor: String(next), more: next < this.log.length }
    })
  }

  #accept(draft: Partial<CrmOrder>): { id: string; record: CrmOrder } {
    if (this.lateCreates > 0) {
      this.lateCreates--
      this.late.push(() => void this.#insert(draft))
      throw new UnknownOutcomeError('CRM_ANSWER_LOST', 'The CRM went silent')
    }
    return this.#insert(draft)
  }

  #insert(draft: Partial<CrmOrder>): { id: string; record: CrmOrder } {
    const { ref = '', statusId = 'new', note = null, buyerNote = null } = draft
    if (this.#uniqueRef && this.byRef(ref).length > 0)
      throw new PermanentError('EXTERNAL_ALREADY_EXISTS', `The CRM has order ${ref} already`)
    const id = String(this.#next++)
    const record: CrmOrder = { ref, statusId, note, buyerNote, total: 1990, internal: this.#internal }
    this.records.set(id, record)
    this.#tell({ id, field: 'created', own: true })
    return { id, record }
  }

  #change(id: string, fields: Partial<CrmOrder>, own: boolean): CrmOrder {
    const record = this.records.get(id)
    if (record === undefined) throw new PermanentError('CRM_NO_SUCH_ORDER', `The CRM has no order ${id}`)
    const changed = { ...record, ...fields }
    this.records.set(id, changed)
    for (const field of Object.keys(fields)) this.#tell({ id, field, own })
    return changed
  }

  #tell(change: CrmChange): void {
    this.log.push(change)
    this.onChange(change)
  }
}
