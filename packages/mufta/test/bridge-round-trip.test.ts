import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'node:test'
import { openSqliteStore } from '@mufta/runtime'
import { BridgeWorld, CONNECTION, STATUSES, type SiteOrder } from './bridge-helpers/bridge-world.ts'
import { waitFor } from './bridge-helpers/child.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

/** Kills of each side; MUFTA_BRIDGE_ROUNDS makes it longer or shorter by hand. */
const ROUNDS = Number(process.env['MUFTA_BRIDGE_ROUNDS'] ?? 5)
const ORDERS_PER_ROUND = 3

describe('from the site to the CRM and back over the bridge', { skip: skipWithoutPhp() }, () => {
  let world: BridgeWorld
  before(async () => {
    world = await BridgeWorld.start(AbortSignal.timeout(30_000))
  })
  after(() => world[Symbol.asyncDispose]())
  const inCrm = async (id: string): Promise<void> =>
    waitFor(() => world.crm.order(id) !== null, `order ${id} in the CRM`, 20_000)

  it('an order is placed, arrives, gets a status there, and the site has it', async () => {
    const id = await world.checkout({ comment: 'Пожалуйста, «быстро»' })
    await inCrm(id)
    const copy = world.crm.order(id)
    const [order] = await world.orders()
    assert.equal(copy?.totalSumm.toFixed(2), order?.total)
    assert.equal(copy?.['customerComment'], 'Пожалуйста, «быстро»')
    assert.deepEqual([copy?.['email'], copy?.['phone']], ['ivan@shop.test', '+7 900 000-00-01'])

    world.crm.userEdit(id, { status: 'delivering' })
    await waitFor(async () => (await world.orders())[0]?.status === 'dl', 'the status on the site', 20_000)
    // The write of the runtime is no news to it: the version stays, and nothing waits to be told.
    const version = async (): Promise<unknown> => await world.site.rows('SELECT VERSION FROM b_sale_order')
    const before = await version()
    await sleep(1000)
    assert.deepEqual(await version(), before)
    assert.deepEqual(await world.site.rows('SELECT ENTITY_ID FROM mufta_bridge_outbox'), [])
    assert.equal(world.crm.orders().length, 1)
  })

  it('an order whose checkout died before its event is found all the same', async () => {
    world.site.configure({ shim: { die_at: 'before saved event' } })
    await assert.rejects(world.checkout({ comment: 'died' }))
    world.site.configure({ shim: { die_at: null } })
    const id = (await world.orders()).find(({ comment }) => comment === 'died')?.id ?? ''
    await inCrm(id)
  })

  it('a change that fires no event at all is found by the sweep', async () => {
    const id = await world.checkout({ comment: 'before' })
    await inCrm(id)
    await world.site.rows(
      `UPDATE b_sale_order SET USER_DESCRIPTION = 'by hand', VERSION = VERSION + 1, DATE_UPDATE = NOW() WHERE ID = ${id}`,
    )
    const arrived = (): boolean => world.crm.order(id)?.['customerComment'] === 'by hand'
    await waitFor(arrived, 'the comment in the CRM', 20_000)
  })
})

describe('the bridge under kill −9', { skip: skipWithoutPhp() }, () => {
  it(
    `after ${ROUNDS} kill −9 of Mufta and ${ROUNDS} of the site nothing is lost and nothing doubled`,
    { timeout: 170_000 },
    async () => {
      const signal = AbortSignal.timeout(165_000)
      await using world = await BridgeWorld.start(signal)
      const story = new Story(world)
      for (let round = 0; round < ROUNDS * 2; round++) {
        await story.load(round)
        const busy = story.load(round)
        await sleep(Math.random() * 200)
        if (round % 2 === 0) {
          await world.runtime.kill()
          await busy
          await world.runtime.start(signal)
        } else {
          await world.restartSite()
          await busy
        }
      }
      let left = await story.differences()
      while (left.length > 0 && !signal.aborted) {
        await sleep(200)
        left = await story.differences()
      }
      await world.runtime.stop()
      assert.deepEqual(left, [])
      assert.ok(story.acknowledged.size >= ROUNDS * ORDERS_PER_ROUND)
      assert.deepEqual(doubled(world), [])
      const store = await openSqliteStore({ path: join(world.folder, 'mufta.db'), role: 'tool' })
      try {
        assert.deepEqual(store.deadJobs({}), [])
        for (const id of story.acknowledged)
          assert.ok(store.life(CONNECTION, 'order', id, { limit: 10 }).length > 0, `order ${id} has a life`)
      } finally {
        await store.close()
      }
    },
  )
})

/** What people did meanwhile, and what must be true at the end. */
class Story {
  readonly #world: BridgeWorld
  /** Orders whose checkout was answered. */
  readonly acknowledged = new Set<string>()
  /** The last status that a manager of the CRM chose. */
  readonly #chosen = new Map<string, string>()

  constructor(world: BridgeWorld) {
    this.#world = world
  }

  /** Buyers order, the shop edits, managers work, all at once; the site may die below them. */
  async load(round: number): Promise<void> {
    const { crm } = this.#world
    const known = [...this.acknowledged]
    for (const [code, shop] of [
      ['prepayed', 'P'],
      ['delivering', 'dl'],
    ] as const) {
      const id = pick(known)
      if (id === undefined || crm.order(id) === null) continue
      crm.userEdit(id, { status: code })
      this.#chosen.set(id, shop)
    }
    await Promise.all([
      ...Array.from({ length: ORDERS_PER_ROUND }, (_, index) => this.#place(`round ${round} order ${index}`)),
      this.#edit(pick(known), `round ${round}`),
    ])
  }

  async differences(): Promise<readonly string[]> {
    const orders = await this.#world.orders()
    const ids = new Set(orders.map(({ id }) => id))
    return [
      ...[...this.acknowledged].filter((id) => !ids.has(id)).map((id) => `${id} is gone from the site`),
      ...orders.filter(({ isWhole }) => isWhole).flatMap((order) => this.#faultsOf(order)),
    ]
  }

  #faultsOf({ id, status, comment, total }: SiteOrder): readonly string[] {
    const copy = this.#world.crm.order(id)
    if (copy === null) return [`${id} did not arrive`]
    const found: string[] = []
    if (copy.totalSumm.toFixed(2) !== total) found.push(`${id} total ${copy.totalSumm} is not ${total}`)
    if (copy['customerComment'] !== comment) found.push(`${id} comment did not arrive`)
    if (status !== (this.#chosen.get(id) ?? 'N')) found.push(`${id} status ${status} is not the chosen one`)
    if (copy.status !== STATUSES[status as keyof typeof STATUSES])
      found.push(`${id} status ${copy.status} is not ${status}`)
    return found
  }

  async #place(comment: string): Promise<void> {
    try {
      this.acknowledged.add(await this.#world.checkout({ comment }))
    } catch {
      // The site was killed: whether the order exists is seen in its database.
    }
  }

  async #edit(id: string | undefined, comment: string): Promise<void> {
    if (id === undefined) return
    try {
      await this.#world.checkout({ id, fields: { USER_DESCRIPTION: comment } })
    } catch {
      // As above.
    }
  }
}

function doubled({ crm }: BridgeWorld): readonly string[] {
  const copies = new Map<string, number>()
  for (const { externalId } of crm.orders())
    if (typeof externalId === 'string') copies.set(externalId, (copies.get(externalId) ?? 0) + 1)
  return [...copies].filter(([, count]) => count > 1).map(([id]) => id)
}

function pick(ids: readonly string[]): string | undefined {
  return ids[Math.floor(Math.random() * ids.length)]
}
