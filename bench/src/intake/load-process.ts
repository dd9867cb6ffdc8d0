import { BareConnection, postRequest } from '../processes/bare-connection.ts'
import { serve } from '../processes/serve.ts'
import { eventBody } from './event-body.ts'

export interface LoadInput {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  readonly applicationToken: string
  /** Each event is about another order; ids start here. */
  readonly firstId: number
}

export interface LoadResult {
  readonly acknowledged: number
  readonly refused: number
  readonly seconds: number
}

const calls = {
  /** Events as a portal sends them, each connection one after the other until the time is over. */
  async run(input: LoadInput): Promise<LoadResult> {
    const connections = await Promise.all(
      Array.from({ length: input.connections }, () => BareConnection.open(input.url)),
    )
    const result = { acknowledged: 0, refused: 0 }
    let id = input.firstId
    const startedAt = performance.now()
    const endsAt = startedAt + input.seconds * 1000
    await Promise.all(
      connections.map(async (connection) => {
        while (performance.now() < endsAt) {
          id += 1
          const { status } = await connection.send(
            postRequest(
              input.url,
              'application/x-www-form-urlencoded',
              eventBody(id, input.applicationToken),
            ),
          )
          if (status === 200) result.acknowledged += 1
          else result.refused += 1
        }
      }),
    )
    const seconds = (performance.now() - startedAt) / 1000
    for (const connection of connections) connection.close()
    return { ...result, seconds }
  },
}

export type LoadCalls = typeof calls

serve(calls)
