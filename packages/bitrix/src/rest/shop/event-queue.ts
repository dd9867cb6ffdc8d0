import { HookError, type CallOptions, type EventQueue, type ShopEvent } from '@mufta/kit'
import { z } from 'zod'
import { idText, optionalRows, parseAnswer, systemCodeOf, textOrNull } from './answer.ts'
import { orderEvent } from './hook.ts'
import type { PortalCalls } from './portal-calls.ts'

export interface EventQueueOptions {
  readonly clock: () => number
}

const RECHECK_MS = 3_600_000
/** No reservation is larger, so that asking for it again brings all of it: clearing clears the whole. */
const MOST = 50
/** How often reservations are looked for whose answer or owner was lost. */
const ORPHANS_MS = 600_000

/**
 * Offline events of an application. Rows are reserved (`clear: 0`), never deleted by reading them: a lost answer loses
 * nothing. A reservation that nobody knows of (answer lost, process killed) is found by listing the queue and handed
 * out again, so an event may repeat. Where the plan has no offline events, nothing comes.
 */
export class OfflineEventQueue implements EventQueue {
  readonly #client: Pick<PortalCalls, 'call'>
  readonly #clock: () => number
  #available: { readonly at: number; readonly value: boolean } | null = null
  #orphansAt = Number.NEGATIVE_INFINITY

  constructor(client: Pick<PortalCalls, 'call'>, options: EventQueueOptions) {
    this.#client = client
    this.#clock = options.clock
  }

  async reserve(
    options: CallOptions & { readonly limit?: number; readonly reservation?: string },
  ): Promise<{ reservation: string | null; events: readonly ShopEvent[]; ignored: readonly string[] }> {
    if (!(await this.isAvailable(options))) return NOTHING
    const { reservation, limit = MOST } = options
    if (reservation !== undefined) return await this.#get({ limit: MOST, process_id: reservation }, options)
    const lost = await this.#findOrphan(options)
    if (lost !== null) return await this.#get({ limit: MOST, process_id: lost }, options)
    return await this.#get({ limit: Math.min(limit, MOST) }, options)
  }

  async clear(reservation: string, options: CallOptions = {}): Promise<void> {
    await this.#client.call('event.offline.clear', { process_id: reservation }, options)
  }

  /** The plan gate exists only where the bitrix24 module does: elsewhere `feature.get` is missing and all is allowed. */
  async isAvailable(options: CallOptions = {}): Promise<boolean> {
    const known = this.#available
    if (known !== null && this.#clock() - known.at < RECHECK_MS) return known.value
    const value = await this.#askFeature(options)
    this.#available = { at: this.#clock(), value }
    return value
  }

  async #askFeature(options: CallOptions): Promise<boolean> {
    const method = 'feature.get'
    try {
      const answer = await this.#client.call(method, { CODE: 'rest_offline_extended' }, options)
      return parseAnswer(z.object({ value: z.string() }), answer, method).value === 'Y'
    } catch (error) {
      if (systemCodeOf(error) === 'ERROR_METHOD_NOT_FOUND') return true
      throw error
    }
  }

  async #get(
    params: { readonly limit: number; readonly process_id?: string },
    options: CallOptions,
  ): Promise<{ reservation: string | null; events: readonly ShopEvent[]; ignored: readonly string[] }> {
    const method = 'event.offline.get'
    const answer = parseAnswer(
      reserved,
      await this.#client.call(method, { clear: 0, ...params }, options),
      method,
    )
    const results = answer.events.map(understand)
    return {
      reservation: answer.events.length === 0 ? null : (answer.process_id ?? params.process_id ?? null),
      events: results.flatMap((result) => result.events),
      ignored: results.flatMap((result) => result.ignored),
    }
  }

  async #findOrphan(options: CallOptions): Promise<string | null> {
    if (this.#clock() - this.#orphansAt < ORPHANS_MS) return null
    const method = 'event.offline.list'
    const answer = await this.#client.call(
      method,
      { filter: { '>=PROCESS_ID': '0' }, order: { ID: 'ASC' } },
      options,
    )
    const rows = parseAnswer(optionalRows(z.object({ ID: idText, PROCESS_ID: textOrNull })), answer, method)
    const orphan = rows.find((row) => row.PROCESS_ID !== null && row.PROCESS_ID !== '')?.PROCESS_ID ?? null
    // Asked again at once while there are some.
    if (orphan === null) this.#orphansAt = this.#clock()
    return orphan
  }
}

const NOTHING = { reservation: null, events: [], ignored: [] } as const

const reserved = z.object({
  process_id: textOrNull,
  events: optionalRows(z.object({ EVENT_NAME: z.string(), EVENT_DATA: z.unknown() })),
})

const eventData = z.object({ FIELDS: z.object({ ID: idText }) })

/** A row that cannot be read must not hold back the queue: it is named and cleared with the rest. */
function understand(row: {
  readonly EVENT_NAME: string
  readonly EVENT_DATA: unknown
}): ReturnType<typeof orderEvent> {
  const data = eventData.safeParse(row.EVENT_DATA)
  try {
    return orderEvent(row.EVENT_NAME, data.success ? data.data.FIELDS.ID : undefined)
  } catch (error) {
    if (error instanceof HookError) return { events: [], ignored: [row.EVENT_NAME.toUpperCase()] }
    throw error
  }
}
