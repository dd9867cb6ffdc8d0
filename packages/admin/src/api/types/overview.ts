import type { ConnectionRunState, Mode, Reason, Title } from './basics.ts'

export interface Budget {
  readonly free: number
  readonly capacity: number
  readonly perSecond: number
}

export interface Counts {
  readonly waiting: number
  readonly running: number
  readonly parked: number
  readonly dead: number
  readonly doneToday: number
}

export interface Hour {
  readonly at: number
  readonly done: number
  readonly failed: number
}

export interface OverviewConnection {
  readonly name: string
  readonly mode: Mode
  readonly connector: { readonly id: string; readonly title: Title; readonly version: string }
  readonly state: ConnectionRunState
  readonly reason: Reason | null
  readonly byOperator: boolean
  readonly counts: Counts
  readonly lagMs: number
  readonly budgets: { readonly site: Budget | null; readonly external: Budget | null }
  readonly hours: readonly Hour[]
}

export interface Overview {
  readonly now: number
  readonly connections: readonly OverviewConnection[]
}
