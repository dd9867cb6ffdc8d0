import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BareConnection } from '../processes/bare-connection.ts'
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

  /** Makes the calls with so many at once, and nothing else. */
  async replay({
    urls,
    calls,
    concurrency,
  }: ReplayInput): Promise<{ refused: number; startedAt: number; endedAt: number }> {
    const requests = calls.map((call) => ({ to: call.to, text: toText(urls[call.to], call) }))
    let next = 0
    let refused = 0
    const workers = await Promise.all(
      Array.from({ length: concurrency }, async () => ({
        portal: await BareConnection.open(urls.portal),
        crm: await BareConnection.open(urls.crm),
      })),
    )
    const startedAt = epochMs()
    await Promise.all(
      workers.map(async (connections) => {
        for (;;) {
          const request = requests[next++]
          if (request === undefined) return
          const { status } = await connections[request.to].send(request.text)
          if (status >= 300) refused += 1
        }
      }),
    )
    const endedAt = epochMs()
    for (const { portal, crm } of workers) {
      portal.close()
      crm.close()
    }
    return { refused, startedAt, endedAt }
  },
}

export type BareCalls = typeof calls

serve(calls)

function toText(url: string, { method, path, headers, body }: RecordedCall): string {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${new URL(url).host}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== '' || method !== 'GET') lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
