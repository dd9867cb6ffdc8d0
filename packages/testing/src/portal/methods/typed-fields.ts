import { normalTime } from '../clock.ts'
import type { FieldTypes } from '../filter.ts'
import { invalidValue } from '../refusal.ts'
import { int, text, type Row } from '../rows.ts'

/**
 * Fields of a write in their own types: form bodies bring every number as text. Unknown names and those that may not
 * be written are skipped without a word, as the portal does.
 * @throws Refusal `BX_INVALID_VALUE`
 */
export function typedFields(fields: Row, types: FieldTypes, isSkipped: (name: string) => boolean): Row {
  const typed: Row = {}
  for (const [name, value] of Object.entries(fields)) {
    const type = types[name]
    if (type === undefined || isSkipped(name)) continue
    if (value === null || (value === '' && type !== 'string' && type !== 'char')) {
      typed[name] = type === 'string' || type === 'char' ? '' : null
    } else if (type === 'int') {
      typed[name] = int(value)
    } else if (type === 'double') {
      typed[name] = requireNumber(name, value)
    } else if (type === 'datetime' || type === 'date') {
      typed[name] = requireTime(name, value)
    } else {
      typed[name] = type === 'other' ? value : text(value)
    }
  }
  return typed
}

function requireNumber(name: string, value: unknown): number {
  const number = Number(text(value))
  if (Number.isNaN(number)) throw invalidValue(name)
  return number
}

function requireTime(name: string, value: unknown): string {
  const time = normalTime(text(value))
  if (time === null) throw invalidValue(name)
  return time
}
