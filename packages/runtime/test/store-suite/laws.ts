import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { LaneModel, type Settle } from './lane-model.ts'
import { FakeClock, failure, job, leaseMs, shop, take, type MakePlace } from './place.ts'

const outcomes: readonly Settle[] = ['done', 'retry', 'dead', 'park', 'release']

const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      lane: fc.nat(4),
      delayMs: fc.constantFrom(0, 0, 40),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), limit: fc.constantFrom(1, 2, 10) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      // 0 = the newest lease; old ones test the fence.
      back: fc.nat(3),
      how: fc.constantFrom(...outcomes),
      delayMs: fc.constantFrom(0, 30),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 50, leaseMs) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('unpark' as const, 'redrive' as const) }) },
)
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

/** @param options.runs random histories tried; @default 10 */
export function lawTests(makePlace: MakePlace, options: { readonly runs?: number } = {}): void {
  describe('laws', () => {
    test('over any history: lane order, one run at a time, nobody waits for a neighbour, none lost or doubled', async () => {
      const history = fc.array(steps, { minLength: 5, maxLength: 40 })
      await fc.assert(
        fc.asyncProperty(history, async (list) => {
          await play(makePlace, list)
        }),
        { numRuns: options.runs ?? 10 },
      )
    })

    test('a lane that fails for ever delays no other', async (t) => {
      const place = await makePlace()
      const clock = new FakeClock()
      const store = await place.open(clock.read)
      t.after(async () => {
        await store.close()
        await place.remove()
      })
      await store.push([job('order/poisoned')])
      for (let round = 0; round < 20; round += 1) {
        await store.push([job('order/poisoned'), job(`order/${round}`)])
        const leases = await take(store)
        assert.ok(leases.some(({ lane }) => lane === `order/${round}`))
        for (const lease of leases) {
          const isPoisoned = lease.lane === 'order/poisoned'
          await (isPoisoned
            ? store.fail(lease, failure, { kind: 'retry', at: clock.now })
            : store.done(lease))
        }
      }
      assert.equal(store.laneInfo(shop, 'order/poisoned')?.attempts, 20)
    })
  })
}

async function play(makePlace: MakePlace, list: readonly Step[]): Promise<void> {
  const place = await makePlace()
  const clock = new FakeClock()
  const store = await place.open(clock.read)
  try {
    const model = new LaneModel(store, clock)
    for (const step of list) await perform(model, clock, step)
    await model.drain()
  } finally {
    await store.close()
    await place.remove()
  }
}

async function perform(model: LaneModel, clock: FakeClock, step: Step): Promise<void> {
  switch (step.do) {
    case 'push':
      return model.push(`order/${step.lane}`, step.delayMs)
    case 'take':
      return model.take(step.limit)
    case 'settle': {
      const lease = model.leases.at(-1 - step.back)
      return lease === undefined ? undefined : model.settle(lease, step.how, step.delayMs)
    }
    case 'wait':
      clock.now += step.ms
      return
    case 'unpark':
      return model.unpark()
    case 'redrive':
      return model.redrive()
  }
}
