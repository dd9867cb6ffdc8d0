import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  faultKinds,
  seededRandom,
  startSimServer,
  type FaultKind,
  type SimRequest,
} from '../src/sim/index.ts'

const LIMITED = { status: 503, body: '{"limited":true}' }

/** Plays the given faults for ever; the dial's first throw decides whether, the second which. */
function always(kind: FaultKind) {
  return { rate: 1, kinds: [kind], random: () => 0 }
}

async function startEcho(faults: Parameters<typeof startSimServer>[0]['faults'] = {}) {
  const seen: SimRequest[] = []
  const server = await startSimServer({
    rateLimited: LIMITED,
    faults,
    handle: (request) => {
      seen.push(request)
      return {
        status: 200,
        body: JSON.stringify({ path: request.path, query: request.query, body: request.body.toString() }),
      }
    },
  })
  return { server, seen }
}

describe('simulator base', () => {
  it('hands the request over with its raw query and body, and counts it by path', async () => {
    const { server } = await startEcho()
    await using _ = server
    const answer = await fetch(`${server.url}/a/b?x[]=1`, { method: 'POST', body: 'k=v' })
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.deepEqual(await answer.json(), { path: '/a/b', query: 'x[]=1', body: 'k=v' })
    assert.equal(server.stats.requests, 1)
    assert.equal(server.stats.byPath.get('/a/b'), 1)
  })

  const outcomes: Record<FaultKind, { handled: number; answer: string }> = {
    'reset-before': { handled: 0, answer: 'cut' },
    'reset-after': { handled: 1, answer: 'cut' },
    'error-500': { handled: 0, answer: '500 application/json' },
    'html-502': { handled: 0, answer: '502 text/html' },
    truncated: { handled: 1, answer: 'not json' },
    'rate-limit': { handled: 0, answer: '503 application/json' },
  }
  for (const kind of faultKinds) {
    it(`fault ${kind}: handled ${outcomes[kind].handled} time(s), the caller sees ${outcomes[kind].answer}`, async () => {
      const { server, seen } = await startEcho(always(kind))
      await using _ = server
      assert.equal(await observe(`${server.url}/x`), outcomes[kind].answer)
      assert.equal(seen.length, outcomes[kind].handled)
      assert.equal(server.stats.faults, 1)
    })
  }

  it('tells the handler that its answer will be lost', async () => {
    const { server, seen } = await startEcho(always('reset-after'))
    await using _ = server
    await observe(`${server.url}/x`)
    assert.equal(seen[0]?.fault, 'reset-after')
  })

  it('never plays a fault on its own control paths', async () => {
    const { server } = await startEcho(always('reset-before'))
    await using _ = server
    assert.equal((await fetch(`${server.url}/_sim/stats`)).status, 200)
    assert.equal(server.stats.requests, 0)
  })

  it('the dial turns while the server runs', async () => {
    const { server } = await startEcho()
    await using _ = server
    assert.equal(await observe(`${server.url}/x`), '200')
    server.faults.rate = 1
    server.faults.kinds = ['html-502']
    assert.equal(await observe(`${server.url}/x`), '502 text/html')
  })

  it('refuses a body above its limit without handing it over', async () => {
    let handled = 0
    await using server = await startSimServer({
      rateLimited: LIMITED,
      maxBodyBytes: 10,
      handle: () => {
        handled += 1
        return { status: 200, body: '{}' }
      },
    })
    const answer = await fetch(server.url, { method: 'POST', body: 'x'.repeat(11) })
    assert.equal(answer.status, 413)
    assert.equal(handled, 0)
  })

  it('close drops held answers and may be called twice', async () => {
    const server = await startSimServer({
      rateLimited: LIMITED,
      handle: () => ({ status: 200, body: '{}', delayMs: 60_000 }),
    })
    const lost = observe(`${server.url}/slow`)
    while (server.stats.requests === 0) await new Promise(setImmediate)
    await server.close()
    await server.close()
    assert.equal(await lost, 'cut')
  })

  it('a throw in a handler is shown as a bug of the simulator, not as a fault', async () => {
    await using server = await startSimServer({
      rateLimited: LIMITED,
      handle: () => {
        throw new Error('oops')
      },
    })
    const answer = await fetch(server.url)
    assert.equal(answer.status, 500)
    assert.match(await answer.text(), /^Simulator bug: Error: oops/)
  })

  it('a seeded generator repeats itself and stays in [0, 1)', () => {
    const [first, second] = [seededRandom(7), seededRandom(7)]
    const values = Array.from({ length: 1000 }, () => first())
    assert.deepEqual(
      values,
      Array.from({ length: 1000 }, () => second()),
    )
    assert.ok(values.every((value) => value >= 0 && value < 1))
    assert.ok(new Set(values).size > 990)
  })
})

async function observe(url: string): Promise<string> {
  try {
    const answer = await fetch(url)
    const text = await answer.text()
    if (answer.status !== 200) return `${answer.status} ${answer.headers.get('content-type')}`
    try {
      JSON.parse(text)
      return '200'
    } catch {
      return 'not json'
    }
  } catch {
    return 'cut'
  }
}
