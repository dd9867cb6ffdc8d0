import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { ApiClient } from '../src/api-client.ts'
import type { ApiClientOptions, ApiRequest, ApiResponse, Explanation } from '../src/client.ts'
import { createRateBudget } from '../src/rate-budget.ts'
import { json, raw, reset, silence, startServer, type Answer, type TestServer } from './http-server.ts'

class TestClient extends ApiClient {
  explanation: Explanation | null = null
  reading: ((response: ApiResponse) => unknown) | undefined
  refreshes = 0
  renew: (() => Promise<boolean>) | undefined
  token = 'token-0'

  protected override authenticate(request: ApiRequest): void {
    request.headers['authorization'] = `Bearer ${this.token}`
  }

  protected override explain(): Explanation | null {
    return this.explanation
  }

  protected override interpret(response: ApiResponse): unknown {
    return this.reading === undefined ? super.interpret(response) : this.reading(response)
  }

  protected override async refresh(): Promise<boolean> {
    this.refreshes += 1
    return this.renew === undefined ? false : this.renew()
  }

  whole(endpoint: string): Promise<ApiResponse> {
    return this.request('GET', endpoint)
  }
}

function open(t: TestContext, server: TestServer, options: Partial<ApiClientOptions> = {}): TestClient {
  const client = new TestClient({
    system: 'Acme',
    baseUrl: `${server.url}/api/v1/`,
    allowHosts: ['127.0.0.1:*'],
    random: () => 0,
    ...options,
  })
  t.after(() => client.close())
  return client
}

async function started(
  t: TestContext,
  answers: readonly Answer[],
  options: Partial<ApiClientOptions> = {},
): Promise<{ readonly server: TestServer; readonly client: TestClient }> {
  const server = await startServer(t, ...answers)
  return { server, client: open(t, server, options) }
}

describe('what is sent', () => {
  test('GET data becomes a nested query, joined to a query that is there already', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    await client.call(
      'GET',
      '/orders?page=1',
      { filter: { ids: [1, 2] }, none: undefined },
      { query: { limit: 20 } },
    )
    assert.equal(server.seen[0]?.method, 'GET')
    assert.equal(
      server.seen[0]?.url,
      '/api/v1/orders?page=1&limit=20&filter%5Bids%5D%5B0%5D=1&filter%5Bids%5D%5B1%5D=2',
    )
    assert.equal(server.seen[0]?.headers['accept'], 'application/json')
    assert.equal(server.seen[0]?.headers['content-type'], undefined)
  })

  test('a GET without data has no trailing question mark', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    await client.call('GET', 'orders', {})
    await client.call('GET', 'orders')
    assert.deepEqual(
      server.seen.map(({ url }) => url),
      ['/api/v1/orders', '/api/v1/orders'],
    )
  })

  for (const method of ['POST', 'PUT', 'PATCH'] as const) {
    test(`${method} sends JSON with its Content-Type, without undefined, with {} as {}`, async (t) => {
      const { server, client } = await started(t, [json({ ok: 1 })])
      await client.call(method, 'orders', {
        name: 'Иван "x"',
        gone: undefined,
        empty: {},
        list: [1, undefined, null],
      })
      assert.equal(server.seen[0]?.headers['content-type'], 'application/json; charset=utf-8')
      assert.equal(server.seen[0]?.body, '{"name":"Иван \\"x\\"","empty":{},"list":[1,null]}')
      await client.call(method, 'orders', {})
      assert.equal(server.seen[1]?.body, '{}')
    })
  }

  test('a form body has its own Content-Type and nested names', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })], { encoding: 'form' })
    await client.call('POST', 'orders/create', { order: JSON.stringify({ a: 1 }), site: 'main', tags: ['x'] })
    assert.equal(server.seen[0]?.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.equal(server.seen[0]?.body, 'order=%7B%22a%22%3A1%7D&site=main&tags%5B0%5D=x')
  })

  test('DELETE carries its data in the query, or in the body where the contract wants it', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    await client.call('DELETE', 'hooks', { url: 'https://x' })
    await client.call('DELETE', 'hooks', { url: 'https://x' }, { deleteData: 'body' })
    assert.deepEqual(
      server.seen.map(({ url, body }) => [url, body]),
      [
        ['/api/v1/hooks?url=https%3A%2F%2Fx', ''],
        ['/api/v1/hooks', '{"url":"https://x"}'],
      ],
    )
  })

  test('an idempotency key and own headers are sent', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    await client.call('POST', 'orders', {}, { idempotencyKey: 'key-1', headers: { 'X-Site': 'main' } })
    assert.equal(server.seen[0]?.headers['idempotency-key'], 'key-1')
    assert.equal(server.seen[0]?.headers['x-site'], 'main')
    assert.equal(server.seen[0]?.headers['authorization'], 'Bearer token-0')
  })

  test('data that cannot be sent as it is meant is refused before anything is sent', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    await assert.rejects(client.call('POST', 'o', { a: '\ud800' }), { code: 'DATA_NOT_UNICODE' })
    await assert.rejects(client.call('GET', 'o', { a: '\ud800' }), { code: 'DATA_NOT_UNICODE' })
    for (const bad of [{ a: NaN }, { a: new Map() }, { a: 1n }, { a: () => 1 }, cycle]) {
      await assert.rejects(client.call('POST', 'o', bad), { code: 'DATA_NOT_ENCODABLE' })
    }
    await assert.rejects(client.call('GET', 'o', [1]), { code: 'DATA_NOT_ENCODABLE' })
    assert.equal(server.seen.length, 0)
  })

  test('an endpoint stays on its server and inside its base', async (t) => {
    const { server, client } = await started(t, [json({ ok: 1 })])
    for (const bad of ['https://evil.example/x', '../admin', 'a/%2e%2E/b', 'a\\..\\b']) {
      await assert.rejects(client.call('GET', bad), { code: 'CLIENT_BAD_ENDPOINT' })
    }
    await client.call('GET', `${server.url}/api/v1/next?page=2`)
    await client.call('GET', 'заказ №1#x/%20y')
    assert.deepEqual(
      server.seen.map(({ url }) => url),
      ['/api/v1/next?page=2', '/api/v1/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961%23x/%20y'],
    )
  })

  test('a base address that is not allowed is refused at construction', () => {
    const make = (baseUrl: string) => () => new TestClient({ system: 'Acme', baseUrl })
    assert.throws(make('http://crm.example'), { code: 'URL_NOT_HTTPS' })
    assert.throws(make('https://127.0.0.1'), { code: 'URL_PRIVATE_ADDRESS' })
    assert.throws(make('https://crm.example/api?key=1'), { code: 'CLIENT_BAD_BASE_URL' })
    assert.throws(() => new TestClient({ system: 'Acme', baseUrl: 'https://x.example', totalMs: 0 }), {
      code: 'CLIENT_BAD_OPTIONS',
    })
  })
})

describe('what comes back', () => {
  test('JSON is decoded whatever its Content-Type says, with ids beyond 2^53 exact', async (t) => {
    const { client } = await started(t, [
      raw('{"id":12345678901234567890}', 201, { 'content-type': 'text/plain' }),
    ])
    assert.deepEqual(await client.call('POST', 'orders', {}), { id: '12345678901234567890' })
  })

  test('a scalar is a right answer', async (t) => {
    const { client } = await started(t, [raw('17'), raw('false'), raw('0')])
    assert.deepEqual(
      [await client.call('GET', 'a'), await client.call('GET', 'a'), await client.call('GET', 'a')],
      [17, false, 0],
    )
  })

  test('request gives status and headers beside the body', async (t) => {
    const { client } = await started(t, [json({ a: 1 }, 200, { 'x-next': '7' })])
    const { status, headers, body } = await client.whole('a')
    assert.deepEqual([status, headers['x-next'], body], [200, '7', { a: 1 }])
  })

  const noData: Readonly<Record<string, Answer>> = {
    'an HTML page': raw('<!DOCTYPE html><title>Login</title>', 200, { 'content-type': 'text/html' }),
    'truncated JSON': raw('{"success":true,"id":'),
    null: raw('null'),
    'an empty body': raw(''),
    'no content (204)': raw('', 204),
    'broken UTF-8': raw(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
  }
  for (const [name, answer] of Object.entries(noData)) {
    test(`${name} where data was expected is an error for a read and an unknown outcome for a write`, async (t) => {
      const { server, client } = await started(t, [answer], { retries: 0 })
      await assert.rejects(client.call('GET', 'a'), { name: 'RetryableError', code: 'CLIENT_ANSWER_INVALID' })
      await assert.rejects(client.call('POST', 'a', {}), {
        name: 'UnknownOutcomeError',
        code: 'CLIENT_OUTCOME_UNKNOWN',
      })
      assert.equal(server.seen.length, 2)
    })
  }

  test('an empty answer is right where the call allows it', async (t) => {
    const { client } = await started(t, [raw('', 204), raw(''), raw('null')])
    for (const endpoint of ['a', 'b', 'c']) {
      assert.equal(await client.call('POST', endpoint, {}, { allowEmpty: true }), undefined)
    }
  })

  test('a redirect is a configuration error and is never followed', async (t) => {
    const { server, client } = await started(t, [
      raw('', 302, { location: 'https://new.example/login?token=sentinel' }),
      raw('{"a":1}', 301),
    ])
    await assert.rejects(client.call('GET', 'a'), (error) => {
      assert.ok(error instanceof Error && error.name === 'ConfigError')
      assert.match(error.message, /redirects GET a to https:\/\/new\.example\//)
      assert.doesNotMatch(error.message, /sentinel|login/)
      return true
    })
    await assert.rejects(client.call('POST', 'a', {}), { code: 'CLIENT_REDIRECTED' })
    assert.equal(server.seen.length, 2)
  })

  for (const [status, name, code] of [
    [400, 'PermanentError', 'CLIENT_REFUSED'],
    [402, 'AuthError', 'CLIENT_PAYMENT_REQUIRED'],
    [403, 'AuthError', 'CLIENT_FORBIDDEN'],
    [404, 'PermanentError', 'CLIENT_NOT_FOUND'],
    [409, 'PermanentError', 'CLIENT_REFUSED'],
    [460, 'PermanentError', 'CLIENT_REFUSED'],
    [501, 'PermanentError', 'CLIENT_REFUSED'],
    [425, 'RetryableError', 'CLIENT_NOT_DONE'],
    [429, 'RateLimitedError', 'CLIENT_RATE_LIMITED'],
    [408, 'UnknownOutcomeError', 'CLIENT_OUTCOME_UNKNOWN'],
    [500, 'UnknownOutcomeError', 'CLIENT_OUTCOME_UNKNOWN'],
    [503, 'UnknownOutcomeError', 'CLIENT_OUTCOME_UNKNOWN'],
  ] as const) {
    test(`${status} to a write is ${name}`, async (t) => {
      const { client } = await started(t, [json({ message: 'Nope', code: 'E7' }, status)], { retries: 0 })
      await assert.rejects(client.call('POST', 'orders/create', { a: 1 }), (error) => {
        assert.ok(error instanceof Error && 'facts' in error && 'code' in error)
        assert.deepEqual([error.name, error.code], [name, code])
        assert.deepEqual(error.facts, {
          system: 'Acme',
          method: 'POST',
          endpoint: 'orders/create',
          httpStatus: status,
          systemCode: 'E7',
          systemMessage: 'Nope',
        })
        assert.match(error.message, /Nope/)
        return true
      })
    })
  }

  test('a refusal of a read whose JSON breaks off proves nothing: it is asked again', async (t) => {
    const cut = raw('{"success":false,"errorM', 404)
    const { client } = await started(t, [cut, json({ id: 7 })])
    assert.deepEqual(await client.call('GET', 'orders/7'), { id: 7 })
    const never = await started(t, [cut, cut, cut])
    await assert.rejects(never.client.call('GET', 'orders/7'), {
      name: 'RetryableError',
      code: 'CLIENT_ANSWER_INVALID',
      message: /answered 404 .* JSON that breaks off/,
    })
    const others = await started(t, [cut, raw('Not found', 404), raw('{"success":fal', 401)])
    await assert.rejects(others.client.call('POST', 'orders', {}), { code: 'CLIENT_NOT_FOUND' })
    await assert.rejects(others.client.call('GET', 'orders/7'), { code: 'CLIENT_NOT_FOUND' })
    await assert.rejects(others.client.call('GET', 'orders/7'), { name: 'AuthError' })
  })

  test('the reading of the system goes before the HTTP status, field by field', async (t) => {
    const { client } = await started(t, [json({ errorMsg: 'Busy now' }, 400)], { retries: 0 })
    client.explanation = { kind: 'rate-limited', retryAfterMs: 700 }
    await assert.rejects(client.call('POST', 'a', {}), {
      name: 'RateLimitedError',
      retryAfterMs: 700,
      message: /Busy now/,
    })
    client.explanation = { kind: 'auth', systemMessage: 'Account blocked.' }
    await assert.rejects(client.call('POST', 'a', {}), {
      name: 'AuthError',
      message: /Account blocked\. [A-Z]/,
    })
  })

  test('an error inside HTTP 200 gets the class that interpret throws', async (t) => {
    const { server, client } = await started(t, [json({ error: ['UserError', 'No stock'] })])
    client.reading = (response) => {
      throw client['failure'](response, { systemMessage: 'No stock' })
    }
    await assert.rejects(client.call('POST', 'rpc', {}), {
      name: 'PermanentError',
      message: /POST rpc: No stock/,
    })
    client.reading = () => {
      throw new TypeError('no field sentinel@example.com')
    }
    await assert.rejects(client.call('POST', 'rpc', {}), { name: 'UnknownOutcomeError' })
    assert.equal(server.seen.length, 2)
  })
})

describe('what is repeated', () => {
  const lost: Readonly<Record<string, Answer>> = {
    'a lost answer': reset,
    '500': json({}, 500),
    'HTML in a 200': raw('<html>'),
  }
  for (const [name, answer] of Object.entries(lost)) {
    test(`after ${name}: GET, PUT, DELETE and calls with a key are repeated, a bare POST or PATCH is not`, async (t) => {
      for (const [method, options, requests] of [
        ['GET', {}, 2],
        ['PUT', {}, 2],
        ['DELETE', {}, 2],
        ['POST', { idempotencyKey: 'k' }, 2],
        ['POST', { idempotent: true }, 2],
        ['PUT', { idempotent: false }, 1],
        ['POST', {}, 1],
        ['PATCH', {}, 1],
      ] as const) {
        const { server, client } = await started(t, [answer, json({ ok: 1 })])
        const result = client.call(method, 'a', { x: 1 }, options)
        if (requests === 2) assert.deepEqual(await result, { ok: 1 })
        else await assert.rejects(result, { name: 'UnknownOutcomeError' })
        assert.equal(server.seen.length, requests, `${method} ${JSON.stringify(options)}`)
        assert.deepEqual(new Set(server.seen.map(({ body, url }) => body + url)).size, 1)
      }
    })
  }

  test('a POST that was never sent is repeated, and each attempt leaves its line in the log', async (t) => {
    const port = await freePort()
    const lines: string[] = []
    const note = (level: string) => (facts: Record<string, unknown>) => {
      lines.push(`${level} ${String(facts['attempt'])} ${JSON.stringify(facts['code'] ?? '-')}`)
    }
    const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
    const client = open(t, { url: `http://127.0.0.1:${port}`, seen: [] }, { log })
    await assert.rejects(client.call('POST', 'a', {}), { name: 'RetryableError', code: 'CLIENT_UNREACHABLE' })
    assert.deepEqual(lines, [
      'debug 1 "-"',
      'warn 1 "CLIENT_UNREACHABLE"',
      'debug 2 "-"',
      'warn 2 "CLIENT_UNREACHABLE"',
      'debug 3 "-"',
    ])
  })

  test('a rate limit is repeated even for a POST, never before Retry-After, and stops the whole budget', async (t) => {
    const budget = createRateBudget({ perSecond: 1_000, burst: 10 })
    const { server, client } = await started(t, [json({}, 503, { 'retry-after': '0.06' }), json({ ok: 1 })], {
      budget,
    })
    const from = performance.now()
    assert.deepEqual(await client.call('POST', 'a', {}), { ok: 1 })
    assert.ok(performance.now() - from >= 59)
    assert.equal(server.seen.length, 2)
  })

  test('a wait longer than the total limit is not waited: the caller gets it as retryAfterMs', async (t) => {
    const { server, client } = await started(t, [json({}, 429, { 'retry-after': '120' })])
    await assert.rejects(client.call('GET', 'a'), { name: 'RateLimitedError', retryAfterMs: 120_000 })
    assert.equal(server.seen.length, 1)
  })

  test('gives up after the given number of repeats with the last error', async (t) => {
    const { server, client } = await started(t, [json({ message: 'Down' }, 502)], { retries: 3 })
    await assert.rejects(client.call('GET', 'a'), { name: 'RetryableError', message: /Down/ })
    assert.equal(server.seen.length, 4)
  })

  test('a permanent refusal is never repeated', async (t) => {
    const { server, client } = await started(t, [json({}, 422)])
    await assert.rejects(client.call('GET', 'a'))
    assert.equal(server.seen.length, 1)
  })
})

describe('expired credentials', () => {
  test('are renewed once for calls side by side, and each call is repeated', async (t) => {
    const answer: Answer = (request, response, socket) =>
      json(
        request.headers.authorization === 'Bearer token-1' ? { ok: 1 } : {},
        request.headers.authorization === 'Bearer token-1' ? 200 : 401,
      )(request, response, socket)
    const { client } = await started(t, [answer])
    client.renew = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      client.token = 'token-1'
      return true
    }
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => client.call('POST', 'a', {}))), [
      { ok: 1 },
      { ok: 1 },
      { ok: 1 },
    ])
    assert.equal(client.refreshes, 1)
  })

  test('that cannot be renewed end in AuthError after one try', async (t) => {
    const { server, client } = await started(t, [json({ error_description: 'Key revoked' }, 401)])
    await assert.rejects(client.call('GET', 'a'), {
      name: 'AuthError',
      code: 'CLIENT_UNAUTHORIZED',
      message: /Key revoked/,
    })
    assert.deepEqual([client.refreshes, server.seen.length], [1, 1])
    client.renew = () => Promise.resolve(true)
    await assert.rejects(client.call('GET', 'a'), { name: 'AuthError' })
    assert.deepEqual([client.refreshes, server.seen.length], [2, 3])
  })

  test('a login refused inside refresh does not wait for itself', async (t) => {
    const { client } = await started(t, [json({}, 401)])
    client.renew = () => client.call('POST', 'login', {}).then(() => true)
    await assert.rejects(client.call('GET', 'a'), { name: 'AuthError', message: /POST login/ })
    assert.equal(client.refreshes, 1)
  })
})

describe('limits', () => {
  test('a silent server ends in an unknown outcome for a write', async (t) => {
    const { client } = await started(t, [silence], { idleMs: 40, retries: 0 })
    // Side by side: undici's coarse timers take about a second.
    await Promise.all([
      assert.rejects(client.call('POST', 'a', {}), { name: 'UnknownOutcomeError', message: /silent/ }),
      assert.rejects(client.call('GET', 'a'), { name: 'RetryableError', code: 'CLIENT_ANSWER_LOST' }),
    ])
  })

  test('a dripping server cannot outlive the total limit', async (t) => {
    const drip: Answer = (_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 5)
      response.on('close', () => clearInterval(timer))
    }
    const { client } = await started(t, [drip], { totalMs: 250 })
    await assert.rejects(client.call('GET', 'a'), { name: 'RetryableError', code: 'CLIENT_TIMEOUT' })
    await assert.rejects(client.call('POST', 'a', {}), { name: 'UnknownOutcomeError' })
  })

  test('half an answer is no answer', async (t) => {
    const half: Answer = (_request, response, socket) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"id":1,')
      setTimeout(() => socket.destroy(), 5)
    }
    const { client } = await started(t, [half], { retries: 0 })
    await assert.rejects(client.call('POST', 'a', {}), { name: 'UnknownOutcomeError' })
    await assert.rejects(client.call('GET', 'a'), { name: 'RetryableError' })
  })

  test('a 100 MB answer is cut at the limit', async (t) => {
    let written = 0
    const flood: Answer = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 0x20)
      const more = (): void => {
        while (written < 100_000_000 && !response.destroyed) {
          written += chunk.length
          if (!response.write(chunk)) return
        }
      }
      response.on('drain', more)
      more()
    }
    const { client } = await started(t, [flood], { maxBodyBytes: 1_000_000, retries: 0 })
    await assert.rejects(client.call('GET', 'a'), { name: 'PermanentError', code: 'CLIENT_ANSWER_TOO_LARGE' })
    assert.ok(written < 50_000_000)
  })

  test('an abort before sending is AbortedError, one under way leaves a write unknown', async (t) => {
    const { server, client } = await started(t, [silence])
    await assert.rejects(client.call('POST', 'a', {}, { signal: AbortSignal.abort() }), {
      name: 'AbortedError',
    })
    assert.equal(server.seen.length, 0)
    for (const [method, name] of [
      ['POST', 'UnknownOutcomeError'],
      ['GET', 'AbortedError'],
    ] as const) {
      const stop = new AbortController()
      const call = client.call(method, 'a', {}, { signal: stop.signal })
      await seen(server, method === 'POST' ? 1 : 2)
      stop.abort()
      await assert.rejects(call, { name })
    }
  })

  test('an abort while waiting for the budget or for a repeat ends the call at once', async (t) => {
    const budget = createRateBudget({ perSecond: 0.01, burst: 1 })
    const { server, client } = await started(t, [json({}, 500)], { budget })
    const stop = new AbortController()
    const call = client.call('GET', 'a', {}, { signal: stop.signal })
    await seen(server, 1)
    stop.abort()
    await assert.rejects(call, { name: 'AbortedError' })
  })

  test('a closed client sends nothing more', async (t) => {
    const { server, client } = await started(t, [silence])
    const call = client.call('POST', 'a', {})
    await seen(server, 1)
    await Promise.all([client.close(), client.close(), assert.rejects(call, { name: 'UnknownOutcomeError' })])
    await assert.rejects(client.call('POST', 'a', {}), { code: 'CLIENT_CLOSED' })
    assert.equal(server.seen.length, 1)
  })
})

async function seen(server: TestServer, count: number): Promise<void> {
  while (server.seen.length < count) await new Promise((resolve) => setTimeout(resolve, 2))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 1
}
