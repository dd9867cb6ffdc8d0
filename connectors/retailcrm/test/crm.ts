import type { TestContext } from 'node:test'
import { createBudgetRegistry, type ConnectorLog, type Order } from '@mufta/kit'
import { startRetailCrm, type RetailCrmOptions, type SimulatedRetailCrm } from '@mufta/testing'
import { RetailCrmClient } from '../src/client.ts'
import { orderMapper } from '../src/mapper.ts'
import { createOrder, updateOrder } from '../src/orders.ts'
import type { RetailCrmSettings } from '../src/settings.ts'
import type { CrmOrder } from '../src/wire.ts'
import { apiKey, settings } from './orders.ts'

/** Keeps every line, for tests that look into it. */
export function keepLog(): ConnectorLog & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (facts: Record<string, unknown>, message: string) =>
    void lines.push(`${JSON.stringify(facts)} ${message}`)
  return { lines, debug: keep, info: keep, warn: keep, error: keep }
}

export function openClient(
  t: TestContext,
  url: string,
  change: Record<string, unknown> = {},
  log: ConnectorLog = keepLog(),
) {
  const chosen = settings({ url, requestsPerSecond: 10_000, ...change })
  const client = new RetailCrmClient({
    settings: chosen,
    allowHosts: ['127.0.0.1:*'],
    budgets: createBudgetRegistry(),
    log,
  })
  t.after(() => client.close())
  return { client, settings: chosen }
}

/** What the runtime does with the connector, without its store. */
export class Bench {
  readonly crm: SimulatedRetailCrm
  readonly client: RetailCrmClient
  readonly settings: RetailCrmSettings
  #mapper: ReturnType<typeof orderMapper> | undefined

  constructor(crm: SimulatedRetailCrm, client: RetailCrmClient, chosen: RetailCrmSettings) {
    this.crm = crm
    this.client = client
    this.settings = chosen
  }

  get mapper() {
    this.#mapper ??= orderMapper(this.settings)
    return this.#mapper
  }

  get context() {
    return { settings: this.settings, signal: AbortSignal.timeout(5000), idempotencyKey: 'key' }
  }

  create(source: Order) {
    return createOrder(this.client, this.mapper.toExternal(source), { ...this.context, order: source })
  }

  async update(id: string, source: Order, changed: readonly string[]): Promise<CrmOrder | undefined> {
    const current = await this.read(id)
    const draft = this.mapper.draft(source, changed)
    return updateOrder(this.client, id, draft, { ...this.context, order: source, current, changed })
  }

  async read(id: string): Promise<CrmOrder> {
    const found = (await this.client.readOrders([id], this.context)).get(id)
    if (found === undefined) throw new Error(`no order ${id}`)
    return found
  }
}

export async function openBench(
  t: TestContext,
  change: Record<string, unknown> = {},
  options: RetailCrmOptions = {},
): Promise<Bench> {
  const crm = await startRetailCrm({ apiKey, requestsPerSecond: 0, ...options })
  t.after(() => crm.close())
  const { client, settings: chosen } = openClient(t, crm.url, change)
  return new Bench(crm, client, chosen)
}
