import { MuftaError, PermanentError } from '@mufta/kit'
import { z } from 'zod'
import type { PortalOutcome } from './portal-calls.ts'
import {
  readDecimalOrNull,
  readId,
  readLooseFlag,
  readText,
  readTextOrNull,
  type ReadValue,
} from './wire-values.ts'

/** A value of a schema, read by a function. */
function leaf<Value>(read: ReadValue<Value>): z.ZodType<Value> {
  return z.transform((input: unknown, context) => {
    const value = read(input)
    if (value !== undefined) return value
    context.issues.push({ code: 'custom', message: 'not as documented', input })
    return z.NEVER
  })
}

export const idText = leaf(readId)

export const decimalOrNull = leaf(readDecimalOrNull)

export const looseFlag = leaf(readLooseFlag)

export const textOrNull = leaf(readTextOrNull)

export const text = leaf(readText)

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
  facts: AnswerFacts = {},
): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw answerShape(
    parsed.error.issues.map((issue) => issue.path.join('.')),
    method,
    facts,
  )
}

export interface AnswerFacts {
  readonly entity?: string
  readonly id?: string
}

/** @param odd paths of the fields that are not as documented; "" = the answer itself */
export function answerShape(odd: readonly string[], method: string, facts: AnswerFacts): PermanentError {
  const fields = [...new Set(odd)]
    .slice(0, 5)
    .map((path) => path || '(answer)')
    .join(', ')
  return new PermanentError(
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
