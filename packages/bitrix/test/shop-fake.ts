import { readFileSync } from 'node:fs'
import { PermanentError, type ConnectorLog } from '@mufta/kit'
import type { PortalCalls, PortalCommand, PortalOutcome, PortalParams } from '../src/index.ts'

export type Handler = (params: PortalParams) => unknown

/** A portal client in memory: answers come from handlers by method, what was asked is kept. */
export class FakeClient implements PortalCalls {
  readonly asked: (PortalCommand & { readonly by: 'call' | 'packed' | 'batch' | 'list' })[] = []
  readonly handlers: Record<string, Handler>
  halted: boolean[] = []
  closed = 0
  /** The portal's clock, as answers tell it; undefined = they do not. */
  now: string | undefined = '2026-03-01T12:00:00+03:00'

  constructor(handlers: Record<string, Handler> = {}) {
    this.handlers = handlers
  }

  async call(method: string, params: PortalParams = {}): Promise<unknown> {
    return this.#answer('call', method, params)
  }

  async packed(method: string, params: PortalParams = {}): Promise<unknown> {
    return this.#answer('packed', method, params)
  }

  async batch(
    commands: readonly PortalCommand[],
    options: { halt?: boolean } = {},
  ): Promise<readonly PortalOutcome[]> {
    this.halted.push(options.halt ?? false)
    const outcomes: PortalOutcome[] = []
    for (const { method, params = {} } of commands) {
      if (options.halt && outcomes.some((outcome) => outcome.status === 'error')) {
        outcomes.push({ status: 'not-run' })
        continue
      }
      try {
        const result = this.#answer('batch', method, params)
        const next = result instanceof Page ? result.next : undefined
        outcomes.push({
          status: 'ok',
          result: result instanceof Page ? result.result : result,
          ...(next !== undefined && { next }),
          time: { ...(this.now !== undefined && { date_start: this.now }) },
        })
      } catch (error) {
        if (!(error instanceof Error)) throw error
        outcomes.push({ status: 'error', error })
      }
    }
    return outcomes
  }

  async *list(
    method: string,
    options: { select?: readonly string[]; filter?: PortalParams },
  ): AsyncIterable<Readonly<Record<string, unknown>>> {
    const { select, filter } = options
    yield* this.#answer('list', method, { select, filter }) as Record<string, unknown>[]
  }

  async close(): Promise<void> {
    this.closed++
  }

  methods(): string[] {
    return this.asked.map(({ method }) => method)
  }

  #answer(by: 'call' | 'packed' | 'batch' | 'list', method: string, params: PortalParams): unknown {
    this.asked.push({ by, method, params })
    const handler = this.handlers[method]
    if (handler === undefined) throw refusal('ERROR_METHOD_NOT_FOUND')
    return handler(params)
  }
}

/** A page of a list with more behind it. */
export class Page {
  readonly result: unknown
  readonly next: number

  constructor(result: unknown, next: number) {
    this.result = result
    this.next = next
  }
}

/** A refusal as the portal client throws it. */
export function refusal(systemCode: string): PermanentError {
  return new PermanentError('PORTAL_REFUSED', 'The portal refused', { facts: { systemCode } })
}

// A fixture has the shape its test expects of it.
// oxlint-disable-next-line no-explicit-any
export function fixture(name: string): any {
  return JSON.parse(readFileSync(new URL(`fixtures/shop/${name}.json`, import.meta.url), 'utf8'))
}

export function recordingLog(): { log: ConnectorLog; warnings: Record<string, unknown>[] } {
  const warnings: Record<string, unknown>[] = []
  const none = (): void => {}
  return {
    warnings,
    log: { debug: none, info: none, error: none, warn: (facts) => void warnings.push(facts) },
  }
}
