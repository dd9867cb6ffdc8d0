import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import {
  orderSamples,
  startPortal,
  startRetailCrm,
  type SimulatedPortal,
  type SimulatedRetailCrm,
} from '@mufta/testing'
import type { ConfigInput } from '../config/schema.ts'

/** How the demo's shop and CRM name the same things. */
export const DEMO_SETTINGS = {
  statuses: { N: 'new', A: 'assembling', P: 'prepayed', S: 'delivering', F: 'complete', D: 'cancel-other' },
  paymentTypes: { '1': 'cash', '2': 'bank-card', '3': 'bank-transfer' },
  deliveryTypes: { '1': 'self-delivery', '2': 'courier', '3': 'self-delivery', '4': 'courier' },
} as const

/** CRM statuses that managers set in the demo, and the shop's status that must come back. */
export const DEMO_STATUSES = [
  ['assembling', 'A'],
  ['prepayed', 'P'],
  ['delivering', 'S'],
  ['complete', 'F'],
] as const

export interface DemoSystems extends AsyncDisposable {
  readonly portal: SimulatedPortal
  readonly crm: SimulatedRetailCrm
  /** Port on which Mufta will listen, the same after a restart. */
  readonly port: number
  readonly config: ConfigInput
  readonly samples: ReturnType<typeof orderSamples>
  close(): Promise<void>
}

export const CONNECTION = 'demo'

/** A simulated portal that sends events to Mufta, and a simulated RetailCRM, both with real limits and the fault dial. */
export async function startDemoSystems(
  orders: number,
  faults: number,
  seed: number,
  { limits = true }: { readonly limits?: boolean } = {},
): Promise<DemoSystems> {
  const port = await freePort()
  const portal = await startPortal({
    faults: { rate: faults },
    ...(limits ? {} : { limits: false as const }),
    outgoingWebhook: { url: `http://127.0.0.1:${port}/hooks/${CONNECTION}/site` },
  })
  const crm = await startRetailCrm({ faults: { rate: faults }, ...(limits ? {} : { requestsPerSecond: 0 }) })
  const close = async (): Promise<void> => {
    await portal.close()
    await crm.close()
  }
  return {
    portal,
    crm,
    port,
    samples: orderSamples(orders, seed),
    config: demoConfig(portal, crm, port),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function demoConfig(portal: SimulatedPortal, crm: SimulatedRetailCrm, port: number): ConfigInput {
  return {
    store: 'sqlite:./mufta.db',
    http: { host: '127.0.0.1', port },
    security: { allowHosts: ['127.0.0.1:*'] },
    connections: {
      [CONNECTION]: {
        site: {
          kind: 'rest',
          webhook: portal.webhook,
          applicationToken: portal.applicationToken,
          pollSeconds: 5,
          sweepSeconds: 15,
        },
        connector: 'retailcrm',
        mode: 'test',
        settings: { url: crm.url, apiKey: crm.apiKey, pollSeconds: 1, ...DEMO_SETTINGS },
      },
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
