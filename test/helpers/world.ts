import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import {
  generateKey,
  openVault,
  startRuntime,
  type Runtime,
  type Store,
  type StoredJournalEntry,
} from '@mufta/runtime'
import {
  startPortal,
  startRetailCrm,
  type PortalOptions,
  type RetailCrmOptions,
  type SimulatedPortal,
  type SimulatedRetailCrm,
} from '@mufta/testing'
import { loadConfig } from '../../packages/mufta/src/config/load.ts'
import { openConnections, openLog, openStore } from '../../packages/mufta/src/config/open.ts'
import { prepareConnections } from '../../packages/mufta/src/config/prepare.ts'
import type { ConfigInput } from '../../packages/mufta/src/config/schema.ts'
import { DEMO_SETTINGS } from '../../packages/mufta/src/demo/systems.ts'

export const NAME = 'shop-crm'

type Site = Extract<ConfigInput['connections'][string]['site'], { kind: 'rest' }>

export interface WorldOptions {
  readonly portal?: PortalOptions
  readonly crm?: RetailCrmOptions
  /** Over the usual site: a webhook with events. */
  readonly site?: (portal: SimulatedPortal) => Partial<Site>
  /** Over the demo's mappings. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** false = no event reaches Mufta. @default true */
  readonly events?: boolean
  /** How often a paused connection is tried. @default 100 */
  readonly probeMs?: number
}

/** Everything as in life, fast: a store on a file, the runtime, both simulators without limits. Gone with the test. */
export async function startWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const portal = await startPortal({ limits: false, ...options.portal })
  const crm = await startRetailCrm({ requestsPerSecond: 0, ...options.crm })
  const world = new World(portal, crm, options)
  t.after(() => world.close())
  await world.start()
  return world
}

interface Running {
  readonly store: Store
  readonly runtime: Runtime
}

export class World {
  readonly portal: SimulatedPortal
  readonly crm: SimulatedRetailCrm
  readonly folder = mkdtempSync(join(tmpdir(), 'mufta-e2e-'))
  /** Everything that was logged, at level debug. */
  readonly lines: string[] = []
  readonly #options: WorldOptions
  #settings: Readonly<Record<string, unknown>>
  #running: Running | null = null
  #webhook: string | null = null

  constructor(portal: SimulatedPortal, crm: SimulatedRetailCrm, options: WorldOptions) {
    this.portal = portal
    this.crm = crm
    this.#options = options
    this.#settings = { ...DEMO_SETTINGS, ...options.settings }
  }

  get store(): Store {
    return this.#need().store
  }

  get runtime(): Runtime {
    return this.#need().runtime
  }

  get configFile(): string {
    return join(this.folder, 'mufta.config.json')
  }

  /** Starts Mufta on what the last run left; `settings` are changed for good, as an administrator would. */
  async start(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.#settings = { ...this.#settings, ...settings }
    writeFileSync(this.configFile, JSON.stringify(this.#config(), null, 2))
    if (!existsSync(join(this.folder, '.env')))
      writeFileSync(join(this.folder, '.env'), `MUFTA_KEYS=${generateKey('k1').reveal()}\n`)
    const loaded = await loadConfig(this.folder, {})
    const prepared = await prepareConnections(loaded)
    const log = openLog(loaded, prepared, (line) => void this.lines.push(line))
    const store = await openStore(loaded, 'runtime')
    const vault = await openVault(store.admin, loaded.keys)
    const runtime = await startRuntime({
      store,
      connections: openConnections({ loaded, store, log, vault }, prepared),
      log,
      http: loaded.config.http,
      probeMs: this.#options.probeMs ?? 100,
      backoff: { firstMs: 10, maxMs: 100, settleMs: 30 },
    })
    this.#running = { store, runtime }
    if (this.#options.events === false) return
    this.portal.setOutgoingWebhook({ url: this.hookUrl })
  }

  /** The configuration names this address, whatever the portal's is by now. */
  useWebhook(webhook: string): void {
    this.#webhook = webhook
  }

  async stop(): Promise<void> {
    if (this.#running === null) return
    const { store, runtime } = this.#running
    this.#running = null
    await runtime.stop({ deadlineMs: 500 })
    await store.close()
  }

  async close(): Promise<void> {
    await this.stop()
    await this.portal.close()
    await this.crm.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Address to which the site's events go. */
  get hookUrl(): string {
    return `${String(this.runtime.url)}/hooks/${NAME}/site`
  }

  /** The poll of the CRM that would come within its second comes now. */
  async askCrm(): Promise<void> {
    await this.store.push([{ connection: NAME, lane: 'poll-external/-', kind: 'poll-external', payload: {} }])
  }

  life(id: number | string): readonly StoredJournalEntry[] {
    return this.store.life(NAME, 'order', String(id), { limit: 10_000 })
  }

  /** Payments or shipments of an order as the portal keeps them. */
  parts(id: number, name: 'payments' | 'shipments'): readonly Readonly<Record<string, unknown>>[] {
    return (this.portal.order(id)?.[name] ?? []) as readonly Readonly<Record<string, unknown>>[]
  }

  requests(): number {
    return this.portal.stats.requests + this.crm.stats.requests
  }

  #need(): Running {
    if (this.#running === null) throw new Error('Mufta is stopped')
    return this.#running
  }

  #config(): ConfigInput {
    const { portal, crm } = this
    const { applicationToken } = portal
    const own: Partial<Site> = this.#options.site?.(portal) ?? {}
    const access = own.oauth === undefined ? { webhook: this.#webhook ?? portal.webhook } : {}
    return {
      store: 'sqlite:./mufta.db',
      http: { host: '127.0.0.1', port: 0 },
      log: { level: 'debug' },
      security: { allowHosts: ['127.0.0.1:*'] },
      connections: {
        [NAME]: {
          site: {
            kind: 'rest',
            ...access,
            applicationToken,
            pollSeconds: 0.5,
            sweepSeconds: 5,
            limits: { perSecond: 1000, burst: 1000 },
            ...own,
          },
          connector: 'retailcrm',
          mode: 'test',
          settings: {
            url: crm.url,
            apiKey: crm.apiKey,
            pollSeconds: 1,
            requestsPerSecond: 1000,
            ...this.#settings,
          },
        },
      },
    }
  }
}
