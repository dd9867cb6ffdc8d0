import assert from 'node:assert/strict'
import type { Lease, Store } from '../../src/store/store.ts'
import { failure, job, leaseMs, shop, type FakeClock } from './place.ts'

interface ModelJob {
  readonly id: number
  readonly due: number
}

interface ModelLane {
  /** Neither done nor dead, by id. */
  pending: ModelJob[]
  held: { readonly lease: Lease; readonly until: number } | null
  /** Runs counted since the last success; while above 0 the lane waits for `notBefore`. */
  attempts: number
  notBefore: number
  parked: { readonly wakeAt: number } | null
}

export type Settle = 'done' | 'retry' | 'dead' | 'park' | 'release'

/** What the queue promises, in the plainest words; drives a store and compares after every step. */
export class LaneModel {
  readonly #store: Store
  readonly #clock: FakeClock
  readonly #lanes = new Map<string, ModelLane>()
  /** Every lease ever taken; old ones are tried again later. */
  readonly leases: Lease[] = []
  readonly pushed = new Set<number>()
  readonly finished = new Set<number>()
  readonly #dead = new Map<string, ModelJob[]>()

  constructor(store: Store, clock: FakeClock) {
    this.#store = store
    this.#clock = clock
  }

  async push(name: string, delayMs: number): Promise<void> {
    const due = this.#clock.now + delayMs
    const [id] = await this.#store.push([job(name, { due })])
    assert.ok(id !== undefined && !this.pushed.has(id), 'a job number was given out twice')
    this.pushed.add(id)
    this.#put(name, { id, due })
  }

  async take(limit: number): Promise<void> {
    const now = this.#clock.now
    const due = [...this.#lanes].filter(([, lane]) => isDue(lane, now)).map(([name]) => name)
    const leases = await this.#store.lease({ limit, owner: 'model', leaseMs, connections: [shop] })
    assert.equal(
      leases.length,
      Math.min(limit, due.length),
      'a due lane was held back, or one was given out twice',
    )
    for (const lease of leases) {
      assert.ok(due.includes(lease.lane), `${lease.lane} was not due`)
      const lane = this.#lane(lease.lane)
      const expected = lane.pending.filter((each) => each.due <= now).map(({ id }) => id)
      assert.deepEqual(
        lease.jobs.map(({ id }) => id),
        expected,
        'order of jobs, none lost, none doubled',
      )
      lane.attempts += 1
      assert.equal(lease.attempt, lane.attempts)
      lane.held = { lease, until: now + leaseMs }
      lane.parked = null
      this.leases.push(lease)
    }
  }

  async settle(lease: Lease, how: Settle, delayMs: number): Promise<void> {
    const lane = this.#lane(lease.lane)
    const at = this.#clock.now + delayMs
    const outcome =
      how === 'done' ? this.#store.done(lease) : this.#store.fail(lease, failure, { kind: how, at })
    if (lane.held?.lease.token !== lease.token) return assert.rejects(outcome, { code: 'STORE_LEASE_LOST' })
    await outcome
    lane.held = null
    const inHand = new Set(lease.jobs.map(({ id }) => id))
    const rest = lane.pending.filter(({ id }) => !inHand.has(id))
    if (how === 'retry') lane.notBefore = at
    else if (how === 'release') lane.notBefore = this.#clock.now
    if (how === 'retry') return
    lane.attempts = how === 'release' ? lane.attempts - 1 : 0
    if (how === 'release') return
    if (how === 'park') {
      lane.parked = { wakeAt: Math.min(...rest.map(({ due }) => due)) }
      return
    }
    const ended = lane.pending.filter(({ id }) => inHand.has(id))
    lane.pending = rest
    if (how === 'dead') this.#dead.set(lease.lane, [...(this.#dead.get(lease.lane) ?? []), ...ended])
    else for (const { id } of ended) this.#finish(id)
  }

  async unpark(): Promise<void> {
    const parked = [...this.#lanes.values()].filter((lane) => lane.parked !== null)
    assert.equal(await this.#store.unpark({}), parked.length)
    for (const lane of parked) lane.parked = null
  }

  async redrive(): Promise<void> {
    const dead = [...this.#dead].flatMap(([name, jobs]) => jobs.map(({ id }) => ({ name, id })))
    assert.equal(await this.#store.redrive({ connection: shop }), dead.length)
    for (const { name, id } of dead) this.#put(name, { id, due: this.#clock.now })
    this.#dead.clear()
  }

  /** Everything runs to its end: afterwards each job was done exactly once. */
  async drain(): Promise<void> {
    await this.redrive()
    await this.unpark()
    for (let round = 0; round < 10 && this.finished.size < this.pushed.size; round += 1) {
      this.#clock.now += leaseMs
      const first = this.leases.length
      await this.take(100)
      for (const lease of this.leases.slice(first)) await this.settle(lease, 'done', 0)
    }
    assert.deepEqual(this.finished, this.pushed)
    assert.equal(this.#store.nextDue([shop]), null)
  }

  #put(name: string, added: ModelJob): void {
    const lane = this.#lane(name)
    lane.pending = [...lane.pending, added].toSorted((a, b) => a.id - b.id)
    if (lane.parked !== null) lane.parked = { wakeAt: Math.min(lane.parked.wakeAt, added.due) }
    if (added.due <= this.#clock.now) lane.parked = null
  }

  #finish(id: number): void {
    assert.ok(!this.finished.has(id), `job ${id} was done twice`)
    this.finished.add(id)
  }

  #lane(name: string): ModelLane {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const lane: ModelLane = { pending: [], held: null, attempts: 0, notBefore: 0, parked: null }
    this.#lanes.set(name, lane)
    return lane
  }
}

function isDue(lane: ModelLane, now: number): boolean {
  if (lane.held !== null) return lane.held.until <= now
  if (lane.parked !== null) return lane.parked.wakeAt <= now
  if (lane.attempts > 0) return lane.notBefore <= now
  return lane.pending.some(({ due }) => due <= now)
}
