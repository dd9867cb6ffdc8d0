import { ConnectionIds } from './connections.ts'
import { readJournal, readSubjects } from './read-journal.ts'
import { readOrders } from './read-orders.ts'
import { readBackfillLeft, readProblemItems, readProblems } from './read-problems.ts'
import type { Reads } from './reads.ts'
import type { Sql } from './sql.ts'

export interface ReadContext {
  readonly sql: Sql
  readonly ids: ConnectionIds
  /** Whether a query that goes step by step should stop here and say where to go on. */
  readonly isLate: () => boolean
}

export type ReadName = keyof Reads
export type ReadQuery<Name extends ReadName> = Parameters<Reads[Name]>[0]
export type ReadAnswer<Name extends ReadName> = Awaited<ReturnType<Reads[Name]>>

type Queries = {
  readonly [Name in ReadName]: (context: ReadContext, query: ReadQuery<Name>) => ReadAnswer<Name>
}

const queries: Queries = {
  orders: readOrders,
  problems: readProblems,
  problemItems: readProblemItems,
  journal: readJournal,
  subjects: readSubjects,
  backfillLeft: readBackfillLeft,
}

/** How long a query may go on step by step. */
const STEP_LIMIT_MS = 1_200

/** Runs one query on this thread. */
export function runRead<Name extends ReadName>(
  sql: Sql,
  name: Name,
  query: ReadQuery<Name>,
): ReadAnswer<Name> {
  const end = performance.now() + STEP_LIMIT_MS
  const context = { sql, ids: new ConnectionIds(sql), isLate: () => performance.now() > end }
  return queries[name](context, query)
}
