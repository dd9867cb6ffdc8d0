import { PermanentError } from './errors.ts'
import { HookError } from './hook-error.ts'

export interface FormLimits {
  /** @default 5_000 */
  readonly maxFields?: number
  /** Brackets in one name. @default 32 */
  readonly maxDepth?: number
}

const FORM_DEFAULTS = { maxFields: 5_000, maxDepth: 32 } as const satisfies Required<FormLimits>
const MAX_ENCODE_DEPTH = 64

/**
 * Nested names as PHP's `http_build_query` writes them: `a[b][0]=…` (brackets percent-encoded, spaces %20).
 * true = 1, false = 0, null = empty value, Date = ISO; `undefined`, `[]` and `{}` are left out.
 * @throws PermanentError `DATA_NOT_UNICODE`, `DATA_NOT_ENCODABLE` (a Secret, a class, NaN, a cycle)
 */
export function encodeQuery(data: Readonly<Record<string, unknown>>): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(data)) append(parts, encodeText(name), value, 0)
  return parts.join('&')
}

/**
 * Reads a body that PHP's `http_build_query` (or a browser) wrote. Values are strings; names with keys 0..n become
 * arrays; a repeated name keeps the last value, as in PHP.
 * @throws HookError `FORM_MALFORMED` (400: bad percent sequence, not UTF-8, `__proto__`), `FORM_TOO_LARGE` (413)
 */
export function parsePhpForm(text: string, limits: FormLimits = {}): Record<string, unknown> {
  const { maxFields, maxDepth } = { ...FORM_DEFAULTS, ...limits }
  const root: Node = new Map()
  let fields = 0
  for (const piece of text.split('&', maxFields + 1)) {
    if (piece === '') continue
    if (++fields > maxFields) throw tooLarge(`more than ${maxFields} fields`)
    const at = piece.indexOf('=')
    const name = decodeText(at < 0 ? piece : piece.slice(0, at))
    if (name === '') continue
    put(root, namePath(name, maxDepth), at < 0 ? '' : decodeText(piece.slice(at + 1)))
  }
  return Object.fromEntries([...root].map(([key, value]) => [key, plain(value)]))
}

/** A branch under construction; insertion order is kept, keys cannot reach a prototype. */
type Node = Map<string, string | Node>

function append(parts: string[], name: string, value: unknown, depth: number): void {
  if (value === undefined) return
  if (depth > MAX_ENCODE_DEPTH) throw notEncodable('nested too deeply (a cycle?)')
  if (Array.isArray(value)) {
    const present = value.filter((item) => item !== undefined)
    for (const [index, item] of present.entries()) append(parts, `${name}%5B${index}%5D`, item, depth + 1)
    return
  }
  if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      append(parts, `${name}%5B${encodeText(key)}%5D`, item, depth + 1)
    }
    return
  }
  parts.push(`${name}=${encodeText(scalar(value))}`)
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (value instanceof Date) return value.toISOString()
  throw notEncodable(typeof value === 'number' ? 'NaN or Infinity' : `a value of type ${typeName(value)}`)
}

function encodeText(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text
  return percentEncoded(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    // The cause would only repeat "URI malformed".
    throw new PermanentError(
      'DATA_NOT_UNICODE',
      'A text to be sent holds half of a character (lone surrogate)',
    )
  }
}

function decodeText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // The cause would only repeat "URI malformed"; the text itself must not be printed.
    throw new HookError(400, 'FORM_MALFORMED', 'The form body holds a bad percent sequence or is not UTF-8')
  }
}

/** "a[b][]" → ["a", "b", ""]; a name whose brackets do not match is taken literally. */
function namePath(name: string, maxDepth: number): readonly string[] {
  const open = name.indexOf('[')
  if (open <= 0) return [checkedKey(name)]
  const path = [checkedKey(name.slice(0, open))]
  let at = open
  while (name[at] === '[') {
    const close = name.indexOf(']', at)
    if (close < 0) return path.length > 1 ? path : [checkedKey(name)]
    if (path.length > maxDepth) throw tooLarge(`a name nested more than ${maxDepth} deep`)
    path.push(checkedKey(name.slice(at + 1, close)))
    at = close + 1
  }
  return path
}

function checkedKey(key: string): string {
  if (key !== '__proto__') return key
  throw new HookError(400, 'FORM_MALFORMED', 'The form body uses a forbidden field name')
}

function put(root: Node, path: readonly string[], value: string): void {
  let node = root
  for (const [index, part] of path.entries()) {
    const key = part === '' && index > 0 ? nextIndex(node) : part
    if (index === path.length - 1) {
      node.set(key, value)
      return
    }
    const next = node.get(key)
    if (next instanceof Map) {
      node = next
      continue
    }
    const fresh: Node = new Map()
    node.set(key, fresh)
    node = fresh
  }
}

function nextIndex(node: Node): string {
  // Usual case: keys are 0..n-1 in order, so the size is the next free number.
  if (!node.has(String(node.size)) && (node.size === 0 || node.has(String(node.size - 1))))
    return String(node.size)
  const numbers = [...node.keys()].filter((key) => isIndex(key)).map(Number)
  return String(Math.max(-1, ...numbers) + 1)
}

function plain(value: string | Node): unknown {
  if (typeof value === 'string') return value
  const isList = [...value.keys()].every((key) => isIndex(key) && Number(key) < value.size)
  if (!isList) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return Array.from({ length: value.size }, (_, index) => plain(value.get(String(index)) ?? ''))
}

function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(key)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function typeName(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value
}

function notEncodable(what: string): PermanentError {
  return new PermanentError('DATA_NOT_ENCODABLE', `Data to be sent holds ${what}; give plain values`)
}

function tooLarge(what: string): HookError {
  return new HookError(413, 'FORM_TOO_LARGE', `The form body has ${what}`)
}
