import { toDecimal, type Decimal } from '@mufta/kit'
import { invalidInput, missingParameter, Refusal } from './answers.ts'
import type { Dictionary } from './dictionaries.ts'
import { isDate, isDateTime } from './wire-time.ts'

export type JsonObject = Record<string, unknown>

/** Collects what is wrong with one record, by field path, so that all of it is answered at once. */
export class FieldProblems {
  readonly #byPath: Record<string, string> = {}
  #count = 0

  add(path: string, text: string): void {
    this.#byPath[path] ??= text
    this.#count += 1
  }

  throwIfAny(errorMsg: string): void {
    if (this.#count > 0) throw new Refusal(400, errorMsg, this.#byPath)
  }
}

/** Reads fields of one level: `undefined` = not given, `null` = to be cleared. */
export class Fields {
  readonly source: JsonObject
  readonly problems: FieldProblems
  readonly #prefix: string

  constructor(source: JsonObject, problems: FieldProblems, prefix = '') {
    this.source = source
    this.problems = problems
    this.#prefix = prefix
  }

  path(key: string): string {
    return `${this.#prefix}${key}`
  }

  child(key: string): Fields | undefined {
    const value = this.source[key]
    if (value === undefined || value === null || isEmptyArray(value)) return undefined
    if (isObject(value)) return new Fields(value, this.problems, `${this.path(key)}.`)
    this.problems.add(this.path(key), 'This value should be an object.')
    return undefined
  }

  list(key: string): Fields[] | undefined {
    const value = this.source[key]
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) {
      this.problems.add(this.path(key), 'This value should be an array.')
      return undefined
    }
    return value.map((item: unknown, index) => {
      const path = `${this.path(key)}[${index}]`
      if (!isObject(item)) this.problems.add(path, 'This value should be an object.')
      return new Fields(isObject(item) ? item : {}, this.problems, `${path}.`)
    })
  }

  text(key: string): string | null | undefined {
    const value = this.source[key]
    if (value === undefined) return undefined
    if (value === null || value === '') return null
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    this.problems.add(this.path(key), 'This value is not valid.')
    return undefined
  }

  decimal(key: string, least: 'any' | 'zero' | 'above-zero' = 'any'): Decimal | undefined {
    const value = this.source[key]
    if (value === undefined || value === null || value === '') return undefined
    const isNumeric =
      typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    if (!isNumeric || !Number.isFinite(Number(value))) {
      this.problems.add(this.path(key), 'This value is not valid.')
      return undefined
    }
    const number = Number(value)
    if (least !== 'any' && (number < 0 || (least === 'above-zero' && number === 0))) {
      const limit = least === 'zero' ? 'greater than or equal to 0' : 'greater than 0'
      this.problems.add(this.path(key), `This value should be ${limit}.`)
      return undefined
    }
    return toDecimal(value)
  }

  integer(key: string): number | null | undefined {
    const value = this.source[key]
    if (value === undefined || value === null) return value
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number
    this.problems.add(this.path(key), 'This value is not valid.')
    return undefined
  }

  flag(key: string): boolean | undefined {
    const value = this.source[key]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'boolean') return value
    if (value === 1 || value === '1' || value === 'true') return true
    if (value === 0 || value === '0' || value === 'false' || value === '') return false
    this.problems.add(this.path(key), 'This value is not valid.')
    return undefined
  }

  dateTime(key: string): string | null | undefined {
    return this.#dated(key, isDateTime, 'This value is not a valid datetime, expected Y-m-d H:i:s.')
  }

  date(key: string): string | null | undefined {
    return this.#dated(key, isDate, 'This value is not a valid date, expected Y-m-d.')
  }

  /** A code of a dictionary; null and "" clear it. */
  code(key: string, dictionary: Dictionary, entity: string): string | null | undefined {
    const code = this.text(key)
    if (typeof code !== 'string' || dictionary.has(code)) return code
    this.problems.add(this.path(key), `"${entity}" with "code"="${code}" does not exist.`)
    return undefined
  }

  /** As `code`, for what a record cannot be without. */
  requiredCode(key: string, dictionary: Dictionary, entity: string): string | undefined {
    const code = this.code(key, dictionary, entity)
    if (code !== null) return code
    this.problems.add(this.path(key), 'This value should not be blank.')
    return undefined
  }

  #dated(key: string, isValid: (text: string) => boolean, message: string): string | null | undefined {
    const text = this.text(key)
    if (typeof text !== 'string' || isValid(text)) return text
    this.problems.add(this.path(key), message)
    return undefined
  }
}

/** A form field that holds JSON. @throws Refusal when absent, not JSON or of another kind */
export function jsonField(params: JsonObject, name: string): unknown {
  const text = params[name]
  if (text === undefined || text === '') throw missingParameter(name)
  if (typeof text !== 'string') throw invalidInput([`${name}: This value should be a JSON string.`])
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalidInput([`${name}: Syntax error in JSON.`])
  }
}

export function objectField(params: JsonObject, name: string): JsonObject {
  const value = jsonField(params, name)
  if (!isObject(value)) throw invalidInput([`${name}: This value should be an object.`])
  return value
}

export function listField(params: JsonObject, name: string, most: number): JsonObject[] {
  const value = jsonField(params, name)
  if (!Array.isArray(value)) throw invalidInput([`${name}: This value should be an array.`])
  if (value.length > most) {
    throw new Refusal(400, 'Validation error', [
      `${name}: This collection should contain ${most} elements or less.`,
    ])
  }
  return value.map((item: unknown) => (isObject(item) ? item : {}))
}

/** How an upload names a record that it did not take. */
export function failedRecord(source: JsonObject): { externalId?: string } {
  const { externalId } = source
  if (typeof externalId === 'number') return { externalId: String(externalId) }
  return typeof externalId === 'string' ? { externalId } : {}
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** PHP writes an empty object as `[]`. */
function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
