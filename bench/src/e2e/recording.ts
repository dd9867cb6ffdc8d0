import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

/** One request as it came, enough to make it again. */
export interface RecordedCall {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const KEPT = ['content-type', 'x-api-key'] as const

/** Every request that a server of this process gets from now on. `take` empties it. */
export class Recording {
  #calls: RecordedCall[] = []

  constructor() {
    subscribe('http.server.request.start', (message) => {
      const { request } = message as { readonly request: IncomingMessage }
      const at = epochMs()
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('close', () => this.#calls.push(toCall(request, at, Buffer.concat(chunks).toString('utf8'))))
    })
  }

  take(): readonly RecordedCall[] {
    const calls = this.#calls
    this.#calls = []
    return calls
  }
}

/** The same clock in every process of this machine, finer than Date.now. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

/** Resolves to the time when `isTrue` first was. Looks every millisecond or two. */
export function untilTrue(isTrue: () => boolean, limitMs = 120_000): Promise<number> {
  const startedAt = epochMs()
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (!isTrue() && epochMs() - startedAt < limitMs) return
      clearInterval(timer)
      if (isTrue()) resolve(epochMs())
      else reject(new Error(`Not reached within ${limitMs} ms`))
    }, 1)
  })
}

function toCall(request: IncomingMessage, at: number, body: string): RecordedCall {
  const headers: Record<string, string> = {}
  for (const name of KEPT) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  return { at, method: request.method ?? 'GET', path: request.url ?? '/', headers, body }
}

/** Processor time that this process has used. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000_000
}
