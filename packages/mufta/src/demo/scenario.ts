import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_STATUSES, type DemoSystems } from './systems.ts'

export interface Expected {
  /** Order id → the shop status that must come back. */
  readonly statuses: Map<string, string>
  readonly placed: string[]
}

export interface Tally {
  readonly placed: number
  readonly arrived: number
  readonly doubled: number
  readonly changed: number
  readonly statusesBack: number
}

/** Places the orders in small waves, as buyers do on a busy day. */
export async function placeOrders(
  { portal, samples }: DemoSystems,
  expected: Expected,
  signal: AbortSignal,
): Promise<void> {
  for (const sample of samples) {
    if (signal.aborted) return
    expected.placed.push(String(portal.placeOrder(sample)))
    if (expected.placed.length % 25 === 0) await sleep(400, undefined, { signal }).catch(() => undefined)
  }
}

/** Managers change orders as they arrive in the CRM. */
export async function changeOrders(
  { crm }: DemoSystems,
  expected: Expected,
  changes: number,
  signal: AbortSignal,
): Promise<void> {
  while (expected.statuses.size < changes && !signal.aborted) {
    const next = expected.placed.find(
      (id, index) => index % 2 === 0 && !expected.statuses.has(id) && crm.order(id) !== null,
    )
    const any =
      next ??
      (expected.placed.length < changes * 2
        ? expected.placed.find((id) => !expected.statuses.has(id) && crm.order(id) !== null)
        : undefined)
    if (any === undefined) {
      await sleep(100, undefined, { signal }).catch(() => undefined)
      continue
    }
    const [crmStatus, shopStatus] = DEMO_STATUSES[
      expected.statuses.size % DEMO_STATUSES.length
    ] as (typeof DEMO_STATUSES)[number]
    crm.userEdit(any, { status: crmStatus })
    expected.statuses.set(any, shopStatus)
    await sleep(40, undefined, { signal }).catch(() => undefined)
  }
}

/** Compares the two systems themselves; what Mufta says of itself does not count. */
export function tally({ portal, crm }: DemoSystems, expected: Expected): Tally {
  const copies = new Map<string, number>()
  for (const order of crm.orders()) {
    const id = order.externalId
    if (typeof id === 'string') copies.set(id, (copies.get(id) ?? 0) + 1)
  }
  return {
    placed: expected.placed.length,
    arrived: expected.placed.filter((id) => copies.has(id)).length,
    doubled: [...copies.values()].filter((count) => count > 1).length,
    changed: expected.statuses.size,
    statusesBack: [...expected.statuses].filter(
      ([id, status]) => portal.order(Number(id))?.['statusId'] === status,
    ).length,
  }
}

/** Orders whose total in the CRM is not the shop's, to the kopeck. */
export function wrongTotals({ portal, crm }: DemoSystems, expected: Expected): readonly string[] {
  return expected.placed.filter((id) => {
    const copy = crm.order(id)
    const shopTotal = Number(portal.order(Number(id))?.['price'] ?? Number.NaN)
    return copy !== null && Math.round(copy.totalSumm * 100) !== Math.round(shopTotal * 100)
  })
}
