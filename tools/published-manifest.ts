/** The fields of a package.json that matter here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly exports: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Tried with 24.11.0 and later. Older ones of 24 refuse the numbered parameters of node:sqlite ("?1"). */
const NODE = '>=24.11.0'

/**
 * The package.json of a tarball: compiled code for sources, siblings in exactly the version packed with them.
 * @throws Error when a sibling is not packed
 */
export function publishedManifest(manifest: Manifest, siblings: ReadonlyMap<string, string>): object {
  const { name, version, description, license, exports, bin, dependencies = {} } = manifest
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: NODE },
    exports: mapValues(exports, (path) => ({
      types: compiled(path, '.d.ts'),
      default: compiled(path, '.js'),
    })),
    ...(bin === undefined ? {} : { bin: mapValues(bin, (path) => compiled(path, '.js').slice(2)) }),
    dependencies: mapEntries(dependencies, (name, range) => {
      if (range !== '*') return range
      const exact = siblings.get(name)
      if (exact === undefined) throw new Error(`${manifest.name} needs ${name}, which is not packed`)
      return exact
    }),
  }
}

/** The same for the connector that `mufta connector new` copies: it is the author's own, so it takes fixes of ours. */
export function templateManifest(manifest: Manifest, siblings: ReadonlyMap<string, string>): object {
  const pinned = (parts: Readonly<Record<string, string>> = {}): object =>
    mapEntries(parts, (name, range) => (range === '*' ? `^${siblings.get(name)}` : range))
  return {
    ...manifest,
    dependencies: pinned(manifest.dependencies),
    devDependencies: pinned(manifest.devDependencies),
  }
}

/** "./src/main.ts" → "./dist/main.js". */
function compiled(path: string, extension: '.js' | '.d.ts'): string {
  return path.replace('/src/', '/dist/').replace(/\.ts$/, extension)
}

function mapValues<Value>(
  record: Readonly<Record<string, string>>,
  map: (value: string) => Value,
): Record<string, Value> {
  return mapEntries(record, (_key, value) => map(value))
}

function mapEntries<Value>(
  record: Readonly<Record<string, string>>,
  map: (key: string, value: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]))
}
