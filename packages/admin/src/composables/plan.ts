import { shallowRef } from 'vue'
import { api } from '../api/client.ts'
import type { Plan, PlannedOrder } from '../api/types/plans.ts'
import { useAction } from './action.ts'
import { usePoll } from './poll.ts'

const pageSize = 500

/** A plan being made: its progress and its rows as they come. */
export function usePlan() {
  const id = shallowRef<string | null>(null)
  const plan = shallowRef<Plan | null>(null)
  const rows = shallowRef<readonly PlannedOrder[]>([])
  const error = shallowRef<unknown>(null)

  const poll = usePoll(async () => {
    if (id.value === null) return false
    try {
      const fresh = await api.plan(id.value, { after: rows.value.length, limit: pageSize })
      plan.value = fresh
      if (fresh.rows.length > 0) rows.value = [...rows.value, ...fresh.rows]
      error.value = null
      return fresh.state === 'running' || fresh.rows.length === pageSize
    } catch (failure) {
      error.value = failure
      return false
    }
  }, 500)

  const starting = useAction(async (body: { connection: string; limit?: number; since?: string }) => {
    poll.stop()
    const { id: fresh } = await api.startPlan(body)
    id.value = fresh
    plan.value = null
    rows.value = []
    await poll.start()
  })

  const stopping = useAction(async () => {
    if (id.value !== null) await api.stopPlan(id.value)
    await poll.start()
  })

  function clear(): void {
    poll.stop()
    id.value = null
    plan.value = null
    rows.value = []
  }

  return { plan, rows, error, starting, stopping, clear, again: poll.start }
}
