import type { CallOptions, Order } from '@mufta/kit'
import { Packer } from './packer.ts'
import { splitName } from './person-name.ts'
import type { RetailCrmSettings } from './settings.ts'
import type { CrmCustomer } from './wire.ts'

/** The part of the client that puts customers into the CRM. */
export interface CustomerCalls {
  /** A customer that the CRM already has is left as it is. */
  uploadCustomers(customers: readonly CrmCustomer[], options?: CallOptions): Promise<void>
}

const packSize = 50
const remembered = 20_000

/**
 * Sees to it that an order's customer exists before the order names it: RetailCRM refuses an order with an unknown
 * customer. Customers of orders created at the same time go up together, 50 in a request; one that is known to be
 * there costs nothing.
 */
export class CustomerDirectory {
  readonly #packer: Packer<true>
  readonly #waiting = new Map<string, CrmCustomer>()
  readonly #known = new Set<string>()

  constructor(calls: CustomerCalls) {
    this.#packer = new Packer({
      size: packSize,
      call: async (ids, options) => {
        const customers = ids.flatMap((id) => this.#waiting.get(id) ?? [])
        for (const id of ids) this.#waiting.delete(id)
        if (customers.length > 0) await calls.uploadCustomers(customers, options)
        for (const id of ids) this.#remember(id)
        return new Map()
      },
    })
  }

  /** Safe to repeat. Whether a customer was refused shows when the order that names it is sent. */
  async ensure(customers: readonly CrmCustomer[], options: CallOptions = {}): Promise<void> {
    const unknown = customers.filter((customer) => !this.#known.has(customer.externalId))
    if (unknown.length === 0) return
    for (const customer of unknown) this.#waiting.set(customer.externalId, customer)
    await this.#packer.get(
      unknown.map((customer) => customer.externalId),
      options,
    )
  }

  #remember(id: string): void {
    if (this.#known.size >= remembered) this.#known.clear()
    this.#known.add(id)
  }
}

/** The order's customer as a customer card; null for a guest. */
export function customerOf(order: Order, settings: RetailCrmSettings): CrmCustomer | null {
  const { id, email, phone, name } = order.customer
  if (id === null) return null
  const { lastName, firstName, patronymic } = splitName(name, settings.nameOrder)
  return {
    externalId: id,
    ...(lastName === null ? {} : { lastName }),
    ...(firstName === null ? {} : { firstName }),
    ...(patronymic === null ? {} : { patronymic }),
    ...(email === null ? {} : { email }),
    ...(phone === null ? {} : { phones: [{ number: phone }] }),
  }
}
