import { PermanentError, type CallOptions, type ChangePage, type ShopEvent } from '@mufta/kit'
import {
  decodeCursor,
  encodeCursor,
  keepSeen,
  rowKey,
  secondOf,
  shiftSeconds,
  type ChangeCursor,
} from '../rest/shop/change-cursor.ts'
import type { BridgeClient } from './bridge-client.ts'
import type { CommandResult } from './commands.ts'

export interface BridgeFeedOptions {
  /** Read again behind the mark: saving an order is no transaction, so a change is seen later than its time. */
  readonly overlapSeconds: number
}

type Changes = CommandResult<'orders.changed'>

/** Rows of one page: the module's most. */
const PAGE = 1000

/**
 * Orders by the time of their last change. A round walks from the mark (minus the overlap) to the present; the next
 * one begins where this one began, by the site's clock, never by ours.
 */
export class BridgeChangeFeed {
  readonly #client: Pick<BridgeClient, 'call'>
  readonly #options: BridgeFeedOptions

  constructor(client: Pick<BridgeClient, 'call'>, options: BridgeFeedOptions) {
    this.#client = client
    this.#options = options
  }

  async page(text: string | null, options: CallOptions = {}): Promise<ChangePage> {
    if (text === null) return await this.#start(options)
    const cursor = decodeCursor(text)
    const since = cursor.at?.dateUpdate ?? shiftSeconds(cursor.mark, -this.#options.overlapSeconds)
    const afterId = cursor.at?.id ?? null
    const page = await this.#client.call('orders.changed', { since, afterId, limit: PAGE }, options)
    mustMove(page, since, afterId)
    const known = new Set(cursor.seen)
    const seen = [...cursor.seen]
    const events: ShopEvent[] = []
    for (const { id, version, updatedAt } of page.changes) {
      // Without a version two edits within one second look alike: rather one read too many.
      if (version !== null) {
        const key = rowKey({ id, dateUpdate: updatedAt, version: String(version) })
        if (known.has(key)) continue
        seen.push(key)
      }
      events.push({ entity: 'order', id, reason: 'poll' })
    }
    return { events, cursor: encodeCursor(this.#next(cursor, page, seen)), more: page.more }
  }

  /** Nothing is read but the site's clock: history is the backfill's work. */
  async #start(options: CallOptions): Promise<ChangePage> {
    const { now } = await this.#client.call(
      'orders.changed',
      { since: null, afterId: null, limit: 1 },
      options,
    )
    return { events: [], cursor: encodeCursor({ mark: now, at: null, began: null, seen: [] }), more: false }
  }

  #next(cursor: ChangeCursor, page: Changes, seen: readonly string[]): ChangeCursor {
    const began = cursor.began ?? page.now
    if (page.more) {
      const at = { dateUpdate: page.next.since, id: page.next.afterId ?? '0' }
      return { mark: cursor.mark, at, began, seen: keepSeen(seen, null) }
    }
    const mark = secondOf(began) > secondOf(cursor.mark) ? began : cursor.mark
    const from = shiftSeconds(mark, -this.#options.overlapSeconds)
    return { mark, at: null, began: null, seen: keepSeen(seen, from) }
  }
}

/** A page that leads to itself would be read for ever. @throws PermanentError `BRIDGE_FEED_STUCK` */
function mustMove({ more, next }: Changes, since: string, afterId: string | null): void {
  if (!more) return
  const moved =
    secondOf(next.since) > secondOf(since) ||
    (secondOf(next.since) === secondOf(since) && BigInt(next.afterId ?? '0') > BigInt(afterId ?? '0'))
  if (moved) return
  throw new PermanentError(
    'BRIDGE_FEED_STUCK',
    'The module promises further changes but does not move on; update the module',
    { facts: { system: 'site', method: 'orders.changed' } },
  )
}
