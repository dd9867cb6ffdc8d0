import type { LifeStep, Tree } from './basics.ts'
import type { Overview } from './overview.ts'

export interface JournalRow extends LifeStep {
  readonly connection: string
  readonly entity: string
  readonly id: string
}

export interface JournalPage {
  readonly entries: readonly JournalRow[]
  /** `before` of the next page; null = there is no more. */
  readonly next: number | null
}

export interface LogRow {
  readonly seq: number
  readonly at: number
  readonly level: string
  readonly message: string
  readonly facts: Tree
}

export interface LogPage {
  readonly lines: readonly LogRow[]
}

export interface StreamEvents {
  overview: Overview
  journal: readonly JournalRow[]
  progress: {
    readonly kind: 'plan' | 'backfill'
    readonly id?: string
    readonly connection: string
    readonly state: string
    readonly done: number
    readonly total: number | null
  }
}
