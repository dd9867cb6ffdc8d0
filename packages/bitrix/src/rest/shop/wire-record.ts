import { answerShape, type AnswerFacts } from './answer.ts'

/** An object of an answer. */
export type Fields = Readonly<Record<string, unknown>>

/** The same with nothing undefined in it. */
export type Whole<Value> = Value extends readonly (infer Row)[]
  ? readonly Whole<Row>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Whole<Value[Name]> }
    : Exclude<Value, undefined>

/**
 * Reads an answer at the border. What `read` makes has the names of the answer's fields, and undefined where one is not
 * of its documented shape: so an order of a hundred fields costs a quarter of what a schema does.
 * @throws PermanentError `SHOP_ANSWER_SHAPE` naming the fields, never their values
 */
export function readWhole<Value>(
  read: (answer: Fields) => Value,
  answer: unknown,
  method: string,
  facts: AnswerFacts = {},
): Whole<Value> {
  const value = readRecord(answer, read)
  if (!isWhole(value)) throw answerShape(oddPlaces(value), method, facts)
  return value as Whole<Value>
}

export function readRecord<Value>(value: unknown, read: (fields: Fields) => Value): Value | undefined {
  return isFields(value) ? read(value) : undefined
}

/** An array; PHP prints one with gaps as an object, and an empty one may be `{}`. */
export function readRows<Row>(
  value: unknown,
  read: (row: Fields) => Row,
): readonly (Row | undefined)[] | undefined {
  if (!isFields(value)) return undefined
  const rows: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  return rows.map((row) => readRecord(row, read))
}

/** The same, where absent or null means empty. */
export function readOptionalRows<Row>(
  value: unknown,
  read: (row: Fields) => Row,
): readonly (Row | undefined)[] | undefined {
  return value === undefined || value === null ? [] : readRows(value, read)
}

/** Looks at every answer, so it keeps no places. */
function isWhole(value: unknown): boolean {
  if (!isFields(value)) return value !== undefined
  if (Array.isArray(value)) return value.every(isWhole)
  for (const name in value) {
    const member = value[name]
    if (member === undefined || (typeof member === 'object' && !isWhole(member))) return false
  }
  return true
}

/** Where something is undefined: "order.items.0.price". */
function oddPlaces(value: unknown): readonly string[] {
  if (value === undefined) return ['']
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    oddPlaces(member).map((place) => (place === '' ? name : `${name}.${place}`)),
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
