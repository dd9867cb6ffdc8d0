/** JSON objects of settings, reached by dotted paths. Only own keys count: outside data may hold any name. */
export type Tree = Readonly<Record<string, unknown>>

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function treeAt(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) => (isTree(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      tree,
    )
}

/** A copy with the value at the path; `undefined` takes it away, with the parents that it leaves empty. */
export function treeWith(tree: Tree, path: string, value: unknown): Tree {
  const [step = '', ...rest] = path.split('.')
  const entries = Object.entries(tree).filter(([name]) => name !== step)
  if (rest.length === 0) return fromEntries(value === undefined ? entries : [...entries, [step, value]])
  const present = Object.hasOwn(tree, step) ? tree[step] : undefined
  if (value === undefined && !isTree(present)) return tree
  const inner = treeWith(isTree(present) ? present : {}, rest.join('.'), value)
  const isEmptied = value === undefined && Object.keys(inner).length === 0
  return fromEntries(isEmptied ? entries : [...entries, [step, inner]])
}

/** Every value that is no object, by its path. Lists are values. */
export function leavesOf(tree: Tree, prefix = ''): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>()
  for (const [name, value] of Object.entries(tree)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (isTree(value)) for (const [inner, leaf] of leavesOf(value, path)) leaves.set(inner, leaf)
    else leaves.set(path, value)
  }
  return leaves
}

/** Every text in a JSON value, also inside lists. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inner) => textsOf(inner))
}

// Object.fromEntries defines own properties: "__proto__" from outside stays a plain key.
function fromEntries(entries: readonly (readonly [string, unknown])[]): Tree {
  return Object.fromEntries(entries)
}
