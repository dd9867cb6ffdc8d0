import { BareConnection, postRequest } from '../processes/bare-connection.ts'
import { serve } from '../processes/serve.ts'
import { eventBody } from '../intake/event-body.ts'
import { epochMs } from './recording.ts'

export interface DeliveryInput {
  readonly url: string
  readonly ids: readonly number[]
  readonly applicationToken: string
}

const PARALLEL = 16

const calls = {
  /** One event an order, as many at once as a portal sends. */
  async deliver({ url, ids, applicationToken }: DeliveryInput) {
    const connections = await Promise.all(Array.from({ length: PARALLEL }, () => BareConnection.open(url)))
    let next = 0
    const startedAt = epochMs()
    await Promise.all(
      connections.map(async (connection) => {
        for (;;) {
          const id = ids[next++]
          if (id === undefined) return
          const { status } = await connection.send(
            postRequest(url, 'application/x-www-form-urlencoded', eventBody(id, applicationToken)),
          )
          if (status !== 200) throw new Error(`An event was answered ${status}`)
        }
      }),
    )
    const endedAt = epochMs()
    for (const connection of connections) connection.close()
    return { startedAt, endedAt }
  },
}

export type EventCalls = typeof calls

serve(calls)
