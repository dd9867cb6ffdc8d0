import { z } from 'zod'
import { orderStates } from '../../store/reads.ts'
import { laneStates } from '../../store/store.ts'
import { limit, listOf, optionalText, reason, time, tree } from './common.ts'

export const orderQuery = z.object({
  /** Number, shop id, external id, or the buyer's e-mail, phone or name. */
  q: optionalText(200),
  connection: optionalText(40),
  state: z
    .enum(['', ...orderStates])
    .transform((state) => (state === '' ? undefined : state))
    .optional(),
  /** "next" of the page before. */
  before: optionalText(300),
  limit: limit(50, 200),
})

export const orderPage = z.object({
  rows: listOf(
    z.object({
      connection: z.string(),
      shopId: z.string(),
      externalId: z.string().nullable(),
      number: z.string().nullable(),
      state: z.enum(orderStates),
      code: z.string().nullable(),
      updatedAt: time,
    }),
  ),
  /** null = there is no more. A page may be short, even empty, and still have one: its time was over. */
  next: z.string().nullable(),
})

export const journalStep = z.object({
  seq: z.number(),
  at: time,
  kind: z.string(),
  code: z.string(),
  job: z.number().optional(),
  detail: tree.optional(),
})

export const orderLife = z.object({
  binding: z
    .object({
      shopId: z.string(),
      externalId: z.string().nullable(),
      mapperVersion: z.string(),
      updatedAt: time,
    })
    .nullable(),
  lane: z
    .object({
      lane: z.string(),
      state: z.enum(laneStates),
      pending: z.number(),
      attempts: z.number(),
      due: time.nullable(),
      failure: reason.nullable(),
    })
    .nullable(),
  steps: listOf(journalStep),
  values: z.object({
    /** As read just now; null = it could not be read. */
    shop: tree.nullable(),
    external: tree.nullable(),
    /** As last agreed, in the shop's terms and in the other system's. */
    base: tree.nullable(),
    baseExternal: tree.nullable(),
  }),
})
