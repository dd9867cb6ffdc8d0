import { PermanentError, type CallOptions, type ChangePage } from '@mufta/kit'
import { parseAnswer, resultOf } from './answer.ts'
import {
  decodeCursor,
  encodeCursor,
  keepSeen,
  rowKey,
  secondOf,
  shiftSeconds,
  type ChangeCursor,
  type ChangePosition,
} from './change-cursor.ts'
import { PAGE_ROWS, type PortalCalls, type PortalCommand, type PortalOutcome } from './portal-calls.ts'
import { changeRows, type ChangeRow } from './wire.ts'

export interface ChangeFeedOptions {
  /** Read again behind the mark: a save becomes visible later than the time it carries. */
  readonly overlapSeconds: number
  readonly clock: () => number
}

/**
 * Orders by the time of their last change. A round walks from the mark (minus the overlap) to the present, page by
 * page: first the rest of the second in hand by id, then later seconds, so that a second with more orders than a page
 * holds neither loses one nor loops. The next round begins where this one began, by the portal's clock, never by ours.
 */
export class ChangeFeed {
  readonly #client: Pick<PortalCalls, 'batch'>
  readonly #options: ChangeFeedOptions

  constructor(client: Pick<PortalCalls, 'batch'>, options: ChangeFeedOptions) {
    this.#client = client
    this.#options = options
  }

  async page(text: string | null, options: CallOptions = {}): Promise<ChangePage> {
    if (text === null) return await this.#start(options)
    const cursor = decodeCursor(text)
    const from = cursor.at ?? {
      dateUpdate: shiftSeconds(cursor.mark, -this.#options.overlapSeconds),
      id: '0',
    }
    const { rows, isFull, now } = await this.#read(from, cursor.at === null, options)
    const known = new Set(cursor.seen)
    const fresh = rows.filter((row) => !known.has(rowKey(row)))
    return {
      events: fresh.map((row) => ({ entity: 'order', id: row.id, reason: 'poll' })),
      cursor: encodeCursor(this.#next(cursor, rows, [...cursor.seen, ...fresh.map(rowKey)], isFull, now)),
      more: isFull,
    }
  }

  /** Nothing is read but the portal's clock: history is the backfill's work. */
  async #start(options: CallOptions): Promise<ChangePage> {
    const probe = listCommand({ '<id': 1 }, ['id'])
    const [outcome] = await this.#client.batch([probe], options)
    resultOf(outcome, METHOD)
    const mark = timeOf(outcome) ?? new Date(this.#options.clock()).toISOString()
    return { events: [], cursor: encodeCursor({ mark, at: null, began: null, seen: [] }), more: false }
  }

  async #read(
    from: ChangePosition,
    isRoundStart: boolean,
    options: CallOptions,
  ): Promise<{ rows: readonly ChangeRow[]; isFull: boolean; now: string | null }> {
    const { dateUpdate, id } = from
    const commands = isRoundStart
      ? [listCommand({ '>=dateUpdate': dateUpdate })]
      : [
          listCommand({ '>=dateUpdate': dateUpdate, '<=dateUpdate': dateUpdate, '>id': id }),
          listCommand({ '>dateUpdate': dateUpdate }),
        ]
    const outcomes = await this.#client.batch(commands, options)
    const rows: ChangeRow[] = []
    let isFull = false
    for (const outcome of outcomes.slice(0, commands.length)) {
      const page = parseAnswer(changeRows, resultOf(outcome, METHOD), METHOD).orders
      rows.push(...page)
      isFull = page.length >= PAGE_ROWS
      // Later seconds wait until this one is through.
      if (isFull) break
    }
    if (outcomes.length < commands.length) resultOf(undefined, METHOD)
    mustBeAfter(from, isRoundStart, rows)
    return { rows, isFull, now: timeOf(outcomes[0]) }
  }

  #next(
    cursor: ChangeCursor,
    rows: readonly ChangeRow[],
    seen: readonly string[],
    isFull: boolean,
    now: string | null,
  ): ChangeCursor {
    const last = rows.at(-1)
    // A change that becomes visible while a long round runs may lie behind the row in hand.
    const began = cursor.began ?? now
    if (isFull && last !== undefined) {
      const at = { dateUpdate: last.dateUpdate, id: last.id }
      return { mark: cursor.mark, at, began, seen: keepSeen(seen, null) }
    }
    const reached = began ?? last?.dateUpdate ?? cursor.mark
    const mark = secondOf(reached) > secondOf(cursor.mark) ? reached : cursor.mark
    const from = shiftSeconds(mark, -this.#options.overlapSeconds)
    return { mark, at: null, began: null, seen: keepSeen(seen, from) }
  }
}

const METHOD = 'sale.order.list'

function listCommand(
  filter: Record<string, unknown>,
  select = ['id', 'dateUpdate', 'version'],
): PortalCommand {
  // start -1: without it the server fetches every matching order to count them.
  return { method: METHOD, params: { select, filter, order: { dateUpdate: 'ASC', id: 'ASC' }, start: -1 } }
}

function timeOf(outcome: PortalOutcome | undefined): string | null {
  const time = outcome?.status === 'ok' ? outcome.time?.date_start : undefined
  return time !== undefined && !Number.isNaN(Date.parse(time)) ? time : null
}

/** A filter that the server ignored would give the same first page for ever. @throws `SHOP_FILTER_IGNORED` */
function mustBeAfter(from: ChangePosition, isRoundStart: boolean, rows: readonly ChangeRow[]): void {
  const second = secondOf(from.dateUpdate)
  const isAfter = (row: ChangeRow): boolean => {
    const own = secondOf(row.dateUpdate)
    return own > second || (own === second && (isRoundStart || Number(row.id) > Number(from.id)))
  }
  if (rows.every(isAfter)) return
  throw new PermanentError(
    'SHOP_FILTER_IGNORED',
    `The portal ignored the filter of ${METHOD}; changes cannot be polled`,
    {
      facts: { system: 'Bitrix', method: METHOD },
    },
  )
}
