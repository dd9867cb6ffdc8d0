import { PermanentError, type CallOptions, type EventQueue, type ShopEvent } from '@mufta/kit'
import { z } from 'zod'
import type { BridgeClient } from './bridge-client.ts'
import { shopEvent } from './events.ts'

/** Long enough to commit the events as jobs, short enough to come back soon when we die before. */
const LEASE_SECONDS = 120
const MOST = 200

type Taken = Awaited<ReturnType<EventQueue['reserve']>>

/**
 * The module's outbox, pulled. The reservation holds the lease's token together with its rows, so that after a crash
 * the same events are worked on again without asking; should the lease be over by then, the rows come once more.
 */
export class OutboxQueue implements EventQueue {
  readonly #client: Pick<BridgeClient, 'call'>

  constructor(client: Pick<BridgeClient, 'call'>) {
    this.#client = client
  }

  async reserve(
    options: CallOptions & { readonly limit?: number; readonly reservation?: string },
  ): Promise<Taken> {
    const { reservation, limit = MOST, ...call } = options
    if (reservation !== undefined) return understand(reservation)
    const args = { limit: Math.min(limit, MOST), leaseSeconds: LEASE_SECONDS }
    const { token, rows } = await this.#client.call('outbox.claim', args, call)
    if (rows.length === 0) return NOTHING
    const held: Held = {
      token,
      rows: rows.map(({ id, entity, entityId, reason }) => [id, entity, entityId, reason]),
    }
    return understand(JSON.stringify(held))
  }

  async clear(reservation: string, options: CallOptions = {}): Promise<void> {
    const held = read(reservation)
    if (held === null) return
    const args = { token: held.token, ids: held.rows.map(([id]) => id) }
    try {
      await this.#client.call('outbox.ack', args, options)
    } catch (error) {
      // The lease is over and the rows belong to someone else: they come again, nothing is lost.
      if (!(error instanceof PermanentError)) throw error
    }
  }
}

const NOTHING: Taken = { reservation: null, events: [], ignored: [] }

const heldSchema = z.object({
  token: z.string(),
  rows: z.array(z.tuple([z.string(), z.string(), z.string(), z.string()])),
})
type Held = z.output<typeof heldSchema>

function read(reservation: string): Held | null {
  try {
    return heldSchema.parse(JSON.parse(reservation))
  } catch {
    return null // of another road, from before the site got its module
  }
}

function understand(reservation: string): Taken {
  const held = read(reservation)
  if (held === null) return NOTHING
  const events: ShopEvent[] = []
  const ignored: string[] = []
  for (const [, entity, id, reason] of held.rows) {
    const event = shopEvent({ entity, id, reason, deleted: false })
    if (event === null) ignored.push(`${entity} ${reason}`.slice(0, 80))
    else events.push(event)
  }
  return { reservation, events, ignored }
}
