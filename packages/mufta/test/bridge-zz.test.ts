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

describe('the bridge under kill −9', { skip: skipWithoutPhp() }, () => {
  it(
    `after ${ROUNDS} kill −9 of Mufta and ${ROUNDS} of the site nothing is lost and nothing doubled`,
    { timeout: 170_000 },
    async () => {
      const signal = AbortSignal.timeout(45_000)
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
      if (left.length > 0) {
        const { openSqliteStore: o } = await import('@mufta/runtime')
        await world.runtime.stop()
        const st = await o({ path: join(world.folder, 'mufta.db'), role: 'tool' })
        const fs = await import('node:fs')
        const ids = [...new Set(left.map((l) => l.split(' ')[0] as string))]
        fs.writeFileSync('/tmp/pb2t/fail.json', JSON.stringify({ left, life: ids.map((id) => st.life(CONNECTION, 'order', id, { limit: 200 })), dead: st.deadJobs({}), outbox: await world.site.rows('SELECT * FROM mufta_bridge_outbox'), state: await world.site.rows('SELECT * FROM mufta_bridge_state'), orders: await world.site.rows('SELECT ID,VERSION,DATE_UPDATE,STATUS_ID,USER_DESCRIPTION FROM b_sale_order'), applied: await world.site.rows('SELECT * FROM mufta_bridge_applied'), crm: ids.map((id) => world.crm.order(id)) }, null, 1))
        fs.cpSync(world.folder, '/tmp/pb2t/failworld', { recursive: true })
        await st.close()
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
    if (copy.customerComment !== comment) found.push(`${id} comment did not arrive`)
    if (status !== (this.#chosen.get(id) ?? 'N')) found.push(`${id} status ${status} is not the chosen one`)
    if (copy.status !== STATUSES[status as keyof typeof STATUSES])
      found.push(`${id} status ${String(copy.status)} is not ${status}`)
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
