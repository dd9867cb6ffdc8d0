import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { wordsIn } from '@mufta/kit'
import type { SimulatedPortal } from '@mufta/testing'
import { until } from './helpers/wait.ts'
import { NAME, startWorld, type World } from './helpers/world.ts'

const SLOW_POLLS = { pollSeconds: 60, sweepSeconds: 600 }

describe('a site connected as an application', () => {
  it('binds its events once, and they bring the order', async (t) => {
    const world = await application(t, SLOW_POLLS)
    const { shop } = world.runtime.connection(NAME)
    const first = await shop.subscribe(world.hookUrl)
    assert.ok(first.some((line) => wordsIn(line, 'en') === 'bound: ONSALEORDERSAVED'))
    const again = await shop.subscribe(world.hookUrl)
    assert.ok(again.every((line) => wordsIn(line, 'en').startsWith('already bound')))
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    await until('its journal', () => firstReason(world, id) !== undefined)
    assert.equal(firstReason(world, id), 'ONSALEORDERSAVED')
    assert.ok(
      (await shop.unsubscribe(world.hookUrl)).some((line) => wordsIn(line, 'en').startsWith('unbound')),
    )
    const [nothing = ''] = await shop.unsubscribe(world.hookUrl)
    assert.equal(wordsIn(nothing, 'en'), 'nothing was bound')
  })

  it('goes on when its access token expires in the middle of work, and keeps the new pair', async (t) => {
    const world = await application(t, SLOW_POLLS)
    await world.runtime.connection(NAME).shop.subscribe(world.hookUrl)
    const configured = world.portal.app.refreshToken
    const ids: number[] = []
    for (let round = 0; round < 5; round++) {
      ids.push(world.portal.placeOrder({}), world.portal.placeOrder({}))
      world.portal.expireAccessTokens()
      await until('the orders so far', () => ids.every((id) => world.crm.order(String(id)) !== null))
    }
    assert.notEqual(world.portal.app.refreshToken, configured, 'the pair was rotated')
    await world.stop()
    const kept = readFileSync(join(world.folder, 'mufta.db'))
    assert.ok(kept.includes('oauth.tokens'))
    assert.ok(!kept.includes(world.portal.app.refreshToken), 'tokens are sealed')
    await world.start() // the configuration still holds the used-up refresh token
    await world.runtime.connection(NAME).shop.subscribe(world.hookUrl)
    const last = world.portal.placeOrder({})
    await until('an order after the restart', () => world.crm.order(String(last)) !== null)
    assert.equal(world.store.connectionState(NAME).paused, false)
  })

  it('finds in the portal’s queue what happened while nobody listened', async (t) => {
    const world = await application(t, { pollSeconds: 0.3, sweepSeconds: 600 })
    await world.runtime.connection(NAME).shop.subscribe(world.hookUrl)
    world.portal.setEventLoss(1)
    const id = world.portal.placeOrder({})
    await until('the order', () => world.crm.order(String(id)) !== null)
    await until('the queue is empty', () => world.portal.stats.offline === 0)
    await world.stop()
    const missed = [world.portal.placeOrder({}), world.portal.placeOrder({})]
    assert.ok(world.portal.stats.offline > 0)
    await world.start()
    await until('the orders missed', () => missed.every((each) => world.crm.order(String(each)) !== null))
    await until('the queue is empty again', () => world.portal.stats.offline === 0)
  })

  it('pauses when the application is removed', async (t) => {
    const world = await application(t, { pollSeconds: 0.3, sweepSeconds: 600 })
    world.portal.revokeApp()
    world.portal.expireAccessTokens()
    await until('paused', () => world.store.connectionState(NAME).paused)
    const { reason } = world.store.connectionState(NAME)
    assert.match(reason?.message ?? '', /application|token/i)
    assert.ok(!JSON.stringify(reason).includes(world.portal.app.clientSecret))
  })
})

async function application(
  t: TestContext,
  polls: { readonly pollSeconds: number; readonly sweepSeconds: number },
): Promise<World> {
  let first: ReturnType<typeof oauthOf> | undefined
  return startWorld(t, {
    events: false,
    // As in life: the file keeps what the administrator once put there.
    site: (portal) => ({ oauth: (first ??= oauthOf(portal)), ...polls }),
  })
}

function oauthOf({ url, app }: SimulatedPortal) {
  const { clientId, clientSecret, refreshToken, tokenUrl } = app
  return { portal: url, clientId, clientSecret, refreshToken, authServer: new URL(tokenUrl).origin }
}

function firstReason(world: World, id: number): unknown {
  const created = world.life(id).find((entry) => entry.code === 'CREATED')
  const events = created?.detail?.['events'] as readonly { readonly reason: string }[] | undefined
  return events?.[0]?.reason
}
