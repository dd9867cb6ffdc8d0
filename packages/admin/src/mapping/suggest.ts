import type { DictionaryEntry } from '../api/types/connections.ts'
import { similarity } from './similar.ts'

/** Below it two names are strangers. */
const enough = 0.6

/**
 * Pairs for what is not mapped yet, best first, each value of the other side used once: two shop codes with one outer
 * code would leave the way back unclear.
 */
export function suggest(
  from: readonly DictionaryEntry[],
  to: readonly DictionaryEntry[],
  mapped: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const taken = new Set(Object.values(mapped))
  const candidates = from
    .filter(({ code }) => !mapped[code])
    .flatMap((left) =>
      to
        .filter(({ active, code }) => active && !taken.has(code))
        .map((right) => ({ left: left.code, right: right.code, score: score(left, right) })),
    )
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score)
  const found: Record<string, string> = {}
  for (const { left, right } of candidates) {
    if (found[left] !== undefined || taken.has(right)) continue
    found[left] = right
    taken.add(right)
  }
  return found
}

/** Names count most; equal codes help where names differ. */
function score(left: DictionaryEntry, right: DictionaryEntry): number {
  const byName = similarity(left.name, right.name)
  const byCode = left.code.length > 2 ? similarity(left.code, right.code) : 0
  return Math.max(byName, byCode * 0.95, similarity(left.name, right.code) * 0.9)
}
