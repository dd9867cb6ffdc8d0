import type { Group } from './options.ts'

/** One promise and what was measured of it. */
export interface Figure {
  readonly group: Group
  readonly name: string
  /** Median of the rounds. */
  readonly value: number
  /** Every round, in order. */
  readonly rounds: readonly number[]
  readonly unit: 's' | 'ms' | '×' | 'requests' | 'deliveries'
  readonly goal: Goal | null
  /** What else must hold: rows exact and ordered, nothing refused. null = it does. */
  readonly fault: string | null
  /** What the figure is compared with, in the order of the columns. */
  readonly others: readonly { readonly name: string; readonly text: string }[]
  readonly note: string
}

export interface Goal {
  readonly relation: 'at most' | 'at least'
  readonly value: number
}

export const atMost = (value: number): Goal => ({ relation: 'at most', value })
export const atLeast = (value: number): Goal => ({ relation: 'at least', value })

/** A figure without a goal is there to compare; it is met unless something is wrong with it. */
export function isMet({ value, goal, fault }: Figure): boolean {
  if (fault !== null) return false
  if (goal === null) return true
  return goal.relation === 'at most' ? value <= goal.value : value >= goal.value
}

/** @throws RangeError when there is nothing to take the middle of */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle]
  if (upper === undefined || lower === undefined) throw new RangeError('No values to take the median of')
  return (lower + upper) / 2
}

export const shownSeconds = (seconds: number): string => `${seconds.toFixed(2)} s`
