/** Dotted paths into an object type: "customer.email". Arrays are not entered. */
export type Path<T> = T extends object
  ? {
      [K in keyof T & string]:
        | K
        | (NonNullable<T[K]> extends readonly unknown[]
            ? never
            : NonNullable<T[K]> extends object
              ? `${K}.${Path<NonNullable<T[K]>>}`
              : never)
    }[keyof T & string]
  : never

/** Type at a path; null or undefined on the way are kept in. */
export type PathValue<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? PathValue<NonNullable<T[Head]>, Rest>
    : unknown
  : P extends keyof T
    ? T[P]
    : unknown

/** The steps of a dotted path, for a path that is walked many times. */
export function stepsOf(path: string): readonly string[] {
  return path.split('.')
}

/** Value at the end of the steps; undefined when any step is missing. */
export function getPath(record: unknown, steps: readonly string[]): unknown {
  let value: unknown = record
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined
  }
  return value
}

/** Sets the value at the end of the steps in `target`, making the objects on the way. */
export function setPath(target: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const last = steps.length - 1
  let place = target
  for (let index = 0; index < last; index++) {
    const step = steps[index] as string
    const next = Object.hasOwn(place, step) ? place[step] : undefined
    if (isRecord(next)) {
      place = next
      continue
    }
    const made: Record<string, unknown> = {}
    define(place, step, made)
    place = made
  }
  define(place, steps[last] as string, value)
}

/** Merges a patch into `target`: objects deeply, arrays of rows by their `id`. */
export function mergePatch(target: Record<string, unknown>, patch: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(patch)) {
    const present = Object.hasOwn(target, key) ? target[key] : undefined
    if (isRecord(value) && isRecord(present)) mergePatch(present, value)
    else if (Array.isArray(value) && Array.isArray(present)) mergeRows(present, value)
    else define(target, key, Array.isArray(value) ? [...value] : isRecord(value) ? { ...value } : value)
  }
}

function mergeRows(target: unknown[], rows: readonly unknown[]): void {
  for (const row of rows) {
    const twin = isRecord(row)
      ? target.findIndex((other) => isRecord(other) && other['id'] === row['id'])
      : -1
    if (twin < 0 || !isRecord(row)) target.push(row)
    else target[twin] = { ...(target[twin] as object), ...row }
  }
}

// A plain assignment of "__proto__" would change the prototype; outside data may hold any key.
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
