import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { RetryableError } from '@mufta/kit'
import type { Store } from '../src/store/store.ts'
import { accounted, NAME, startBench, until, withCalls, type Bench } from './fakes/bench.ts'
import { Gate } from './fakes/faults.ts'
import { deliver, eventForm, RawClient } from './fakes/http.ts'

const FORM = 'application/x-www-form-urlencoded'
const HTTP = { http: { host: '127.0.0.1', port: 0 } }

/** A runtime with HTTP whose lanes stand still, so that what a delivery stored can be seen. */
async function listening(t: TestContext, wrap?: (store: Store) => Store): Promise<Bench> {
  const bench = await startBench(t, { runtime: HTTP, ...(wrap === undefined ? {} : { wrap }) })
  await bench.store.pause(NAME, { code: 'TEST', message: 'The lanes stand still' }, true)
  return bench
}

function assertNothingStored({ store, runtime, lines }: Bench): void {
  assert.deepEqual(store.lanes({ connection: NAME }), [])
  assert.deepEqual(
    store.journalTail({ connection: NAME }).map(({ kind }) => kind),
    ['pause'],
  )
  assert.ok(runtime.url)
  assert.deepEqual(
    lines.filter((line) => /"level":"error"/.test(line)),
    [],
  )
}

describe('a delivery of the site', () => {
  it('becomes a job and is done', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    bench.shop.place('5012')
    const answer = await deliver(bench.runtime.url, eventForm('5012'))
    assert.deepEqual(answer, { status: 200, body: '{"status":"accepted","v":1,"accepted":1}' })
    await bench.idle()
    assert.ok(bench.crm.of('5012').id)
  })

  it('is one of a thousand of the same order, all accounted for', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    bench.shop.place('5012')
    const form = eventForm('5012')
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(bench.runtime.url, form)))
      assert.deepEqual(
        answers.filter(({ status }) => status !== 200),
        [],
      )
    }
    await bench.idle()
    assert.equal(accounted(bench.life('5012')).size, 100)
  })

  it('of an unknown event is accepted and journalled, and starts no work', async (t) => {
    const bench = await listening(t)
    const answer = await deliver(bench.runtime.url, eventForm('7', { event: 'ONCRMLEADADD' }))
    assert.equal(answer.status, 200)
    assert.deepEqual(bench.store.lanes({ connection: NAME }), [])
    const [, entry] = bench.store.journalTail({ connection: NAME })
    assert.deepEqual([entry?.code, entry?.detail], ['IGNORED', { event: 'ONCRMLEADADD' }])
  })

  it('is acknowledged only after the commit', async (t) => {
    const gate = new Gate()
    const bench = await listening(t, (store) =>
      withCalls(store, {
        push: async (jobs, work) => {
          await gate.pass()
          return store.push(jobs, work)
        },
      }),
    )
    const client = new RawClient(bench.runtime.url)
    const form = eventForm('1')
    client.head({ 'content-type': FORM, 'content-length': `${form.length}` })
    client.socket.write(form)
    await until(() => gate.waiting === 1, 'the commit')
    await new Promise((resolve) => {
      setTimeout(resolve, 15)
    })
    assert.equal(client.received, '')
    gate.open()
    await until(() => client.status === 200, 'the answer')
    assert.equal(bench.store.laneInfo(NAME, 'order/1')?.pending, 1)
    client.socket.destroy()
  })

  it('whose commit fails is answered 503 and not acknowledged', async (t) => {
    const bench = await listening(t, (store) =>
      withCalls(store, { push: () => Promise.reject(new RetryableError('STORE_IO', 'The disk is full')) }),
    )
    const answer = await deliver(bench.runtime.url, eventForm('1'))
    assert.equal(answer.status, 503)
    assert.match(answer.body, /HOOK_NOT_STORED/)
    assert.doesNotMatch(answer.body, /disk/)
    assert.equal(bench.store.laneInfo(NAME, 'order/1'), null)
    assert.ok(bench.lines.some((line) => line.includes('STORE_IO')))
  })

  it('of an announced deletion says so to the lane', async (t) => {
    const bench = await startBench(t, { runtime: HTTP, settings: { removes: true } })
    bench.shop.place('1')
    await deliver(bench.runtime.url, eventForm('1'))
    await bench.idle()
    bench.shop.remove('1')
    await deliver(bench.runtime.url, eventForm('1', { event: 'ONSALEBEFOREORDERDELETE' }))
    await bench.idle()
    assert.deepEqual(bench.crm.byRef('1'), [])
  })
})

describe('a bad delivery', () => {
  const refusals = [
    ['with the wrong token', eventForm('1', { token: 'guess' }), {}, 403],
    ['without a token', 'event=ONSALEORDERSAVED&data[FIELDS][ID]=1', {}, 403],
    ['without an event', 'auth[application_token]=shop-token', {}, 400],
    ['without an order', 'event=ONSALEORDERSAVED&auth[application_token]=shop-token', {}, 400],
    ['with an order id that is none', eventForm("1' OR 1=1"), {}, 400],
    ['of an empty body', '', {}, 403],
    ['with a bad percent sequence', 'event=%E0%A4%A&data=%', {}, 400],
    ['that is not UTF-8', new Uint8Array([0x65, 0x3d, 0xff, 0xfe, 0x80]), {}, 400],
    ['that reaches for a prototype', '__proto__[polluted]=1', {}, 400],
    ['nested a thousand deep', `a${'[b]'.repeat(1000)}=1`, {}, 413],
    ['of a hundred thousand fields', 'a=1&'.repeat(100_000), {}, 413],
    ['of JSON', '{"event":"ONSALEORDERSAVED"}', { type: 'application/json' }, 415],
    ['of a multipart form', '--x--', { type: 'multipart/form-data; boundary=x' }, 415],
    ['to an unknown connection', eventForm('1'), { path: '/hooks/nobody/site' }, 404],
    ['to a connection with a broken name', eventForm('1'), { path: '/hooks/%E0%A4%A/site' }, 404],
    ['to a connection named like a method', eventForm('1'), { path: '/hooks/constructor/site' }, 404],
    ['of an unknown entity', eventForm('1'), { path: `/hooks/${NAME}/customer` }, 404],
    ['to a deeper path', eventForm('1'), { path: `/hooks/${NAME}/site/order` }, 404],
    ['by GET', '', { method: 'GET' }, 405],
    ['by PUT', eventForm('1'), { method: 'PUT' }, 405],
    ['of the CRM with the wrong token', '7001', { path: `/hooks/${NAME}/external?token=guess` }, 401],
  ] as const

  for (const [what, body, options, status] of refusals) {
    it(`${what} is answered ${status}, and nothing is stored`, async (t) => {
      const bench = await listening(t)
      const answer = await deliver(bench.runtime.url, body, options)
      assert.equal(answer.status, status)
      const { error, message } = JSON.parse(answer.body) as { error: string; message: string }
      assert.match(error, /^(HOOK|FORM|NOT_FOUND)/)
      assert.ok(message.length > 0)
      assert.doesNotMatch(answer.body, /shop-token|guess/)
      assertNothingStored(bench)
      assert.equal(
        (await deliver(bench.runtime.url, eventForm('1'))).status,
        200,
        'the next good one is taken',
      )
    })
  }

  it('that ends in the middle stores nothing and is no error of ours', async (t) => {
    const bench = await listening(t)
    const client = new RawClient(bench.runtime.url)
    client.head({ 'content-type': FORM, 'content-length': '1000' })
    client.socket.write(eventForm('1'))
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
    client.socket.resetAndDestroy()
    await until(() => client.closed, 'the end')
    assert.equal((await deliver(bench.runtime.url, '', { method: 'GET' })).status, 405)
    assertNothingStored(bench)
  })

  it('that is no HTTP at all is answered 400', async (t) => {
    const bench = await listening(t)
    const client = new RawClient(bench.runtime.url)
    client.socket.write('\u0016\u0003\u0001 hello\r\n\r\n')
    await until(() => client.closed, 'the end')
    assert.equal(client.status, 400)
    assertNothingStored(bench)
  })
})

describe('a delivery of the CRM', () => {
  it('brings a change in', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    bench.shop.place('1')
    await bench.tell('1')
    await bench.idle()
    const { id } = bench.crm.of('1')
    bench.crm.edit(id, { statusId: 'paid' })
    const path = `/hooks/${NAME}/external?token=crm-token`
    assert.equal((await deliver(bench.runtime.url, id, { path, type: 'text/plain' })).status, 200)
    await bench.idle()
    assert.equal(bench.shop.orders.get('1')?.status, 'P')
  })
})
