import type { Sample } from './density.ts'
import type { Row } from './rows.ts'

/** A read of some ids: those of one range, or of several short ranges named one by one. */
export interface Window {
  readonly spans: readonly Span[]
  /** Ids to name; absent for a range. */
  readonly ids: readonly number[] | undefined
  /** The range, for one span: more than `after`, at most `upTo` (Infinity = no end). */
  readonly after: number
  readonly upTo: number
}

/** A piece of the id range: more than `after`, at most `upTo`. The pieces cover everything without overlap. */
export interface Span {
  after: number
  upTo: number
  state: 'open' | 'flying' | 'done'
  rows: readonly Row[]
  readonly sample: Sample
}

export function length(span: Span): number {
  return span.upTo - span.after
}

export function namedIds(span: Span): number[] {
  return Array.from({ length: length(span) }, (_, index) => span.after + 1 + index)
}
