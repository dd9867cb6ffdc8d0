import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type Dispatcher } from 'undici'
import { serve } from '../processes/serve.ts'
import { cpuSeconds, epochMs, type RecordedCall } from './recording.ts'

export interface BareCall extends RecordedCall {
  readonly to: 'portal' | 'crm'
}

export interface ReplayInput {
  readonly urls: { readonly portal: string; readonly crm: string }
  /** In the order in which they began. */
  readonly calls: readonly BareCall[]
  readonly concurrency: number
}

/** Events are answered and forgotten. */
const sink = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, { 'content-length': '0' }).end())
})

const calls = {
  cpuSeconds,

  listen(): Promise<string> {
    return new Promise((resolve) => {
      sink.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(sink.address() as AddressInfo).port}/events`)
      })
    })
  },

  /** Makes the calls with so many at once by the product's own HTTP library, reads each answer, and nothing else. */
  async replay({
    urls,
    calls,
    concurrency,
  }: ReplayInput): Promise<{ refused: number; startedAt: number; endedAt: number }> {
    const pools = {
      portal: new Pool(urls.portal, { connections: concurrency }),
      crm: new Pool(urls.crm, { connections: concurrency }),
    }
    let next = 0
    let refused = 0
    const startedAt = epochMs()
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (;;) {
          const call = calls[next++]
          if (call === undefined) return
          const { statusCode, body } = await pools[call.to].request(toRequest(call))
          await body.json()
          if (statusCode >= 300) refused += 1
        }
      }),
    )
    const endedAt = epochMs()
    await Promise.all([pools.portal.close(), pools.crm.close()])
    return { refused, startedAt, endedAt }
  },
}

export type BareCalls = typeof calls

serve(calls)

function toRequest({ method, path, headers, body }: RecordedCall): Dispatcher.RequestOptions {
  const kept = Object.entries(headers).filter(
    ([name]) => !['content-length', 'host', 'connection'].includes(name),
  )
  return { method, path, headers: Object.fromEntries(kept), body: body === '' ? null : body }
}
