import { Agent, request } from 'node:http'
import { request as secureRequest } from 'node:https'

export interface CourierStats {
  /** Answered by the handler, whatever it said. */
  sent: number
  /** Dropped by the dial `eventLoss`. */
  lost: number
  /** No answer from the handler: lost as well, nothing is repeated. */
  failed: number
}

const PARALLEL = 16
const TIMEOUT_MS = 5_000

/** Delivers events: one attempt each, no retries, no order promised. */
export class Courier {
  readonly stats: CourierStats = { sent: 0, lost: 0, failed: 0 }
  /** Part of the events that is dropped, 0..1. */
  loss: number
  readonly #random: () => number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: PARALLEL })
  readonly #waiting: { readonly url: string; readonly body: string }[] = []
  readonly #closing = new AbortController()
  readonly #idle: (() => void)[] = []
  #running = 0

  constructor(loss: number, random: () => number) {
    this.loss = loss
    this.#random = random
  }

  send(url: string, body: string): void {
    if (this.#closing.signal.aborted) return
    if (this.loss > 0 && this.#random() < this.loss) {
      this.stats.lost += 1
      return
    }
    this.#waiting.push({ url, body })
    this.#next()
  }

  /** Resolves when nothing waits and nothing is under way. Each delivery ends within 5 s. */
  idle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  close(): void {
    this.#waiting.length = 0
    this.#closing.abort()
    this.#agent.destroy()
  }

  #next(): void {
    while (this.#running < PARALLEL) {
      const delivery = this.#waiting.shift()
      if (delivery === undefined) break
      this.#running += 1
      void this.#post(delivery.url, delivery.body).then((isAnswered) => {
        this.#running -= 1
        if (isAnswered) this.stats.sent += 1
        else this.stats.failed += 1
        this.#next()
      })
    }
    if (this.#running > 0 || this.#waiting.length > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #post(url: string, body: string): Promise<boolean> {
    return new Promise((resolve) => {
      const isSecure = url.startsWith('https:')
      const outgoing = (isSecure ? secureRequest : request)(url, {
        method: 'POST',
        ...(isSecure ? {} : { agent: this.#agent }),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Bitrix24 Webhook Engine',
        },
        timeout: TIMEOUT_MS,
        signal: this.#closing.signal,
      })
      outgoing.on('timeout', () => outgoing.destroy())
      outgoing.on('error', () => resolve(false))
      outgoing.on('response', (answer) => {
        answer.on('error', () => resolve(false))
        answer.on('end', () => resolve(true))
        answer.resume()
      })
      outgoing.end(body)
    })
  }
}
