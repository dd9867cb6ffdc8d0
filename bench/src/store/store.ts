import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore, type Store } from '@mufta/runtime'
import { atMost, median, type Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { CONNECTION, fill, workOff } from './workload.ts'

/** Blocks measured on each store, in turn, for one round. */
const BLOCKS = 10
const JOBS_PER_BLOCK = 1280
/** Shares no divisor with the size of a block: each place once. */
const STRIDE = 469
/** Orders that both stores know, for updates of old bindings in the small one. */
const SMALL = 2000
/** New orders of the measurement start above everything that was filled in. */
const NEW_FROM = 10_000_000

interface Kind {
  readonly name: string
  readonly note: string
  readonly ids: (bench: Side, block: number) => readonly number[]
}

interface Side {
  readonly store: Store
  /** Orders bound before the measurement have ids 1..known. */
  readonly known: number
}

const kinds: readonly Kind[] = [
  {
    name: 'cost of a job, new order',
    note: 'push → lease → done with a new binding and a journal row',
    ids: (_, block) =>
      Array.from({ length: JOBS_PER_BLOCK }, (_, n) => NEW_FROM + block * JOBS_PER_BLOCK + n),
  },
  {
    name: 'cost of a job, old order',
    note: 'the same with a binding that is there, anywhere in the table',
    ids: ({ known }, block) => scattered(known, block),
  },
]

/** What a job costs in a store with a long history, against one without. */
export async function measureStore(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const jobs = options.quick ? 50_000 : 1_000_000
  const folder = await mkdtemp(join(tmpdir(), 'mufta-bench-'))
  try {
    await using empty = await openSqliteStore({ path: join(folder, 'empty.db') })
    await using full = await openSqliteStore({ path: join(folder, 'full.db') })
    await fill(
      empty,
      SMALL,
      () => true,
      () => {},
    )
    await fill(
      full,
      jobs,
      (id) => id <= jobs / 2,
      (done) => progress(`store: filling, ${done} of ${jobs} jobs`),
    )
    const sides = { empty: { store: empty, known: SMALL }, full: { store: full, known: jobs / 2 } }
    const rounds = kinds.map(() => [] as Round[])
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [index, kind] of kinds.entries()) {
        progress(`store: ${kind.name}, round ${round + 1}`)
        rounds[index]?.push(await measureRound(kind, sides, round * kinds.length + index))
      }
    }
    const held = `${jobs.toLocaleString('en')} finished jobs and ${full.countBindings(CONNECTION).toLocaleString('en')} bindings`
    return kinds.map((kind, index) => figureOf(kind, rounds[index] ?? [], held))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Round {
  readonly ratio: number
  readonly emptyMicroseconds: number
  readonly fullMicroseconds: number
}

async function measureRound(
  kind: Kind,
  sides: { readonly empty: Side; readonly full: Side },
  round: number,
): Promise<Round> {
  const times = { empty: [] as number[], full: [] as number[] }
  for (let block = 0; block < BLOCKS; block += 1) {
    const number = round * BLOCKS + block
    // Which goes first changes, so that neither always meets what the other left behind.
    const order = block % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)
    for (const name of order) times[name].push(await time(sides[name], kind, number))
  }
  const emptyMicroseconds = median(times.empty)
  const fullMicroseconds = median(times.full)
  return { ratio: fullMicroseconds / emptyMicroseconds, emptyMicroseconds, fullMicroseconds }
}

/** Microseconds a job. */
async function time(side: Side, kind: Kind, block: number): Promise<number> {
  const ids = kind.ids(side, block)
  const startedAt = performance.now()
  await workOff(side.store, ids)
  return ((performance.now() - startedAt) * 1000) / ids.length
}

function figureOf(kind: Kind, rounds: readonly Round[], held: string): Figure {
  const middle = (pick: (round: Round) => number): string => `${Math.round(median(rounds.map(pick)))} µs`
  return {
    group: 'store',
    name: kind.name,
    value: median(rounds.map(({ ratio }) => ratio)),
    rounds: rounds.map(({ ratio }) => ratio),
    unit: '×',
    goal: atMost(1.2),
    fault: null,
    others: [
      { name: 'full', text: middle(({ fullMicroseconds }) => fullMicroseconds) },
      { name: 'empty', text: middle(({ emptyMicroseconds }) => emptyMicroseconds) },
    ],
    note: `${kind.note}; full = ${held}`,
  }
}

/**
 * Different ids of 1..known all over the range in no order, as changes come; another set for each block. In rising
 * order neighbours of a small store would share their pages, and the full one would seem dearer than its size makes it.
 */
function scattered(known: number, block: number): readonly number[] {
  const step = known / JOBS_PER_BLOCK
  const offset = (block * 0.37) % 1
  return Array.from(
    { length: JOBS_PER_BLOCK },
    (_, n) => 1 + Math.floor((((n * STRIDE) % JOBS_PER_BLOCK) + offset) * step),
  )
}
