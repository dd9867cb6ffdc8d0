import { withoutPersonal } from '../personal.ts'
import type { StoredJournalEntry, Store } from '../store/store.ts'
import type { Overview } from './overview.ts'

export interface Progress {
  readonly kind: 'plan' | 'backfill'
  readonly id?: string
  readonly connection: string
  readonly state: string
  readonly done: number
  readonly total: number | null
}

export interface LiveFeedOptions {
  readonly store: Store
  readonly overview: () => Promise<Overview>
  readonly progress: () => Promise<readonly Progress[]>
  /** The last net under every text. */
  readonly safe: (text: string) => string
  /** Every stream ends with it. */
  readonly stopping: AbortSignal
  /** @default 1_000 */
  readonly everyMs?: number
  /** @default 15_000 */
  readonly heartbeatMs?: number
}

export interface Listener {
  /** Personal data is hidden from this one. */
  readonly isMasked: boolean
  /** Last number of the journal that it has seen. */
  readonly lastSeq: number | null
  /** Asked with every heartbeat: a session that ended, or lost its role, hears no more. */
  readonly isStillIn: () => Promise<boolean>
  /** Fires when the client goes away. */
  readonly signal: AbortSignal
}

/** Streams at once; every one more costs a socket and a copy of each message. */
export const MAX_LISTENERS = 50
/** Entries of one message; what is older is read from the journal. */
const MAX_ENTRIES = 200
const MAX_RESUMED = 500
/** A client that lags behind by more than that is let go: it comes back by itself. */
const MAX_LAG_BYTES = 1024 * 1024

interface Open {
  readonly listener: Listener
  readonly controller: ReadableStreamDefaultController<Uint8Array>
}

const encoder = new TextEncoder()

/**
 * What happens now, told to every open page: an overview when it changed, new lines of the journal, progress. One look
 * a second serves all of them, and nobody looks while nobody listens.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  readonly #open = new Set<Open>()
  #timer: NodeJS.Timeout | null = null
  #isLooking = false
  #seq = 0
  #beatAt = 0
  #overview = ''
  #progress = new Map<string, string>()

  constructor(options: LiveFeedOptions) {
    this.#options = options
    options.stopping.addEventListener('abort', () => this.#closeAll(), { once: true })
  }

  get isFull(): boolean {
    return this.#open.size >= MAX_LISTENERS
  }

  /** Server-sent events for one client, beginning with the present overview. */
  async listen(listener: Listener): Promise<ReadableStream<Uint8Array>> {
    const { overview, stopping } = this.#options
    const first = JSON.stringify(await overview())
    if (this.#open.size === 0) this.#begin()
    let open: Open | null = null
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          open = { listener, controller }
          this.#open.add(open)
          // How soon a browser comes back after a loss.
          this.#send(open, 'retry: 2000\n\n')
          this.#send(open, message('overview', first))
          this.#resume(open)
          const leave = (): void => this.#close(open as Open)
          if (stopping.aborted || listener.signal.aborted) return leave()
          listener.signal.addEventListener('abort', leave, { once: true })
        },
        cancel: () => {
          if (open !== null) this.#forget(open)
        },
      },
      { highWaterMark: MAX_LAG_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
    )
  }

  #begin(): void {
    const { store, everyMs = 1_000 } = this.#options
    this.#seq = store.journalTail({ limit: 1 })[0]?.seq ?? 0
    this.#beatAt = performance.now()
    this.#timer ??= setInterval(() => void this.#look(), everyMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    // A store that answers slowly must not be asked again meanwhile.
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#tellOverview()
      this.#tellJournal()
      await this.#tellProgress()
      await this.#beat()
    } catch {
      // What could not be read now is read with the next look; the client sees its heartbeat stay away.
    } finally {
      this.#isLooking = false
    }
  }

  async #tellOverview(): Promise<void> {
    const overview = await this.#options.overview()
    // Time goes on without anything having changed.
    const present = JSON.stringify(overview.connections)
    if (present === this.#overview) return
    this.#overview = present
    const text = message('overview', JSON.stringify(overview))
    this.#sendAll(() => text)
  }

  #tellJournal(): void {
    const { store } = this.#options
    const next = store.journalTail({ after: this.#seq, limit: MAX_ENTRIES })
    if (next.length === 0) return
    // More than anybody reads in a second: the newest are what is live.
    const entries = next.length < MAX_ENTRIES ? next : store.journalTail({ limit: MAX_ENTRIES })
    this.#seq = entries.at(-1)?.seq ?? this.#seq
    const shown = this.#journalMessage(entries)
    this.#sendAll(({ listener }) => shown(listener.isMasked))
  }

  #resume(open: Open): void {
    const { lastSeq } = open.listener
    if (lastSeq === null || lastSeq >= this.#seq) return
    const { store } = this.#options
    const missed = store.journalTail({ after: lastSeq, limit: MAX_RESUMED })
    const entries = missed.length < MAX_RESUMED ? missed : store.journalTail({ limit: MAX_RESUMED })
    const unseen = entries.filter(({ seq }) => seq <= this.#seq)
    if (unseen.length > 0) this.#send(open, this.#journalMessage(unseen)(open.listener.isMasked))
  }

  #journalMessage(entries: readonly StoredJournalEntry[]): (isMasked: boolean) => string {
    const texts = new Map<boolean, string>()
    return (isMasked) => {
      const known = texts.get(isMasked)
      if (known !== undefined) return known
      const shown = isMasked ? entries.map(maskedEntry) : entries
      const text = message('journal', JSON.stringify(shown), entries.at(-1)?.seq)
      texts.set(isMasked, text)
      return text
    }
  }

  async #tellProgress(): Promise<void> {
    const present = await this.#options.progress()
    const texts = new Map(
      present.map((each) => [`${each.kind} ${each.id ?? each.connection}`, JSON.stringify(each)] as const),
    )
    for (const [name, text] of texts) {
      if (this.#progress.get(name) !== text) this.#sendAll(() => message('progress', text))
    }
    this.#progress = texts
  }

  /** A comment now and then keeps proxies from closing what is quiet. */
  async #beat(): Promise<void> {
    const { heartbeatMs = 15_000 } = this.#options
    if (performance.now() - this.#beatAt < heartbeatMs) return
    this.#beatAt = performance.now()
    for (const open of this.#open) {
      if (await open.listener.isStillIn()) this.#send(open, ': beat\n\n')
      else this.#close(open)
    }
  }

  #sendAll(make: (open: Open) => string): void {
    for (const open of this.#open) this.#send(open, make(open))
  }

  #send(open: Open, text: string): void {
    if (!this.#open.has(open)) return
    if ((open.controller.desiredSize ?? 0) <= 0) return this.#close(open)
    open.controller.enqueue(encoder.encode(this.#options.safe(text)))
  }

  #close(open: Open): void {
    if (!this.#open.has(open)) return
    this.#forget(open)
    open.controller.close()
  }

  #forget(open: Open): void {
    this.#open.delete(open)
    if (this.#open.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #closeAll(): void {
    for (const open of this.#open) this.#close(open)
  }
}

export function maskedEntry(entry: StoredJournalEntry): StoredJournalEntry {
  if (entry.detail === undefined) return entry
  return { ...entry, detail: withoutPersonal(entry.detail) as Record<string, unknown> }
}

/** JSON holds no line break of its own, so one data line is the whole message. */
function message(event: string, data: string, id?: number): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}
