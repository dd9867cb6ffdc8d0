import type { DictionaryEntry } from '@mufta/kit'

/** Share of the letters that may be wrong. */
const MOST_UNLIKE = 0.5

/** The entry whose code or name a mistyped code most resembles; undefined = none does. */
export function nearest(typed: string, entries: readonly DictionaryEntry[]): DictionaryEntry | undefined {
  const ranked = entries
    .map((entry) => ({ entry, by: Math.min(unlike(typed, entry.code), unlike(typed, entry.name)) }))
    .filter(({ by }) => by <= MOST_UNLIKE)
    .toSorted((a, b) => a.by - b.by)
  return ranked[0]?.entry
}

/** 0 = the same letters, small or capital, to 1 = nothing in common. */
function unlike(a: string, b: string): number {
  const [left, right] = [Array.from(a.toLowerCase()), Array.from(b.toLowerCase())]
  return edits(left, right) / Math.max(left.length, right.length, 1)
}

/** Levenshtein's distance: letters to put in, take out or replace. */
function edits(left: readonly string[], right: readonly string[]): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [index, letter] of left.entries()) {
    const next = [index + 1]
    for (const [at, other] of right.entries()) {
      const replaced = (row[at] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
