import { answerShape, type AnswerFacts } from './answer.ts'
import type { ReadValue } from './wire-values.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * An object of an answer, read field by field; fields that are not asked for are dropped. One that is not of its
 * documented shape is noted, and reading goes on. An order has a hundred fields: a schema of them costs more than twice
 * as much.
 */
export class WireRecord {
  readonly #fields: Fields
  readonly #path: string
  /** Shared by the whole answer. */
  readonly #odd: string[]

  constructor(fields: Fields, path: string, odd: string[]) {
    this.#fields = fields
    this.#path = path
    this.#odd = odd
  }

  get<Value>(name: string, read: ReadValue<Value>): Value {
    const value = read(this.#fields[name])
    return value === undefined ? this.#note(name) : value
  }

  /** Whatever the field holds. */
  raw(name: string): unknown {
    return this.#fields[name]
  }

  record<Value>(name: string, read: (record: WireRecord) => Value): Value {
    return this.#inner(name, this.#fields[name], read)
  }

  /** An array; PHP prints one with gaps as an object, and an empty one may be `{}`. Absent is odd. */
  rows<Row>(name: string, read: (row: WireRecord) => Row): readonly Row[] {
    const value = this.#fields[name]
    if (!isFields(value)) return this.#note(name)
    const rows: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    return rows.map((row, index) => this.#inner(`${name}.${index}`, row, read))
  }

  /** The same, where absent or null means empty. */
  optionalRows<Row>(name: string, read: (row: WireRecord) => Row): readonly Row[] {
    return (this.#fields[name] ?? null) === null ? [] : this.rows(name, read)
  }

  #inner<Value>(name: string, value: unknown, read: (record: WireRecord) => Value): Value {
    if (!isFields(value)) return this.#note(name)
    return read(new WireRecord(value, `${this.#path}${name}.`, this.#odd))
  }

  /** Nobody sees what is made of an odd field: whoever asked for the answer gets the error. */
  #note<Value>(name: string): Value {
    this.#odd.push(this.#path + name)
    return undefined as Value
  }
}

/**
 * Reads an answer at the border.
 * @throws PermanentError `SHOP_ANSWER_SHAPE` naming the fields, never their values
 */
export function readRecord<Value>(
  read: (record: WireRecord) => Value,
  answer: unknown,
  method: string,
  facts: AnswerFacts = {},
): Value {
  if (!isFields(answer)) throw answerShape([''], method, facts)
  const odd: string[] = []
  const value = read(new WireRecord(answer, '', odd))
  if (odd.length > 0) throw answerShape(odd, method, facts)
  return value
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
