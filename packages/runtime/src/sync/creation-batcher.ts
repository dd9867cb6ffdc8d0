import { UnknownOutcomeError, type BulkOutcome, type ExternalRecord, type Order } from '@mufta/kit'
import type { Connection, External } from '../connection.ts'
import { abortError } from '../errors.ts'

interface Waiting {
  readonly order: Order
  readonly draft: Partial<External>
  readonly resolve: (created: ExternalRecord<External | undefined>) => void
  readonly reject: (error: unknown) => void
}

/** How long a pack that is not full waits for more. */
const GATHER_MS = 25

/** Gathers the creations of a first load into the connector's bulk call; every order gets its own outcome. */
export class CreationBatcher {
  readonly #connection: Connection
  readonly #signal: AbortSignal
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection
    this.#signal = signal
  }

  create(
    order: Order,
    draft: Partial<External>,
    signal: AbortSignal,
  ): Promise<ExternalRecord<External | undefined>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError())
      // The pack belongs to the others too and goes on; the intent makes the next run look this order up.
      const onAbort = (): void => reject(abortError())
      signal.addEventListener('abort', onAbort, { once: true })
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', onAbort)
          end(value)
        }
      this.#waiting.push({ order, draft, resolve: settle(resolve), reject: settle(reject) })
      if (this.#waiting.length >= this.#size()) return this.#flush()
      this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS)
    })
  }

  #size(): number {
    return this.#connection.flow.createMany?.size ?? 1
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const pack = this.#waiting.splice(0, this.#size())
    if (pack.length > 0) void this.#send(pack)
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#flush(), GATHER_MS)
  }

  async #send(pack: readonly Waiting[]): Promise<void> {
    const { flow, client } = this.#connection
    try {
      const outcomes = await flow.createMany?.call(client, pack, this.#connection.context(this.#signal, ''))
      const byId = new Map(outcomes?.map((outcome) => [outcome.shopId, outcome]))
      for (const waiting of pack) settle(waiting, byId.get(waiting.order.id))
    } catch (error) {
      for (const waiting of pack) waiting.reject(error)
    }
  }
}

function settle(waiting: Waiting, outcome: BulkOutcome<External> | undefined): void {
  const created = outcome?.created
  if (created !== undefined) return waiting.resolve({ id: created.id, record: created.record })
  waiting.reject(
    outcome?.error ??
      new UnknownOutcomeError(
        'BULK_NO_OUTCOME',
        `The bulk answer names no outcome for order ${waiting.order.id}; it will be looked up`,
        { facts: { entity: 'order', id: waiting.order.id } },
      ),
  )
}
