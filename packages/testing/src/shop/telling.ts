import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainOrders } from './orders.ts'
import type { Road, SuiteSite } from './road.ts'

const NOTHING = { reservation: null, events: [], ignored: [] }

/** Events that the site queues for us. */
export function testTelling(road: Road): void {
  test('a new, a changed and a deleted order are told, and told again until they are cleared', async (context) => {
    const site = await openQueue(road, context)
    const { hands, queue } = site
    const [fresh = '', edited = '', gone = ''] = await hands.place(plainOrders(3))
    await hands.edit(edited, { statusId: 'P' })
    await hands.delete(gone)

    const { reservation, events } = await queue.reserve({})

    assert.ok(reservation)
    assert.deepEqual(new Set(events.map(({ id }) => id)), new Set([fresh, edited, gone]))
    assert.ok(events.every(({ entity, reason }) => entity === 'order' && reason !== ''))
    assert.deepEqual(
      events.flatMap(({ id, deleted }) => (deleted === true ? [id] : [])),
      [gone],
    )
    assert.deepEqual((await queue.reserve({ reservation })).events, events)
    await queue.clear(reservation)
    assert.deepEqual(await queue.reserve({}), NOTHING)
  })

  test('what changes while it is worked on is told again after it is cleared', async (context) => {
    const { hands, queue } = await openQueue(road, context)
    const [id = ''] = await hands.place(plainOrders(1))
    const { reservation } = await queue.reserve({})
    assert.ok(reservation)

    await hands.edit(id, { statusId: 'P' })
    await queue.clear(reservation)

    const again = await queue.reserve({})
    assert.deepEqual([...new Set(again.events.map((event) => event.id))], [id])
  })

  test('a queue longer than was asked for comes piece by piece, and nothing is left out', async (context) => {
    const { hands, queue } = await openQueue(road, context)
    const ids = await hands.place(plainOrders(12))
    const told = new Set<string>()
    for (;;) {
      const { reservation, events } = await queue.reserve({ limit: 5 })
      assert.ok(events.length <= 5)
      if (reservation === null) break
      for (const { id } of events) told.add(id)
      await queue.clear(reservation)
    }
    assert.deepEqual(told, new Set(ids))
  })
}

async function openQueue(road: Road, context: Parameters<Road['open']>[0]) {
  const site: SuiteSite = await road.open(context)
  await site.shop.subscribe('https://mufta.example.com/hooks/shop-crm/site')
  const queue = site.shop.eventQueue
  assert.ok(queue)
  assert.deepEqual(await queue.reserve({}), NOTHING)
  return { ...site, queue }
}
