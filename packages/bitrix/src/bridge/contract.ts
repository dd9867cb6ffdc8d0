import { z } from 'zod'
import { commands, errorCodes, failureAnswer, idempotencyKey, pairRequest, pushBody } from './commands.ts'
import { orderRow } from './order-row.ts'
import { wireEntry, wireOrderPatch, wirePrice, wireProduct, wireStock } from './wire.ts'

/**
 * The JSON schema (2020-12) of contract/protocol.schema.json, made from the same declarations that read the answers.
 * A test compares the file with this; both ends are checked against the file.
 */
export function protocolSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:mufta:bridge:v1',
    title: 'Bridge protocol v1: requests, answers and pushes between the site module and the runtime',
    $comment: 'Each request is {v, command, args} and, for writes, {key}; see $defs "<command>.request".',
    $defs: definitions(),
  }
}

function definitions(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>()
  const add = (id: string, schema: z.ZodType): void => void registry.add(schema, { id })
  add('OrderRow', orderRow)
  add('OrderPatch', wireOrderPatch)
  add('Product', wireProduct)
  add('Price', wirePrice)
  add('Stock', wireStock)
  add('DictionaryEntry', wireEntry)
  for (const [name, { isWrite, args, result }] of Object.entries(commands)) {
    add(`${name}.args`, args)
    add(`${name}.result`, result)
    add(
      `${name}.request`,
      z.strictObject({
        v: z.literal(1),
        ...(isWrite ? { key: idempotencyKey } : {}),
        command: z.literal(name),
        args,
      }),
    )
    add(`${name}.answer`, z.object({ v: z.literal(1), ok: z.literal(true), result }))
  }
  add('Failure', failureAnswer)
  add('ErrorCode', z.enum(errorCodes))
  add('Push', pushBody)
  add('PushAnswer', z.looseObject({ v: z.literal(1), accepted: z.int().min(0) }))
  add('PairRequest', pairRequest)
  add('PairAnswer', z.object({ v: z.literal(1), box: z.base64() }))
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/$defs/${id}` })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutHead(schema)]))
}

/** Each part is a definition of one file, so it names neither itself nor the dialect. */
function withoutHead(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { $schema: _schema, $id: _id, id: _name, ...rest } = schema
  return rest
}
