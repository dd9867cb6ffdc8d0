/** In both languages, or as it came from elsewhere. */
export type Words = Title | string

export interface Title {
  readonly en: string
  readonly ru: string
}

export interface Reason {
  readonly code: string
  readonly message: string
  /** The message in Russian, where the error brought it. */
  readonly ru?: string | undefined
  readonly facts?: Tree | undefined
}

export type Mode = 'production' | 'test'

export type ConnectionRunState = 'running' | 'paused' | 'failing'

export type Tree = { readonly [key: string]: unknown }

export interface LifeStep {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly code: string
  readonly detail?: Tree | null
}

/** One of the events that a step answers for. */
export interface StepEvent {
  readonly job: number
  readonly at: number
  readonly reason: string
}

/** Which state of both sides a step worked from. */
export interface StepRead {
  readonly at: number
  readonly shop: { readonly updatedAt: string; readonly version?: number }
  readonly external?: string
}

/** What a step wrote into one field of one side. */
export interface WrittenField {
  readonly field: string
  readonly side: 'shop' | 'external'
  readonly from?: unknown
  readonly to?: unknown
}
