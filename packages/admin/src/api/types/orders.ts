import type { LifeStep, Reason, Tree } from './basics.ts'

export interface OrderRow {
  readonly connection: string
  readonly shopId: string
  readonly externalId: string | null
  readonly number: string | null
  readonly state: string
  readonly updatedAt: number
  readonly code?: string | null
}

export interface OrderPage {
  readonly rows: readonly OrderRow[]
  /** `before` of the next page; null = there is no more. A page may be short, even empty, and still have one. */
  readonly next: string | null
}

export interface OrderLife {
  readonly binding: {
    readonly shopId: string
    readonly externalId: string | null
    readonly mapperVersion: string
    readonly updatedAt: number
  } | null
  readonly lane: {
    readonly lane: string
    readonly state: string
    readonly pending: number
    readonly attempts: number
    readonly due: number | null
    readonly failure: Reason | null
  } | null
  readonly steps: readonly LifeStep[]
  readonly values: {
    readonly shop: Tree | null
    readonly external: Tree | null
    readonly base: Tree | null
    readonly baseExternal: Tree | null
  }
}
