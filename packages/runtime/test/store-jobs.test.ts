import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { JobBuffer, type LaneJob } from '../src/store/job-buffer.ts'
import { migrate } from '../src/store/migrations.ts'
import { Sql } from '../src/store/sql.ts'

const NOW = 1000

function open(t: Pick<TestContext, 'after'>): { readonly sql: Sql; readonly jobs: JobBuffer } {
  const sql = new Sql(':memory:', { busyMs: 0 })
  t.after(() => sql.close())
  migrate(sql, { allowed: true })
  const jobs = new JobBuffer(sql)
  sql.hold(jobs)
  return { sql, jobs }
}

function job(id: number, differing: Partial<LaneJob> = {}): LaneJob {
  const like = { kind: 'sync', payload: '{"source":"site"}', rank: 0, due: NOW, createdAt: NOW }
  return { connection: 1, lane: `order/${id}`, id, ...like, ...differing }
}

function stored(sql: Sql): readonly LaneJob[] {
  return sql
    .all<LaneJob>(
      'SELECT connection, lane, id, kind, payload, rank, due, created_at AS createdAt FROM job ORDER BY id',
    )
    .map((row) => ({ ...row }))
}

function lanes(sql: Sql): readonly string[] {
  return sql.all<{ name: string }>('SELECT name FROM lane ORDER BY connection, name').map(({ name }) => name)
}

describe('jobs put one by one', () => {
  it('are all there for the next statement, each as it was put, however many and however mixed', (t) => {
    const { sql, jobs } = open(t)
    const kinds: readonly Partial<LaneJob>[] = [
      {},
      { connection: 2 },
      { kind: 'poll' },
      { payload: '{"source":"external"}' },
      { rank: 1 },
      { due: 2000 },
      { createdAt: 500 },
    ]
    for (const count of [0, 1, 2, 50, 300]) {
      sql.run('BEGIN')
      const put = Array.from({ length: count }, (_, n) => job(n, kinds[n % kinds.length]))
      for (const one of put) jobs.add(one, NOW)
      assert.deepEqual(stored(sql), put)
      assert.equal(lanes(sql).length, count)
      sql.run('ROLLBACK')
    }
  })

  it('are stored when hardly any is like another', (t) => {
    const { sql, jobs } = open(t)
    const put = Array.from({ length: 200 }, (_, n) => job(n, { createdAt: n }))
    for (const one of put) jobs.add(one, NOW)
    assert.deepEqual(stored(sql), put)
  })

  it('share their lane: two jobs, and it is due for the earlier one', (t) => {
    const { sql, jobs } = open(t)
    for (const [id, due] of [
      [1, 3000],
      [2, 2000],
      [3, 2000],
    ] as const) {
      jobs.add(job(id, { lane: 'order/7', due }), NOW)
    }
    assert.deepEqual(
      sql.all<{ name: string; due: number }>('SELECT name, due FROM lane').map((row) => ({ ...row })),
      [{ name: 'order/7', due: 2000 }],
    )
    assert.equal(stored(sql).length, 3)
  })

  it('keep the name of their lane letter by letter, as a parameter would', (t) => {
    const { sql, jobs } = open(t)
    const letters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
    const names = [...letters, '', '7', '07', 'a.b[0]$', '\u{1F600}', 'nul\0 inside', '"quoted\\"'].map(
      (name) => `x/${name}`,
    )
    names.forEach((lane, id) => jobs.add(job(id, { lane }), NOW))
    const asBound = (name: string): string | undefined =>
      sql.get<{ name: string }>('SELECT ? AS name', name)?.name
    assert.deepEqual(
      stored(sql).map(({ lane }) => lane),
      names.map(asBound),
    )
  })

  it('are in a commit that follows them, and gone with a rollback', (t) => {
    const { sql, jobs } = open(t)
    sql.run('BEGIN')
    jobs.add(job(1), NOW)
    sql.run('COMMIT')
    sql.run('BEGIN')
    jobs.add(job(2), NOW)
    sql.rollback()
    assert.deepEqual(lanes(sql), ['order/1'])
    assert.deepEqual(
      stored(sql).map(({ id }) => id),
      [1],
    )
  })

  it('that cannot be stored fail the statement after them, once', (t) => {
    const { sql, jobs } = open(t)
    jobs.add(job(1, { connection: Number.NaN }), NOW)
    assert.throws(() => sql.run('DELETE FROM value'), { name: 'StoreError' })
    assert.equal(sql.run('DELETE FROM value'), 0)
  })
})
