import type { Json, Values } from '@mufta/kit'

/** Values as an answer of the API carries them. */
export type ShownValues = Readonly<Record<string, Json>>

export function asRecord(values: Values): ShownValues {
  return Object.fromEntries(values)
}
