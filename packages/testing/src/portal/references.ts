import { isRow, type Row } from './rows.ts'

/** What earlier commands of a batch gave; names as in the answer of batch. */
export type BatchResults = Readonly<
  Record<'result' | 'error' | 'total' | 'next' | 'time', ReadonlyMap<string, unknown>>
>

/**
 * Puts earlier answers in place of `$result[key][path]` in parameter values. Nothing here is an error: a value that is
 * only a reference becomes whatever part was found, possibly a whole structure; inside a longer text an unresolved
 * one stays as it is written.
 */
export function resolveReferences(params: Row, results: BatchResults): Row {
  const resolved: Row = {}
  for (const [name, value] of Object.entries(params)) resolved[name] = resolveValue(value, results)
  return resolved
}

// Server code: everything up to the next space belongs to the reference.
const REFERENCE = /\$(result|error|total|next|time)(\S*)/gi

function resolveValue(value: unknown, results: BatchResults): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, results))
  if (isRow(value)) return resolveReferences(value, results)
  if (typeof value !== 'string' || !value.includes('$')) return value
  let text = value
  for (const match of value.matchAll(REFERENCE)) {
    const path = [...(match[2] ?? '').matchAll(/\[([^\]]+)\]/g)].map((part) => part[1] ?? '')
    if (path.length === 0) continue
    const found = walk(results[toName(match[1])], path)
    if (match[0] === value) return found instanceof Map ? Object.fromEntries(found) : found
    if (typeof found === 'string' || typeof found === 'number')
      text = text.replaceAll(match[0], () => String(found))
  }
  return text
}

function walk(root: unknown, path: readonly string[]): unknown {
  let at = root
  for (const key of path) {
    const next = child(at, key)
    if (next === undefined || next === null) break
    at = next
  }
  return at
}

function child(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key)
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined
  return isRow(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function toName(word: string | undefined): keyof BatchResults {
  const name = (word ?? '').toLowerCase()
  return name === 'error' || name === 'total' || name === 'next' || name === 'time' ? name : 'result'
}
