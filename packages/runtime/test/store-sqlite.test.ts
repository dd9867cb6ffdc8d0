import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { testStore } from './store-suite.ts'
import { lawTests } from './store-suite/laws.ts'
import { failure, job, shop, take, takeOne, type Place } from './store-suite/place.ts'

async function filePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-store-'))
  return {
    open: (clock) => openSqliteStore({ path: join(folder, 'mufta.db'), clock }),
    remove: () => rm(folder, { recursive: true }),
  }
}

function memoryPlace(): Promise<Place> {
  return Promise.resolve({
    open: (clock) => openSqliteStore({ path: ':memory:', clock }),
    remove: () => Promise.resolve(),
  })
}

async function tempPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'data', 'mufta.db')
}

testStore('SQLite', filePlace)

describe('store on SQLite in memory', () => lawTests(memoryPlace, { runs: 150 }))

describe('one file, several processes', () => {
  test('a second runtime on one file is refused and told by whom', async (t) => {
    const path = await tempPath(t)
    await using store = await openSqliteStore({ path })
    await assert.rejects(openSqliteStore({ path }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'STORE_LOCKED')
      assert.match(error.message, new RegExp(`process ${process.pid}, since 20`))
      return true
    })
    assert.deepEqual(await store.push([job('order/1')]), [1], 'the first one goes on undisturbed')
  })

  test('a closed runtime frees its file', async (t) => {
    const path = await tempPath(t)
    await (await openSqliteStore({ path })).close()
    await using store = await openSqliteStore({ path })
    assert.equal(store.nextDue([shop]), null)
  })

  test('a tool redrives beside a runtime, which hears of it', async (t) => {
    const path = await tempPath(t)
    await using runtime = await openSqliteStore({ path, watchMs: 2 })
    await runtime.push([job('order/1')])
    await runtime.fail(await takeOne(runtime), failure, { kind: 'dead' })
    await using tool = await openSqliteStore({ path, role: 'tool' })
    const heard = new Promise<void>((resolve) => runtime.onDue(resolve))
    assert.equal(await tool.redrive({}), 1)
    await heard
    assert.equal((await take(runtime)).length, 1)
  })

  test('a tool that opens the file leaves the leases of the runtime alone', async (t) => {
    const path = await tempPath(t)
    await using runtime = await openSqliteStore({ path })
    await runtime.push([job('order/1')])
    const lease = await takeOne(runtime)
    await using tool = await openSqliteStore({ path, role: 'tool' })
    assert.equal(tool.laneInfo(shop, 'order/1')?.state, 'running')
    await runtime.done(lease)
  })

  test('two processes never give out the same job number', async (t) => {
    const path = await tempPath(t)
    await using runtime = await openSqliteStore({ path })
    await using tool = await openSqliteStore({ path, role: 'tool' })
    const ids = []
    for (let round = 0; round < 3; round += 1) {
      ids.push(...(await runtime.push([job('order/1')])), ...(await tool.push([job('order/1')])))
    }
    assert.deepEqual(ids, [1, 2, 3, 4, 5, 6])
  })

  test('a writer that finds the file busy for too long says so and stores nothing', async (t) => {
    const path = await tempPath(t)
    await using store = await openSqliteStore({ path, busyMs: 1 })
    const blocker = new DatabaseSync(path)
    t.after(() => blocker.close())
    blocker.exec('BEGIN IMMEDIATE')
    await assert.rejects(store.push([job('order/1')]), { code: 'STORE_BUSY', disposition: 'retry' })
    blocker.exec('ROLLBACK')
    assert.equal(store.laneInfo(shop, 'order/1'), null)
    assert.equal((await store.push([job('order/1')])).length, 1)
  })

  test('a tool makes no store', async (t) => {
    await assert.rejects(openSqliteStore({ path: await tempPath(t), role: 'tool' }), {
      code: 'STORE_MISSING',
    })
  })
})

describe('the file', () => {
  test('is for its owner only, because it holds tokens', async (t) => {
    const path = await tempPath(t)
    await using store = await openSqliteStore({ path })
    await store.setValue('oauth', 'token')
    for (const suffix of ['', '-wal']) assert.equal((await stat(path + suffix)).mode & 0o777, 0o600, suffix)
  })

  test('of a newer Mufta is refused', async (t) => {
    const path = await tempPath(t)
    await (await openSqliteStore({ path })).close()
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 99')
    db.close()
    await assert.rejects(openSqliteStore({ path }), { code: 'STORE_NEWER' })
    await assert.rejects(openSqliteStore({ path, role: 'tool' }), { code: 'STORE_NEWER' })
  })

  test('of an older Mufta is brought up to date by a runtime only', async (t) => {
    const path = await tempPath(t)
    await (await openSqliteStore({ path })).close()
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 0')
    db.close()
    await assert.rejects(openSqliteStore({ path, role: 'tool' }), { code: 'STORE_OLDER' })
  })

  test('that is none of ours is refused with a typed error', async (t) => {
    await assert.rejects(openSqliteStore({ path: import.meta.filename, role: 'tool' }), {
      code: 'STORE_CORRUPT',
    })
    assert.equal(t.name.length > 0, true)
  })

  test('old journal rows leave by themselves when told how long to keep them', async (t) => {
    const path = await tempPath(t)
    const entry = { connection: shop, entity: 'order', id: '1', kind: 'note', code: 'old' }
    const old = await openSqliteStore({ path, clock: () => 0 })
    await old.journal([entry])
    await old.close()
    await using store = await openSqliteStore({ path, clock: () => 31 * 86_400_000, keepDays: 30 })
    await store.journal([{ ...entry, code: 'new' }])
    assert.deepEqual(
      store.life(shop, 'order', '1').map(({ code }) => code),
      ['new'],
    )
  })
})
