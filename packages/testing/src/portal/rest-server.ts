import type { SimAnswer, SimRequest } from '../sim/http.ts'
import type { Caller, Gate } from './auth.ts'
import { runBatch, type CommandAnswer } from './batch.ts'
import { portalTime } from './clock.ts'
import type { Limiter } from './limits.ts'
import type { Method, Outcome, Shop } from './method.ts'
import type { PortalLatency } from './options.ts'
import { Refusal, methodNotFound, operatingLimit, queryLimit } from './refusal.ts'
import { readRestRequest, withoutReserved } from './request.ts'
import { text, type Row } from './rows.ts'

export interface RestStats {
  /** HTTP requests to /rest/. */
  requests: number
  /** Method calls, those inside batches included. */
  commands: number
  readonly byMethod: Map<string, number>
  /** Refused by a limit. */
  readonly rejections: { rate: number; operating: number }
}

export interface RestServerOptions {
  readonly gate: Gate
  readonly limiter: Limiter
  readonly methods: ReadonlyMap<string, Method>
  readonly shop: Shop
  readonly latency: PortalLatency
  readonly reportOperating: boolean | undefined
  readonly now: () => number
}

/** Answers /rest/…: limits, auth, method or batch, envelope. */
export class RestServer {
  readonly stats: RestStats = {
    requests: 0,
    commands: 0,
    byMethod: new Map(),
    rejections: { rate: 0, operating: 0 },
  }
  readonly #options: RestServerOptions

  constructor(options: RestServerOptions) {
    this.#options = options
  }

  answer(request: SimRequest): SimAnswer {
    const { shop, latency } = this.#options
    this.stats.requests += 1
    const cost = { rows: 0, commands: 0 }
    try {
      const body = this.#answerBody(request, cost)
      const delayMs = latency.perCallMs + latency.perRowMs * cost.rows + latency.perCommandMs * cost.commands
      return { status: 200, body: JSON.stringify(body), delayMs }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, body: JSON.stringify(error.toBody()), delayMs: latency.perCallMs }
    } finally {
      shop.events.flush()
    }
  }

  #answerBody(request: SimRequest, cost: { rows: number; commands: number }): Row {
    if (!this.#options.limiter.takeRequest()) {
      this.stats.rejections.rate += 1
      throw queryLimit()
    }
    const rest = readRestRequest(request)
    if (rest === null) throw methodNotFound()
    const caller = this.#options.gate.admit(request, rest)
    const connector = text(rest.params['auth_connector'])
    const startedAt = this.#options.now()
    const run = (method: string, params: Row): CommandAnswer => {
      const answer = this.#run(method, params, caller, connector)
      cost.rows += answer.outcome.rows
      cost.commands += 1
      return answer
    }
    if (rest.method.toLowerCase() === 'batch') {
      const result = runBatch(rest.params, run)
      return { result, time: this.#time(startedAt, null) }
    }
    const { outcome, time } = run(rest.method, rest.params)
    return envelope(outcome, time)
  }

  /** One method call, alone or inside a batch. */
  #run(name: string, params: Row, caller: Caller, connector: string): CommandAnswer {
    const { methods, gate, limiter, shop, now } = this.#options
    const key = name.toLowerCase()
    const startedAt = now()
    this.stats.commands += 1
    this.stats.byMethod.set(key, (this.stats.byMethod.get(key) ?? 0) + 1)
    const method = methods.get(key)
    if (method === undefined) throw methodNotFound()
    gate.allow(caller, method)
    if (limiter.isBlocked(caller.name, key)) {
      this.stats.rejections.operating += 1
      throw operatingLimit()
    }
    const outcome = method.run({
      method: key,
      params: withoutReserved(params),
      start: params['start'],
      connector,
      caller,
      shop,
      now: portalTime(startedAt),
    })
    return { outcome, time: this.#time(startedAt, { caller: caller.name, method: key, rows: outcome.rows }) }
  }

  #time(startedAt: number, spent: { caller: string; method: string; rows: number } | null): Row {
    const { limiter, now, reportOperating } = this.#options
    const finishedAt = now()
    const duration = (finishedAt - startedAt) / 1000
    const time: Row = {
      start: startedAt / 1000,
      finish: finishedAt / 1000,
      duration,
      processing: duration,
      date_start: portalTime(startedAt),
      date_finish: portalTime(finishedAt),
    }
    if (spent === null || limiter.limits === null) return time
    const operating = limiter.addOperating(
      spent.caller,
      spent.method,
      this.#operatingCost(spent.method, spent.rows),
    )
    if (!(reportOperating ?? limiter.countsOperating)) return time
    return { ...time, operating_reset_at: operating.resetAt, operating: operating.operating }
  }

  #operatingCost(method: string, rows: number): number {
    const { latency, limiter } = this.#options
    return (
      limiter.limits?.operatingCost?.(method, rows) ?? (latency.perCommandMs + latency.perRowMs * rows) / 1000
    )
  }
}

function envelope(outcome: Outcome, time: Row): Row {
  return {
    result: outcome.result,
    ...(outcome.next === undefined ? {} : { next: outcome.next }),
    ...(outcome.total === undefined ? {} : { total: outcome.total }),
    time,
  }
}
