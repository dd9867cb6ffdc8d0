import type { JsonObject } from './answer.ts'
import { Density, PAGE, Sample } from './density.ts'
import type { Row } from './rows.ts'
import { length, namedIds, type Span, type Window } from './span.ts'

export interface PlanOptions {
  /** Rows held or under way ahead of the reader. */
  readonly lookAheadRows: number
  /** The method can be asked for named ids. */
  readonly canUnite: boolean
}

/**
 * Plans how a whole table is read by independent id windows. Knows nothing of requests. A window that comes back with
 * a full page leaves the rest of its range open; a row that exists during the whole read is therefore found exactly
 * once, whatever is deleted or added meanwhile.
 */
export class WindowPlan {
  readonly #lookAheadRows: number
  readonly #canUnite: boolean
  readonly #density: Density
  /** Ascending, without gaps. */
  #spans: Span[] = []
  #held = 0
  #flying = 0

  /**
   * @param first the first page, ascending; it is full
   * @param last the last page, in any order
   */
  constructor(
    first: readonly Row[],
    last: readonly Row[],
    range: { readonly after: number; readonly upTo: number },
    options: PlanOptions,
  ) {
    this.#lookAheadRows = options.lookAheadRows
    this.#canUnite = options.canUnite
    this.#density = new Density(options.canUnite)
    this.#start(first, last, range)
  }

  get isFinished(): boolean {
    return this.#spans.length === 0
  }

  /** Rows that follow the ones given out before, ascending; empty when the next are still missing. */
  drain(): readonly JsonObject[] {
    const ready = this.#spans.findIndex(({ state }) => state !== 'done')
    const done = this.#spans.splice(0, ready < 0 ? this.#spans.length : ready)
    const rows = done.flatMap((span) => span.rows.map(({ row }) => row))
    this.#held -= rows.length
    return rows
  }

  /** The reader waits for rows that nobody has asked for yet. */
  get isHeadOpen(): boolean {
    return this.#spans[0]?.state === 'open'
  }

  /** Windows that could be read now. */
  pending(): number {
    const leftovers = this.#leftovers()
    const rows = leftovers.reduce((sum, span) => sum + this.#expected(span), 0)
    return Math.min(this.#room() + Math.ceil(rows / UNITED_ROWS), this.remaining())
  }

  /** Windows left to read. An estimate: densities are. */
  remaining(): number {
    let count = 0
    let tail = 0
    for (const span of this.#spans) {
      if (span.state === 'done') continue
      if (span.upTo === Infinity) tail = span.state === 'open' ? 1 : 0
      else if (this.#isLeftover(span)) count += this.#expected(span) / UNITED_ROWS
      else count += this.#windowsOf(span)
    }
    // The open end alone waits for the others: its read then rides along with what they leave.
    return count === 0 && this.#flying > 0 ? 0 : Math.ceil(count) + tail
  }

  /** Windows to read, lowest ids first; each must be settled. */
  take(max: number): Window[] {
    const windows = this.#unite(max)
    const limit = Math.min(max, windows.length + this.#room())
    for (const span of [...this.#spans]) {
      while (windows.length < limit && span.state === 'open' && !this.#isEarlyTail(span)) {
        windows.push(this.#fly([this.#carve(span)]))
      }
      if (windows.length >= limit) break
    }
    return windows
  }

  /** `rows` ascending, at most a page of them; a full page may have been cut. */
  settle(window: Window, rows: readonly Row[]): void {
    this.#flying--
    const lastId = rows.at(-1)?.id
    const isCut = rows.length >= PAGE && lastId !== undefined
    const reach = isCut ? lastId : Infinity
    let from = 0
    for (const span of window.spans) {
      let to = from
      while (to < rows.length && (rows[to]?.id ?? Infinity) <= span.upTo) to++
      this.#cover(span, rows.slice(from, to), reach)
      from = to
    }
  }

  #start(
    first: readonly Row[],
    last: readonly Row[],
    range: { readonly after: number; readonly upTo: number },
  ): void {
    const left = first.at(-1)?.id ?? range.after
    const tailRows = last.filter(({ id }) => id > left).toSorted((a, b) => a.id - b.id)
    this.#push(range.after, left, first)
    const [low] = tailRows
    const high = tailRows.at(-1)
    if (low === undefined || high === undefined) return
    const edges = new Sample()
    for (const rows of [first, tailRows]) {
      const [from] = rows
      const to = rows.at(-1)
      // The first row only marks where counting starts.
      if (from !== undefined && to !== undefined && to.id > from.id)
        edges.add(rows.length - 1, to.id - from.id)
    }
    const isGap = low.id - 1 > left
    if (isGap) this.#split(left, low.id - 1, edges)
    this.#push(low.id - 1, high.id, tailRows)
    // Rows that are added while we read; where two pages were the whole table, it costs more than it brings.
    if (isGap && high.id < range.upTo) this.#push(high.id, range.upTo === Infinity ? Infinity : range.upTo)
  }

  /**
   * The middle as one stretch when it is short, else as many: the first read in each is a probe that takes the page
   * at its beginning, so the local density is known exactly and no row of a probe is wasted.
   */
  #split(after: number, upTo: number, edges: Sample): void {
    const ids = upTo - after
    const share = edges.ids === 0 ? 1 : edges.rows / edges.ids
    const pages = (ids * share) / PAGE
    if (pages <= FEW_PAGES) {
      const span = this.#push(after, upTo)
      this.#density.learn(span.sample, edges.rows, edges.ids)
      return
    }
    this.#density.learn(new Sample(), edges.rows, edges.ids)
    const count = Math.min(ids, MAX_PROBES, Math.max(MIN_PROBES, Math.round(pages / PAGES_PER_PROBE)))
    for (let index = 0; index < count; index++) {
      const from = after + Math.floor((ids * index) / count)
      this.#push(from, after + Math.floor((ids * (index + 1)) / count))
    }
  }

  #push(after: number, upTo: number, rows?: readonly Row[]): Span {
    const state = rows === undefined ? 'open' : 'done'
    const span: Span = { after, upTo, state, rows: rows ?? [], sample: new Sample() }
    this.#spans.push(span)
    this.#held += span.rows.length
    return span
  }

  /** The next window of an open span; what is left of the span stays open behind it. */
  #carve(span: Span): Span {
    if (!this.#isSampled(span) || span.upTo === Infinity) return span
    const width = this.#density.width(span.sample)
    // A little rest goes along where it cannot be told from chance; a dense window must not overflow.
    if (length(span) <= (width === PAGE ? width : width * 1.08)) return span
    const window: Span = { ...span, upTo: span.after + width }
    span.after += width
    this.#insertBefore(span, [window])
    return window
  }

  /** Short ranges that full windows left open, with a few rows each, are read together by naming their ids. */
  #unite(limit: number): Window[] {
    const groups: Span[][] = []
    let ids = MAX_NAMED
    let rows = 0
    for (const span of this.#leftovers()) {
      ids += length(span)
      rows += this.#expected(span)
      if (ids > MAX_NAMED || rows > UNITED_ROWS) {
        if (groups.length === limit) break
        groups.push([])
        ids = length(span)
        rows = this.#expected(span)
      }
      groups.at(-1)?.push(span)
    }
    return groups.map((group) => this.#fly(group))
  }

  #leftovers(): readonly Span[] {
    return this.#canUnite ? this.#spans.filter((span) => this.#isLeftover(span)) : []
  }

  #isLeftover(span: Span): boolean {
    if (!this.#canUnite || span.state !== 'open' || !this.#isSampled(span)) return false
    return length(span) <= LONGEST_LEFTOVER && this.#expected(span) <= PAGE / 2
  }

  #expected(span: Span): number {
    return length(span) * this.#density.share(span.sample)
  }

  /** Windows that a span still needs beside the one under way. */
  #windowsOf(span: Span): number {
    if (span.state === 'flying' && this.#isSampled(span)) return 0
    const windows = Math.max(1, length(span) / this.#density.width(span.sample))
    return span.state === 'flying' ? windows - 1 : windows
  }

  #fly(spans: readonly Span[]): Window {
    for (const span of spans) span.state = 'flying'
    this.#flying++
    const after = spans[0]?.after ?? 0
    const upTo = spans.at(-1)?.upTo ?? 0
    const ids = spans.length > 1 ? spans.flatMap(namedIds) : undefined
    return { spans, ids, after, upTo }
  }

  /** Everything of `span` up to `reach` was read; what lies beyond is open again. */
  #cover(span: Span, rows: readonly Row[], reach: number): void {
    const end = Math.min(span.upTo, reach)
    if (end <= span.after) {
      span.state = 'open'
      return
    }
    // An open end says nothing about density behind its last row.
    const readIds = end === Infinity ? (rows.at(-1)?.id ?? span.after) - span.after : end - span.after
    this.#density.learn(span.sample, rows.length, readIds)
    this.#held += rows.length
    if (end === span.upTo) {
      span.state = 'done'
      span.rows = rows
      return
    }
    this.#insertBefore(span, [{ ...span, upTo: end, state: 'done', rows }])
    span.after = end
    span.state = 'open'
  }

  #insertBefore(span: Span, fresh: readonly Span[]): void {
    this.#spans.splice(this.#spans.indexOf(span), 0, ...fresh)
  }

  /** Commands that may still be sent before the reader must catch up; the next rows in order always may. */
  #room(): number {
    const free = Math.floor((this.#lookAheadRows - this.#held) / PAGE) - this.#flying
    return Math.max(free, this.#spans[0]?.state === 'open' ? 1 : 0)
  }

  #isSampled(span: Span): boolean {
    return span.sample.ids > 0
  }

  /** The open end is read last, and never alone while others may leave something to read with it. */
  #isEarlyTail(span: Span): boolean {
    if (span.upTo !== Infinity) return false
    return this.#spans.some((other) => other !== span && other.state === 'open')
  }
}

/** Up to so many pages no probing is needed. */
const FEW_PAGES = 12
const MIN_PROBES = 4
const MAX_PROBES = 50
const PAGES_PER_PROBE = 6
/** Rows expected of one command that reads several leftovers. */
const UNITED_ROWS = PAGE * 0.85
/** Ids named in one command: PHP reads at most 1000 variables of a query. */
const MAX_NAMED = 500
const LONGEST_LEFTOVER = 400
