import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { Store } from './store/store.ts'
import { Tally } from './tally.ts'

/** Prometheus metrics of one runtime. Labels hold connection names and codes only. */
export class RuntimeMetrics {
  readonly registry = new Registry()
  readonly #runs: Counter
  readonly #failures: Counter
  readonly #events = new Tally()
  readonly #http = new Tally()

  constructor(store: Store) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry, prefix: 'mufta_' })
    this.#runs = new Counter({
      name: 'mufta_runs_total',
      help: 'Runs of lanes by outcome',
      labelNames: ['connection', 'outcome'],
      registers,
    })
    this.#failures = new Counter({
      name: 'mufta_failures_total',
      help: 'Failed runs by what was done about them',
      labelNames: ['connection', 'outcome', 'code'],
      registers,
    })
    const events: Counter = new Counter({
      name: 'mufta_events_total',
      help: 'Events taken in',
      labelNames: ['connection', 'source'],
      registers,
      collect: () =>
        this.#events.take((connection, source, count) => events.inc({ connection, source }, count)),
    })
    const http: Counter = new Counter({
      name: 'mufta_http_requests_total',
      help: 'Requests answered',
      labelNames: ['route', 'status'],
      registers,
      collect: () => this.#http.take((route, status, count) => http.inc({ route, status }, count)),
    })
    gauges(store, registers)
  }

  run(connection: string, outcome: string): void {
    this.#runs.inc({ connection, outcome })
  }

  failure(connection: string, outcome: string, code: string): void {
    this.#failures.inc({ connection, outcome, code })
  }

  events(connection: string, source: string, count: number): void {
    if (count > 0) this.#events.add(connection, source, count)
  }

  http(route: string, status: number): void {
    this.#http.add(route, String(status), 1)
  }
}

function gauges(store: Store, registers: Registry[]): void {
  const perConnection = (
    name: string,
    help: string,
    pick: (counts: ReturnType<Store['counts']>[number]) => number,
  ): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ['connection'],
      registers,
      collect: () => {
        for (const counts of store.counts()) gauge.set({ connection: counts.connection }, pick(counts))
      },
    })
  }
  perConnection('mufta_lanes_waiting', 'Lanes with work waiting', (counts) => counts.waiting)
  perConnection('mufta_lanes_running', 'Lanes in hand', (counts) => counts.running)
  perConnection(
    'mufta_lanes_parked',
    'Lanes held until a person clears the reason',
    (counts) => counts.parked,
  )
  perConnection('mufta_dead_letters', 'Dead letters', (counts) => counts.dead)
  perConnection('mufta_lag_seconds', 'Age of the oldest work that is due', (counts) => counts.lagMs / 1000)
}
