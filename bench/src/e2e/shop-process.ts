import { orderSamples, startPortal, type SimulatedPortal } from '@mufta/testing'
import { serve } from '../processes/serve.ts'
import { cpuSeconds, Recording, untilTrue, type RecordedCall } from './recording.ts'

const recording = new Recording()
let portal: SimulatedPortal | null = null

const calls = {
  cpuSeconds,

  /** A fresh portal without limits or latency; its orders and its webhook are the same every time. */
  async start() {
    await portal?.close()
    portal = await startPortal({ limits: false, random: sameEveryTime() })
    recording.take()
    const { url, webhook, applicationToken } = portal
    return { url, webhook, applicationToken }
  },

  /** Ids of new orders. Nobody is told of them. */
  place({ count, seed }: { readonly count: number; readonly seed: number }): readonly number[] {
    return orderSamples(count, seed).map((sample) => required().placeOrder(sample))
  },

  /** Where events of later changes go. */
  sendEventsTo(url: string): void {
    required().setOutgoingWebhook({ url })
  },

  /** When the portal had been given so many status changes. */
  whenUpdated(count: number): Promise<number> {
    return untilTrue(() => (required().stats.byMethod.get('sale.order.update') ?? 0) >= count)
  },

  countByStatus(status: string): number {
    return required()
      .orders()
      .filter((order) => order['statusId'] === status).length
  },

  take(): readonly RecordedCall[] {
    return recording.take()
  },
}

export type ShopCalls = typeof calls

serve(calls)

function required(): SimulatedPortal {
  if (portal === null) throw new Error('The portal is not started')
  return portal
}

function sameEveryTime(): () => number {
  let state = 42
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
