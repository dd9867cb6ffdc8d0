import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, it, type TestContext } from 'node:test'
import {
  decimal,
  MuftaError,
  toDecimal,
  UnknownOutcomeError,
  type Connector,
  type Order,
  type ShopDictionaries,
} from '@mufta/kit'
import { FindingWords } from './finding-words.ts'
import { Harness } from './harness.ts'
import { sampleOrders } from './sample-orders.ts'
import type { AcceptanceOptions, SystemUnderTest } from './system.ts'

/**
 * What every connector must do, proven against a running system: orders arrive once and exact, lost answers are found
 * again, changes come back, our own do not, refusals are typed and no secret comes out.
 */
export function testConnector<Client, Settings>(
  connector: Connector<Client, Settings>,
  options: AcceptanceOptions,
): void {
  const [[shopStatus], [otherShop, otherExternal]] = options.statuses
  const withSystem = (
    title: string,
    act: (harness: Harness, orders: readonly Order[], system: SystemUnderTest) => Promise<void>,
  ): void => {
    it(title, async (test: TestContext) => {
      const system = await options.start()
      if (system === null) return test.skip(options.skipReason ?? 'the system cannot run here')
      const harness = new Harness(connector as Connector, system)
      try {
        await act(harness, system.orders ?? sampleOrders(shopStatus), system)
      } finally {
        await harness.close()
      }
    })
  }

  describe(`connector ${connector.id}`, () => {
    withSystem(
      'an order arrives once, with the shop’s total to the kopeck',
      async (harness, orders, system) => {
        for (const order of orders) {
          await harness.create(order)
          assert.equal(await system.copies(order), 1)
          const total = (await system.see(order))?.total
          if (total !== undefined)
            assert.equal(
              decimal.round(toDecimal(total), 2),
              decimal.round(order.total.amount, 2),
              `total of ${order.id}`,
            )
        }
      },
    )

    withSystem(
      'what was created is found by the shop’s order and read by its id',
      async (harness, orders) => {
        const [order] = orders as [Order]
        assert.equal(await harness.find(order), null)
        const created = await harness.create(order)
        assert.equal((await harness.find(order))?.id, created.id)
        await harness.read(created.id)
        const missing = await harness.flow.read(harness.client, [created.id, '99999999'], harness.context())
        assert.deepEqual([...missing.keys()], [created.id])
      },
    )

    withSystem(
      'a created record needs no further change: nothing flows back or forth',
      async (harness, orders) => {
        for (const order of orders) {
          const { id } = await harness.create(order)
          const { mapper } = harness.flow
          const seen = mapper.externalValues(await harness.read(id))
          const expected = mapper.expectedExternal(order)
          for (const [name, value] of expected) {
            if (mapper.rule(name).direction !== 'both' || seen.get(name) === undefined) continue
            assert.ok(
              mapper.sameExternal(name, seen.get(name), value),
              `${name}: sent ${JSON.stringify(value)}, stored ${JSON.stringify(seen.get(name))}`,
            )
          }
        }
      },
    )

    withSystem(
      'a lost answer is an unknown outcome, and the order is found instead of doubled',
      async (harness, orders, system) => {
        const [order] = orders as [Order]
        if (system.loseNextAnswer === undefined) return
        system.loseNextAnswer()
        await assert.rejects(harness.create(order), (error: unknown) => error instanceof UnknownOutcomeError)
        assert.ok(await harness.find(order), 'found by the probe')
        assert.equal(await system.copies(order), 1)
      },
    )

    withSystem(
      'a status set in the shop reaches the system, and the same update twice changes nothing more',
      async (harness, orders, system) => {
        const [order] = orders as [Order]
        const { id } = await harness.create(order)
        const edited: Order = { ...order, status: otherShop }
        const name = statusField(harness, order, edited)
        for (let round = 0; round < 2; round++) {
          const changes = harness.flow.mapper.draft(edited, [name])
          await harness.flow.update(harness.client, id, changes, {
            ...harness.context(),
            order: edited,
            current: await harness.read(id),
            changed: [name],
          })
        }
        assert.equal((await system.see(order))?.status, otherExternal)
        assert.equal(await system.copies(order), 1)
      },
    )

    withSystem(
      'a change made by a user comes back by the feed, and maps to the shop’s status',
      async (harness, orders, system) => {
        const [order] = orders as [Order]
        const { changes: feed } = harness.flow
        if (feed === undefined) return
        const start = await feed.pull(harness.client, null, harness.context())
        assert.deepEqual(start.changes, [], 'the first pull only says where now is')
        const { id } = await harness.create(order)
        const own = await drain(harness, start.cursor)
        await system.changeStatus(order, otherExternal)
        const after = await drain(harness, own.cursor)
        assert.ok(
          after.changes.some((change) => change.id === id && change.own !== true),
          'the user’s change is in the feed',
        )
        const record = await harness.read(id)
        const patch = harness.flow.mapper.patch(record, order, [
          statusField(harness, order, { ...order, status: otherShop }),
        ])
        assert.equal(patch['status'], otherShop)
      },
    )

    withSystem(
      'a wrong key is refused by check with a finding, and no secret comes out of error, log or finding',
      async (harness, orders, system) => {
        const wrong = new Harness(
          connector as Connector,
          { ...system, close: () => Promise.resolve() },
          system.wrongKey,
        )
        const findings = await connector.check({
          client: wrong.client as Client,
          settings: wrong.settings as Settings,
          shop: dictionaries(options),
          currencies: ['RUB'],
        })
        assert.ok(
          findings.some((finding) => finding.level === 'error' && finding.fix !== undefined),
          'an error with a fix',
        )
        new FindingWords().read(findings)
        const error = await wrong.create(orders[0] as Order).then(
          () => assert.fail('a wrong key must be refused'),
          (reason: unknown) => reason,
        )
        assert.ok(error instanceof MuftaError)
        assert.equal(error.disposition, 'pause')
        const everything = [
          inspect(error, { depth: 9, showHidden: true }),
          JSON.stringify(error),
          JSON.stringify(findings),
          ...wrong.logged,
          ...harness.logged,
        ].join('\n')
        for (const secret of system.secrets)
          assert.ok(!everything.includes(secret), 'no secret in what was printed')
        await wrong.close()
      },
    )

    withSystem('check finds nothing wrong with a right connection', async (harness) => {
      const findings = await connector.check({
        client: harness.client as Client,
        settings: harness.settings as Settings,
        shop: dictionaries(options),
        currencies: ['RUB'],
      })
      assert.deepEqual(
        findings.filter((finding) => finding.level === 'error'),
        [],
      )
      assert.ok(findings.length > 0, 'and says what it looked at')
      new FindingWords().read(findings)
    })
  })
}

function statusField(harness: Harness, order: Order, edited: Order): string {
  const before = harness.flow.mapper.shopValues(order)
  const after = harness.flow.mapper.shopValues(edited)
  const name = [...after.keys()].find(
    (each) => JSON.stringify(after.get(each)) !== JSON.stringify(before.get(each)),
  )
  assert.ok(name, 'the mapper carries the status')
  return name
}

async function drain(
  harness: Harness,
  from: string,
): Promise<{
  readonly cursor: string
  readonly changes: readonly { readonly id: string; readonly own?: boolean }[]
}> {
  const changes: { readonly id: string; readonly own?: boolean }[] = []
  let cursor = from
  for (;;) {
    const page = await harness.flow.changes?.pull(harness.client, cursor, harness.context())
    assert.ok(page)
    changes.push(...page.changes)
    cursor = page.cursor
    if (!page.more) return { cursor, changes }
  }
}

function dictionaries({ shop = {} }: AcceptanceOptions): ShopDictionaries {
  const entries = (name: string) => (shop[name] ?? []).map((code) => ({ code, name: code, active: true }))
  return {
    statuses: entries('statuses'),
    shipmentStatuses: entries('shipmentStatuses'),
    paymentTypes: entries('paymentTypes'),
    deliveryTypes: entries('deliveryTypes'),
    personTypes: entries('personTypes'),
    sites: entries('sites'),
    stores: entries('stores'),
  }
}
