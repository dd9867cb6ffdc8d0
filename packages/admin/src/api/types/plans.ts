import type { Reason } from './basics.ts'

export interface PlannedField {
  readonly field: string
  readonly way: 'out' | 'in'
  readonly from?: unknown
  readonly to?: unknown
}

export const plannedActions = ['create', 'change', 'skip', 'park', 'missing'] as const

export type PlannedAction = (typeof plannedActions)[number]

export interface PlannedOrder {
  readonly shopId: string
  readonly number: string
  readonly externalId: string | null
  readonly action: PlannedAction
  readonly fields: readonly PlannedField[]
  readonly reason?: Reason
}

export interface Plan {
  readonly connection: string
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  readonly done: number
  readonly total: number | null
  readonly totals: Readonly<Record<PlannedAction, number>>
  readonly rows: readonly PlannedOrder[]
  readonly reason: Reason | null
}

export interface Backfill {
  readonly listing: boolean
  readonly total: number
  readonly left: number
  readonly parked: number
  readonly dead: number
  readonly paused: boolean
}
