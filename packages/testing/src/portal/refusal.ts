import type { Row } from './rows.ts'

/** The portal's refusal of one call: `{error, error_description}` with its HTTP status. In-process control throws it. */
export class Refusal extends Error {
  readonly status: number
  readonly error: string | number
  readonly extra: Row

  constructor(status: number, error: string | number, description: string, extra: Row = {}) {
    super(description)
    this.name = 'Refusal'
    this.status = status
    this.error = error
    this.extra = extra
  }

  toBody(): Row {
    return { error: this.error, error_description: this.message, ...this.extra }
  }
}

export const queryLimit = (): Refusal => new Refusal(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests')

export const operatingLimit = (): Refusal =>
  new Refusal(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.')

export const methodNotFound = (): Refusal => new Refusal(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!')

export const wrongAuthType = (): Refusal =>
  new Refusal(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method')

/** Controllers' answer to an absent argument of an action. */
export const missingParameter = (name: string): Refusal =>
  new Refusal(400, 100, `Could not find value for parameter {${name}}`)

/** sale.* answer to absent fields inside `fields`. */
export const requiredFields = (names: readonly string[]): Refusal =>
  new Refusal(400, 0, `Required fields: ${names.join(', ')}`)

/** Old modules' answer to a bad argument. */
export const badArgument = (name: string, description: string): Refusal =>
  new Refusal(400, 'ERROR_ARGUMENT', description, { argument: name })

export const nullArgument = (name: string): Refusal =>
  badArgument(name, `Argument '${name}' is null or empty`)

export const invalidValue = (field: string): Refusal =>
  new Refusal(400, 'BX_INVALID_VALUE', `Invalid value of the field ${field}`)

/** A field whose class of values the shop does not know (pay system, delivery, status). */
export const unknownValue = (description: string): Refusal => new Refusal(400, 0, description)
