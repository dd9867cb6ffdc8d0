import {
  createBudgetRegistry,
  type ConnectorContext,
  type ExternalRecord,
  type FlowContext,
  type Order,
  type SyncFlow,
} from '@mufta/kit'
import tryton from '../src/index.ts'
import type { TrytonClient } from '../src/client.ts'
import type { Sale } from '../src/sale.ts'
import type { TrytonSettings } from '../src/settings.ts'
import type { Tryton } from './tryton-server.ts'
import { paymentTerm } from './tryton-setup.ts'
import { settingsOf } from './settings-of.ts'

/** The connector opened against a server, with the runtime's sequence in its shortest form. */
export class TestConnection implements AsyncDisposable {
  readonly settings: TrytonSettings
  readonly client: TrytonClient
  readonly flow: SyncFlow<TrytonClient, Sale, TrytonSettings>

  constructor(server: Pick<Tryton, 'url' | 'host' | 'database' | 'user' | 'password'>, changes: object = {}) {
    const { url, database, user, password, host } = server
    this.settings = settingsOf({ url, database, user, password, paymentTerm, ...changes })
    this.client = tryton.open(contextFor(this.settings, host))
    const [flow] = tryton.flows(this.settings)
    if (flow === undefined) throw new Error('The connector has no flow')
    this.flow = flow
  }

  get context(): FlowContext<TrytonSettings> {
    return { settings: this.settings, signal: AbortSignal.timeout(30_000), idempotencyKey: 'unused' }
  }

  /** Find first; create, or write what differs. */
  async push(order: Order): Promise<ExternalRecord<Sale>> {
    const { client, context, flow } = this
    const present = await flow.find(client, order, context)
    if (present !== null) return this.update(order, present)
    const created = await flow.create(client, flow.mapper.toExternal(order), { ...context, order })
    if (created.record === undefined) throw new Error('The connector did not return the sale')
    return { id: created.id, record: created.record }
  }

  async update(order: Order, present: ExternalRecord<Sale>): Promise<ExternalRecord<Sale>> {
    const { client, context, flow } = this
    const changed = this.#differences(order, present.record)
    if (changed.length === 0) return present
    const draft = flow.mapper.draft(order, changed)
    const options = { ...context, order, current: present.record, changed }
    const record = await flow.update(client, present.id, draft, options)
    return { id: present.id, record: record ?? present.record }
  }

  async read(id: string): Promise<Sale> {
    const sale = (await this.flow.read(this.client, [id], this.context)).get(id)
    if (sale === undefined) throw new Error(`Tryton has no sale ${id}`)
    return sale
  }

  /** One poll of the change feed. */
  async pull(cursor: string | null) {
    const { changes } = this.flow
    if (changes === undefined) throw new Error('The connector has no change feed')
    return changes.pull(this.client, cursor, this.context)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }

  #differences(order: Order, sale: Sale): readonly string[] {
    const { mapper } = this.flow
    const wanted = mapper.expectedExternal(order)
    const present = mapper.externalValues(sale)
    const names = new Set([...wanted.keys(), ...present.keys()])
    return [...names].filter((name) => {
      const { direction } = mapper.rule(name)
      if (direction !== 'out' && direction !== 'both') return false
      return !mapper.sameExternal(name, wanted.get(name), present.get(name))
    })
  }
}

function contextFor(settings: TrytonSettings, host: string): ConnectorContext<TrytonSettings> {
  const silent = () => undefined
  return {
    settings,
    mode: 'test',
    allowHosts: [host],
    budgets: createBudgetRegistry(),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  }
}
