import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, it, type TestContext } from 'node:test'
import { StoreError } from '../src/store/errors.ts'
import { GroupCommit } from '../src/store/group-commit.ts'
import { JobBuffer } from '../src/store/job-buffer.ts'
import { migrate } from '../src/store/migrations.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { Sql } from '../src/store/sql.ts'
import type { OnSynced } from '../src/store/wal-sync.ts'

/** A disk that answers when it is told to. */
class FakeSync {
  readonly started: OnSynced[] = []
  #waiting: OnSynced | null = null

  get isBusy(): boolean {
    return this.#waiting !== null
  }

  start(onSynced: OnSynced): void {
    this.started.push(onSynced)
    this.#waiting = onSynced
  }

  answer(error: StoreError | null = null): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.(error)
  }

  finish(): void {
    this.answer()
  }

  close(): void {
    this.answer()
  }
}

function open(t: Pick<TestContext, 'after'>): { sync: FakeSync; group: GroupCommit; sql: Sql } {
  const sql = new Sql(':memory:', { busyMs: 0 })
  migrate(sql, { allowed: true })
  const sync = new FakeSync()
  const hooks = { beforeCommit: () => {}, afterCommit: () => {}, afterRollback: () => {} }
  const group = new GroupCommit(sql, sync, () => 1, hooks)
  t.after(() => {
    group.close()
    sql.close()
  })
  return { sync, group, sql }
}

/** Some more turns of the event loop than calls wait for each other. */
async function gathered(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await setImmediate()
}

describe('a commit', () => {
  it('is not promised before it is on the disk', async (t) => {
    const { sync, group } = open(t)
    let isSettled = false
    const write = group.run(() => 'stored').finally(() => (isSettled = true))
    await gathered()
    assert.deepEqual([sync.started.length, isSettled], [1, false])
    sync.answer()
    assert.equal(await write, 'stored')
  })

  it('takes along the calls of the next few turns, but does not wait for ever', async (t) => {
    const { sync, group } = open(t)
    const writes: Promise<number>[] = []
    while (sync.started.length === 0 && writes.length < 100) {
      writes.push(group.run(() => writes.length))
      await setImmediate()
    }
    assert.ok(writes.length > 1 && writes.length < 20, `${writes.length} calls before the first commit`)
    sync.answer()
    await writes[0]
  })

  it('gathers what comes while an earlier one is on its way to the disk', async (t) => {
    const { sync, group } = open(t)
    const first = group.run(() => 1)
    await gathered()
    const later = [group.run(() => 2), group.run(() => 3)]
    await gathered()
    assert.equal(sync.started.length, 1)
    sync.answer()
    await first
    await gathered()
    assert.equal(sync.started.length, 2)
    sync.answer()
    assert.deepEqual(await Promise.all(later), [2, 3])
  })

  it('of many that waited is on its way before those of the earlier one are answered', async (t) => {
    const { sync, group } = open(t)
    let underWay = 0
    const first = group.run(() => 1).then(() => (underWay = sync.started.length))
    await gathered()
    const later = Array.from({ length: 30 }, (_, n) => group.run(() => n))
    sync.answer()
    await first
    assert.equal(underWay, 2)
    sync.answer()
    assert.equal((await Promise.all(later)).length, 30)
  })

  it('drops the rows that a failed call still had in hand, and its neighbours are stored', async (t) => {
    const { sync, group, sql } = open(t)
    const jobs = new JobBuffer(sql)
    sql.hold(jobs)
    const like = { lane: 'order/1', id: 1, kind: 'sync', payload: '{}', rank: 0, due: 0, createdAt: 0 }
    const failed = group.run(() => {
      jobs.add({ ...like, connection: Number.NaN }, 0) // no lane without a connection
      throw new Error('by the call itself')
    })
    const stored = group.run(() => 'stored')
    await gathered()
    sync.answer()
    await assert.rejects(failed, /by the call itself/)
    assert.equal(await stored, 'stored')
  })

  it('that the disk did not keep rejects, and nothing is promised after it', async (t) => {
    const { sync, group } = open(t)
    const first = group.run(() => 1)
    await gathered()
    const waiting = group.run(() => 2)
    const broken = new StoreError('STORE_IO', 'The disk is gone')
    sync.answer(broken)
    await assert.rejects(first, { code: 'STORE_IO' })
    await assert.rejects(waiting, { code: 'STORE_IO' })
    await assert.rejects(
      group.run(() => 3),
      { code: 'STORE_IO' },
    )
  })

  it('under way at the close is kept, and so is what waits behind it', async (t) => {
    const { sync, group } = open(t)
    const first = group.run(() => 1)
    await gathered()
    const second = group.run(() => 2)
    group.close()
    assert.deepEqual(await Promise.all([first, second]), [1, 2])
    assert.equal(sync.started.length, 2)
  })
})

describe('the log of a store on disk', () => {
  it('holds a write when its promise settles', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'mufta-sync-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'mufta.db')
    await using store = await openSqliteStore({ path })
    await store.setValue('where', 'in-the-log')
    assert.ok((await readFile(`${path}-wal`)).includes('in-the-log'))
  })
})
