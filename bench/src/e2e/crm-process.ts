import { startRetailCrm, type SimulatedRetailCrm } from '@mufta/testing'
import { serve } from '../processes/serve.ts'
import { cpuSeconds, Recording, untilTrue, type RecordedCall } from './recording.ts'

const recording = new Recording()
let crm: SimulatedRetailCrm | null = null

const calls = {
  cpuSeconds,

  /** A fresh account without limits or latency. */
  async start() {
    await crm?.close()
    crm = await startRetailCrm({ requestsPerSecond: 0 })
    recording.take()
    return { url: crm.url, apiKey: crm.apiKey }
  },

  /** When the CRM had so many orders. */
  whenCreated(count: number): Promise<number> {
    return untilTrue(() => required().stats.ordersCreated >= count)
  },

  /** A manager changes the status of these orders of the shop, all at once. */
  changeStatus({ ids, status }: { readonly ids: readonly number[]; readonly status: string }): void {
    for (const id of ids) required().userEdit(String(id), { status })
  },

  /** When the history was next asked for. */
  whenAsked(): Promise<number> {
    const before = historyRequests()
    return untilTrue(() => historyRequests() > before)
  },

  take(): readonly RecordedCall[] {
    return recording.take()
  },
}

export type CrmCalls = typeof calls

serve(calls)

function required(): SimulatedRetailCrm {
  if (crm === null) throw new Error('The CRM is not started')
  return crm
}

function historyRequests(): number {
  return [...required().stats.byPath]
    .filter(([path]) => path.endsWith('/orders/history'))
    .reduce((sum, [, count]) => sum + count, 0)
}
