import { ConfigError, PermanentError } from '@mufta/kit'
import type { JsonObject } from './answer.ts'
import type { Command, CommandOutcome } from './command.ts'
import { PAGE } from './density.ts'
import { splitFilter, type IdRange } from './id-filter.ts'
import { lookUp } from './lookup.ts'
import type { CommandSource, Pump } from './pump.ts'
import { notRunError, runReads } from './read-source.ts'
import { RowStream } from './row-stream.ts'
import { RowReader, type Row, type RowOptions } from './rows.ts'
import type { PortalTransport } from './transport.ts'
import type { Window } from './span.ts'
import { Bell } from './wait.ts'
import { WindowPlan } from './windows.ts'

export interface ListOptions extends RowOptions {
  /** As the portal takes it; bounds on the id narrow the windows. */
  readonly filter?: JsonObject
  readonly signal?: AbortSignal
}

/**
 * All rows ascending by id, read by independent id windows in parallel batches: no offsets, no counting. Leaving the
 * loop cancels what is under way.
 */
export function listRows(transport: PortalTransport, method: string, options: ListOptions): RowStream {
  return new RowStream(pagesOf(transport, method, options))
}

type Pages = AsyncGenerator<readonly JsonObject[], void, undefined>

async function* pagesOf(transport: PortalTransport, method: string, options: ListOptions): Pages {
  const reader = new RowReader(method, options, transport.auth.host())
  const parts = splitFilter(options.filter ?? {}, reader.idField)
  if (!reader.isPaged) return yield* wholeList(transport, reader, options)
  if (parts.ids !== undefined) return yield* namedRows(transport, reader, parts.ids, parts, options.signal)
  if (parts.after >= parts.upTo || parts.isEmpty) return
  checkFilter(parts.filter)

  const [first, last] = await bothEnds(transport, reader, parts, options.signal)
  if (first.length < PAGE) {
    yield first.map(({ row }) => row)
    return
  }
  const plan = new WindowPlan(first, last, parts, {
    lookAheadRows: transport.options.lookAheadRows,
    canUnite: reader.canName,
  })
  // The first page goes out before anything else is asked for: whoever wanted one row costs one request.
  yield plan.drain()
  if (plan.isFinished) return
  yield* drainPlan(transport, new PlanSource(reader, parts.filter, plan), options.signal)
}

async function* drainPlan(
  transport: PortalTransport,
  source: PlanSource,
  signal: AbortSignal | undefined,
): Pages {
  const stop = new AbortController()
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  let pump: Pump<WindowCommand> | undefined
  let end: { readonly error?: unknown } | undefined
  const running = runReads(transport, source, both, (started) => {
    pump = started
  }).then(
    () => {
      end = {}
    },
    (error: unknown) => {
      end = { error }
    },
  )
  void running.then(() => source.changed.ring())
  try {
    for (;;) {
      const rows = source.plan.drain()
      if (rows.length > 0) pump?.wake()
      if (rows.length > 0) yield rows
      if (rows.length > 0) continue
      if (end !== undefined) break
      await source.changed.wait()
    }
    if ('error' in end) throw end.error
  } finally {
    stop.abort()
    await running
  }
}

interface WindowCommand extends Command {
  readonly window: Window
}

class PlanSource implements CommandSource<WindowCommand> {
  readonly methods: readonly string[]
  readonly minCommands = 10
  readonly plan: WindowPlan
  readonly changed = new Bell()
  readonly #reader: RowReader
  readonly #filter: JsonObject

  constructor(reader: RowReader, filter: JsonObject, plan: WindowPlan) {
    this.methods = [reader.method]
    this.#reader = reader
    this.#filter = filter
    this.plan = plan
  }

  isFinished(): boolean {
    return this.plan.isFinished
  }

  pending(): number {
    return this.plan.pending()
  }

  remaining(): number {
    return this.plan.remaining()
  }

  isUrgent(): boolean {
    return this.plan.isHeadOpen
  }

  take(max: number): WindowCommand[] {
    return this.plan.take(max).map((window) => ({
      method: this.#reader.method,
      params: this.#reader.params({ ...this.#filter, ...this.#idFilter(window) }),
      kind: 'read',
      window,
    }))
  }

  settle({ method, window }: WindowCommand, outcome: CommandOutcome): void {
    if (outcome.status === 'error') throw outcome.error
    if (outcome.status === 'not-run') throw notRunError(method)
    const rows = this.#reader.numbered(outcome.result)
    checkAscending(this.#reader, rows, window.after, window.upTo)
    const named = window.ids === undefined ? undefined : new Set(window.ids)
    if (named !== undefined && !rows.every(({ id }) => named.has(id))) throw this.#reader.filterIgnored()
    this.plan.settle(window, rows)
    this.changed.ring()
  }

  #idFilter({ ids, after, upTo }: Window): JsonObject {
    return ids === undefined ? rangeFilter(this.#reader.idField, { after, upTo }) : this.#reader.oneOf(ids)
  }
}

/** First and last page in one request. */
async function bothEnds(
  transport: PortalTransport,
  reader: RowReader,
  range: IdRange & { readonly filter: JsonObject },
  signal: AbortSignal | undefined,
): Promise<readonly [readonly Row[], readonly Row[]]> {
  const filter = { ...range.filter, ...rangeFilter(reader.idField, range) }
  const pages: Row[][] = [[], []]
  const queue = (['ASC', 'DESC'] as const).map((direction, index) => ({
    method: reader.method,
    params: reader.params(filter, direction),
    kind: 'read' as const,
    index,
  }))
  const source: CommandSource<(typeof queue)[number]> = {
    methods: [reader.method],
    minCommands: 2,
    isFinished: () => queue.length === 0,
    pending: () => queue.length,
    remaining: () => queue.length,
    take: (max) => queue.splice(0, max),
    settle({ index }, outcome) {
      if (outcome.status === 'error') throw outcome.error
      if (outcome.status === 'not-run') throw notRunError(reader.method)
      const rows = reader.numbered(outcome.result)
      if (index === 1) rows.reverse()
      checkAscending(reader, rows, range.after, range.upTo)
      pages[index] = rows
    },
  }
  await runReads(transport, source, signal)
  return [pages[0] ?? [], pages[1] ?? []]
}

/** Methods without pages give everything at once. */
async function* wholeList(transport: PortalTransport, reader: RowReader, options: ListOptions): Pages {
  const { result, next } = await transport.request({
    method: reader.method,
    params: reader.plainParams(options.filter ?? {}),
    kind: 'read',
    signal: options.signal,
  })
  if (next !== undefined) {
    throw new PermanentError(
      'PORTAL_ROWS',
      `${reader.method} has more than one page; read it by call with start`,
    )
  }
  yield reader.rows(result).toSorted((a, b) => compareIds(reader.idText(a), reader.idText(b)))
}

async function* namedRows(
  transport: PortalTransport,
  reader: RowReader,
  ids: readonly number[],
  range: IdRange & { readonly filter: JsonObject },
  signal: AbortSignal | undefined,
): Pages {
  const wanted = [...new Set(ids)]
    .filter((id) => id > range.after && id <= range.upTo)
    .toSorted((a, b) => a - b)
  const step = Math.max(PAGE, transport.options.lookAheadRows)
  for (let from = 0; from < wanted.length; from += step) {
    yield await lookUp(transport, reader, wanted.slice(from, from + step), range.filter, signal)
  }
}

function rangeFilter(idField: string, { after, upTo }: IdRange): JsonObject {
  return { [`>${idField}`]: after, ...(upTo === Infinity ? {} : { [`<=${idField}`]: upTo }) }
}

/** Proof that the portal sorted and filtered: some methods ignore what they do not know. */
function checkAscending(reader: RowReader, rows: readonly Row[], after: number, upTo: number): void {
  let previous = after
  for (const { id } of rows) {
    if (id <= previous || id > upTo) throw reader.filterIgnored()
    previous = id
  }
}

function compareIds(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (!Number.isNaN(difference)) return difference
  return a < b ? -1 : a > b ? 1 : 0
}

/** @throws ConfigError `PORTAL_LIST` for an empty array that a batch could not carry */
function checkFilter(filter: JsonObject): void {
  for (const [name, value] of Object.entries(filter)) {
    if (!Array.isArray(value) || value.length > 0) continue
    throw new ConfigError(
      'PORTAL_LIST',
      `list: the filter "${name}" is an empty array, which no row can match`,
    )
  }
}
