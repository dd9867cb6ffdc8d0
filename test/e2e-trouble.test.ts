import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../packages/mufta/src/config/open.ts'
import { loadConfig } from '../packages/mufta/src/config/load.ts'
import { steady, until } from './helpers/wait.ts'
import { NAME, startWorld, type World } from './helpers/world.ts'

describe('trouble and its cure', () => {
  it('an unmapped status parks one order and no other, until the mapping is added', async (t) => {
    const world = await startWorld(t, { portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] } })
    const odd = world.portal.placeOrder({ statusId: 'X' })
    const usual = world.portal.placeOrder({})
    await until('the usual order', () => world.crm.order(String(usual)) !== null)
    await until('the odd order parked', () => laneState(world, odd) === 'parked')
    assert.equal(world.crm.order(String(odd)), null)
    const info = world.store.laneInfo(NAME, `order/${odd}`)
    assert.equal(info?.failure?.code, 'STATUS_UNMAPPED')
    assert.match(info?.failure?.message ?? '', /"X".*"statuses"/)
    await world.stop()
    await world.start({ statuses: { N: 'new', A: 'assembling', X: 'prepayed' } })
    await until('the odd order', () => world.crm.order(String(odd))?.status === 'prepayed')
    await until('the lane idle', () => laneState(world, odd) !== 'parked')
  })

  it('an order from an unmapped store waits until the store is mapped, and then names it', async (t) => {
    const world = await startWorld(t, { settings: { stores: { '1': 'main' } } })
    const from = (storeId: number) =>
      world.portal.placeOrder({ items: [{ name: 'Чай', price: '90.00', productId: 348, storeId }] })
    const [usual, odd] = [from(1), from(2)]
    await until('the usual order', () => world.crm.order(String(usual))?.['shipmentStore'] === 'main')
    await until('the odd order parked', () => laneState(world, odd) === 'parked')
    assert.equal(world.crm.order(String(odd)), null)
    const info = world.store.laneInfo(NAME, `order/${odd}`)
    assert.equal(info?.failure?.code, 'SHIPMENT_STORE_UNMAPPED')
    assert.match(info?.failure?.message ?? '', /"2".*"stores"/)
    await world.stop()
    await world.start({ stores: { '1': 'main', '2': 'shop-center' } })
    await until('the odd order', () => world.crm.order(String(odd))?.['shipmentStore'] === 'shop-center')
    await until('the lane idle', () => laneState(world, odd) !== 'parked')
  })

  it('an order of an unmapped site waits until the site is mapped; then each lives in the shop of its own', async (t) => {
    const world = await startWorld(t, {
      crm: { sites: ['shop-ru', 'shop-kz'] },
      settings: { sites: { s1: 'shop-ru' } },
    })
    const [usual, odd] = ['s1', 's2'].map((siteId) => world.portal.placeOrder({ siteId })) as [number, number]
    await until('the usual order', () => world.crm.order(String(usual))?.site === 'shop-ru')
    await until('the odd order parked', () => laneState(world, odd) === 'parked')
    assert.equal(world.store.laneInfo(NAME, `order/${odd}`)?.failure?.code, 'ORDER_SITE_UNMAPPED')
    await world.stop()
    await world.start({ sites: { s1: 'shop-ru', s2: 'shop-kz' } })
    const there = () => world.crm.orders().find(({ externalId }) => externalId === String(odd))
    await until('the odd order', () => there()?.site === 'shop-kz')
    world.crm.userEdit(Number(there()?.id), { status: 'complete' })
    await world.askCrm()
    await until('the way back', () => world.portal.order(odd)?.['statusId'] === 'F')
  })

  it('a status that the shop does not know parks on the way back, and the shop keeps its own', async (t) => {
    const world = await startWorld(t)
    world.crm.addStatus('on-review', 'approval')
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    world.crm.userEdit(String(id), { status: 'on-review' })
    await world.askCrm()
    await until('parked', () => laneState(world, id) === 'parked')
    assert.equal(world.portal.order(id)?.['statusId'], 'N')
    assert.match(world.store.laneInfo(NAME, `order/${id}`)?.failure?.message ?? '', /"on-review"/)
  })

  it('a revoked CRM key pauses the connection with a reason, requests stop, and a new key resumes it', async (t) => {
    const world = await startWorld(t, { site: () => ({ pollSeconds: 60, sweepSeconds: 600 }) })
    const first = world.portal.placeOrder({})
    await until('the first order', () => world.crm.order(String(first)) !== null)
    world.crm.revokeKey()
    const ids = Array.from({ length: 10 }, () => world.portal.placeOrder({}))
    await until('paused', () => world.store.connectionState(NAME).paused)
    const { reason, byOperator } = world.store.connectionState(NAME)
    assert.match(reason?.message ?? '', /RetailCRM.*key/i)
    assert.ok(!reason?.message.includes(world.crm.apiKey))
    assert.equal(byOperator, false)
    await onlyProbes(world)
    world.crm.addKey({ key: world.crm.apiKey })
    await until('resumed by the probe', () => !world.store.connectionState(NAME).paused)
    await until('all orders', () => ids.every((id) => world.crm.order(String(id)) !== null))
    assert.deepEqual(world.store.deadJobs({}), [])
  })

  it('a new key in the configuration cures a paused connection at the next start', async (t) => {
    const world = await startWorld(t, { probeMs: 600_000 })
    world.crm.revokeKey()
    const id = world.portal.placeOrder({})
    await until('paused', () => world.store.connectionState(NAME).paused)
    await world.stop()
    world.crm.addKey({ key: 'a-new-key' })
    await world.start({ apiKey: 'a-new-key' })
    await until('the order', () => world.crm.order(String(id)) !== null)
  })

  it('a deleted webhook pauses the connection, and says which side is dead', async (t) => {
    const world = await startWorld(t)
    const first = world.portal.placeOrder({})
    await until('the first order', () => world.crm.order(String(first)) !== null)
    world.portal.revokeWebhook()
    world.portal.placeOrder({})
    await until('paused', () => world.store.connectionState(NAME).paused)
    const { reason } = world.store.connectionState(NAME)
    assert.match(reason?.message ?? '', /webhook/i)
    await onlyProbes(world)
    assert.equal(world.crm.orders().length, 1)
  })

  it('a licence block pauses the connection, and what waited goes on when it is lifted', async (t) => {
    const world = await startWorld(t)
    const first = world.portal.placeOrder({})
    await until('the first order', () => world.crm.order(String(first)) !== null)
    world.portal.blockLicence()
    const second = world.portal.placeOrder({})
    await until('paused', () => world.store.connectionState(NAME).paused)
    assert.match(world.store.connectionState(NAME).reason?.message ?? '', /licen[cs]e|plan|payment|tariff/i)
    await onlyProbes(world)
    world.portal.blockLicence(false)
    // The client itself looks at a dead portal once a minute; a restart looks at once.
    await world.stop()
    await world.start()
    await until('the second order', () => world.crm.order(String(second)) !== null)
  })

  it('what an operator paused no probe resumes', async (t) => {
    const world = await startWorld(t)
    const { configFile, folder } = world
    const tool = await openStore(await loadConfig(folder, {}, configFile), 'tool')
    await tool.pause(NAME, { code: 'PAUSED_BY_OPERATOR', message: 'Paused by an operator' }, true)
    const id = world.portal.placeOrder({})
    const before = await steady(() => world.requests(), 300)
    assert.equal(world.crm.order(String(id)), null)
    assert.equal(world.requests(), before)
    await tool.resume(NAME)
    await tool.close()
    await until('the order after resume', () => world.crm.order(String(id)) !== null)
  })

  it('a renamed portal is followed, and a restart asks the new address at once', async (t) => {
    const world = await startWorld(t)
    const old = world.portal.webhook
    const first = world.portal.placeOrder({})
    await until('the first order', () => world.crm.order(String(first)) !== null)
    await world.portal.rename()
    const second = world.portal.placeOrder({})
    await until('an order after the rename', () => world.crm.order(String(second)) !== null)
    await until('the new origin is kept', () => world.store.value(`origin/${NAME}`) !== null)
    await world.stop()
    world.useWebhook(old)
    await world.start()
    const third = world.portal.placeOrder({})
    await until('an order after the restart', () => world.crm.order(String(third)) !== null)
    assert.ok(!JSON.stringify(world.store.value(`origin/${NAME}`)).includes('/rest/'), 'no secret is kept')
  })
})

function laneState(world: World, id: number): string | undefined {
  return world.store.laneInfo(NAME, `order/${id}`)?.state
}

/** While paused, only the probe speaks: dictionaries of both sides each 100 ms here, every ten minutes in life. */
async function onlyProbes(world: World): Promise<void> {
  await sleep(100) // what was under way ends
  const before = [new Map(world.portal.stats.byMethod), new Map(world.crm.stats.byPath)] as const
  const requests = world.portal.stats.requests
  await sleep(400)
  const asked = [
    ...grown(world.portal.stats.byMethod, before[0]),
    ...grown(world.crm.stats.byPath, before[1]),
  ]
  assert.deepEqual(
    asked.filter((name) => /\.(get|add|update)$|\/(orders|customers)/i.test(name)),
    [],
  )
  assert.ok(world.portal.stats.requests - requests <= 5, 'one request a probe')
}

function grown(now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>): readonly string[] {
  return [...now].filter(([name, count]) => count > (then.get(name) ?? 0)).map(([name]) => name)
}
