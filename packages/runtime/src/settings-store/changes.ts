import { isDeepStrictEqual } from 'node:util'
import type { ConnectionDefinition } from './definition.ts'
import type { SecretEdits } from './secret-fields.ts'
import { leavesOf } from './tree.ts'

/** One field that a version changed. Absent = it was or is not there. A secret shows only that it is set. */
export interface SettingChange {
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** What is different, by path. */
export function changesBetween(
  before: ConnectionDefinition | null,
  after: ConnectionDefinition | null,
  secrets: SecretEdits = new Map(),
): readonly SettingChange[] {
  const old = before === null ? new Map<string, unknown>() : leavesOf(before)
  const now = after === null ? new Map<string, unknown>() : leavesOf(after)
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort()
  const plain = paths
    .filter((path) => !isDeepStrictEqual(old.get(path), now.get(path)))
    .map((path) => ({
      path,
      ...(old.has(path) ? { before: old.get(path) } : {}),
      ...(now.has(path) ? { after: now.get(path) } : {}),
    }))
  const hidden = [...secrets].map(([path, value]) => ({ path, after: { set: value !== null } }))
  return [...plain, ...hidden]
}
