import { z } from 'zod'
import { orderRow, propertyKind } from './order-row.ts'
import { id, isoTime, wireEntry, wireOrderPatch, wirePrice, wireProduct, wireStock } from './wire.ts'

const limit = (most: number) => z.int().min(1).max(most)
const ids = (most: number) => z.array(id).min(1).max(most)
const version = z.int().min(0).nullable()
/** An outbox row's number. */
const rowId = z.string().regex(/^\d{1,20}$/)
const token = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

const failedItem = z.object({ index: z.int().min(0), code: z.string().min(1), message: z.string() })
const written = z.object({ done: z.int().min(0), failed: z.array(failedItem) })

/** What the module can do: arguments and result of each command. `isWrite` = sent with an idempotency key. */
export const commands = {
  health: {
    isWrite: false,
    args: z.strictObject({}),
    result: z.object({
      /** Module id, "vendor.name". */
      module: z.string(),
      /** Version of the module. */
      version: z.string(),
      php: z.string(),
      /** Version of the kernel's `main`. */
      main: z.string(),
      /** Address of the site, as its settings tell it. */
      site: z.string(),
      time: isoTime,
      timezone: z.string(),
      encoding: z.string(),
      /** Engine and version. */
      database: z.string(),
      outbox: z.object({
        waiting: z.int().min(0),
        dead: z.int().min(0),
        oldestSeconds: z.int().min(0).nullable(),
      }),
      lastAgentRun: isoTime.nullable(),
      /** Site ids that are served: ["s1"]. */
      sites: z.array(z.string()),
    }),
  },
  'orders.read': {
    isWrite: false,
    args: z.strictObject({ ids: ids(500) }),
    result: z.object({ orders: z.array(orderRow), kinds: z.array(propertyKind), missing: z.array(id) }),
  },
  /** Ordered by time of change, then id. `since: null` = from now: no changes, only `next` and `now`. */
  'orders.changed': {
    isWrite: false,
    args: z.strictObject({ since: isoTime.nullable(), afterId: id.nullable(), limit: limit(1000) }),
    result: z.object({
      changes: z.array(z.object({ id, version, updatedAt: isoTime })),
      next: z.object({ since: isoTime, afterId: id.nullable() }),
      more: z.boolean(),
      now: isoTime,
    }),
  },
  'orders.ids': {
    isWrite: false,
    args: z.strictObject({ afterId: id.nullable(), limit: limit(1000), since: isoTime.exactOptional() }),
    result: z.object({ ids: z.array(id), more: z.boolean() }),
  },
  dictionaries: {
    isWrite: false,
    args: z.strictObject({}),
    result: z.object({
      statuses: z.array(wireEntry),
      shipmentStatuses: z.array(wireEntry),
      paymentTypes: z.array(wireEntry),
      deliveryTypes: z.array(wireEntry),
      personTypes: z.array(wireEntry),
      sites: z.array(wireEntry),
      properties: z.array(wireEntry),
      stores: z.array(wireEntry),
      priceTypes: z.array(wireEntry),
    }),
  },
  'orders.patch': {
    isWrite: true,
    args: z.strictObject({ id, expectedVersion: version, patch: wireOrderPatch }),
    result: z.object({ version, changed: z.array(z.string()), warnings: z.array(z.string()) }),
  },
  /** The connector's settings as typed on the site's page, by path; null = never typed, {box} = sealed secret. */
  'settings.read': {
    isWrite: false,
    args: z.strictObject({}),
    result: z.object({
      mode: z.enum(['test', 'production']),
      values: z.record(z.string(), z.unknown()),
    }),
  },
  'products.read': {
    isWrite: false,
    args: z.strictObject({ afterId: id.nullable(), limit: limit(500) }),
    result: z.object({ products: z.array(wireProduct), more: z.boolean() }),
  },
  /** `limit` counts products; all rows of a product come on one page. The next `afterId` is the last row's product. */
  'prices.read': {
    isWrite: false,
    args: z.strictObject({ afterId: id.nullable(), limit: limit(500) }),
    result: z.object({ prices: z.array(wirePrice), more: z.boolean() }),
  },
  'stocks.read': {
    isWrite: false,
    args: z.strictObject({ afterId: id.nullable(), limit: limit(500) }),
    result: z.object({ stocks: z.array(wireStock), more: z.boolean() }),
  },
  'prices.write': {
    isWrite: true,
    args: z.strictObject({ prices: z.array(wirePrice).min(1).max(200) }),
    result: written,
  },
  'stocks.write': {
    isWrite: true,
    args: z.strictObject({ stocks: z.array(wireStock).min(1).max(200) }),
    result: written,
  },
  'outbox.claim': {
    isWrite: false,
    /** With the token of an earlier claim: its rows again, while it holds any. */
    args: z.strictObject({ limit: limit(200), leaseSeconds: limit(300), token: token.exactOptional() }),
    result: z.object({
      /** "" when there are no rows. */
      token: z.union([token, z.literal('')]),
      rows: z.array(
        z.object({
          id: rowId,
          entity: z.string().min(1),
          entityId: z.string().min(1),
          reason: z.string().min(1),
          version,
          at: isoTime,
        }),
      ),
    }),
  },
  'outbox.ack': {
    isWrite: false,
    args: z.strictObject({ token, ids: z.array(rowId).min(1).max(200) }),
    result: z.object({ acked: z.int().min(0) }),
  },
  'outbox.fail': {
    isWrite: false,
    args: z.strictObject({ token, ids: z.array(rowId).min(1).max(200), error: z.string().max(500) }),
    result: z.object({ failed: z.int().min(0) }),
  },
} as const

export type CommandName = keyof typeof commands
export type CommandArgs<Name extends CommandName> = z.input<(typeof commands)[Name]['args']>
export type CommandResult<Name extends CommandName> = z.output<(typeof commands)[Name]['result']>

export const errorCodes = [
  'BAD_REQUEST',
  'BAD_SIGNATURE',
  'STALE',
  'REPLAYED',
  'NOT_CONFIGURED',
  'UNKNOWN_COMMAND',
  'TOO_LARGE',
  'UNSUPPORTED_TYPE',
  'KEY_REUSED',
  'VERSION_CONFLICT',
  'NOT_FOUND',
  'UNKNOWN_STATUS',
  'REFUSED',
  'BUSY',
  'TIME_OVER',
  'INTERNAL',
] as const

export const failureAnswer = z.object({
  v: z.literal(1),
  ok: z.literal(false),
  error: z.object({
    code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).exactOptional(),
  }),
})

export const idempotencyKey = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** Events that the module pushes to the runtime. */
export const pushBody = z.object({
  v: z.literal(1),
  events: z
    .array(
      z.object({
        entity: z.string().min(1).max(40),
        id: z.string().min(1).max(40),
        reason: z.string().min(1).max(100),
        version: version,
        deleted: z.boolean(),
      }),
    )
    .max(100),
})

export const pairRequest = z.strictObject({
  v: z.literal(1),
  connection: z.string().min(1).max(40),
  proof: z.string().regex(/^[0-9a-f]{64}$/),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  siteUrl: z.string().min(1).max(500),
  moduleId: z
    .string()
    .regex(/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/)
    .max(50),
  /** Full address of the module's endpoint; of the same origin as `siteUrl`. */
  endpoint: z.url().max(1000),
})
