import type { Order } from '@mufta/kit'

const START = Date.UTC(2026, 0, 1)

/** An order as a shop would hold it; every field that a test does not care about is filled. */
export function orderOf(id: string, fields: Partial<Order> = {}): Order {
  return {
    id,
    number: `A-${id}`,
    siteId: 's1',
    xmlId: null,
    version: 1,
    createdAt: new Date(START).toISOString(),
    updatedAt: new Date(START).toISOString(),
    status: 'N',
    canceled: false,
    cancelReason: null,
    paid: false,
    personType: '1',
    total: { amount: '1990', currency: 'RUB' },
    discount: { amount: '0', currency: 'RUB' },
    tax: null,
    customer: { id: '7', email: null, phone: null, name: null, address: null, zip: null },
    customerComment: 'call first',
    managerComment: '',
    items: [],
    properties: [],
    payments: [],
    shipments: [],
    ...fields,
  }
}
