import { PermanentError, type CallOptions, type Order } from '@mufta/kit'
import { systemCodeOf } from './answer.ts'
import { toOrder } from './order-mapper.ts'
import type { PortalCalls } from './portal-calls.ts'
import type { PropertyCatalog } from './property-catalog.ts'
import { readWhole } from './wire-record.ts'
import { readOrderAnswer, type WireOrder } from './wire.ts'

/** "order does not exist", "order is not exists". Bitrix24 REST docs: sale.order.get, sale.order.update. */
export const ORDER_MISSING = ['200540400001', '201240400001']

const METHOD = 'sale.order.get'

/**
 * Reads whole orders; calls made at the same time share requests (50 orders each). Ids that are no portal ids, and
 * orders that do not exist, are absent. The first other error is thrown after all reads have ended.
 */
export async function readOrders(
  client: Pick<PortalCalls, 'packed'>,
  catalog: PropertyCatalog,
  ids: readonly string[],
  options: CallOptions = {},
): Promise<ReadonlyMap<string, Order>> {
  const asked = [...new Set(ids)].filter((id) => /^[1-9]\d*$/.test(id))
  const read = await Promise.allSettled(asked.map(async (id) => await readOne(client, id, options)))
  const wires: WireOrder[] = []
  for (const one of read) {
    if (one.status === 'rejected') throw one.reason
    if (one.value !== null) wires.push(one.value)
  }
  const properties = wires.flatMap((wire) => wire.propertyValues.map((value) => value.orderPropsId))
  if (wires.length === 0) return new Map()
  const roles = await catalog.rolesFor(properties, options)
  return new Map(wires.map((wire) => [wire.id, toOrder(wire, roles)]))
}

async function readOne(
  client: Pick<PortalCalls, 'packed'>,
  id: string,
  options: CallOptions,
): Promise<WireOrder | null> {
  try {
    const answer = await client.packed(METHOD, { id }, options)
    const { order } = readWhole(readOrderAnswer, answer, METHOD, { entity: 'order', id })
    if (order.id === id) return order
    throw new PermanentError(
      'SHOP_ANSWER_SHAPE',
      `The portal answered ${METHOD} with another order than asked for`,
      {
        facts: { system: 'Bitrix', method: METHOD, entity: 'order', id },
      },
    )
  } catch (error) {
    if (ORDER_MISSING.includes(systemCodeOf(error))) return null
    throw error
  }
}
