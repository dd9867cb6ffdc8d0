import { startPortal, type SimulatedPortal } from '@mufta/testing'
import { serve } from '../processes/serve.ts'

export interface TableInput {
  readonly rows: number
  /** How much of the request bucket is used up at the start. */
  readonly used: number
  /** Nine of ten ids are missing. */
  readonly isSparse: boolean
}

let portal: SimulatedPortal | null = null

const calls = {
  /** A fresh portal with a bucket of its own; ends the one before. */
  async start({ rows, used, isSparse }: TableInput): Promise<{ readonly webhook: string }> {
    await portal?.close()
    const ids = isSparse ? sparseIds(rows) : null
    portal = await startPortal({
      latency: { perCallMs: 20, perRowMs: 0.2 },
      limits: { leakPerSecond: 2, burst: 50, used },
      rows: { 'crm.deal.list': { count: rows, ...(ids && { gap: (index: number) => ids[index] ?? 0 }) } },
    })
    return { webhook: portal.webhook }
  },

  stats(): { readonly requests: number; readonly refused: number } {
    const stats = portal?.stats
    return {
      requests: stats?.requests ?? 0,
      refused: stats === undefined ? 0 : stats.rejections.rate + stats.rejections.operating,
    }
  },
}

export type PortalCalls = typeof calls

serve(calls)

/** One id in ten, at random but always the same. */
function sparseIds(count: number): readonly number[] {
  let state = 7
  let id = 0
  return Array.from({ length: count }, () => {
    do {
      id += 1
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    } while (state / 4_294_967_296 >= 0.1)
    return id
  })
}
