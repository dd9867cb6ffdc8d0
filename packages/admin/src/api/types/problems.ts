import type { Reason, Tree } from './basics.ts'

export type ProblemAction =
  | {
      readonly type: 'map'
      readonly field: string
      readonly side: 'shop' | 'external'
      readonly value: string
    }
  | { readonly type: 'retry' }
  | { readonly type: 'settings' }

export interface ProblemGroup extends Reason {
  readonly key: string
  readonly connection: string
  readonly kind: 'parked' | 'dead'
  readonly facts: Tree
  readonly count: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly action: ProblemAction
}

export interface ProblemItem extends Reason {
  readonly id?: number
  readonly lane: string
  readonly shopId: string
  readonly attempts: number
  readonly at: number | null
}

/** Dead letters by their numbers, parked orders by their lanes. */
export type PickedProblems =
  | { readonly ids: readonly number[] }
  | { readonly connection: string; readonly lanes: readonly string[] }

export type ProblemChoice = { readonly key: string } | PickedProblems
