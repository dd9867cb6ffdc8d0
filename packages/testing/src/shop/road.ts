import type { TestContext } from 'node:test'
import type { Shop } from '@mufta/kit'
import type { OrderChange } from '../portal/editing.ts'
import type { OrderInput } from '../portal/placing.ts'

/** One road to a site, ready to be asked. */
export interface SuiteSite {
  readonly shop: Shop
  readonly hands: ShopHands
  /** Warnings that the shop logged. */
  readonly warnings: readonly Record<string, unknown>[]
  /** Requests that the road sent so far. */
  readonly requests: () => number
  /** From now on every request is done and its answer lost, or no longer. */
  readonly loseAnswers: (isLosing: boolean) => void
  /** The key is taken away at the site. */
  readonly revoke: () => void | Promise<void>
  /** Texts that must never be seen. */
  readonly secrets: readonly string[]
}

/** The site itself, behind the road: what its buyers and managers do. Its lists are `shopLists`. */
export interface ShopHands {
  /** Buyers order, and all of it is saved at one moment. Ids in the order of the orders. */
  place(orders: readonly OrderInput[], saved?: SavedAt): Promise<readonly string[]>
  /** A manager saves an order. */
  edit(id: string, change: ManagerChange, saved?: SavedAt): Promise<void>
  delete(id: string): Promise<void>
  /** Status of every order by its id, as the site holds it. */
  statuses(): Promise<ReadonlyMap<string, string>>
}

export type ManagerChange = Pick<OrderChange, 'statusId' | 'managerComment'>

export interface SavedAt {
  /** The save carries a time that long ago, as one does that becomes visible late. @default 0 */
  readonly secondsAgo?: number
}

export interface Road {
  readonly name: string
  readonly open: (context: TestContext) => Promise<SuiteSite>
  /** Most requests for reading 60 orders. */
  readonly readRequests: number
  /** Most requests for 40 writes at once. */
  readonly writeRequests: number
  /** More orders than the change feed brings on a page. */
  readonly manyChanges: number
  /** Digits to which the shop rounds a line of the basket before it adds the lines up. */
  readonly lineDigits: number
  /** true = a write onto an order that was changed meanwhile is refused. */
  readonly refusesStale: boolean
  /** false = its sites are known from their orders alone. */
  readonly listsSites: boolean
  /** true = the site queues its events. */
  readonly hasQueue: boolean
}
