import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { orderSamples } from '@mufta/testing'
import { until } from './helpers/wait.ts'
import { NAME, startWorld, type World } from './helpers/world.ts'

describe('how Mufta hears of changes', () => {
  it('with 30 % of the events lost the poll finds every order and every change', async (t) => {
    const world = await startWorld(t, { portal: { eventLoss: 0.3 } })
    const ids = orderSamples(40, 3).map((sample) => world.portal.placeOrder(sample))
    await until('all orders', () => world.crm.orders().length >= ids.length)
    for (const id of ids) world.portal.editOrder(id, { comment: `changed ${id}` })
    await until('all changes', () =>
      ids.every((id) => world.crm.order(String(id))?.['customerComment'] === `changed ${id}`),
    )
    await world.portal.eventsDelivered()
    assert.ok(world.portal.stats.events.lost > 0, 'events were lost')
    assert.equal(world.crm.orders().length, ids.length, 'nothing doubled')
  })

  it('with every event and the poll’s turn missed the sweep finds the order', async (t) => {
    const world = await startWorld(t, {
      portal: { eventLoss: 1 },
      site: () => ({ pollSeconds: 600, sweepSeconds: 0.3 }),
    })
    await until('the first sweep', () => world.store.cursor(NAME, 'sweep') !== null)
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    await until('its journal', () => sources(world, id).size > 0)
    assert.deepEqual([...sources(world, id)], ['poll'], 'seen by date of change')
  })

  it('a site with only an inbound webhook is polled, and a hook to it is refused', async (t) => {
    const world = await startWorld(t, { site: () => ({ applicationToken: undefined }) })
    await until('the first poll', () => world.store.cursor(NAME, 'poll') !== null)
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    await until('its journal', () => sources(world, id).size > 0)
    assert.deepEqual([...sources(world, id)], ['poll'])
    const answer = await fetch(world.hookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'event=ONSALEORDERSAVED&data[FIELDS][ID]=1&auth[application_token]=guess',
    })
    assert.equal(answer.status, 403)
    await world.portal.eventsDelivered()
  })

  it('what happened while Mufta was down is found after the start', async (t) => {
    const world = await startWorld(t)
    const known = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(known)) !== null)
    await until('the first poll', () => world.store.cursor(NAME, 'poll') !== null)
    await until('the CRM’s cursor', () => world.store.cursor(NAME, 'external') !== null)
    await world.stop()
    const fresh = world.portal.placeOrder({})
    world.portal.editOrder(known, { comment: 'изменён без нас' })
    world.crm.userEdit(String(known), { status: 'complete' })
    await world.start()
    await until('the new order', () => world.crm.order(String(fresh)) !== null)
    await until('the change', () => world.crm.order(String(known))?.['customerComment'] === 'изменён без нас')
    await until('the status', () => world.portal.order(known)?.['statusId'] === 'F')
  })

  it('a deleted order is journalled and left in the CRM, and its lane rests', async (t) => {
    const world = await startWorld(t)
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    world.portal.deleteOrder(id)
    await until('the deletion in the journal', () =>
      world.life(id).some(({ detail }) => detail?.['reason'] === 'DELETED_IN_SHOP'),
    )
    assert.ok(world.crm.order(String(id)), 'RetailCRM has no deletion by API')
    world.crm.userEdit(String(id), { managerComment: 'ещё правка' })
    await world.askCrm()
    await until('the edit seen', () =>
      world.life(id).some(({ detail }) => detail?.['reason'] === 'ORDER_NOT_FOUND'),
    )
    assert.deepEqual(world.store.deadJobs({}), [])
    assert.equal(world.store.connectionState(NAME).paused, false)
  })

  it('an order made by hand in the CRM stays there and disturbs nobody', async (t) => {
    const world = await startWorld(t)
    await until('the CRM’s cursor', () => world.store.cursor(NAME, 'external') !== null)
    const made = world.crm.userCreate({ firstName: 'Пётр', items: [] })
    await world.askCrm()
    await until('the skip', () =>
      world.store.life(NAME, 'order', `~ext:${made.id}`).some(({ code }) => code === 'NOT_BOUND'),
    )
    assert.equal(world.portal.orders().length, 0)
  })
})

/** Through which feeds the runs of this order were started. */
function sources(world: World, id: number): Set<string> {
  const events = world
    .life(id)
    .flatMap(({ detail }) => (detail?.['events'] ?? []) as readonly { readonly reason: string }[])
  return new Set(events.map(({ reason }) => reason))
}
