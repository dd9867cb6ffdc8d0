import assert from 'node:assert/strict'
import {
  createBudgetRegistry,
  parseSettings,
  type Connector,
  type ConnectorLog,
  type ExternalRecord,
  type FlowContext,
  type Order,
  type SyncFlow,
} from '@mufta/kit'
import type { SystemUnderTest } from './system.ts'

type External = Readonly<Record<string, unknown>>

/** A connector opened against a running system, with everything it logs kept for the search for secrets. */
export class Harness {
  readonly system: SystemUnderTest
  readonly client: unknown
  readonly flow: SyncFlow<unknown, External>
  readonly settings: unknown
  readonly logged: string[] = []
  readonly #connector: Connector

  constructor(
    connector: Connector,
    system: SystemUnderTest,
    raw: Readonly<Record<string, unknown>> = system.settings,
  ) {
    this.#connector = connector
    this.system = system
    this.settings = parseSettings(connector.settings, raw, 'settings')
    this.client = connector.open({
      settings: this.settings,
      mode: 'test',
      allowHosts: system.allowHosts,
      budgets: createBudgetRegistry(),
      log: this.#log(),
    })
    const flow = connector.flows(this.settings)[0]
    assert.ok(flow, 'the connector declares a flow')
    this.flow = flow as SyncFlow<unknown, External>
  }

  context(key = 'key-1'): FlowContext {
    return { settings: this.settings, signal: AbortSignal.timeout(30_000), idempotencyKey: key }
  }

  create(order: Order): Promise<ExternalRecord<External | undefined>> {
    return this.flow.create(this.client, this.flow.mapper.toExternal(order), {
      ...this.context(`key-${order.id}`),
      order,
    })
  }

  find(order: Order): Promise<ExternalRecord<External> | null> {
    return this.flow.find(this.client, order, this.context())
  }

  async read(id: string): Promise<External> {
    const record = (await this.flow.read(this.client, [id], this.context())).get(id)
    assert.ok(record, `record ${id} can be read`)
    return record
  }

  async close(): Promise<void> {
    await this.#connector.close?.(this.client)
    await this.system.close()
  }

  #log(): ConnectorLog {
    const keep = (facts: Record<string, unknown>, message: string): void =>
      void this.logged.push(`${JSON.stringify(facts)} ${message}`)
    return { debug: keep, info: keep, warn: keep, error: keep }
  }
}
