import type { Reason, Tree } from './basics.ts'

/** In place of what the mapper could not make. */
export interface LabFailure {
  readonly error: Reason
}

export interface LabView {
  readonly shop: Tree
  readonly externalId: string | null
  readonly external: Tree | null
  readonly out: Tree | LabFailure
  readonly back: Tree | LabFailure | null
  readonly values: { readonly shop: Tree; readonly external: Tree | null; readonly expected: Tree }
  readonly decision:
    | { readonly kind: 'create' }
    | {
        readonly kind: 'change' | 'skip'
        readonly out: readonly string[]
        readonly in: readonly string[]
        readonly conflicts: readonly { readonly field: string; readonly winner: 'shop' | 'external' }[]
      }
    | LabFailure
}

export interface ReplayResult {
  readonly looked: number
  /** Never bound, or not readable now. */
  readonly skipped: number
  readonly differs: readonly {
    readonly shopId: string
    readonly fields: readonly {
      readonly field: string
      readonly way: 'out' | 'in'
      readonly was?: unknown
      readonly would?: unknown
    }[]
  }[]
}
