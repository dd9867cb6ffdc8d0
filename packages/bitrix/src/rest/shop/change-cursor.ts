import { ConfigError } from '@mufta/kit'
import { z } from 'zod'
import type { ChangeRow } from './wire.ts'

/** Where the feed stands. Opaque to everyone else; times are the portal's own text, offset kept. */
export interface ChangeCursor {
  /** Everything up to here was read; the next round starts an overlap earlier. */
  readonly mark: string
  /** Inside a round: the last row given out. */
  readonly at: ChangePosition | null
  /** Inside a round: the portal's time at its first page, the mark of the next one. */
  readonly began: string | null
  /** Rows of the overlap that were given out already, oldest first. */
  readonly seen: readonly string[]
}

export interface ChangePosition {
  readonly dateUpdate: string
  readonly id: string
}

/** Enough for about six changes a second over the default overlap; beyond it events repeat, nothing is lost. */
const MAX_SEEN = 1_000

const schema = z.object({
  v: z.literal(1),
  mark: z.string(),
  at: z.object({ dateUpdate: z.string(), id: z.string() }).nullable(),
  began: z.string().nullable(),
  seen: z.array(z.string()),
})

export function encodeCursor(cursor: ChangeCursor): string {
  return JSON.stringify({ v: 1, ...cursor })
}

/** @throws ConfigError `SHOP_CURSOR_INVALID` */
export function decodeCursor(text: string): ChangeCursor {
  try {
    const { mark, at, began, seen } = schema.parse(JSON.parse(text))
    return { mark, at, began, seen }
  } catch (cause) {
    throw new ConfigError(
      'SHOP_CURSOR_INVALID',
      'The stored cursor of the order feed cannot be read; delete it to start anew',
      {
        cause,
      },
    )
  }
}

/** Starts with the second of the change, so that old entries can be told by it. */
export function rowKey(row: ChangeRow): string {
  return `${secondOf(row.dateUpdate)}:${row.id}:${row.version}`
}

/** Keeps what the next round may read again: the newest entries since `from`. */
export function keepSeen(seen: readonly string[], from: string | null): readonly string[] {
  const since = from === null ? Number.NEGATIVE_INFINITY : secondOf(from)
  return seen.filter((key) => Number.parseInt(key, 10) >= since).slice(-MAX_SEEN)
}

/** Unix seconds of a portal time. */
export function secondOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000)
}

/** The same time zone, `seconds` later (or earlier). */
export function shiftSeconds(iso: string, seconds: number): string {
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(iso)
  const minutes =
    offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
  const local = new Date((secondOf(iso) + seconds + minutes * 60) * 1000).toISOString().slice(0, 19)
  return offset === null ? `${local}Z` : `${local}${offset[1]}${offset[2]}:${offset[3]}`
}
