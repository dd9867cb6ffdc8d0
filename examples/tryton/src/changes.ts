import type { ExternalChange, ExternalChangePage, FlowContext } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import type { TrytonSettings } from './settings.ts'
import { wireDateTime } from './wire.ts'

/** A row of the feed: Tryton's `write_date` has microseconds. */
interface Stamp {
  readonly id: number
  readonly write_date: string
}

interface StampRow extends Stamp {
  readonly reference: string
}

/** How far the feed was read. `seen` holds what the overlap will show again. */
interface Cursor {
  readonly at: string
  /** Set while pages follow: the exact place to go on from. */
  readonly afterId: number | null
  readonly seen: readonly (readonly [id: number, writeDate: string])[]
}

/** A transaction writes its time at the start and becomes visible at the end: look back this far. */
const overlapMs = 30_000
const pageSize = 100
const maxSeen = 1_000
const never = '1970-01-01T00:00:00.000000'

/**
 * Sales that changed since the cursor, oldest first. Tryton has no hooks, so this is the way back. Which user wrote
 * last is no sign of an echo here: a clerk's change just before ours would be lost with it.
 */
export async function pullChanges(
  client: TrytonClient,
  cursor: string | null,
  context: FlowContext<TrytonSettings>,
): Promise<ExternalChangePage> {
  if (cursor === null) return { changes: [], cursor: await present(client, context), more: false }
  const from = JSON.parse(cursor) as Cursor
  const rows = await client.read<StampRow>('sale.sale', since(from), ['write_date', 'reference'], {
    signal: context.signal,
    orderBy: [
      ['write_date', 'ASC'],
      ['id', 'ASC'],
    ],
    limit: pageSize,
  })
  const more = rows.length === pageSize && isFurther(rows.at(-1), from)
  const known = new Map(from.seen)
  const fresh = rows.filter((row) => known.get(row.id) !== row.write_date)
  return {
    changes: fresh.map((row) => toChange(row, context.settings)),
    cursor: JSON.stringify(advance(from, rows, more)),
    more,
  }
}

/** The newest change there is: history is loaded from the shop's side. */
async function present(client: TrytonClient, context: FlowContext<TrytonSettings>): Promise<string> {
  const [newest] = await client.read<Stamp>('sale.sale', [['write_date', '!=', null]], ['write_date'], {
    signal: context.signal,
    orderBy: [['write_date', 'DESC']],
    limit: 1,
  })
  const start: Cursor = { at: newest?.write_date ?? never, afterId: null, seen: [] }
  return JSON.stringify(start)
}

function since(from: Cursor): readonly unknown[] {
  const ours = ['reference', '!=', null]
  if (from.afterId === null) return [ours, ['write_date', '>', wireDateTime(earlier(from.at, overlapMs))]]
  // One transaction gives all its rows the same time, so the id breaks the tie.
  const at = wireDateTime(from.at)
  return [
    ours,
    [
      'OR',
      ['write_date', '>', at],
      [
        ['write_date', '=', at],
        ['id', '>', from.afterId],
      ],
    ],
  ]
}

/** A page that does not lead on must not be asked for at once again. */
function isFurther(last: Stamp | undefined, from: Cursor): boolean {
  if (last === undefined) return false
  return from.afterId === null || last.write_date > from.at || last.id > from.afterId
}

function advance(from: Cursor, rows: readonly Stamp[], more: boolean): Cursor {
  const last = rows.at(-1)
  const at = last === undefined || last.write_date < from.at ? from.at : last.write_date
  const edge = earlier(at, overlapMs)
  const seen = new Map(from.seen)
  for (const row of rows) seen.set(row.id, row.write_date)
  const kept = [...seen].filter(([, writeDate]) => writeDate > edge).slice(-maxSeen)
  // While pages follow, the place is the last row itself, be it before `at`.
  return more && last !== undefined
    ? { at: last.write_date, afterId: last.id, seen: kept }
    : { at, afterId: null, seen: kept }
}

function earlier(at: string, ms: number): string {
  const time = Date.parse(`${at.slice(0, 23)}Z`)
  return `${new Date(Math.max(0, time - ms)).toISOString().slice(0, 23)}${at.slice(23)}`
}

function toChange(row: StampRow, settings: TrytonSettings): ExternalChange {
  const shopId = shopIdOf(row.reference, settings.referencePrefix)
  return { id: String(row.id), reason: 'write_date', ...(shopId !== null && { shopId }) }
}

function shopIdOf(reference: string, prefix: string): string | null {
  const id = reference.startsWith(prefix) ? reference.slice(prefix.length) : ''
  return /^\d+$/.test(id) ? id : null
}
