import assert from 'node:assert/strict'
import type { Customer, Order } from '@mufta/kit'
import type { OrderInput } from '../portal/placing.ts'
import type { SuiteSite } from './road.ts'

/** An order with nothing left to a default. */
const PLAIN: OrderInput = {
  personTypeId: 1,
  userId: 2,
  properties: { '1': 'Иван Петров', '2': 'ivan.petrov@example.com', '3': '+79000000000' },
  items: [{ name: 'Футболка «Огонь»', price: '1990.00', productId: 348, vatPercent: '20' }],
  shipments: [{ deliveryId: 2, price: '350.50' }],
  payments: [{ paySystemId: 2 }],
}

export function plainOrders(count: number): readonly OrderInput[] {
  return Array.from({ length: count }, () => PLAIN)
}

/** A buyer orders; the order as the road then tells it. */
export async function placed(site: SuiteSite, input: OrderInput = {}): Promise<Order> {
  const [id = ''] = await site.hands.place([{ ...PLAIN, ...input }])
  return await read(site, id)
}

export async function read({ shop }: SuiteSite, id: string): Promise<Order> {
  const order = (await shop.readOrders([id])).get(id)
  assert.ok(order)
  return order
}

export async function all(ids: AsyncIterable<string>): Promise<readonly string[]> {
  const list: string[] = []
  for await (const id of ids) list.push(id)
  return list
}

/** Where the properties of `shopLists` keep the buyer: their flags tell, not their codes. */
const BUYER = {
  1: { name: '1', email: '2', phone: '3', zip: '4', address: '6' },
  2: { name: '23', email: '24', phone: '25', zip: '26', address: '28' },
} as const

export function buyerOf({ personTypeId, userId, properties = {} }: OrderInput): Customer {
  const ids = BUYER[personTypeId === 2 ? 2 : 1]
  const text = (id: string): string | null => (properties[id] as string | undefined) ?? null
  const { name, email, phone, zip, address } = ids
  return {
    id: String(userId),
    name: text(name),
    email: text(email),
    phone: text(phone),
    zip: text(zip),
    address: text(address),
  }
}
