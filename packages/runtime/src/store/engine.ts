import { SqliteAdminStore } from './admin-engine.ts'
import type { AdminStore } from './admin-store.ts'
import { Bindings } from './bindings.ts'
import { ConnectionIds, Connections } from './connections.ts'
import { DeadLetters, type DeadFilter } from './dead.ts'
import { BackfillDrop } from './backfill-drop.ts'
import { GroupCommit } from './group-commit.ts'
import { Hours } from './hours.ts'
import { Journal } from './journal.ts'
import { Leasing, type LeaseOptions } from './leasing.ts'
import { Lanes } from './lanes.ts'
import type { RuntimeLock } from './lock.ts'
import { openReads, type ClosableReads } from './reader.ts'
import { MEMORY } from './open-file.ts'
import type { ResolvedOptions } from './options.ts'
import { QueueViews } from './queue-views.ts'
import { Settling } from './settling.ts'
import type { Sql } from './sql.ts'
import type * as port from './store.ts'
import type { Turn } from './turn.ts'
import { Cursors, Values } from './values.ts'
import { WalSync } from './wal-sync.ts'
import { applyWork, doneEntry } from './work.ts'

type LaneFilter = Parameters<port.Store['lanes']>[0]
type UnparkFilter = Parameters<port.Store['unpark']>[0]
type TailFilter = Parameters<port.Store['journalTail']>[0]

/** Journal rows that one step of a purge deletes: some milliseconds, then others have their turn. */
const PURGE_STEP = 1000
const PURGE_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
/** Values that may be lost wait this long for another commit to take them along. */
const LATE_MS = 1000

/** The port's methods, each one call of the group commit over the parts that hold the statements. */
export class SqliteEngine implements port.Store {
  readonly admin: AdminStore
  readonly reads: ClosableReads
  readonly #sql: Sql
  readonly #lock: RuntimeLock | null
  readonly #options: ResolvedOptions
  readonly #group: GroupCommit
  readonly #listeners = new Set<() => void>()
  readonly #timers: NodeJS.Timeout[] = []
  #lateTimer: NodeJS.Timeout | null = null
  readonly #connections: Connections
  readonly #bindings: Bindings
  readonly #cursors: Cursors
  readonly #values: Values
  readonly #journal: Journal
  readonly #lanes: Lanes
  readonly #leasing: Leasing
  readonly #settling: Settling
  readonly #dead: DeadLetters
  readonly #views: QueueViews
  readonly #hours: Hours
  readonly #backfillDrop: BackfillDrop

  constructor(sql: Sql, lock: RuntimeLock | null, options: ResolvedOptions) {
    const ids = new ConnectionIds(sql)
    this.#sql = sql
    this.#lock = lock
    this.#options = options
    this.#journal = new Journal(sql, ids)
    this.#connections = new Connections(sql, ids, this.#journal)
    this.#bindings = new Bindings(sql, ids)
    this.#cursors = new Cursors(sql, ids)
    this.#values = new Values(sql)
    this.#lanes = new Lanes(sql, ids)
    this.#leasing = new Leasing(sql, ids, this.#connections)
    this.#dead = new DeadLetters(sql, ids, this.#lanes, this.#journal)
    this.#settling = new Settling(sql, ids, this.#dead)
    this.#views = new QueueViews(sql, ids, options.clock)
    this.#hours = new Hours(sql, ids)
    this.#backfillDrop = new BackfillDrop(sql, ids, this.#cursors, this.#journal)
    this.reads = openReads(options.path === MEMORY ? { sql } : { path: options.path })
    const sync = new WalSync(options.path === MEMORY ? null : options.path)
    this.#group = new GroupCommit(sql, sync, options.clock, {
      beforeCommit: (turn) => {
        this.#values.writeLate()
        this.#hours.write(turn)
      },
      afterCommit: (turn) => {
        this.#values.afterCommit()
        if (turn.isDue) this.#tellDue()
      },
      afterRollback: () => ids.forget(),
    })
    this.admin = new SqliteAdminStore(sql, (body) => this.#group.run(body))
    if (options.role === 'runtime' && options.path !== MEMORY) this.#watch()
    if (options.role === 'runtime' && options.keepDays !== undefined) this.#keep(options.keepDays)
  }

  // queue

  push(jobs: readonly port.JobInput[], work?: port.Work): Promise<readonly number[]> {
    return this.#group.run((turn) => {
      this.#apply(work, turn)
      return jobs.map((job) => this.#lanes.push(job, turn))
    })
  }

  lease(options: LeaseOptions): Promise<readonly port.Lease[]> {
    return this.#group.run((turn) => this.#leasing.take(options, turn))
  }

  heartbeat(leases: readonly port.Lease[], leaseMs: number): Promise<readonly port.Lease[]> {
    return this.#group.run((turn) => this.#leasing.extend(leases, leaseMs, turn))
  }

  record(lease: port.Lease, work: port.Work): Promise<void> {
    return this.#group.run((turn) => {
      this.#settling.require(lease)
      this.#apply(work, turn)
    })
  }

  done(lease: port.Lease, work: port.Work = {}): Promise<void> {
    return this.#group.run((turn) => {
      this.#settling.done(lease, turn)
      this.#apply(work, turn)
      const entry = doneEntry(lease, work)
      if (entry !== null) this.#journal.write(entry, turn)
      this.#hours.count(lease, 'done', turn)
    })
  }

  fail(lease: port.Lease, failure: port.Failure, outcome: port.FailOutcome, work?: port.Work): Promise<void> {
    return this.#group.run((turn) => {
      this.#settling.fail(lease, failure, outcome, turn)
      this.#apply(work, turn)
      if (outcome.kind !== 'release') this.#hours.count(lease, 'failed', turn)
    })
  }

  nextDue(connections: readonly string[]): number | null {
    return this.#leasing.nextDue(connections)
  }

  onDue(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  counts(): readonly port.QueueCounts[] {
    return this.#views.counts()
  }

  lanes(filter: LaneFilter): readonly port.LaneInfo[] {
    return this.#views.lanes(filter)
  }

  laneInfo(connection: string, lane: string): port.LaneInfo | null {
    return this.#views.laneInfo(connection, lane)
  }

  hasten(connection: string, lanes: readonly string[]): Promise<void> {
    return this.#group.run((turn) => this.#lanes.hasten(connection, lanes, turn))
  }

  unpark(filter: UnparkFilter): Promise<number> {
    return this.#group.run((turn) => this.#lanes.unpark(filter, turn))
  }

  dropParked(connection: string, lanes: readonly string[], reason: string): Promise<number> {
    return this.#group.run((turn) => this.#dead.dropParked(connection, lanes, reason, turn))
  }

  deadJobs(filter: DeadFilter & port.Page): readonly port.DeadJob[] {
    return this.#dead.list(filter)
  }

  redrive(filter: DeadFilter): Promise<number> {
    return this.#group.run((turn) => this.#dead.redrive(filter, turn))
  }

  dismiss(filter: DeadFilter, reason: string): Promise<number> {
    return this.#group.run((turn) => this.#dead.dismiss(filter, reason, turn))
  }

  // connections

  pause(connection: string, reason: port.Failure, byOperator: boolean): Promise<void> {
    return this.#group.run((turn) => this.#connections.pause(connection, reason, byOperator, turn))
  }

  resume(connection: string): Promise<void> {
    return this.#group.run((turn) => this.#connections.resume(connection, turn))
  }

  connectionState(connection: string): port.ConnectionState {
    return this.#connections.state(connection)
  }

  hours(connection: string, since: number): readonly port.HourCount[] {
    return this.#hours.list(connection, since)
  }

  holdBackfill(connection: string, held: boolean): Promise<void> {
    return this.#group.run((turn) => this.#connections.holdBackfill(connection, held, turn))
  }

  isBackfillHeld(connection: string): boolean {
    return this.#connections.isBackfillHeld(connection)
  }

  async dropBackfill(connection: string): Promise<number> {
    await this.#group.run(() => this.#backfillDrop.listing(connection))
    let dropped = 0
    for (;;) {
      const step = await this.#group.run(() => this.#backfillDrop.some(connection))
      dropped += step
      if (step > 0) continue
      await this.#group.run((turn) => this.#backfillDrop.note(connection, dropped, turn))
      return dropped
    }
  }

  // bindings

  binding(connection: string, entity: string, shopId: string): port.Binding | null {
    return this.#bindings.byShop(connection, entity, shopId)
  }

  bindingByExternal(connection: string, entity: string, externalId: string): port.Binding | null {
    return this.#bindings.byExternal(connection, entity, externalId)
  }

  countBindings(connection: string): number {
    return this.#bindings.count(connection)
  }

  // cursors, values

  cursor(connection: string, name: string): string | null {
    return this.#cursors.get(connection, name)
  }

  setCursor(connection: string, name: string, value: string): Promise<void> {
    return this.#group.run(() => this.#cursors.set(connection, name, value))
  }

  value(key: string): string | null {
    return this.#values.get(key)
  }

  setValue(key: string, value: string, expected?: string | null): Promise<boolean> {
    return this.#group.run(this.#values.prepareSet(key, value, expected))
  }

  setValueSoon(key: string, value: string): void {
    this.#values.setLate(key, value)
    this.#lateTimer ??= setTimeout(() => this.#flushLate(), LATE_MS).unref()
  }

  // journal

  journal(entries: readonly port.JournalEntry[]): Promise<void> {
    return this.#group.run((turn) => this.#apply({ journal: entries }, turn))
  }

  life(
    connection: string,
    entity: string,
    id: string,
    page: port.Page = {},
  ): readonly port.StoredJournalEntry[] {
    return this.#journal.life(connection, entity, id, page)
  }

  journalTail(filter: TailFilter): readonly port.StoredJournalEntry[] {
    return this.#journal.tail(filter)
  }

  async purge(before: number): Promise<number> {
    let purged = 0
    for (;;) {
      const step = await this.#group.run(() => this.#journal.purgeSome(before, PURGE_STEP))
      if (step === 0) return purged
      purged += step
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    if (this.#lateTimer !== null) clearTimeout(this.#lateTimer)
    this.#flushLate()
    this.#group.close()
    // Before our own connection: the last one to close takes the write-ahead log in.
    await this.reads.close()
    this.#sql.close()
    this.#lock?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #apply(work: port.Work | undefined, turn: Turn): void {
    if (work === undefined) return
    applyWork(
      { bindings: this.#bindings, cursors: this.#cursors, lanes: this.#lanes, journal: this.#journal },
      work,
      turn,
    )
  }

  #tellDue(): void {
    for (const listener of this.#listeners) listener()
  }

  /** A commit carries late values along; this one is made for them alone. They may be lost, so may its failure. */
  #flushLate(): void {
    this.#lateTimer = null
    if (this.#values.hasLate) this.#group.run(() => undefined).catch(() => undefined)
  }

  /** Pushes and redrives of tools are commits of another process: SQLite counts those for next to nothing. */
  #watch(): void {
    let seen = this.#dataVersion()
    const look = (): void => {
      const present = this.#dataVersion()
      if (present === seen) return
      seen = present
      this.#tellDue()
    }
    this.#timers.push(setInterval(look, this.#options.watchMs).unref())
  }

  #dataVersion(): number {
    return this.#sql.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0
  }

  #keep(days: number): void {
    const purge = (): void => {
      // What fails now is done an hour later.
      this.purge(this.#options.clock() - days * DAY_MS).catch(() => undefined)
    }
    purge()
    this.#timers.push(setInterval(purge, PURGE_EVERY_MS).unref())
  }
}
