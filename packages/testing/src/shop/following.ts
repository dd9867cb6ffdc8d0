import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Shop } from '@mufta/kit'
import { all, plainOrders } from './orders.ts'
import type { Road } from './road.ts'

export function testFollowing(road: Road): void {
  test('orders are followed from now on, each change once, however many of one second', async (context) => {
    const { hands, shop } = await road.open(context)
    await hands.place(plainOrders(1), { secondsAgo: 3600 })
    const follower = await Follower.start(shop)

    assert.deepEqual(await follower.round(), [])
    const ids = await hands.place(plainOrders(road.manyChanges))
    assert.deepEqual(await follower.round(), ids, 'more than a page within one second')
    assert.deepEqual(await follower.round(), [])
    const edited = ids[3] ?? ''
    await hands.edit(edited, { statusId: 'P' })
    await hands.edit(edited, { statusId: 'F' })
    assert.deepEqual(await follower.round(), [edited])
    assert.deepEqual(await follower.round(), [])
  })

  test('a save that becomes visible after a round went past its time is found by the next one, once', async (context) => {
    const { hands, shop } = await road.open(context)
    const [early = '', late = ''] = await hands.place(plainOrders(2), { secondsAgo: 3600 })
    const follower = await Follower.start(shop)
    await hands.edit(early, { managerComment: 'вовремя' })
    assert.deepEqual(await follower.round(), [early])

    await hands.edit(late, { managerComment: 'позже' }, { secondsAgo: 60 })
    const [placed = ''] = await hands.place(plainOrders(1), { secondsAgo: 90 })

    assert.deepEqual((await follower.round()).toSorted(), [late, placed].toSorted())
    assert.deepEqual(await follower.round(), [])
  })

  test('our own write is seen as a change, and a deleted order is not', async (context) => {
    const { hands, shop } = await road.open(context)
    const [kept = '', gone = ''] = await hands.place(plainOrders(2), { secondsAgo: 3600 })
    const follower = await Follower.start(shop)
    const order = (await shop.readOrders([kept])).get(kept)
    assert.ok(order)

    await shop.writeOrder(order, { status: 'P' })
    await hands.edit(gone, { managerComment: 'удалю' })
    await hands.delete(gone)

    assert.deepEqual(await follower.round(), [kept])
    assert.deepEqual(await all(shop.orderIds()), [kept])
  })

  test('all order ids come ascending, after an id and since a date', async (context) => {
    const { hands, shop } = await road.open(context)
    const old = await hands.place(plainOrders(70), { secondsAgo: 86_400 })
    const fresh = await hands.place(plainOrders(60))
    const since = new Date(Date.now() - 3_600_000).toISOString()

    assert.deepEqual(await all(shop.orderIds()), [...old, ...fresh])
    assert.deepEqual(await all(shop.orderIds({ after: old[10] ?? '' })), [...old.slice(11), ...fresh])
    assert.deepEqual(await all(shop.orderIds({ since })), fresh)
  })
}

/** Keeps the cursor between rounds, as the runtime does. */
class Follower {
  readonly #shop: Shop
  #cursor: string

  private constructor(shop: Shop, cursor: string) {
    this.#shop = shop
    this.#cursor = cursor
  }

  static async start(shop: Shop): Promise<Follower> {
    const { cursor, events, more } = await shop.changedOrders(null)
    assert.deepEqual([events, more], [[], false])
    return new Follower(shop, cursor)
  }

  /** Ids of all pages up to the present. */
  async round(): Promise<readonly string[]> {
    const ids: string[] = []
    for (;;) {
      const page = await this.#shop.changedOrders(this.#cursor)
      this.#cursor = page.cursor
      ids.push(...page.events.map(({ id }) => id))
      if (!page.more) return ids
    }
  }
}
