/** A record as it travels: field name → JSON value. */
export type Row = Record<string, unknown>

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** PHP treats an empty array and an absent map alike. */
export function asRow(value: unknown): Row {
  if (isRow(value)) return value
  return Array.isArray(value) ? Object.fromEntries(value.map((item, index) => [String(index), item])) : {}
}

/** A PHP array whatever its keys: `{0: a, 5: b}` and `[a, b]` are both lists of values. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isRow(value) ? Object.values(value) : []
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === true) return '1'
  if (value === null || value === undefined || value === false) return ''
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}

/** Integer as PHP's intval reads it; 0 where there is none. */
export function int(value: unknown): number {
  const number = Math.trunc(Number.parseFloat(text(value)))
  return Number.isFinite(number) ? number : 0
}

/** PHP's json_encode of an array: `[]` when empty, a list when its keys are 0..n in order, else an object. */
export function phpArray(entries: ReadonlyMap<string, unknown>): unknown {
  let index = 0
  for (const key of entries.keys()) {
    if (key !== String(index)) return Object.fromEntries(entries)
    index += 1
  }
  return [...entries.values()]
}

/** Case of the first level of names does not matter in the old methods. */
export function upperKeys(params: Row): Row {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key.toUpperCase(), value]))
}
