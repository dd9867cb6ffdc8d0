import { MuftaError, PermanentError, toDecimal } from '@mufta/kit'
import { z } from 'zod'
import type { PortalOutcome } from './portal-calls.ts'

/** Ids come as numbers and as text, mixed within one answer. */
export const idText = z.union([z.number().int(), z.string().min(1)]).transform(String)

/** 0, "0", "" and null all mean "no such record". */
export const idOrNull = z
  .union([z.number().int(), z.string()])
  .nullish()
  .transform((value) =>
    value === null || value === undefined || value === '' || Number(value) === 0 ? null : String(value),
  )

const NUMERIC = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

export const decimalValue = z
  .union([z.number(), z.string().regex(NUMERIC)])
  .transform((value) => toDecimal(value))

/** null, absent and "" = no value; 0 is a value. */
export const decimalOrNull = z
  .union([z.number(), z.string().regex(NUMERIC), z.literal('')])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : toDecimal(value)))

export const flag = z.enum(['Y', 'N']).transform((value) => value === 'Y')

/** A flag that old records may lack. */
export const looseFlag = z
  .union([z.string(), z.boolean()])
  .nullish()
  .transform((value) => value === 'Y' || value === true)

export const textOrNull = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)))

export const text = z.union([z.string(), z.number()]).transform(String)

/** An array; PHP prints one with gaps as an object, and an empty one may be `{}`. Absent fails. */
export function rows<Row extends z.ZodType>(row: Row): z.ZodType<z.output<Row>[]> {
  return z.preprocess((value) => (isObject(value) ? Object.values(value) : value), z.array(row))
}

/** The same, where absent or null means empty. */
export function optionalRows<Row extends z.ZodType>(row: Row): z.ZodType<z.output<Row>[]> {
  return z.preprocess((value) => value ?? [], rows(row))
}

/**
 * Reads an answer at the border: unknown extra fields are dropped, what is used must have its documented shape.
 * @throws PermanentError `SHOP_ANSWER_SHAPE` naming the fields, never their values
 */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  method: string,
  facts: { readonly entity?: string; readonly id?: string } = {},
): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || '(answer)'))]
    .slice(0, 5)
    .join(', ')
  throw new PermanentError(
    'SHOP_ANSWER_SHAPE',
    `The portal's answer to ${method} is not as documented in: ${fields}. Report it with the portal's version`,
    { facts: { system: 'Bitrix', method, field: fields, ...facts } },
  )
}

/** Result of a command that must have succeeded. @throws its error, or `SHOP_COMMAND_NOT_RUN` */
export function resultOf(outcome: PortalOutcome | undefined, method: string): unknown {
  if (outcome?.status === 'ok') return outcome.result
  if (outcome?.status === 'error') throw outcome.error
  throw new PermanentError('SHOP_COMMAND_NOT_RUN', `The portal did not run ${method} and named no reason`, {
    facts: { system: 'Bitrix', method },
  })
}

/** The portal's own error code, as text; "" when there is none. */
export function systemCodeOf(error: unknown): string {
  return error instanceof MuftaError ? (error.facts.systemCode ?? '') : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
