import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { steady, until } from './helpers/wait.ts'
import { startWorld, type World } from './helpers/world.ts'

describe('both sides of one order edited at once', () => {
  it('different fields both survive', async (t) => {
    const { world, id } = await bound(t)
    await world.stop()
    world.portal.editOrder(id, { statusId: 'A', comment: 'из магазина' })
    world.crm.userEdit(String(id), { managerComment: 'из CRM', trackNumber: 'RB7' })
    await world.start()
    await until('the comment in the shop', () => world.portal.order(id)?.['comments'] === 'из CRM')
    await until('the status in the CRM', () => world.crm.order(String(id))?.status === 'assembling')
    await quiet(world)
    const shop = world.portal.order(id)
    const copy = world.crm.order(String(id))
    assert.equal(shop?.['statusId'], 'A')
    assert.equal(world.parts(id, 'shipments').at(-1)?.['trackingNumber'], 'RB7')
    assert.equal(copy?.['customerComment'], 'из магазина')
    assert.equal(copy?.['managerComment'], 'из CRM')
    assert.deepEqual(
      world.life(id).filter((entry) => entry.kind === 'conflict'),
      [],
    )
  })

  it('the same field follows its owner, and the journal says who won', async (t) => {
    for (const [statusOwner, shop, crm] of [
      ['external', 'S', 'delivering'],
      ['shop', 'A', 'assembling'],
    ] as const) {
      const { world, id } = await bound(t, { statusOwner })
      await world.stop()
      world.portal.editOrder(id, { statusId: 'A' })
      world.crm.userEdit(String(id), { status: 'delivering' })
      await world.start()
      await until('one status on both sides', () => {
        return world.portal.order(id)?.['statusId'] === shop && world.crm.order(String(id))?.status === crm
      })
      await quiet(world)
      const conflicts = world.life(id).filter((entry) => entry.kind === 'conflict')
      assert.deepEqual(
        conflicts.map(({ code, detail }) => ({ code, detail })),
        [{ code: 'BOTH_CHANGED', detail: { field: 'status', winner: statusOwner } }],
      )
      await world.close()
    }
  })

  it('a storm of edits on both sides ends in silence, with one state on both', async (t) => {
    const { world, id } = await bound(t)
    const statuses = [
      ['A', 'delivering'],
      ['P', 'complete'],
      ['S', 'assembling'],
    ] as const
    for (let round = 0; round < 30; round++) {
      const [shop, crm] = statuses[round % 3] as (typeof statuses)[number]
      world.portal.editOrder(id, { statusId: shop, comment: `shop ${round}` })
      world.crm.userEdit(String(id), { status: crm, managerComment: `crm ${round}` })
      await world.askCrm()
      await sleep(round % 5)
    }
    await quiet(world)
    const pair = { A: 'assembling', P: 'prepayed', S: 'delivering', F: 'complete', N: 'new' }
    const shop = world.portal.order(id)
    const copy = world.crm.order(String(id))
    assert.equal(copy?.status, pair[shop?.['statusId'] as keyof typeof pair])
    assert.equal(copy?.['customerComment'], 'shop 29')
    assert.equal(shop?.['comments'], 'crm 29')
    // Polls, sweeps and our own events go on after this; they must write nothing more.
    const writes = world.life(id).filter((entry) => entry.kind === 'write').length
    world.portal.editOrder(id, {})
    await world.askCrm()
    await quiet(world, 1_200)
    assert.equal(world.life(id).filter((entry) => entry.kind === 'write').length, writes)
  })
})

async function bound(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ world: World; id: number }> {
  const world = await startWorld(t, { settings })
  const id = world.portal.placeOrder({})
  await until('the order in the CRM', () => world.crm.order(String(id)) !== null)
  await quiet(world)
  return { world, id }
}

/** Nothing was written on either side for a while, although the CRM was asked. */
async function quiet(world: World, quietMs = 300): Promise<void> {
  await world.askCrm()
  await steady(() => world.crm.stats.ordersEdited + writesOf(world), quietMs)
}

function writesOf({ portal }: World): number {
  return [...portal.stats.byMethod]
    .filter(([method]) => /\.(update|add)$/.test(method))
    .reduce((sum, [, count]) => sum + count, 0)
}
