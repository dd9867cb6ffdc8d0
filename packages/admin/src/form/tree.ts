import type { Tree } from '../api/types/basics.ts'
import type { SecretMark } from '../api/types/connections.ts'

/** The value at a dotted path. */
export function valueAt(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isTree(value) ? value[key] : undefined), tree)
}

/** A copy of the tree with the value at a dotted path; undefined takes the key away, and a parent left empty by it. */
export function withValue(tree: Tree, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.')
  const { [key]: before, ...others } = tree
  if (rest.length === 0) return value === undefined ? others : { ...others, [key]: value }
  const inner = withValue(asTree(before), rest.join('.'), value)
  const isEmpty = value === undefined && Object.keys(inner).length === 0
  return isEmpty ? others : { ...others, [key]: inner }
}

/** A copy without the marks that stand in place of secrets. */
export function withoutSecrets(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([, value]) => !isSecretMark(value))
      .map(([key, value]) => [key, isTree(value) ? withoutSecrets(value) : value]),
  )
}

/** Paths of everything that is set as a secret. */
export function secretPaths(tree: Tree, prefix = ''): readonly { path: string; mark: SecretMark }[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = `${prefix}${key}`
    if (isSecretMark(value)) return [{ path, mark: value }]
    return isTree(value) ? secretPaths(value, `${path}.`) : []
  })
}

export function isSecretMark(value: unknown): value is SecretMark {
  return isTree(value) && value['set'] === true
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asTree(value: unknown): Tree {
  return isTree(value) ? value : {}
}
