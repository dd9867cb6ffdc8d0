import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Sql, type RowInsert } from '../src/store/sql.ts'

const NUMBER: RowInsert = {
  head: 'INSERT INTO number VALUES',
  row: '(?)',
  tail: 'ON CONFLICT DO UPDATE SET n = ?',
}
const WORD: RowInsert = { head: 'INSERT INTO word VALUES', row: '(?, ?)', tail: '' }

function open(t: Pick<TestContext, 'after'>): Sql {
  const sql = new Sql(':memory:', { busyMs: 0 })
  t.after(() => sql.close())
  sql.exec('CREATE TABLE number (n INTEGER PRIMARY KEY); CREATE TABLE word (id INTEGER, text TEXT NOT NULL)')
  return sql
}

describe('rows put one by one', () => {
  it('are all there for the next statement, in their order, however many', (t) => {
    const sql = open(t)
    for (let count = 0; count <= 100; count += 1) {
      sql.run('BEGIN')
      for (let n = 1; n <= count; n += 1) {
        sql.insert(NUMBER, [n], [0])
        sql.insert(WORD, [n, `word ${n}`])
      }
      const wanted = Array.from({ length: count }, (_, index) => index + 1)
      assert.deepEqual(
        sql.all<{ n: number }>('SELECT n FROM number ORDER BY n').map(({ n }) => n),
        wanted,
      )
      const words = sql.all<{ id: number; text: string }>('SELECT id, text FROM word ORDER BY rowid')
      assert.deepEqual(
        words.map(({ id, text }) => [id, text]),
        wanted.map((n) => [n, `word ${n}`]),
      )
      sql.run('ROLLBACK')
    }
  })

  it('see each other: the second of two that are the same changes the first', (t) => {
    const sql = open(t)
    sql.insert(NUMBER, [7], [8])
    sql.insert(NUMBER, [7], [8])
    assert.equal(sql.get<{ n: number }>('SELECT n FROM number')?.n, 8)
  })

  it('are in a commit that follows them, and gone with a rollback', (t) => {
    const sql = open(t)
    sql.run('BEGIN')
    sql.insert(NUMBER, [1], [0])
    sql.run('COMMIT')
    sql.run('BEGIN')
    sql.insert(NUMBER, [2], [0])
    sql.rollback()
    assert.deepEqual(
      sql.all<{ n: number }>('SELECT n FROM number').map(({ n }) => n),
      [1],
    )
  })

  it('that cannot be stored fail the statement after them, once', (t) => {
    const sql = open(t)
    sql.insert(WORD, [1, null])
    assert.throws(() => sql.run('DELETE FROM number'), { name: 'StoreError' })
    assert.equal(sql.run('DELETE FROM number'), 0)
  })
})
