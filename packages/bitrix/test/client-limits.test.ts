import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { AbortedError, RateLimitedError } from '@mufta/kit'
import type { LimitStore, PortalLimitOptions } from '../src/rest/client/limit-types.ts'
import { PortalLimits } from '../src/rest/client/limits.ts'

const START = Date.UTC(2026, 0, 1)

function setUp(t: TestContext, options: PortalLimitOptions = {}): PortalLimits {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START })
  return new PortalLimits('portal.example', { parallel: 1000, ...options })
}

/** Lets promises that are already settled run. */
async function turn(): Promise<void> {
  for (let index = 0; index < 10; index++) await Promise.resolve()
}

describe('limits of a portal', () => {
  it('give a burst of four fifths at once and then two a second', async (t) => {
    const limits = setUp(t)
    let granted = 0
    for (let index = 0; index < 60; index++) {
      void limits.enter(600_000).then((permit) => {
        granted++
        permit.release()
      })
    }
    await turn()
    assert.equal(granted, 40)
    for (let second = 0; second < 5; second++) {
      t.mock.timers.tick(1000)
      await turn()
    }
    assert.ok(granted >= 48 && granted <= 50, `${granted} granted`)
    t.mock.timers.tick(60_000)
    await turn()
  })

  it('never send more than the portal would take, whatever the pattern of calls', async (t) => {
    const limits = setUp(t)
    // The portal's own bucket, counted beside.
    let level = 0
    let worst = 0
    const stop = new AbortController()
    const send = async (): Promise<void> => {
      const permit = await limits.enter(600_000, stop.signal)
      level++
      worst = Math.max(worst, level)
      permit.release()
    }
    const all: Promise<void>[] = []
    for (let step = 0; step < 400; step++) {
      const calls = step % 100 === 0 ? 45 : step % 3 === 0 ? 1 : 0
      for (let index = 0; index < calls; index++) all.push(send())
      await turn()
      t.mock.timers.tick(100)
      await turn()
      level = Math.max(0, level - 0.2)
    }
    assert.ok(worst > 35, 'the burst is used')
    assert.ok(worst <= 41, `the portal's bucket reached ${worst}`)
    stop.abort()
    await Promise.allSettled(all)
  })

  it('serve whoever waits longest first, and forget who gave up', async (t) => {
    const limits = setUp(t, { burst: 2, reserve: 1 })
    const order: string[] = []
    const stop = new AbortController()
    const enter = (name: string, signal?: AbortSignal): Promise<void> =>
      limits.enter(600_000, signal).then((permit) => {
        order.push(name)
        permit.release()
      })
    const all = [enter('a'), enter('b', stop.signal), enter('c')]
    stop.abort()
    await assert.rejects(all[1] ?? Promise.resolve(), AbortedError)
    t.mock.timers.tick(600)
    await turn()
    assert.deepEqual(order, ['a', 'c'])
    assert.equal(limits.facts('x').waiting, 0)
  })

  it('say how long to wait when the patience is over', async (t) => {
    const limits = setUp(t, { burst: 2, reserve: 1, perSecond: 0.001 })
    const permit = await limits.enter(1000)
    permit.release()
    const late = limits.enter(1000)
    t.mock.timers.tick(1000)
    await assert.rejects(late, (error) => error instanceof RateLimitedError && error.code === 'PORTAL_BUSY')
  })

  it('take the bucket as full after a refusal: a pause that grows, then the leak rate', async (t) => {
    const limits = setUp(t)
    const [one, two] = [await limits.enter(1000), await limits.enter(1000)]
    limits.rejected(one)
    limits.rejected(two)
    assert.equal(limits.facts('x').heldForMs, 1000, 'two refused together count once')
    assert.equal(limits.available(), 0)
    const next = limits.enter(60_000)
    t.mock.timers.tick(1000)
    const third = await next
    assert.equal(limits.available(), 0, 'the burst is gone')
    limits.rejected(third)
    assert.equal(limits.facts('x').heldForMs, 2000)
  })

  it('stop a method at 80 % of its time budget until the portal resets it, and no other', async (t) => {
    const limits = setUp(t)
    const finish = START / 1000 + 5000 // The portal's clock is wrong by far.
    limits.learn('hook', 'crm.deal.list', { operating: 383, operating_reset_at: finish + 300, finish })
    await limits.ready('hook', ['crm.deal.list'], 0)
    limits.learn('hook', 'crm.deal.list', { operating: 384, operating_reset_at: finish + 300, finish })
    await limits.ready('hook', ['crm.deal.get'], 0)
    await limits.ready('other', ['crm.deal.list'], 0)
    await assert.rejects(limits.ready('hook', ['crm.deal.list'], 1000), (error) => {
      return error instanceof RateLimitedError && error.retryAfterMs === 300_000
    })
    let isReady = false
    void limits.ready('hook', ['CRM.deal.list'], 600_000).then(() => (isReady = true))
    t.mock.timers.tick(299_000)
    await turn()
    assert.equal(isReady, false)
    t.mock.timers.tick(1000)
    await turn()
    assert.equal(isReady, true)
  })

  it('outlive a restart through their store, so that a crash loop does not hammer', async (t) => {
    const saved = new Map<string, string>()
    const store: LimitStore = {
      load: (key) => saved.get(key) ?? null,
      save: (key, json) => void saved.set(key, json),
    }
    const limits = setUp(t, { store })
    for (let index = 0; index < 30; index++) (await limits.enter(1000)).release()
    limits.stopMethod('hook', 'crm.deal.list')
    t.mock.timers.tick(200)
    const restarted = new PortalLimits('portal.example', { store, clock: () => START + 200 })
    assert.ok(restarted.available() <= 11, `${restarted.available()} available`)
    await assert.rejects(restarted.ready('hook', ['crm.deal.list'], 0), RateLimitedError)
  })

  it('work without any limit for a box that has none', async () => {
    const limits = new PortalLimits('box', { perSecond: Infinity, burst: Infinity, parallel: 64 })
    for (let index = 0; index < 1000; index++) (await limits.enter(10)).release()
    assert.equal(limits.available(), Infinity)
  })
})
