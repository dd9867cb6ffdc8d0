import { createHash, randomUUID } from 'node:crypto'
import { redact, type CallOptions, type ConnectorLog, type Order, type OrderPatch } from '@mufta/kit'
import type { BridgeClient } from './bridge-client.ts'

/**
 * Writes what the patch names, in one request, only onto the version that was read. Safe to repeat: the key is made
 * of order, version and patch, so a repeat after a lost answer gets the stored answer.
 * @throws RetryableError `BRIDGE_VERSION_CONFLICT` when someone changed the order meanwhile: read it again
 * @throws UnknownOutcomeError when no answer came even to the repeats
 */
export async function writeOrder(
  client: Pick<BridgeClient, 'call'>,
  log: ConnectorLog,
  order: Order,
  patch: OrderPatch,
  options: CallOptions = {},
): Promise<void> {
  if (Object.keys(patch).length === 0) return
  const { warnings } = await client.call(
    'orders.patch',
    { id: order.id, expectedVersion: order.version, patch: mutable(patch) },
    { ...options, key: keyOf(order, patch) },
  )
  if (warnings.length === 0) return
  // The write happened; what is odd about it is told to the operator, not thrown.
  const reason = redact(warnings.join('; '), []).slice(0, 200)
  log.warn(
    { entity: 'order', id: order.id, method: 'orders.patch', code: 'SHOP_ORDER_MARKED', reason },
    'The shop took the write with warnings',
  )
}

function keyOf(order: Order, patch: OrderPatch): string {
  // Without a version nothing tells two equal writes apart.
  if (order.version === null) return randomUUID()
  const text = JSON.stringify([order.id, order.version, sorted(patch)])
  return createHash('sha256').update(text).digest('hex').slice(0, 40)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)])
}

type Writable = Parameters<BridgeClient['call']> extends never ? never : Mutable<OrderPatch>
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T

function mutable(patch: OrderPatch): Writable {
  return patch as Writable
}
