import type { Order } from '@mufta/kit'

/** What a user of the external system sees of one order. Undefined = this system does not show it. */
export interface SeenOrder {
  readonly status: string
  /** Total in main units; compared as a number to the kopeck. */
  readonly total: string | number | undefined
}

/** A running external system, real or simulated, and the hands of its users. */
export interface SystemUnderTest {
  /** Raw settings of a right connection, as they stand in a configuration file. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Values in `settings` that must never come out. */
  readonly secrets: readonly string[]
  /** Settings with a wrong key, for the refusal. */
  readonly wrongKey: Readonly<Record<string, unknown>>
  readonly allowHosts: readonly string[]
  /** Orders that this system can hold (its products, its customers). @default sampleOrders() */
  readonly orders?: readonly Order[]
  /** How many records carry this shop order. */
  copies(order: Order): Promise<number> | number
  see(order: Order): Promise<SeenOrder | null> | SeenOrder | null
  /** A user changes the status by hand. */
  changeStatus(order: Order, external: string): Promise<void> | void
  /** The next write is carried out, its answer lost. Absent where the system cannot be made to. */
  loseNextAnswer?(): void
  close(): Promise<void>
}

export interface AcceptanceOptions {
  /** A fresh system per test. null = it cannot run on this machine; the tests are skipped with `skipReason`. */
  readonly start: () => Promise<SystemUnderTest | null>
  readonly skipReason?: string
  /** Two statuses: in the shop, in the system. The second is what a user sets by hand. */
  readonly statuses: readonly [
    readonly [shop: string, external: string],
    readonly [shop: string, external: string],
  ]
  /** Shop dictionaries for `check`. */
  readonly shop?: Readonly<Record<string, readonly string[]>>
}
