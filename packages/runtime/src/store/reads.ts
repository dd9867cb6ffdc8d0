import type { Failure, StoredJournalEntry } from './store.ts'

/**
 * What people search and count over much data. Never held up by, and never holding up, the runs: an engine answers from
 * elsewhere (a thread, a replica) with what was committed a moment ago. Each call is bounded in time and rows; one that
 * ran out of its time says where to go on.
 */

export const orderStates = ['synced', 'creating', 'waiting', 'running', 'parked', 'dead'] as const
/** `creating`: the intent is recorded, the answer not yet. `dead`: a dead letter rests, nothing else waits. */
export type OrderState = (typeof orderStates)[number]

export interface OrderQuery {
  /** Shop id, external id, number, or any text of the values that are kept: e-mail, phone in any spelling, name. */
  readonly q?: string
  /** Personal values are found by their whole text only, so that nobody can guess them letter by letter. */
  readonly wholePersonal?: boolean
  readonly connection?: string
  readonly state?: OrderState
  /** `next` of the page before. */
  readonly before?: string
  readonly limit: number
}

export interface OrderRow {
  readonly connection: string
  /** "~ext:7146" while only the external id is known. */
  readonly shopId: string
  readonly externalId: string | null
  readonly number: string | null
  readonly state: OrderState
  readonly code: string | null
  readonly updatedAt: number
}

export interface OrderPage {
  readonly rows: readonly OrderRow[]
  /** Where to go on; null = there is no more. A page may be short or empty and still have one: its time was over. */
  readonly next: string | null
}

/** What tells one group of problems from another. */
export interface ProblemCause {
  readonly code: string
  readonly field: string | null
  readonly side: string | null
  readonly value: string | null
  readonly systemCode: string | null
}

export interface ProblemGroup extends ProblemCause {
  readonly kind: 'parked' | 'dead'
  readonly connection: string
  /** Of one of them. */
  readonly failure: Failure
  readonly count: number
  /** Parked: when its oldest and newest event came. Dead: when the first and the last died. */
  readonly firstAt: number | null
  readonly lastAt: number | null
}

export interface ProblemFilter {
  readonly kind: 'parked' | 'dead'
  readonly connection?: string
  readonly cause?: ProblemCause
}

export interface ProblemItem {
  /** Of a dead letter. */
  readonly id: number | null
  readonly connection: string
  readonly lane: string
  readonly failure: Failure
  readonly attempts: number
  readonly at: number | null
}

export interface ProblemPage {
  readonly rows: readonly ProblemItem[]
  readonly next: string | null
}

export interface JournalQuery {
  readonly connection?: string
  readonly kind?: string
  /** A whole record id, or a part of the code or the detail. */
  readonly q?: string
  /** The detail, which may hold a buyer's data, is not looked through. @default false */
  readonly withoutDetail?: boolean
  /** Newest first, before this number. */
  readonly before?: number
  /** Oldest first, after this number. */
  readonly after?: number
  readonly limit: number
}

export interface JournalPage {
  readonly entries: readonly StoredJournalEntry[]
  /** Value for the same direction; null = there is no more. */
  readonly next: number | null
}

export interface Reads {
  /** The highest shop id first; ids that are no numbers after these, newest bound first. */
  orders(query: OrderQuery): Promise<OrderPage>
  /** Largest groups first. */
  problems(query: { readonly connection?: string }): Promise<readonly ProblemGroup[]>
  /** Each problem comes once, however the group changes meanwhile. */
  problemItems(
    query: ProblemFilter & { readonly after?: string; readonly limit: number },
  ): Promise<ProblemPage>
  journal(query: JournalQuery): Promise<JournalPage>
  /** Shop ids of the orders that something happened to since then, the latest first. */
  subjects(query: {
    readonly connection: string
    readonly since: number
    readonly limit: number
  }): Promise<readonly string[]>
  /** Orders of a first load that still wait or run. */
  backfillLeft(query: { readonly connection: string }): Promise<number>
}
