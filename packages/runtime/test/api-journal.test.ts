import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LogRing, type LogLine } from '../src/insight/log-ring.ts'
import type { JournalPage } from '../src/store/reads.ts'
import { NAME } from './fakes/bench.ts'
import { startApi } from './fakes/api.ts'
import { createLog } from '../src/log.ts'

const entry = (id: string, kind: string, code: string, detail: Readonly<Record<string, unknown>> = {}) => ({
  connection: NAME,
  entity: 'order',
  id,
  kind,
  code,
  detail,
})

describe('the journal', () => {
  it('is read newest first, page by page, by connection, kind, record and words', async (t) => {
    const bench = await startApi(t)
    const kinds = ['write', 'skip', 'park']
    await bench.store.journal(
      Array.from({ length: 30 }, (_, index) =>
        entry(String(index), kinds[index % 3] as string, index === 4 ? 'RARE_CODE' : 'CODE', { at: index }),
      ),
    )
    const page = async (query: string): Promise<JournalPage> => {
      const { status, body, text } = await bench.viewer.get<JournalPage>(`/journal?${query}`)
      assert.equal(status, 200, text)
      return body
    }
    const first = await page('kind=skip&limit=4')
    assert.deepEqual(
      first.entries.map(({ id }) => id),
      ['28', '25', '22', '19'],
    )
    const second = await page(`kind=skip&limit=100&before=${first.next}`)
    assert.deepEqual(
      second.entries.map(({ id }) => id),
      ['16', '13', '10', '7', '4', '1'],
    )
    assert.equal(second.next, null)
    assert.deepEqual(
      (await page('q=17')).entries.map(({ id }) => id),
      ['17'],
    )
    assert.deepEqual(
      (await page('q=rare_')).entries.map(({ id }) => id),
      ['4'],
    )
    assert.deepEqual((await page('connection=other')).entries, [])
    assert.equal((await page(`connection=${NAME}&kind=write&q=`)).entries.length, 10)
  })

  it('is downloaded whole, oldest first, a line each', async (t) => {
    const bench = await startApi(t)
    await bench.store.journal(
      Array.from({ length: 1_203 }, (_, index) => entry(String(index), 'write', 'CREATED')),
    )
    const { headers, text } = await bench.viewer.get(`/journal.ndjson?connection=${NAME}&kind=write`)
    assert.match(headers.get('content-type') ?? '', /^application\/x-ndjson/)
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id)
    assert.deepEqual(
      ids,
      Array.from({ length: 1_203 }, (_, index) => String(index)),
    )
  })

  it('shows viewers no buyer', async (t) => {
    const bench = await startApi(t)
    const detail = { field: 'customer.email', shop: 'ivan.sentinel@example.ru', external: null }
    await bench.store.journal([entry('1', 'check', 'MISMATCH', detail)])
    for (const path of ['/journal', '/journal.ndjson']) {
      assert.ok(!(await bench.viewer.get(path)).text.includes('sentinel'), path)
      assert.ok((await bench.operator.get(path)).text.includes('sentinel'), path)
      // Nor may one be guessed letter by letter.
      assert.ok(!(await bench.viewer.get(`${path}?q=ivan.sent`)).text.includes('MISMATCH'), path)
      assert.ok((await bench.operator.get(`${path}?q=ivan.sent`)).text.includes('MISMATCH'), path)
    }
  })
})

describe('the log', () => {
  it('shows its last lines, newest first, from a level on, before a line', async (t) => {
    const bench = await startApi(t)
    const lines = async (query: string): Promise<readonly LogLine[]> =>
      (await bench.viewer.get<{ lines: readonly LogLine[] }>(`/logs?${query}`)).body.lines
    bench.shop.place('1', { status: 'X' })
    await bench.sync('1')
    const [warning] = await lines('level=warn')
    assert.equal(warning?.facts['code'], 'STATUS_UNMAPPED')
    assert.equal(warning?.level, 'warn')
    assert.ok(Math.abs((warning?.at ?? 0) - Date.now()) < 60_000)
    assert.ok((await lines(`before=${warning?.seq}`)).every(({ seq }) => seq < (warning?.seq ?? 0)))
  })

  it('keeps so many lines and no more', () => {
    const ring = new LogRing(5)
    const log = createLog({ level: 'debug', redact: (line) => line, write: ring.write })
    for (let index = 1; index <= 12; index++) log.info({ index }, 'line')
    assert.deepEqual(
      ring.lines({ limit: 100 }).map(({ facts }) => facts['index']),
      [12, 11, 10, 9, 8],
    )
    assert.deepEqual(
      ring.lines({ limit: 2, before: 11 }).map(({ seq }) => seq),
      [10, 9],
    )
    ring.write('x'.repeat(100_000))
    assert.equal(ring.lines({ limit: 1 })[0]?.message.length, 4_096)
  })
})
