import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AbortedError, AuthError, ConfigError, PermanentError, UnknownOutcomeError } from '@mufta/kit'
import { startPortal, type PortalOptions, type SimulatedPortal } from '@mufta/testing'
import { createPortalClient, type PortalClient, type PortalClientOptions } from '../src/rest/client/index.ts'

interface Pair extends AsyncDisposable {
  readonly portal: SimulatedPortal
  readonly client: PortalClient
}

async function open(
  options: PortalOptions = {},
  more: Omit<PortalClientOptions, 'webhook' | 'oauth'> = {},
): Promise<Pair> {
  const portal = await startPortal(options)
  const client = createPortalClient({
    webhook: portal.webhook,
    allowHosts: ['127.0.0.1:*'],
    random: () => 0,
    ...more,
  })
  return {
    portal,
    client,
    async [Symbol.asyncDispose]() {
      await client.close()
      await portal.close()
    },
  }
}

const LOSSES = ['reset-before', 'reset-after', 'error-500', 'html-502', 'truncated'] as const

async function idsOf(rows: AsyncIterable<Readonly<Record<string, unknown>>>): Promise<number[]> {
  const ids: number[] = []
  for await (const row of rows) ids.push(Number(row['ID'] ?? row['id']))
  return ids
}

const deals = (count: number, gap?: (index: number) => number): PortalOptions => ({
  rows: { 'crm.deal.list': gap === undefined ? { count } : { count, gap } },
})

describe('portal client on the simulated portal', () => {
  it('calls a method and gives its result', async () => {
    await using pair = await open(deals(3))
    const deal = await pair.client.call('crm.deal.get', { id: 2 })
    assert.equal((deal as { ID: string }).ID, '2')
  })

  it('lists a small table in one request', async () => {
    await using pair = await open(deals(49))
    const ids = await idsOf(pair.client.list('crm.deal.list', { select: ['ID'] }))
    assert.deepEqual(
      ids,
      Array.from({ length: 49 }, (_, index) => index + 1),
    )
    assert.equal(pair.portal.stats.requests, 1)
  })

  it('lists every row in order without offsets, whatever the gaps', async () => {
    const idAt = (index: number): number => index * 20 + (index % 13) + (index > 700 ? 90_000 : 0)
    await using pair = await open(deals(2500, (index) => idAt(index) + 1))
    const ids = await idsOf(pair.client.list('crm.deal.list', { select: ['TITLE'] }))
    assert.deepEqual(
      ids,
      Array.from({ length: 2500 }, (_, index) => idAt(index) + 1),
    )
    assert.equal(pair.portal.stats.rejections.rate, 0)
  })

  it('keeps the id bounds of a filter and passes the rest on', async () => {
    await using pair = await open(deals(1000))
    const ids = await idsOf(pair.client.list('crm.deal.list', { filter: { '>ID': 100, '<=ID': '260' } }))
    assert.deepEqual(
      ids,
      Array.from({ length: 160 }, (_, index) => index + 101),
    )
    const named = await idsOf(
      pair.client.list('crm.deal.list', { filter: { '@ID': [9, 7, 5000, 8], '>ID': 7 } }),
    )
    assert.deepEqual(named, [8, 9])
    assert.deepEqual(await idsOf(pair.client.list('crm.deal.list', { filter: { '@STAGE_ID': [] } })), [])
  })

  it('stops asking when the reader leaves the loop', async () => {
    await using pair = await open(deals(20_000))
    for await (const row of pair.client.list('crm.deal.list')) {
      if (Number(row['ID']) === 30) break
    }
    assert.equal(pair.portal.stats.requests, 1)
    for await (const row of pair.client.list('crm.deal.list')) if (Number(row['ID']) === 60) break
    assert.equal(pair.client.facts().inFlight, 0)
    const { requests } = pair.client.facts()
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(pair.client.facts().requests, requests)
    assert.ok(requests < 20, `${requests} requests`)
  })

  it('ends a list with AbortedError when its signal fires', async () => {
    await using pair = await open({ ...deals(20_000), latency: { perRowMs: 0.5 } })
    const stop = new AbortController()
    await assert.rejects(async () => {
      for await (const row of pair.client.list('crm.deal.list', { signal: stop.signal })) {
        if (Number(row['ID']) === 50) stop.abort()
      }
    }, AbortedError)
    assert.equal(pair.client.facts().inFlight, 0)
  })

  it('lists wrapped rows of orders and unpaged dictionaries', async () => {
    await using pair = await open()
    const placed = Array.from({ length: 120 }, () => pair.portal.placeOrder())
    assert.deepEqual(await idsOf(pair.client.list('sale.order.list', { select: ['statusId'] })), placed)
    const statuses: unknown[] = []
    for await (const row of pair.client.list('sale.status.list')) statuses.push(row['id'])
    assert.ok(statuses.includes('N'))
  })

  it('fails loudly when the rows are not where they should be', async () => {
    await using pair = await open(deals(5))
    const wrong = pair.client.list('crm.deal.list', { resultKey: 'items' })
    await assert.rejects(
      wrong.next(),
      (error) => error instanceof PermanentError && error.code === 'PORTAL_ROWS',
    )
    const noId = pair.client.list('crm.deal.list', { idField: 'TITLE' })
    await assert.rejects(noId.next(), (error) => error instanceof PermanentError)
  })

  it('gets many rows by id in the order of the ids, without the missing', async () => {
    await using pair = await open(deals(500))
    const ids = [400, '3', 9999, 3, ...Array.from({ length: 130 }, (_, index) => index + 10)]
    const rows = await pair.client.getMany('crm.deal.list', ids, { select: ['TITLE'] })
    assert.deepEqual(
      rows.map((row) => row['ID']),
      ['400', '3', ...Array.from({ length: 130 }, (_, index) => String(index + 10))],
    )
    assert.ok(pair.portal.stats.requests <= 2)
  })

  it('answers each command of a batch apart, with references', async () => {
    await using pair = await open(deals(60))
    const outcomes = await pair.client.batch({
      first: { method: 'crm.deal.list', params: { order: { ID: 'DESC' }, filter: { '<ID': 50 } } },
      'second one': { method: 'crm.deal.get', params: { id: '$result[first][0][ID]' } },
      bad: { method: 'crm.deal.get', params: { id: 9999 } },
      none: { method: 'no.such.method' },
    })
    assert.ok(outcomes.first.status === 'ok' && outcomes.first.total === 49)
    assert.ok(outcomes['second one'].status === 'ok')
    assert.equal((outcomes['second one'].result as { ID: string }).ID, '49')
    assert.ok(outcomes.bad.status === 'error' && outcomes.bad.error instanceof PermanentError)
    assert.ok(outcomes.none.status === 'error' && outcomes.none.error.code === 'PORTAL_NO_METHOD')
  })

  it('tells which commands did not run after a halt, also past the fiftieth', async () => {
    await using pair = await open(deals(200))
    const commands = Array.from({ length: 120 }, (_, index) => ({
      method: 'crm.deal.get',
      params: { id: index === 60 ? 9999 : index + 1 },
    }))
    const halted = await pair.client.batch(commands, { halt: true })
    assert.deepEqual(
      halted.map(({ status }) => status),
      commands.map((_, index) => (index < 60 ? 'ok' : index === 60 ? 'error' : 'not-run')),
    )
    const all = await pair.client.batch(commands)
    assert.equal(all.filter(({ status }) => status === 'ok').length, 119)
    assert.equal(all.length, 120)
  })

  it('refuses a batch that would not mean what it says', async () => {
    await using pair = await open()
    const empty = pair.client.batch([{ method: 'crm.deal.list', params: { filter: { '@ID': [] } } }])
    await assert.rejects(empty, ConfigError)
    const many = Array.from({ length: 51 }, () => ({
      method: 'crm.deal.get',
      params: { id: '$result[0][ID]' },
    }))
    await assert.rejects(pair.client.batch(many), ConfigError)
    await assert.rejects(pair.client.call('crm.deal.list', { auth: 'x' }), ConfigError)
    assert.equal(pair.portal.stats.requests, 0)
  })

  it('writes many items with one outcome each', async () => {
    await using pair = await open(deals(300))
    const items = Array.from({ length: 300 }, (_, index) => ({
      id: index === 7 ? 9999 : index + 1,
      fields: { TITLE: `new ${index}` },
    }))
    const outcomes = await pair.client.write('crm.deal.update', items)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      items.map((_, index) => (index === 7 ? 'failed' : 'done')),
    )
    const [row] = await pair.client.getMany('crm.deal.list', [300], { select: ['TITLE'] })
    assert.equal(row?.['TITLE'], 'new 299')
  })

  it('sends texts that look like references as they are', async () => {
    await using pair = await open(deals(30))
    const outcomes = await pair.client.write('crm.deal.update', [
      { id: 1, fields: { TITLE: 'plain' } },
      { id: 2, fields: { TITLE: '$result[c0]' } },
      { id: 3, fields: { TITLE: 'plain' } },
    ])
    assert.ok(outcomes.every(({ status }) => status === 'done'))
    const [row] = await pair.client.getMany('crm.deal.list', [2], { select: ['TITLE'] })
    assert.equal(row?.['TITLE'], '$result[c0]')
  })

  it('never repeats a write whose answer was lost, and says so for each item', async () => {
    await using pair = await open({ ...deals(300), faults: { rate: 1, kinds: ['reset-after'] } })
    const items = Array.from({ length: 120 }, (_, index) => ({ id: index + 1, fields: { TITLE: 'x' } }))
    const outcomes = await pair.client.write('crm.deal.update', items)
    assert.ok(
      outcomes.every(
        (outcome) => outcome.status === 'unknown' && outcome.error instanceof UnknownOutcomeError,
      ),
    )
    assert.equal(pair.portal.stats.commands, 120, 'each was done once')
    await assert.rejects(pair.client.call('crm.deal.update', { id: 1, fields: {} }), UnknownOutcomeError)
  })

  it('reads exactly although half of the answers is lost, cut or refused', async () => {
    await using pair = await open(
      { ...deals(3000, (index) => index * 3 + 1), faults: { rate: 0.5, kinds: LOSSES }, limits: false },
      { limits: false, retries: 20 },
    )
    const ids = await idsOf(pair.client.list('crm.deal.list'))
    assert.deepEqual(
      ids,
      Array.from({ length: 3000 }, (_, index) => index * 3 + 1),
    )
    assert.ok(pair.portal.stats.faults > 0)
  })

  it('packs calls of many lanes into few requests', async () => {
    await using pair = await open(deals(200))
    const calls = Array.from({ length: 200 }, (_, index) =>
      pair.client.packed('crm.deal.get', { id: index + 1 }),
    )
    const lost = pair.client.packed('crm.deal.get', { id: 9999 })
    const results = await Promise.all(calls)
    assert.deepEqual(
      results.map((result) => (result as { ID: string }).ID),
      Array.from({ length: 200 }, (_, index) => String(index + 1)),
    )
    await assert.rejects(lost, PermanentError)
    assert.ok(pair.portal.stats.requests <= 9, `${pair.portal.stats.requests} requests`)
  })

  it('gives up one packed call without touching the others', async () => {
    await using pair = await open({ ...deals(20), latency: { perCallMs: 20 } })
    const stop = new AbortController()
    const dropped = pair.client.packed('crm.deal.get', { id: 1 }, { signal: stop.signal })
    const kept = pair.client.packed('crm.deal.get', { id: 2 })
    stop.abort()
    await assert.rejects(dropped, AbortedError)
    assert.equal(((await kept) as { ID: string }).ID, '2')
  })

  it('learns from a refusal that the bucket is full and goes on at the leak rate', async () => {
    await using pair = await open(
      { ...deals(60), limits: { burst: 50, used: 50, leakPerSecond: 40 } },
      {
        limits: { perSecond: 40 },
      },
    )
    const ids = await idsOf(pair.client.list('crm.deal.list'))
    assert.equal(ids.length, 60)
    assert.equal(pair.portal.stats.rejections.rate, 1)
    assert.equal(pair.client.facts().rejections, 1)
  })

  it('follows a renamed portal with a POST and reports the new address', async () => {
    const seen: string[] = []
    await using pair = await open(deals(3), { onRename: ({ to }) => seen.push(to) })
    await pair.client.call('crm.deal.get', { id: 1 })
    const base = await pair.portal.rename()
    const updated = await pair.client.call('crm.deal.update', { id: 1, fields: { TITLE: 'moved' } })
    assert.equal(updated, true)
    assert.deepEqual(seen, [new URL(base).origin])
    await pair.client.call('crm.deal.get', { id: 1 })
    assert.equal(seen.length, 1)
  })

  it('pauses a dead webhook instead of hammering, and looks again after a minute', async () => {
    let now = Date.now()
    const states: string[] = []
    await using pair = await open(deals(3), { clock: () => now, onState: ({ state }) => states.push(state) })
    pair.portal.revokeWebhook()
    const isDead = (error: unknown): boolean =>
      error instanceof AuthError && error.code === 'PORTAL_CREDENTIALS'
    await assert.rejects(pair.client.call('crm.deal.get', { id: 1 }), isDead)
    const { requests } = pair.portal.stats
    for (let index = 0; index < 20; index++)
      await assert.rejects(pair.client.packed('crm.deal.get', { id: 1 }), isDead)
    assert.equal(pair.portal.stats.requests, requests)
    assert.equal(pair.client.facts().state, 'dead')
    assert.equal(pair.client.facts().reason?.code, 'PORTAL_CREDENTIALS')
    now += 61_000
    await assert.rejects(pair.client.call('crm.deal.get', { id: 1 }), isDead)
    assert.ok(pair.portal.stats.requests > requests)
    assert.deepEqual(states, ['dead'])
  })

  it('tells a licence block of the portal and wakes up when it is over', async () => {
    let now = Date.now()
    await using pair = await open(deals(3), { clock: () => now })
    pair.portal.blockLicence()
    await assert.rejects(pair.client.call('crm.deal.get', { id: 1 }), (error) => {
      return error instanceof AuthError && error.code === 'PORTAL_LICENCE' && error.disposition === 'pause'
    })
    pair.portal.blockLicence(false)
    now += 61_000
    // At once: none may fail for a death that the first of them disproves.
    await Promise.all([1, 2, 3].map((id) => pair.client.call('crm.deal.get', { id })))
    assert.equal(pair.client.facts().state, 'alive')
  })

  it('is closed for good after close, twice if need be', async () => {
    await using pair = await open(deals(3))
    await pair.client.close()
    await pair.client.close()
    await assert.rejects(pair.client.call('crm.deal.get', { id: 1 }), ConfigError)
  })
})
