import { normalTime } from './clock.ts'
import { asList, asRow, isRow, text, type Row } from './rows.ts'

export type FieldType = 'int' | 'double' | 'string' | 'char' | 'datetime' | 'date' | 'other'
export type FieldTypes = Readonly<Record<string, FieldType>>

/** Bitrix24 REST docs: filter prefixes. Longest first, so that `!=%` is not read as `!`. */
const PREFIXES = [
  '!=%',
  '!%=',
  '>=',
  '<=',
  '!=',
  '!@',
  '!%',
  '=%',
  '%=',
  '>',
  '<',
  '!',
  '=',
  '@',
  '%',
] as const
export type Operator = '' | (typeof PREFIXES)[number]

export interface Condition {
  readonly field: string
  readonly operator: Operator
  readonly value: unknown
}

export type Test = (row: Row) => boolean

export interface ParsedFilter {
  readonly conditions: readonly Condition[]
  /** Nested `{logic: 'OR', 0: {...}}` groups. */
  readonly groups: readonly Test[]
  /** Names that the entity does not have: the portal skips them without a word. */
  readonly ignored: readonly string[]
}

export function parseFilter(filter: unknown, types: FieldTypes): ParsedFilter {
  const conditions: Condition[] = []
  const groups: Test[] = []
  const ignored: string[] = []
  for (const [key, value] of Object.entries(asRow(filter))) {
    if (key === 'logic' || key === 'LOGIC') continue
    if (/^\d+$/.test(key) && isRow(value)) {
      groups.push(group(value, types))
      continue
    }
    const condition = splitKey(key, value)
    if (types[condition.field] === undefined) ignored.push(condition.field)
    else conditions.push(condition)
  }
  return { conditions, groups, ignored }
}

export function toTest(condition: Condition, types: FieldTypes): Test {
  const { field, operator } = condition
  const type = types[field] ?? 'string'
  if (operator === '>' || operator === '>=' || operator === '<' || operator === '<=') {
    return range(field, operator, comparable(condition.value, type), type)
  }
  if (operator.includes('%')) return like(field, operator, text(condition.value))
  const wanted = new Set(
    (Array.isArray(condition.value) || isRow(condition.value)
      ? asList(condition.value)
      : [condition.value]
    ).map((value) => keyOf(value, type)),
  )
  const isNegative = operator.startsWith('!')
  return (row) => wanted.has(keyOf(row[field], type)) !== isNegative
}

/** A value in the form in which two of one type compare; null = nothing to compare with. */
export function comparable(value: unknown, type: FieldType): number | string | null {
  if (value === null || value === undefined || value === '') return null
  if (type === 'int' || type === 'double') {
    const number = Number(text(value))
    return Number.isNaN(number) ? null : number
  }
  if (type === 'datetime' || type === 'date') return normalTime(text(value)) ?? text(value)
  return text(value)
}

function splitKey(key: string, value: unknown): Condition {
  const prefix = PREFIXES.find((candidate) => key.startsWith(candidate)) ?? ''
  return { field: key.slice(prefix.length), operator: prefix, value }
}

function group(filter: Row, types: FieldTypes): Test {
  const { conditions, groups } = parseFilter(filter, types)
  const tests = [...conditions.map((condition) => toTest(condition, types)), ...groups]
  if (text(filter['logic'] ?? filter['LOGIC']).toUpperCase() === 'OR') {
    return (row) => tests.some((test) => test(row))
  }
  return (row) => tests.every((test) => test(row))
}

function range(
  field: string,
  operator: '>' | '>=' | '<' | '<=',
  bound: number | string | null,
  type: FieldType,
): Test {
  if (bound === null) return () => false
  return (row) => {
    const value = comparable(row[field], type)
    if (value === null) return false
    if (operator === '>') return value > bound
    if (operator === '>=') return value >= bound
    return operator === '<' ? value < bound : value <= bound
  }
}

/** `%x` finds a substring; with `=` beside the percent sign the value brings its own wildcards. */
function like(field: string, operator: Operator, pattern: string): Test {
  const isNegative = operator.startsWith('!')
  const hasWildcards = operator.includes('=')
  const source = hasWildcards ? pattern.split('%').map(escape).join('.*') : `.*${escape(pattern)}.*`
  const expression = new RegExp(`^${source}$`, 'isu')
  return (row) => expression.test(text(row[field])) !== isNegative
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

/** Equality: numbers by value, times by moment, absent and empty alike. */
function keyOf(value: unknown, type: FieldType): string {
  const known = comparable(value, type)
  return known === null ? '' : String(known)
}
