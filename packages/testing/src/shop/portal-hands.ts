import type { SimulatedPortal } from '../portal/portal.ts'
import type { SavedAt, ShopHands } from './road.ts'

/** The clock of a simulated portal; it can be set back for one save. */
export class PortalClock {
  #behindMs = 0

  readonly now = (): number => Date.now() - this.#behindMs

  /** Does the work as if it was that long ago. */
  back<T>({ secondsAgo = 0 }: SavedAt, work: () => T): T {
    this.#behindMs = secondsAgo * 1000
    try {
      return work()
    } finally {
      this.#behindMs = 0
    }
  }
}

/** Buyers and managers of a simulated portal that goes by this clock. */
export function portalHands(portal: SimulatedPortal, clock: PortalClock): ShopHands {
  return {
    place: async (orders, saved = {}) =>
      clock.back(saved, () => orders.map((order) => String(portal.placeOrder(order)))),
    edit: async (id, change, saved = {}) => clock.back(saved, () => portal.editOrder(Number(id), change)),
    delete: async (id) => portal.deleteOrder(Number(id)),
    statuses: async () => new Map(portal.orders().map(({ id, statusId }) => [String(id), String(statusId)])),
  }
}
