import { statusMap, type Order, type StatusMap } from '@mufta/kit'
import type { SaleState } from './sale.ts'
import type { TrytonSettings } from './settings.ts'

/** Stands for a cancelled order among the shop's status codes: the shop keeps cancel beside the status, Tryton in it. */
const canceledCode = '~canceled'

/**
 * Shop status ↔ state of the sale.
 * @throws ConfigError `STATUS_AMBIGUOUS`; in use ParkError `STATUS_UNMAPPED`
 */
export function saleStatuses(settings: TrytonSettings): StatusMap<string, SaleState> {
  return statusMap<string, SaleState>({
    name: 'statuses',
    table: { ...settings.statuses, [canceledCode]: 'cancelled' },
    toShop: { ...settings.statusesToShop, cancelled: canceledCode },
  })
}

/** Two fields of the order that are one field in Tryton. */
export const orderStatus = {
  get: (order: Order): string => (order.canceled ? canceledCode : order.status),
  set: (code: string | null, order: Order): object => {
    if (code === canceledCode) return { canceled: true }
    return order.canceled ? { canceled: false, status: code } : { status: code }
  },
}
