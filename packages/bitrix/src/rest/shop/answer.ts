import { MuftaError, PermanentError, toDecimal } from '@mufta/kit'
import { z } from 'zod'
import type { PortalOutcome } from './portal-calls.ts'

/**
 * A value read by a function; undefined = not of the documented shape. An order has a hundred such values, and a
 * union with a transformation costs ten times as much.
 */
function leaf<Value>(read: (value: unknown) => Value | undefined): z.ZodType<Value> {
  return z.transform((input: unknown, context) => {
    const value = read(input)
    if (value !== undefined) return value
    context.issues.push({ code: 'custom', message: 'not as documented', input })
    return z.NEVER
  })
}

/** Ids come as numbers and as text, mixed within one answer. */
export const idText = leaf((value) => (isId(value) && value !== '' ? String(value) : undefined))

/** 0, "0", "" and null all mean "no such record". */
export const idOrNull = leaf((value) => {
  if (isNothing(value)) return null
  if (!isId(value)) return undefined
  return Number(value) === 0 ? null : String(value)
})

const NUMERIC = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

export const decimalValue = leaf(readDecimal)

/** null, absent and "" = no value; 0 is a value. */
export const decimalOrNull = leaf((value) => (isNothing(value) ? null : readDecimal(value)))

export const flag = leaf((value) => (value === 'Y' ? true : value === 'N' ? false : undefined))

/** A flag that old records may lack. */
export const looseFlag = leaf((value) => {
  if (value === null || value === undefined) return false
  if (typeof value === 'string') return value === 'Y'
  return typeof value === 'boolean' ? value : undefined
})

export const textOrNull = leaf((value) =>
  value === null || value === undefined ? null : isText(value) ? String(value) : undefined,
)

export const text = leaf((value) => (isText(value) ? String(value) : undefined))

function isNothing(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || value === ''
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value)
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isFinite(value)
}

function readDecimal(value: unknown): string | undefined {
  const isDecimal = typeof value === 'string' ? NUMERIC.test(value) : Number.isFinite(value)
  return isDecimal ? toDecimal(value as string | number) : undefined
}

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
