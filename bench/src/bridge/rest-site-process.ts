import { orderSamples, startPortal, type SimulatedPortal } from '@mufta/testing'
import { serve } from '../processes/serve.ts'

let portal: SimulatedPortal | null = null

const calls = {
  /** A fresh site without limits; ends the one before. */
  async start(cost: {
    readonly perCallMs: number
    readonly perRowMs: number
  }): Promise<{ readonly webhook: string }> {
    await portal?.close()
    const { perCallMs, perRowMs } = cost
    portal = await startPortal({ limits: false, latency: { perCallMs, perRowMs } })
    return { webhook: portal.webhook }
  },

  /** Returns the ids. */
  place(count: number): readonly string[] {
    return orderSamples(count).map((sample) => String(portal?.placeOrder(sample)))
  },
}

export type RestSiteCalls = typeof calls

serve(calls)
