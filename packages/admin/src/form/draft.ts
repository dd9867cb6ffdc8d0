import type { Tree } from '../api/types/basics.ts'
import type { SettingField } from '../api/types/connections.ts'
import type { MessageKey } from '../i18n/index.ts'
import { isTree, valueAt, withValue } from './tree.ts'

/** What stands in the inputs while a form is edited: texts as typed, so that nothing is lost by a mistake. */
export type DraftValue = string | boolean | Readonly<Record<string, string>>
export type Draft = Record<string, DraftValue>

export function toDraft(fields: readonly SettingField[], tree: Tree): Draft {
  return Object.fromEntries(fields.map((field) => [field.path, typed(field, valueAt(tree, field.path))]))
}

/**
 * The tree with what was typed. An empty field is taken out, so that the connector's default holds. Secrets go out
 * only where a new one was typed: the server keeps the others.
 */
export function toTree(fields: readonly SettingField[], draft: Draft, base: Tree): Tree {
  return fields.reduce((tree, field) => {
    const value = meant(field, draft[field.path])
    // A mapping that was never set stays unset: an empty one may mean something else.
    const isUnset =
      isTree(value) && Object.keys(value).length === 0 && valueAt(base, field.path) === undefined
    return withValue(tree, field.path, isUnset && field.kind === 'mapping' ? undefined : value)
  }, base)
}

/** What is wrong with a field, as a message; null = nothing. */
export function problemOf(
  field: SettingField,
  value: DraftValue | undefined,
  isSecretSet = false,
): MessageKey | null {
  if (isEmpty(value)) {
    const isNeeded = field.required && field.default === undefined && !isSecretSet
    return isNeeded && field.kind !== 'boolean' && field.kind !== 'mapping' ? 'say.required' : null
  }
  if (typeof value !== 'string') return null
  switch (field.kind) {
    case 'url':
      return /^https?:\/\/[^\s/]+/.test(value.trim()) ? null : 'form.invalidUrl'
    case 'number':
      return Number.isFinite(Number(value.replace(',', '.'))) ? null : 'form.invalidNumber'
    case 'json':
      return isJson(value) ? null : 'form.invalidJson'
    case 'text':
    case 'secret':
    case 'boolean':
    case 'mapping':
    case 'choice':
    case 'list':
      return null
  }
}

export function sameDraft(a: Draft, b: Draft): boolean {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...paths].every((path) => sameValue(a[path], b[path]))
}

export function sameValue(a: DraftValue | undefined, b: DraftValue | undefined): boolean {
  if (!isTree(a) || !isTree(b)) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => a[key] === b[key])
}

function typed(field: SettingField, value: unknown): DraftValue {
  switch (field.kind) {
    case 'boolean':
      return value === undefined ? field.default === true : value === true
    case 'mapping':
      return isTree(value)
        ? Object.fromEntries(Object.entries(value).map(([key, to]) => [key, String(to)]))
        : {}
    case 'list':
      return Array.isArray(value) ? value.map(String).join('\n') : ''
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2)
    case 'secret':
      return ''
    case 'text':
    case 'url':
    case 'number':
    case 'choice':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
}

function meant(field: SettingField, value: DraftValue | undefined): unknown {
  if (isEmpty(value)) return field.kind === 'mapping' ? {} : undefined
  if (typeof value !== 'string') return value
  switch (field.kind) {
    case 'number':
      return Number(value.replace(',', '.'))
    case 'list':
      return value
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    case 'json':
      return JSON.parse(value) as unknown
    case 'text':
    case 'secret':
    case 'url':
    case 'choice':
      return value.trim()
    case 'boolean':
    case 'mapping':
      return value
  }
}

function isEmpty(value: DraftValue | undefined): boolean {
  if (value === undefined) return true
  if (typeof value === 'string') return value.trim() === ''
  return typeof value === 'object' && Object.keys(value).length === 0
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
