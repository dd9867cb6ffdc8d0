import type { ProblemFilter, ProblemItem } from '../store/reads.ts'
import type { Store } from '../store/store.ts'

/** Which problems are meant. */
export type ProblemChoice =
  | { readonly filters: readonly ProblemFilter[] }
  /** Dead letters by number. */
  | { readonly ids: readonly number[] }
  | { readonly connection: string; readonly lanes: readonly string[] }

/** Problems of one step: some milliseconds, then the runs have their turn. */
const STEP = 200

/** Everything there is of a connection, or of all. */
export function allProblems(connection: string | undefined): readonly ProblemFilter[] {
  const where = connection === undefined ? {} : { connection }
  return [
    { kind: 'parked', ...where },
    { kind: 'dead', ...where },
  ]
}

/** Puts what is chosen to work again. Returns how many. What fails once more meanwhile is not tried twice. */
export function retryProblems(store: Store, choice: ProblemChoice, signal: AbortSignal): Promise<number> {
  return inSteps(store, choice, signal, {
    dead: (ids) => store.redrive({ ids }),
    parked: (connection, lanes) => store.unpark({ connection, lanes }),
  })
}

/** Throws away what is chosen; the journal keeps that it was there and why it is gone. Returns how many. */
export function ignoreProblems(
  store: Store,
  choice: ProblemChoice,
  reason: string,
  signal: AbortSignal,
): Promise<number> {
  return inSteps(store, choice, signal, {
    dead: (ids) => store.dismiss({ ids }, reason),
    parked: (connection, lanes) => store.dropParked(connection, lanes, reason),
  })
}

interface Act {
  readonly dead: (ids: readonly number[]) => Promise<number>
  readonly parked: (connection: string, lanes: readonly string[]) => Promise<number>
}

async function inSteps(store: Store, choice: ProblemChoice, signal: AbortSignal, act: Act): Promise<number> {
  let count = 0
  if ('ids' in choice) {
    for (const ids of packs(choice.ids)) count += await act.dead(ids)
    return count
  }
  if ('lanes' in choice) {
    for (const lanes of packs(choice.lanes)) count += await act.parked(choice.connection, lanes)
    return count
  }
  for (const filter of choice.filters) {
    for await (const items of problemPages(store, filter, signal)) {
      if (filter.kind === 'dead') count += await act.dead(items.flatMap(({ id }) => id ?? []))
      else for (const [connection, lanes] of byConnection(items)) count += await act.parked(connection, lanes)
    }
  }
  return count
}

/** The members of a group page by page, each once. */
export async function* problemPages(
  store: Store,
  filter: ProblemFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly ProblemItem[]> {
  let after: string | null | undefined
  while (after !== null) {
    signal.throwIfAborted()
    const page = await store.reads.problemItems({
      ...filter,
      limit: STEP,
      ...(after === undefined ? {} : { after }),
    })
    if (page.rows.length > 0) yield page.rows
    after = page.next
  }
}

function byConnection(items: readonly ProblemItem[]): ReadonlyMap<string, readonly string[]> {
  const lanes = new Map<string, string[]>()
  for (const { connection, lane } of items) lanes.set(connection, [...(lanes.get(connection) ?? []), lane])
  return lanes
}

function* packs<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let at = 0; at < items.length; at += STEP) yield items.slice(at, at + STEP)
}
