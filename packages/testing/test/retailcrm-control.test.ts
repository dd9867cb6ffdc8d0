import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runRetailCrm, startRetailCrm } from '../src/retailcrm/index.ts'
import { TestClient } from './retailcrm-client.ts'

const lostAnswers = { rate: 1, kinds: ['reset-after'] as const, random: () => 0 }

describe('simulated RetailCRM: faults and control', () => {
  it('a create whose answer is lost is stored, and a second one is refused', async () => {
    await using crm = await startRetailCrm({ faults: { ...lostAnswers } })
    const client = new TestClient(crm)
    await assert.rejects(client.post('orders/create', { order: { externalId: '1' } }))
    assert.equal(crm.orders().length, 1)
    crm.faults.rate = 0
    assert.equal(
      (await client.post('orders/create', { order: { externalId: '1' } })).body.errorMsg,
      'Order already exists.',
    )
    assert.equal(crm.stats.faults, 1)
  })

  it('a late commit: the order is not there when a hasty probe asks, and there after the delay', async () => {
    await using crm = await startRetailCrm({
      faults: { ...lostAnswers },
      lateCommitMs: 40,
      requestsPerSecond: 0,
    })
    const client = new TestClient(crm)
    await assert.rejects(client.post('orders/create', { order: { externalId: '1' } }))
    crm.faults.rate = 0
    assert.equal((await client.get('orders/1')).status, 404)
    const deadline = Date.now() + 5000
    while ((await client.get('orders/1')).status === 404 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.equal(crm.orders().length, 1)
  })

  it('what was to be stored late is dropped by close', async () => {
    const crm = await startRetailCrm({ faults: { ...lostAnswers }, lateCommitMs: 500 })
    await assert.rejects(new TestClient(crm).post('orders/create', { order: { externalId: '1' } }))
    await crm.close()
    await new Promise((resolve) => setTimeout(resolve, 600))
    assert.equal(crm.orders().length, 0)
  })

  it('another process drives it by HTTP: reads orders, edits as a manager, turns the dial, without a key', async () => {
    await using crm = await startRetailCrm()
    crm.userCreate({ externalId: 'a/1' })
    const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      return (await (await fetch(`${crm.url}/_sim/${path}`, init)).json()) as Record<string, unknown>
    }
    assert.equal(((await ask('orders'))['orders'] as unknown[]).length, 1)
    await ask('statuses', { code: 'lost', group: 'cancel' })
    const edited = await ask('orders/a%2F1', { status: 'lost', trackNumber: 'TR1' })
    assert.equal((edited['order'] as { status: string }).status, 'lost')
    assert.deepEqual(crm.order('a/1')?.delivery.data, { trackNumber: 'TR1' })
    assert.equal((await ask('orders/none', { status: 'new' }))['errorMsg'], 'Not found')
    assert.equal((await ask('orders/a%2F1', { status: 'nope' }))['success'], false)
    await ask('faults', { rate: 0.5, kinds: ['html-502', 'no-such-kind'] })
    assert.deepEqual([crm.faults.rate, crm.faults.kinds], [0.5, ['html-502']])
    assert.deepEqual([(await ask('stats'))['ordersCreated'], crm.stats.requests], [1, 0])
  })

  it('a manager changes payments: pays, adds and removes', async () => {
    await using crm = await startRetailCrm()
    crm.userCreate({ externalId: '1', payments: [{ type: 'cash', externalId: 'p', amount: 10 }] })
    crm.userEdit('1', { paid: true })
    assert.equal(crm.order('1')?.prepaySum, 10)
    crm.userEdit('1', { payments: [{ type: 'bank-card', amount: '5.5', status: 'paid' }] })
    assert.equal(crm.order('1')?.prepaySum, 15.5)
    crm.userEdit('1', { payments: [{ externalId: 'p', remove: true }] })
    assert.equal(crm.order('1')?.prepaySum, 5.5)
    assert.throws(() => crm.userEdit('1', { payments: [{ externalId: 'none', status: 'paid' }] }), {
      message: 'Not found',
    })
  })

  it('stock and prices are taken by upload, and unknown offers named', async () => {
    await using crm = await startRetailCrm({ offers: ['a'] })
    const client = new TestClient(crm)
    const stock = [
      { externalId: 'a', stores: [{ code: 'main', available: 4 }] },
      { externalId: 'b', stores: [] },
    ]
    const answer = await client.post('store/inventories/upload', { offers: stock })
    assert.equal(answer.body['processedOffersCount'], 1)
    assert.deepEqual(answer.body['notFoundOffers'], [{ externalId: 'b' }])
    await client.post('store/prices/upload', {
      prices: [{ externalId: 'a', prices: [{ code: 'base', price: 9.9 }] }],
    })
    const [offer] = crm.offers()
    assert.deepEqual([offer?.stock.get('main'), offer?.prices.get('base')], [4, 9.9])
  })

  it('the command line starts it as asked, keeps a given key to itself and refuses wrong options', async () => {
    const lines: string[] = []
    const crm = await runRetailCrm(['--key', 'SENTINEL', '--faults', '5', '--no-limit'], (line) =>
      lines.push(line),
    )
    assert.ok(crm)
    await using _ = crm
    assert.equal(crm.faults.rate, 0.05)
    assert.equal((await fetch(`${crm.url}/_sim/stats`)).status, 200)
    assert.match(lines.join('\n'), new RegExp(crm.url))
    assert.doesNotMatch(lines.join('\n'), /SENTINEL/)
    assert.equal(await runRetailCrm(['--help'], () => {}), null)
    await assert.rejects(
      runRetailCrm(['--port', 'x'], () => {}),
      TypeError,
    )
  })
})
