import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { MuftaError, PermanentError, RateLimitedError, RetryableError } from '@mufta/kit'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { NAME, pause, startBench, StillClock, tempPath, until, type Bench } from './fakes/bench.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'
import { failing, Gate } from './fakes/faults.ts'

const down = (): Error => new RetryableError('CRM_DOWN', 'The CRM answers 503')

describe('a failing run', () => {
  it('is retried with growing waits, then rests as a dead letter with cause and mapper version', async (t) => {
    const clock = new StillClock()
    const bench = await startBench(t, {
      clock,
      backoff: { firstMs: 1_000, maxMs: 3_000, attempts: 4 },
      runtime: { random: () => 0.9 },
    })
    bench.crm.faults.before = failing('create', down)
    bench.shop.place('1')
    await bench.tell('1')
    for (let attempt = 1; attempt < 4; attempt++) {
      await until(() => bench.life('1').length === attempt, `attempt ${attempt}`)
      clock.now += 3_000
      await bench.store.push([{ connection: NAME, lane: 'order/wake', kind: 'sync', payload: {} }])
    }
    await bench.idle()

    assert.equal(bench.crm.faults.count('create'), 4)
    const retries = bench.life('1').filter(({ kind }) => kind === 'retry')
    assert.deepEqual(
      retries.map(({ at, detail }) => Number(detail?.['at']) - at),
      [900, 1_800, 2_700],
    )
    const [dead, ...more] = bench.store.deadJobs({ connection: NAME })
    assert.deepEqual(more, [])
    assert.equal(dead?.attempts, 4)
    assert.deepEqual(dead.failure, { code: 'CRM_DOWN', message: 'The CRM answers 503', facts: {} })
    assert.equal(dead.mapperVersion, bench.runtime.connection(NAME).mapper.version)
    assert.equal(dead.payload['reason'], 'told')
    assert.ok(bench.life('1').some(({ kind, code }) => kind === 'dead' && code === 'CRM_DOWN'))
  })

  it('that cannot help is a dead letter at once', async (t) => {
    const bench = await startBench(t)
    bench.crm.faults.before = failing('create', () => new PermanentError('CRM_BAD_ORDER', 'Refused'))
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.faults.count('create'), 1)
    assert.equal(bench.store.deadJobs({})[0]?.failure.code, 'CRM_BAD_ORDER')
  })

  it('goes on from the dead letter when it is redriven', async (t) => {
    const bench = await startBench(t)
    bench.crm.faults.before = failing('create', () => new PermanentError('CRM_BAD_ORDER', 'Refused'), {
      times: 1,
    })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.equal(await bench.store.redrive({ connection: NAME, code: 'CRM_BAD_ORDER' }), 1)
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
    assert.deepEqual(bench.store.deadJobs({}), [])
  })

  it('delays no other lane', async (t) => {
    const bench = await startBench(t, { backoff: { firstMs: 1_000, maxMs: 1_000, attempts: 100 } })
    bench.crm.faults.before = failing('create', down, { id: '13' })
    for (let id = 1; id <= 20; id++) {
      bench.shop.place(`${id}`)
      await bench.tell(`${id}`)
    }
    await until(() => bench.crm.records.size === 19, 'the other orders')
    assert.equal(bench.store.laneInfo(NAME, 'order/13')?.failure?.code, 'CRM_DOWN')
  })

  it('of one order that cannot be read touches none of those that were read with it', async (t) => {
    const bench = await startBench(t)
    bench.shop.faults.before = failing(
      'readOrders',
      () => new PermanentError('SITE_BAD_ORDER', 'Unreadable'),
      {
        id: '13',
      },
    )
    for (let id = 1; id <= 20; id++) bench.shop.place(`${id}`)
    await Promise.all([...bench.shop.orders.keys()].map((id) => bench.tell(id)))
    await bench.idle()
    assert.equal(bench.crm.records.size, 19)
    assert.deepEqual(
      bench.store.deadJobs({}).map(({ lane }) => lane),
      ['order/13'],
    )
  })

  it('of a bug in the connector is retried, and its text is kept out of the journal', async (t) => {
    const bench = await startBench(t)
    bench.crm.faults.before = failing('create', () => new TypeError('ivan@example.com is not a function'), {
      times: 1,
    })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
    const journal = JSON.stringify(bench.life('1'))
    assert.match(journal, /Unexpected TypeError/)
    assert.doesNotMatch(journal + bench.lines.join('\n'), /ivan@/)
    assert.ok(
      bench.lines.some((line) => line.includes('worker-failures.test.ts')),
      'the log says where it happened',
    )
  })
})

describe('a lane that parks', () => {
  const place = async (bench: Bench): Promise<void> => {
    bench.shop.place('1', { status: 'X' })
    await bench.tell('1')
    await bench.idle()
  }

  it('is held with its reason and is not tried again', async (t) => {
    const bench = await startBench(t)
    await place(bench)
    await pause(10)
    const lane = bench.store.laneInfo(NAME, 'order/1')
    assert.equal(lane?.state, 'parked')
    assert.equal(lane.failure?.code, 'STATUS_UNMAPPED')
    assert.deepEqual(lane.failure.facts, { field: 'statuses', side: 'shop', value: 'X' })
    assert.equal(bench.shop.faults.count('readOrders'), 1)
    assert.deepEqual(
      bench.life('1').map(({ kind, code }) => `${kind} ${code}`),
      ['park STATUS_UNMAPPED'],
    )
  })

  it('is cleared by a new event', async (t) => {
    const bench = await startBench(t)
    await place(bench)
    bench.shop.edit('1', { status: 'P' })
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.of('1').statusId, 'paid')
  })

  it('is cleared by command', async (t) => {
    const bench = await startBench(t)
    await place(bench)
    bench.shop.edit('1', { status: 'P' })
    assert.equal(await bench.store.unpark({ connection: NAME, code: 'STATUS_UNMAPPED' }), 1)
    await bench.idle()
    assert.equal(bench.crm.of('1').statusId, 'paid')
  })

  it('is cleared by a changed configuration, and by nothing less', async (t) => {
    const path = await tempPath(t)
    const first = await startBench(t, { store: await openSqliteStore({ path }) })
    await place(first)
    await first.runtime.stop()
    await first.store.close()

    const { shop, crm } = first
    const same = await startBench(t, { shop, crm, store: await openSqliteStore({ path }) })
    await pause(10)
    assert.equal(same.store.laneInfo(NAME, 'order/1')?.state, 'parked')
    assert.equal(shop.faults.count('readOrders'), 1)
    await same.runtime.stop()
    await same.store.close()

    const changed = await startBench(t, {
      shop,
      crm,
      settings: { statuses: { N: 'new', X: 'exchanged' } },
      parts: { fingerprint: 'second' },
      store: await openSqliteStore({ path }),
    })
    await changed.idle()
    assert.equal(crm.of('1').statusId, 'exchanged')
  })
})

describe('a rate limit', () => {
  const limited = (retryAfterMs?: number) => (): Error =>
    new RateLimitedError('CRM_LIMIT', 'Too many', retryAfterMs === undefined ? {} : { retryAfterMs })

  it('waits at least the time told, whatever events come meanwhile', async (t) => {
    const clock = new StillClock()
    const bench = await startBench(t, { clock })
    bench.crm.faults.before = failing('create', limited(60_000), { times: 1 })
    bench.shop.place('1')
    await bench.tell('1')
    await until(() => bench.life('1').length === 1, 'the limit')
    clock.now += 59_999
    await bench.tell('1')
    await pause(10)
    assert.equal(bench.crm.faults.count('create'), 1)
    clock.now += 10
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.faults.count('create'), 2)
    assert.ok(bench.crm.of('1').id)
  })

  it('that lasts does not use up the attempts', async (t) => {
    const bench = await startBench(t, { backoff: { attempts: 3 } })
    bench.crm.faults.before = failing('create', limited(1), { times: 20 })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.crm.faults.count('create'), 21)
    assert.deepEqual(bench.store.deadJobs({}), [])
    assert.ok(bench.crm.of('1').id)
  })

  it('leaves the attempts for real failures', async (t) => {
    const bench = await startBench(t, { backoff: { attempts: 3 } })
    const limit = failing('create', limited(1), { times: 5 })
    const fail = failing('create', down)
    bench.crm.faults.before = async (call) => {
      await limit(call)
      await fail(call)
    }
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.equal(bench.store.deadJobs({})[0]?.failure.code, 'CRM_DOWN')
    const failures = bench.life('1').filter(({ code }) => code === 'CRM_DOWN')
    assert.deepEqual(
      failures.map(({ kind }) => kind),
      ['retry', 'retry', 'dead'],
    )
  })

  it('that names no time is not answered with haste', async (t) => {
    const bench = await startBench(t, { clock: new StillClock(), backoff: { firstMs: 10, maxMs: 1_000 } })
    bench.crm.faults.before = failing('create', limited(), { times: 1 })
    bench.shop.place('1')
    await bench.tell('1')
    await until(() => bench.life('1').length === 1, 'the limit')
    const [retry] = bench.life('1')
    assert.ok(Number(retry?.detail?.['at']) - (retry?.at ?? 0) >= 100)
  })
})

describe('a repeating lane', () => {
  it('never dies, however often and for whatever reason it fails', async (t) => {
    const bench = await startBench(t, { runtime: { schedules: true }, backoff: { attempts: 2 } })
    await until(() => bench.store.cursor(NAME, 'external') !== null, 'the first poll')
    bench.crm.faults.before = failing('history', () => new PermanentError('CRM_ODD', 'Never seen'), {
      times: 6,
    })
    await bench.store.push([
      { connection: NAME, lane: 'poll-external/-', kind: 'poll-external', payload: {} },
    ])
    await until(() => bench.crm.faults.count('history') === 8, 'the poll that succeeds')
    assert.deepEqual(bench.store.deadJobs({}), [])
    const lines = bench.store.life(NAME, 'poll-external', '-').map(({ kind, code }) => `${kind} ${code}`)
    assert.equal(lines.filter((line) => line === 'retry CRM_ODD').length, 6)
  })
})

describe('a process that dies again and again', () => {
  /** Starts and dies with the lane in hand. */
  async function die(path: string, times: number): Promise<void> {
    for (let round = 0; round < times; round++) {
      const store = await openSqliteStore({ path })
      await store.lease({ limit: 1, owner: 'dying', leaseMs: 60_000, connections: [NAME] })
      await store.close()
    }
  }

  async function pushed(t: TestContext): Promise<string> {
    const path = await tempPath(t)
    const store = await openSqliteStore({ path })
    await store.push([{ connection: NAME, lane: 'order/1', kind: 'sync', payload: {} }])
    await store.close()
    return path
  }

  it('uses up no failure of what it had in hand, and lets it wait no longer', async (t) => {
    const path = await pushed(t)
    await die(path, 20)
    const crm = new FakeCrm()
    crm.faults.before = failing('create', down, { times: 1 })
    const shop = new FakeShop()
    shop.place('1')
    const backoff = { firstMs: 1, maxMs: 600_000, settleMs: 1, attempts: 12 }
    const bench = await startBench(t, { shop, crm, backoff, store: await openSqliteStore({ path }) })
    await bench.idle()
    assert.ok(crm.of('1').id)
    assert.deepEqual(bench.store.deadJobs({}), [])
  })

  it('is not killed by one job for ever', async (t) => {
    const path = await pushed(t)
    await die(path, 20)
    const crm = new FakeCrm()
    crm.faults.before = failing('create', down, { times: 1 })
    const shop = new FakeShop()
    shop.place('1')
    const backoff = { firstMs: 1, maxMs: 1, settleMs: 1, attempts: 2 }
    const bench = await startBench(t, { shop, crm, backoff, store: await openSqliteStore({ path }) })
    await bench.idle()
    assert.equal(bench.store.deadJobs({})[0]?.attempts, 21)
  })
})

describe('an unknown job', () => {
  it('of a newer version is a dead letter, not a crash', async (t) => {
    const bench = await startBench(t)
    await bench.store.push([{ connection: NAME, lane: 'order/1', kind: 'teleport', payload: {} }])
    await bench.idle()
    assert.equal(bench.store.deadJobs({})[0]?.failure.code, 'RUNTIME_UNKNOWN_JOB')
  })
})

describe('a failure that cannot be stored', () => {
  it('ends no process: the lane comes back when its lease runs out', async (t) => {
    const gate = new Gate()
    let refused = 0
    const bench = await startBench(t, {
      runtime: { leaseMs: 60 },
      wrap: (store) =>
        new Proxy(store, {
          get: (target, name) => {
            if (name === 'fail' && refused++ === 0)
              return () => Promise.reject(new StoreDown('STORE_IO', 'The disk is full'))
            const value = (target as unknown as Record<PropertyKey, unknown>)[name]
            return typeof value === 'function' ? (value.bind(target) as unknown) : value
          },
        }),
    })
    gate.open()
    bench.crm.faults.before = failing('create', down, { times: 1 })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    assert.ok(bench.crm.of('1').id)
  })
})

class StoreDown extends MuftaError {
  readonly disposition = 'retry'
}
