import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { BackoffOptions } from '../../src/backoff.ts'
import type { ConnectionParts } from '../../src/connection.ts'
import { externalJob, shopJobs } from '../../src/feeds.ts'
import { createLog } from '../../src/log.ts'
import { startRuntime, type Runtime, type RuntimeOptions } from '../../src/runtime.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { Store, StoredJournalEntry } from '../../src/store/store.ts'
import { DEFAULT_SETTINGS, fakeConnector, type FakeSettings } from './fake-connector.ts'
import { FakeCrm } from './fake-crm.ts'
import { FakeShop } from './fake-shop.ts'

export const NAME = 'shop-crm'

/** A clock that only the test moves. */
export class StillClock {
  now = Date.now()
  readonly read = (): number => this.now
}

/** Waits of a few milliseconds, so that a test of many attempts is over at once. */
export const FAST: Required<BackoffOptions> = { firstMs: 2, maxMs: 4, attempts: 4, settleMs: 4 }

export interface BenchOptions {
  readonly shop?: FakeShop
  readonly crm?: FakeCrm
  readonly settings?: Partial<FakeSettings>
  readonly parts?: Partial<Pick<ConnectionParts, 'fingerprint' | 'pollSeconds' | 'sweepSeconds' | 'secrets'>>
  readonly backoff?: BackoffOptions
  readonly runtime?: Partial<Omit<RuntimeOptions, 'store' | 'connections' | 'log' | 'backoff'>>
  /** Wraps the store, to make it fail. */
  readonly wrap?: (store: Store) => Store
  /** Stands still until told otherwise, for store and runtime alike. */
  readonly clock?: StillClock
  /** A store to go on with. @default a fresh one in memory */
  readonly store?: Store
}

export interface Bench {
  readonly shop: FakeShop
  readonly crm: FakeCrm
  readonly store: Store
  readonly runtime: Runtime
  readonly lines: string[]
  /** An event of the shop about this order. */
  readonly tell: (id: string, more?: { readonly deleted?: boolean }) => Promise<void>
  /** An event of the CRM about this record. */
  readonly tellCrm: (id: string) => Promise<void>
  /** No order lane is waiting or in hand. */
  readonly idle: () => Promise<void>
  readonly life: (id: string) => readonly StoredJournalEntry[]
}

/** A real runtime on a real store between a fake shop and a fake CRM; gone with the test. */
export async function startBench(t: TestContext, options: BenchOptions = {}): Promise<Bench> {
  const { shop = new FakeShop(), crm = new FakeCrm(), wrap = (store) => store } = options
  const timed = options.clock === undefined ? {} : { clock: options.clock.read }
  const inner = options.store ?? (await openSqliteStore({ path: ':memory:', ...timed }))
  const store = wrap(inner)
  const lines: string[] = []
  const runtime = await startRuntime({
    store,
    connections: [partsOf(shop, crm, options)],
    log: createLog({ level: 'debug', redact: (line) => line, write: (line) => void lines.push(line) }),
    http: null,
    schedules: false,
    random: () => 0.5,
    backoff: { ...FAST, ...options.backoff },
    ...timed,
    ...options.runtime,
  })
  t.after(async () => {
    await runtime.stop({ deadlineMs: 50 })
    await inner.close()
  })
  const connection = runtime.connection(NAME)
  return {
    shop,
    crm,
    store,
    runtime,
    lines,
    tell: async (id, more = {}) => {
      await store.push(shopJobs(NAME, [{ entity: 'order', id, reason: 'told', ...more }], 'site'))
    },
    tellCrm: async (id) => {
      await store.push([externalJob({ store, connection }, { id, reason: 'told' })])
    },
    idle: () => idle(inner),
    life: (id) => store.life(NAME, 'order', id, { limit: 10_000 }),
  }
}

export function partsOf(shop: FakeShop, crm: FakeCrm, options: BenchOptions = {}): ConnectionParts {
  return {
    name: NAME,
    mode: 'test',
    shop,
    connector: fakeConnector(),
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    client: crm,
    fingerprint: 'first',
    ...options.parts,
  } as ConnectionParts
}

/** A directory of one test. */
export async function tempPath(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mufta-runtime-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'mufta.db')
}

/** Resolves as soon as the condition holds. */
export async function until(condition: () => boolean, what: string, limitMs = 5_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited ${limitMs} ms in vain for ${what}`)
    await pause(1)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** The store with some of its calls replaced. */
export function withCalls(store: Store, calls: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const replaced = (calls as Record<PropertyKey, unknown>)[name]
      if (replaced !== undefined) return replaced
      const value = (target as unknown as Record<PropertyKey, unknown>)[name]
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** Ids of the jobs that the journal accounts for. */
export function accounted(entries: readonly StoredJournalEntry[]): ReadonlySet<number> {
  return new Set(
    entries.flatMap(({ detail }) =>
      ((detail?.['events'] ?? []) as { readonly job: number }[]).map((event) => event.job),
    ),
  )
}

/** Events that were told a moment ago are committed with the empty call, so they count. */
async function idle(store: Store, limitMs = 5_000): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    await store.journal([])
    if (busyLanes(store) === 0) return
    if (performance.now() > end) throw new Error(`The order lanes were not idle after ${limitMs} ms`)
    await pause(1)
  }
}

function busyLanes(store: Store): number {
  return store
    .lanes({ connection: NAME, limit: 100_000 })
    .filter(({ lane, state }) => lane.startsWith('order/') && (state === 'waiting' || state === 'running'))
    .length
}
