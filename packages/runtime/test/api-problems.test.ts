import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PermanentError } from '@mufta/kit'
import { csvRow } from '../src/insight/csv.ts'
import type { AuditEntry } from '../src/store/admin-store.ts'
import { NAME } from './fakes/bench.ts'
import { startApi, type ApiBench } from './fakes/api.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'

interface Group {
  readonly key: string
  readonly kind: string
  readonly code: string
  readonly count: number
  readonly facts: Readonly<Record<string, string>>
  readonly action: Readonly<Record<string, string>>
  readonly firstAt: number | null
  readonly lastAt: number | null
}
interface Items {
  readonly rows: readonly { readonly id?: number; readonly lane: string; readonly shopId: string }[]
  readonly next: string | null
}

/** 12 orders of status X and 3 of Y, which are not mapped; 4 that the CRM refuses. */
async function troubled(t: Parameters<typeof startApi>[0]): Promise<ApiBench> {
  const bench = await startApi(t, { systems: { shop: new FakeShop(), crm: new FakeCrm() } })
  const refused = ['101', '102', '103', '104']
  for (let id = 1; id <= 12; id++) bench.shop.place(String(id), { status: 'X' })
  for (let id = 21; id <= 23; id++) bench.shop.place(String(id), { status: 'Y' })
  for (const id of refused) bench.shop.place(id)
  bench.crm.faults.before = ({ method, ids: [id = ''] }) => {
    if (method === 'create' && refused.includes(id))
      throw new PermanentError('CRM_BAD_ORDER', `=cmd|'/c calc'!A0 refused`, { facts: { systemCode: '42' } })
  }
  await bench.sync(...bench.shop.orders.keys())
  return bench
}

async function groups(bench: ApiBench): Promise<readonly Group[]> {
  const { status, body, text } = await bench.viewer.get<{ groups: readonly Group[] }>('/problems')
  assert.equal(status, 200, text)
  return body.groups
}

async function group(bench: ApiBench, value: string | undefined): Promise<Group> {
  const found = (await groups(bench)).find(({ facts }) => facts['value'] === value)
  assert.ok(found)
  return found
}

describe('problems', () => {
  it('are grouped by cause, the largest first, each with the act that cures it', async (t) => {
    const bench = await troubled(t)
    const found = await groups(bench)
    assert.deepEqual(
      found.map(({ kind, code, count, action }) => ({ kind, code, count, action })),
      [
        {
          kind: 'parked',
          code: 'STATUS_UNMAPPED',
          count: 12,
          action: { type: 'map', field: 'statuses', side: 'shop', value: 'X' },
        },
        { kind: 'dead', code: 'CRM_BAD_ORDER', count: 4, action: { type: 'retry' } },
        {
          kind: 'parked',
          code: 'STATUS_UNMAPPED',
          count: 3,
          action: { type: 'map', field: 'statuses', side: 'shop', value: 'Y' },
        },
      ],
    )
    for (const { firstAt, lastAt } of found)
      assert.deepEqual([firstAt, lastAt], [bench.clock.now, bench.clock.now])
    assert.deepEqual((await bench.viewer.get<{ groups: [] }>('/problems?connection=other')).body.groups, [])
  })

  it('of a group are listed page by page, each once', async (t) => {
    const bench = await troubled(t)
    const { key } = await group(bench, 'X')
    const seen: string[] = []
    let after: string | null = ''
    while (after !== null) {
      const page: Items = (await bench.viewer.get<Items>(`/problems/items?key=${key}&limit=5&after=${after}`))
        .body
      seen.push(...page.rows.map(({ shopId }) => shopId))
      after = page.next
    }
    assert.deepEqual(
      seen.sort((a, b) => Number(a) - Number(b)),
      Array.from({ length: 12 }, (_, index) => String(index + 1)),
    )
    assert.equal((await bench.viewer.get('/problems/items?key=bm9uc2Vuc2U')).status, 404)
  })

  it('end when the code is mapped: the parked orders are delivered', async (t) => {
    const bench = await troubled(t)
    const settings = { url: 'https://crm.example', statuses: { N: 'new', X: 'odd' } }
    const saved = await bench.administrator.put(`/connections/${NAME}`, { version: 1, settings })
    assert.equal(saved.status, 200, saved.text)
    await bench.idle()
    assert.equal([...bench.crm.records.values()].filter(({ statusId }) => statusId === 'odd').length, 12)
    assert.deepEqual(
      (await groups(bench)).map(({ count, facts }) => `${count} ${facts['value']}`),
      ['4 undefined', '3 Y'],
    )
  })

  it('are retried by group, whole or singly, and only those that were meant', async (t) => {
    const bench = await troubled(t)
    bench.crm.faults.clear()
    const dead = await group(bench, undefined)
    const items = (await bench.viewer.get<Items>(`/problems/items?key=${dead.key}`)).body.rows
    const one = await bench.operator.post('/problems/retry', { ids: [items[0]?.id] })
    assert.deepEqual(one.body, { count: 1 })
    await bench.idle()
    assert.deepEqual(
      [...bench.crm.records.values()].map(({ ref }) => ref),
      [items[0]?.shopId],
    )
    const rest = await bench.operator.post('/problems/retry', { key: dead.key })
    assert.deepEqual(rest.body, { count: 3 })
    await bench.idle()
    assert.equal(bench.crm.records.size, 4)
    const lanes = await bench.operator.post('/problems/retry', {
      connection: NAME,
      lanes: ['order/1', 'order/2', 'order/404'],
    })
    assert.deepEqual(lanes.body, { count: 2 })
    await bench.idle()
    assert.equal((await group(bench, 'X')).count, 12, 'what is still not mapped parks again')
  })

  it('that fail again while a group is retried are not retried for ever', async (t) => {
    const bench = await troubled(t)
    const { key } = await group(bench, undefined)
    assert.deepEqual((await bench.operator.post('/problems/retry', { key })).body, { count: 4 })
    await bench.idle()
    assert.equal((await group(bench, undefined)).count, 4)
  })

  it('are ignored with a reason, which the journal and the audit keep', async (t) => {
    const bench = await troubled(t)
    const parked = await group(bench, 'Y')
    const dead = await group(bench, undefined)
    assert.equal((await bench.operator.post('/problems/ignore', { key: parked.key })).status, 422)
    const reason = 'test orders'
    assert.deepEqual((await bench.operator.post('/problems/ignore', { key: parked.key, reason })).body, {
      count: 3,
    })
    assert.deepEqual((await bench.operator.post('/problems/ignore', { key: dead.key, reason })).body, {
      count: 4,
    })
    assert.deepEqual(
      (await groups(bench)).map(({ count }) => count),
      [12],
    )
    assert.equal(bench.store.laneInfo(NAME, 'order/21'), null)
    const gone = bench.store.journalTail({ kind: 'dismiss' })
    assert.equal(gone.length, 7)
    assert.ok(gone.every(({ detail }) => detail?.['reason'] === reason))
    const line = gone.find(({ id }) => id === '21')
    const jobs = (line?.detail?.['jobs'] ?? []) as readonly number[]
    assert.deepEqual([line?.code, jobs.length], ['STATUS_UNMAPPED', 1])
    const { entries } = (await bench.administrator.get<{ entries: AuditEntry[] }>('/audit')).body
    const [first] = entries.filter(({ action }) => action === 'problems.ignore')
    assert.deepEqual([first?.who, first?.after], ['operator', { count: 4, reason }])
  })

  it('may be acted on by operators, not by viewers', async (t) => {
    const bench = await troubled(t)
    for (const path of ['/problems/retry', '/problems/ignore'])
      assert.equal((await bench.viewer.post(path, { all: true })).status, 403)
    assert.equal((await group(bench, 'X')).count, 12)
  })

  it('are a table of which no cell runs in a spreadsheet', async (t) => {
    const bench = await troubled(t)
    const { headers, text } = await bench.viewer.get('/problems.csv')
    assert.match(headers.get('content-type') ?? '', /^text\/csv/)
    assert.match(headers.get('content-disposition') ?? '', /^attachment/)
    const lines = text.trimEnd().split('\r\n')
    assert.equal(lines.length, 1 + 12 + 3 + 4)
    assert.ok(lines[0]?.includes('"kind","connection"'))
    const dead = lines.filter((line) => line.startsWith('"dead"'))
    assert.equal(dead.length, 4)
    assert.ok(dead.every((line) => line.includes(`"'=cmd|`)))
    const russian = await bench.viewer.call('GET', '/problems.csv', undefined, {
      'accept-language': 'ru-RU,ru',
    })
    assert.ok(russian.text.includes('"kind";"connection"'))
  })

  it('are quoted so that every cell is one cell', () => {
    const cells = ['a"b', 'line\nbreak', '-1', '+7', '@x', '\t=1', 'plain; text', null, 7]
    assert.equal(csvRow(cells), `"a""b","line\nbreak","'-1","'+7","'@x","'\t=1","plain; text",,7\r\n`)
  })
})
