import { decimal, redact, type CallOptions, type ConnectorLog, type Order, type OrderPatch } from '@mufta/kit'
import { z } from 'zod'
import { decimalOrNull, looseFlag, resultOf, textOrNull } from './answer.ts'
import { mustGoAlone } from '../client/command.ts'
import type { PortalCalls } from './portal-calls.ts'
import { planWrites, type OrderWrite } from './write-plan.ts'
import { readWhole } from './wire-record.ts'
import { readShipmentAnswer, type WireShipment } from './wire.ts'

/**
 * Writes what the patch names, in the order that loses nothing. One write shares its request with others; several go
 * as one batch that stops at the first refusal. Safe to repeat.
 * @throws UnknownOutcomeError when an answer was lost; PermanentError with the portal's code when it refused (a paid
 * order cannot be cancelled: SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE)
 */
export async function writeOrder(
  client: Pick<PortalCalls, 'packed' | 'batch'>,
  log: ConnectorLog,
  order: Order,
  patch: OrderPatch,
  options: CallOptions = {},
): Promise<void> {
  const shipments = await readShipments(client, patch, options)
  const writes = planWrites(order, patch, shipments)
  const answers = await run(client, writes, options)
  for (const [index, write] of writes.entries()) inspect(log, order, write, answers[index], shipments)
}

/**
 * The present shipments, read right before they are written: an update must repeat delivery, flags, status and price,
 * and repeating an old price would undo someone's change.
 */
async function readShipments(
  client: Pick<PortalCalls, 'packed'>,
  patch: OrderPatch,
  options: CallOptions,
): Promise<ReadonlyMap<string, WireShipment>> {
  const ids = [...new Set((patch.shipments ?? []).map((shipment) => shipment.id))]
  const method = 'sale.shipment.get'
  const read = await Promise.all(
    ids.map(async (id) => {
      const answer = await client.packed(method, { id }, options)
      const { shipment } = readWhole(readShipmentAnswer, answer, method, { entity: 'shipment', id })
      return [id, shipment] as const
    }),
  )
  return new Map(read)
}

async function run(
  client: Pick<PortalCalls, 'packed' | 'batch'>,
  writes: readonly OrderWrite[],
  options: CallOptions,
): Promise<readonly unknown[]> {
  const [first] = writes
  if (first === undefined) return []
  if (writes.length === 1) return [await client.packed(first.method, first.params, options)]
  if (writes.some(({ params }) => mustGoAlone(params))) return await runAlone(client, writes, options)
  const commands = writes.map(({ method, params }) => ({ method, params }))
  const outcomes = await client.batch(commands, { ...options, halt: true })
  // The error that stopped the batch says more than the commands that did not run because of it.
  const failed = outcomes.find((outcome) => outcome.status === 'error')
  if (failed !== undefined) throw failed.error
  return writes.map((write, index) => resultOf(outcomes[index], write.method))
}

/** A comment such as "$result[…]" would be taken for a reference inside a batch. */
async function runAlone(
  client: Pick<PortalCalls, 'packed'>,
  writes: readonly OrderWrite[],
  options: CallOptions,
): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  // oxlint-disable-next-line no-await-in-loop -- the order matters, and a refusal stops the rest
  for (const { method, params } of writes) answers.push(await client.packed(method, params, options))
  return answers
}

const written = z.object({
  marked: looseFlag,
  reasonMarked: textOrNull,
  statusId: textOrNull,
  priceDelivery: decimalOrNull,
})

/** The write happened; what is odd about it is told to the operator, not thrown. */
function inspect(
  log: ConnectorLog,
  order: Order,
  write: OrderWrite,
  answer: unknown,
  shipments: ReadonlyMap<string, WireShipment>,
): void {
  const parsed = z.object({ [write.entity]: written }).safeParse(answer)
  const record = parsed.success ? parsed.data[write.entity] : undefined
  if (record === undefined) return
  const facts = { entity: 'order', id: order.id, method: write.method }
  if (record.marked) {
    const reason = redact(record.reasonMarked ?? '', []).slice(0, 200)
    log.warn(
      { ...facts, code: 'SHOP_ORDER_MARKED', reason },
      'The shop marked the order with a problem after the write',
    )
  }
  if (write.status !== undefined && record.statusId !== null && record.statusId !== write.status) {
    const status = record.statusId
    log.warn(
      { ...facts, code: 'SHOP_STATUS_NOT_KEPT', status },
      'The shop took the write but shows another status',
    )
  }
  const before = write.entity === 'shipment' ? shipments.get(write.id)?.priceDelivery : undefined
  if (
    typeof before === 'string' &&
    record.priceDelivery !== null &&
    decimal.compare(before, record.priceDelivery) !== 0
  ) {
    log.warn(
      { ...facts, code: 'SHOP_DELIVERY_PRICE_CHANGED' },
      'The shop recalculated the delivery price after the write',
    )
  }
}
