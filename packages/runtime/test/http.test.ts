import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startHttp, type HttpServer } from '../src/http.ts'
import { RuntimeMetrics } from '../src/metrics.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { NAME, pause, startBench, until, type Bench } from './fakes/bench.ts'
import { failing } from './fakes/faults.ts'
import { deliver, eventForm, RawClient } from './fakes/http.ts'
import { PermanentError } from '@mufta/kit'

const HTTP = { http: { host: '127.0.0.1', port: 0 } }
const FORM = 'application/x-www-form-urlencoded'
const MEGABYTE = 'a'.repeat(1024 * 1024)

/** Writes until the other end has had enough; how much went out. */
async function pour(client: RawClient, megabytes: number, framed: boolean): Promise<number> {
  let sent = 0
  while (sent < megabytes && !client.closed && !client.socket.destroyed) {
    const chunk = framed ? `${MEGABYTE.length.toString(16)}\r\n${MEGABYTE}\r\n` : MEGABYTE
    const flushed = client.socket.write(chunk)
    sent++
    if (!flushed)
      await Promise.race([
        new Promise((resolve) => client.socket.once('drain', resolve)),
        new Promise((resolve) => client.socket.once('close', resolve)),
      ])
  }
  return sent
}

describe('a body of 100 MB', () => {
  const framings = {
    'with its length': { 'content-length': `${100 * MEGABYTE.length}` },
    'in chunks': { 'transfer-encoding': 'chunked' },
  }
  for (const [how, headers] of Object.entries(framings)) {
    it(`sent ${how} is answered 413, not kept in memory, and the socket ends`, async (t) => {
      const bench = await startBench(t, { runtime: HTTP })
      const client = new RawClient(bench.runtime.url)
      client.head({ 'content-type': FORM, ...headers })
      const before = process.memoryUsage()
      const sent = await pour(client, 100, 'transfer-encoding' in headers)
      await until(() => client.closed, 'the end of the socket')
      const { rss } = process.memoryUsage()
      assert.equal(client.status, 413)
      assert.match(client.received, /HOOK_TOO_LARGE/)
      assert.ok(sent < 100, `${sent} MB were taken`)
      assert.ok(rss - before.rss < 60 * MEGABYTE.length, `grew by ${(rss - before.rss) >> 20} MB`)
      assert.deepEqual(bench.store.lanes({ connection: NAME }), [])
    })
  }

  it('sent by an ordinary client is answered 413', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    const body = new Uint8Array(4 * 1024 * 1024)
    assert.equal((await deliver(bench.runtime.url, body)).status, 413)
  })
})

describe('a client that', () => {
  const server = async (
    t: TestContext,
    options: { readonly requestTimeoutMs: number },
  ): Promise<HttpServer> => {
    const store = await openSqliteStore({ path: ':memory:' })
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const http = await startHttp({
      host: '127.0.0.1',
      port: 0,
      intake: { store, connections: new Map(), onEvents: () => {} },
      metrics: new RuntimeMetrics(store),
      log,
      isReady: () => true,
      ...options,
    })
    t.after(async () => {
      await http.close(10)
      await store.close()
    })
    return http
  }

  it('sends its body without an end is cut off with 408 after the limit', async (t) => {
    const { url } = await server(t, { requestTimeoutMs: 60 })
    const client = new RawClient(url)
    client.head({ 'content-type': FORM, 'content-length': '1000' })
    const drip = setInterval(() => client.socket.write('a'), 10)
    t.after(() => clearInterval(drip))
    await until(() => client.closed, 'the end of the socket')
    assert.equal(client.status, 408)
  })

  it('never finishes its headers is cut off with 408', async (t) => {
    const { url } = await server(t, { requestTimeoutMs: 60 })
    const client = new RawClient(url)
    client.socket.write('POST /hooks/x/site HTTP/1.1\r\nhost: mufta\r\n')
    await until(() => client.closed, 'the end of the socket')
    assert.equal(client.status, 408)
  })

  it('keeps its connection open does not hold up a stop', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    const client = new RawClient(bench.runtime.url)
    client.socket.write('GET /healthz HTTP/1.1\r\nhost: mufta\r\n\r\n')
    await until(() => client.status === 200, 'the answer')
    const started = performance.now()
    await bench.runtime.stop({ deadlineMs: 5_000 })
    assert.ok(performance.now() - started < 1_000)
    await until(() => client.closed, 'the end of the socket')
  })

  it('is in the middle of a delivery at a stop is cut off at the deadline, and lanes stop at once', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    const client = new RawClient(bench.runtime.url)
    client.head({ 'content-type': FORM, 'content-length': '1000' })
    await pause(10)
    const stopped = bench.runtime.stop({ deadlineMs: 60 })
    await pause(5)
    bench.shop.place('1')
    await bench.tell('1')
    await stopped
    assert.equal(bench.store.laneInfo(NAME, 'order/1')?.state, 'waiting')
    await until(() => client.closed, 'the end of the socket')
  })
})

describe('the pages for operators', () => {
  const get = async (bench: Bench, path: string) => {
    const response = await fetch(`${bench.runtime.url}${path}`)
    return { status: response.status, body: await response.text() }
  }

  it('say that the process lives and that store and workers are ready', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    assert.deepEqual(await get(bench, '/healthz'), { status: 200, body: '{"status":"alive"}' })
    assert.deepEqual(await get(bench, '/readyz'), { status: 200, body: '{"status":"ready"}' })
    assert.equal((await get(bench, '/nothing')).status, 404)
  })

  it('say that it is not ready while it stops', async (t) => {
    const store = await openSqliteStore({ path: ':memory:' })
    t.after(() => store.close())
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const intake = { store, connections: new Map(), onEvents: () => {} }
    const metrics = new RuntimeMetrics(store)
    const http = await startHttp({ host: '127.0.0.1', port: 0, intake, metrics, log, isReady: () => false })
    t.after(() => http.close(10))
    const response = await fetch(`${http.url}/readyz`)
    assert.equal(response.status, 503)
    await response.text()
  })

  it('count runs, failures, events, answers, dead letters and parked lanes', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    bench.shop.place('1')
    bench.shop.place('2', { status: 'X' })
    bench.shop.place('3')
    bench.crm.faults.before = failing('create', () => new PermanentError('CRM_BAD_ORDER', 'No'), { id: '3' })
    for (const id of ['1', '2', '3']) await deliver(bench.runtime.url, eventForm(id))
    await deliver(bench.runtime.url, 'x', { path: '/hooks/nobody/site' })
    await bench.idle()
    const { body } = await get(bench, '/metrics')
    for (const line of [
      `mufta_runs_total{connection="${NAME}",outcome="created"} 1`,
      `mufta_failures_total{connection="${NAME}",outcome="park",code="STATUS_UNMAPPED"} 1`,
      `mufta_failures_total{connection="${NAME}",outcome="dead",code="CRM_BAD_ORDER"} 1`,
      `mufta_events_total{connection="${NAME}",source="site"} 3`,
      'mufta_http_requests_total{route="hook-site",status="200"} 3',
      'mufta_http_requests_total{route="hook-refused",status="404"} 1',
      `mufta_dead_letters{connection="${NAME}"} 1`,
      `mufta_lanes_parked{connection="${NAME}"} 1`,
    ])
      assert.ok(body.includes(line), `no line ${line}`)
  })

  it('goes on counting from one look to the next', async (t) => {
    const bench = await startBench(t, { runtime: HTTP })
    for (const count of [1, 2]) {
      bench.shop.place('1')
      await deliver(bench.runtime.url, eventForm('1'))
      for (const line of [
        `mufta_events_total{connection="${NAME}",source="site"} ${count}`,
        `mufta_http_requests_total{route="hook-site",status="200"} ${count}`,
      ])
        assert.ok((await get(bench, '/metrics')).body.includes(line), `no line ${line}`)
    }
  })
})
