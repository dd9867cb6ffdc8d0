import { parseArgs } from 'node:util'

export const groups = ['lists', 'e2e', 'intake', 'store', 'bridge'] as const
export type Group = (typeof groups)[number]

export interface BenchOptions {
  readonly only: readonly Group[]
  /** Measurements of each figure, taken in turn; the median counts. */
  readonly rounds: number
  /** Smaller amounts and one round: to see that it runs, not what it says. */
  readonly quick: boolean
  /** Other clients run to their end, however slow. */
  readonly full: boolean
  readonly json: boolean
  /** A figure that is not met is an error. */
  readonly strict: boolean
}

/** As the command line gives them: `rounds: null` = as many as each group needs. */
export type AskedOptions = Omit<BenchOptions, 'rounds'> & { readonly rounds: number | null }

/**
 * Ratios of busy processes on shared cores differ by a quarter from round to round: more of them. Of the bridge by a half:
 * both requests may meet in one of the PHP server's processes, and one then waits for the other.
 */
const USUAL_ROUNDS: Readonly<Record<Group, number>> = { lists: 3, e2e: 7, intake: 7, store: 3, bridge: 15 }

export function optionsFor(group: Group, asked: AskedOptions): BenchOptions {
  return { ...asked, rounds: asked.rounds ?? (asked.quick ? 1 : USUAL_ROUNDS[group]) }
}

export const HELP = `Benchmarks: every figure is measured side by side with what it is compared to, in one run.

  --only lists,e2e,intake,store,bridge   some of the groups
  --rounds N                      measurements of each figure, the median counts (default 3; e2e, intake 7; bridge 15)
  --quick                         small amounts, one round
  --full                          slow clients run to their end (minutes)
  --json                          one JSON document instead of the table
  --strict                        exit code 1 when a figure is not met`

/** @throws TypeError naming the word that is not understood */
export function readOptions(args: readonly string[]): AskedOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const { quick, full, json, strict } = values
  const rounds = values.rounds === undefined ? null : readRounds(values.rounds)
  return { only: readGroups(values.only), rounds, quick, full, json, strict }
}

function readRounds(word: string): number {
  const rounds = Number(word)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 100) return rounds
  throw new TypeError(`--rounds needs a whole number from 1 to 100, got "${word}"`)
}

function readGroups(words: readonly string[] | undefined): readonly Group[] {
  if (words === undefined) return groups
  return words.flatMap((list) => list.split(',')).map(readGroup)
}

function readGroup(word: string): Group {
  const found = groups.find((group) => group === word)
  if (found !== undefined) return found
  throw new TypeError(`--only knows ${groups.join(', ')}; got "${word}"`)
}
