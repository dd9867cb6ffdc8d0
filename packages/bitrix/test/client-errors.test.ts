import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import {
  AuthError,
  ConfigError,
  MuftaError,
  PermanentError,
  RateLimitedError,
  RetryableError,
  UnknownOutcomeError,
} from '@mufta/kit'
import {
  createPortalClient,
  PortalLimits,
  type PortalClient,
  type PortalClientOptions,
} from '../src/rest/client/index.ts'

const SECRET = 'sentinel0secret'

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

type Handler = (method: string, body: Record<string, unknown>) => Answer | 'cut' | 'silence'

interface Fixture extends AsyncDisposable {
  readonly client: PortalClient
  readonly calls: string[]
}

/** A portal that answers as the handler says; `scope` works unless the handler knows better. */
async function portalThat(
  handler: Handler,
  options: Omit<PortalClientOptions, 'webhook' | 'oauth'> = {},
): Promise<Fixture> {
  const calls: string[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const method = request.url?.split('/').at(-1) ?? ''
      calls.push(`${request.method ?? ''} ${method}`)
      const answer = handler(
        method,
        JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>,
      )
      if (answer === 'silence') return
      if (answer === 'cut') return void request.socket.destroy()
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createPortalClient({
    webhook: `http://127.0.0.1:${port}/rest/1/${SECRET}/`,
    allowHosts: ['127.0.0.1:*'],
    random: () => 0,
    ...options,
  })
  return {
    client,
    calls,
    async [Symbol.asyncDispose]() {
      await client.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) }
}

const OK = json(200, { result: true, time: {} })

async function errorOf(promise: Promise<unknown>): Promise<MuftaError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof MuftaError, `expected an error, got ${inspect(error)}`)
  return error
}

type ErrorClass = new (...args: never[]) => MuftaError

/** status, error, class for a read, class for a write, code */
const TABLE: readonly (readonly [number, string | number, ErrorClass, ErrorClass, string | RegExp])[] = [
  [503, 'OVERLOAD_LIMIT', AuthError, AuthError, 'PORTAL_BLOCKED'],
  [401, 'NO_AUTH_FOUND', AuthError, AuthError, 'PORTAL_CREDENTIALS'],
  [401, 'expired_token', AuthError, AuthError, 'PORTAL_TOKEN_DEAD'],
  [403, 'insufficient_scope', AuthError, AuthError, 'PORTAL_SCOPE'],
  [401, 'authorization_error', AuthError, AuthError, 'PORTAL_CREDENTIALS'],
  [401, 'APPLICATION_NOT_FOUND', AuthError, AuthError, 'PORTAL_CREDENTIALS'],
  [401, 'CONNECTION_ERROR', RetryableError, RetryableError, 'PORTAL_AUTH_UNREACHABLE'],
  [400, 'INVALID_REQUEST', AuthError, AuthError, 'PORTAL_HTTPS'],
  [404, 'ERROR_METHOD_NOT_FOUND', PermanentError, PermanentError, 'PORTAL_NO_METHOD'],
  [403, 'WRONG_AUTH_TYPE', PermanentError, PermanentError, 'PORTAL_AUTH_TYPE'],
  [400, 'ERROR_ARGUMENT', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [400, 'ERROR_CORE', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [400, '100', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [400, 0, PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [400, 200540400001, PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [400, '', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [200, '', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [500, 'INTERNAL_SERVER_ERROR', RetryableError, UnknownOutcomeError, /PORTAL_(SERVER|UNKNOWN_OUTCOME)/],
  [500, 'ERROR_UNEXPECTED_ANSWER', RetryableError, UnknownOutcomeError, /PORTAL_(SERVER|UNKNOWN_OUTCOME)/],
  [500, 'ERROR_CORE', RetryableError, UnknownOutcomeError, /PORTAL_(SERVER|UNKNOWN_OUTCOME)/],
  [403, 'PORTAL_DELETED', AuthError, AuthError, 'PORTAL_GONE'],
  [404, 'ERROR_MANIFEST_IS_NOT_AVAILABLE', PermanentError, PermanentError, 'PORTAL_REFUSED'],
  [402, 'PAYMENT_REQUIRED', AuthError, AuthError, 'PORTAL_PAYMENT'],
  [403, 'ACCESS_DENIED', PermanentError, PermanentError, 'PORTAL_DENIED'],
  [403, 'INVALID_CREDENTIALS', PermanentError, PermanentError, 'PORTAL_DENIED'],
  [403, 'user_access_error', PermanentError, PermanentError, 'PORTAL_DENIED'],
]

describe('refusals of a portal', () => {
  for (const [status, error, onRead, onWrite, code] of TABLE) {
    it(`HTTP ${status} with ${JSON.stringify(error)} ends as ${onRead.name} or ${onWrite.name}`, async () => {
      const handler: Handler = (method) =>
        method === 'scope'
          ? OK
          : json(status, { error, error_description: `text for john@example.com ${SECRET}` })
      for (const [method, kind] of [
        ['crm.deal.get', onRead],
        ['crm.deal.update', onWrite],
      ] as const) {
        await using fixture = await portalThat(handler, { retries: 1 })
        const thrown = await errorOf(fixture.client.call(method, { id: 1 }))
        assert.equal(thrown.constructor, kind)
        if (typeof code === 'string') assert.equal(thrown.code, code)
        else assert.match(thrown.code, code)
        assert.equal(thrown.facts.systemCode, String(error))
        assert.equal(thrown.facts.endpoint, method)
        assert.doesNotMatch(
          inspect(thrown, { depth: 9, showHidden: true }),
          new RegExp(`${SECRET}|john@example`),
        )
      }
    })
  }

  it('tells a block of everything from one missing right by asking another method', async () => {
    await using fixture = await portalThat(() =>
      json(401, { error: 'ACCESS_DENIED', error_description: 'тариф' }),
    )
    const error = await errorOf(fixture.client.call('crm.deal.get', { id: 1 }))
    assert.equal(error.code, 'PORTAL_LICENCE')
    assert.equal(error.disposition, 'pause')
    assert.deepEqual(fixture.calls, ['POST crm.deal.get', 'POST scope'])
  })

  it('repeats a read after 503 QUERY_LIMIT_EXCEEDED and also a write, which was not done', async () => {
    let refusals = 1
    await using fixture = await portalThat((method) => {
      return method === 'crm.deal.add' && refusals-- > 0 ? json(503, { error: 'QUERY_LIMIT_EXCEEDED' }) : OK
    })
    assert.equal(await fixture.client.call('crm.deal.add', { fields: {} }), true)
    assert.equal(fixture.calls.length, 2)
  })

  it('counts the patience from a refusal on, however long the work has lasted before it', async () => {
    let ahead = 0
    let batches = 0
    await using fixture = await portalThat(
      (_, body) => {
        batches++
        if (batches === 1) ahead = 3_600_000
        if (batches === 2) return json(503, { error: 'QUERY_LIMIT_EXCEEDED' })
        const names = Object.keys(body['cmd'] ?? {})
        const maps = { result_error: [], result_total: [], result_next: [], result_time: [] }
        return json(200, {
          result: { result: Object.fromEntries(names.map((name) => [name, true])), ...maps },
          time: {},
        })
      },
      {
        clock: () => Date.now() + ahead,
        limits: new PortalLimits('slow', { burst: 2, reserve: 1, perSecond: 50 }),
      },
    )
    const outcomes = await fixture.client.write(
      'crm.deal.update',
      Array.from({ length: 70 }, (_, id) => ({ id })),
    )
    assert.ok(outcomes.every(({ status }) => status === 'done'))
    assert.equal(batches, 3)
  })

  it('says when a method may be called again after 429 OPERATION_TIME_LIMIT, while others go on', async () => {
    await using fixture = await portalThat(
      (method) => (method === 'crm.deal.get' ? json(429, { error: 'OPERATION_TIME_LIMIT' }) : OK),
      { timeouts: { waitMs: 1000 } },
    )
    const error = await errorOf(fixture.client.call('crm.deal.get', { id: 1 }))
    assert.ok(error instanceof RateLimitedError && error.code === 'PORTAL_METHOD_LIMITED')
    assert.ok((error.retryAfterMs ?? 0) > 50_000)
    assert.equal(await fixture.client.call('crm.deal.update', { id: 1 }), true)
    const again = await errorOf(fixture.client.call('crm.deal.get', { id: 1 }))
    assert.equal(again.code, 'PORTAL_METHOD_LIMITED')
    assert.equal(fixture.calls.filter((call) => call.endsWith('crm.deal.get')).length, 1)
  })

  it('waits for the reset when one command of a batch met the time limit', async () => {
    let isLimited = true
    const finish = Date.now() / 1000
    await using fixture = await portalThat((_, body) => {
      const names = Object.keys(body['cmd'] ?? {})
      if (names.length === 0) return json(200, { result: 'late', time: {} })
      const [first = '', ...others] = names
      const isRefused = isLimited
      isLimited = false
      return json(200, {
        result: {
          result: Object.fromEntries((isRefused ? others : names).map((name) => [name, 'soon'])),
          result_error: isRefused
            ? { [first]: { error: 'OPERATION_TIME_LIMIT', error_description: '' } }
            : [],
          result_total: [],
          result_next: [],
          result_time: Object.fromEntries(
            others.map((name) => [name, { operating: 1, operating_reset_at: finish + 0.02, finish }]),
          ),
        },
        time: {},
      })
    })
    // The other command tells when the method's budget comes back, so the first one knows how long to wait.
    const outcomes = await fixture.client.batch([{ method: 'a.get' }, { method: 'a.get' }])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status === 'ok' && outcome.result),
      ['late', 'soon'],
    )
  })

  it('takes pages of proxies, cut JSON and null as no answer: a read is repeated, a write is unknown', async () => {
    const noise: readonly Answer[] = [
      { status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } },
      { status: 200, body: '<form>login</form>', headers: { 'content-type': 'text/html' } },
      { status: 200, body: '{"result":{"ID":' },
      { status: 200, body: 'null' },
      { status: 200, body: '' },
      { status: 200, body: '{}' },
      { status: 302, body: '', headers: { location: 'https://login.example/' } },
    ]
    for (const answer of noise) {
      let failures = 1
      await using fixture = await portalThat(() => (failures-- > 0 ? answer : OK))
      assert.equal(await fixture.client.call('crm.deal.get', { id: 1 }), true)
      assert.equal(fixture.calls.length, 2)
      failures = 1
      const error = await errorOf(fixture.client.call('crm.deal.add', { fields: {} }))
      assert.ok(error instanceof UnknownOutcomeError, `${answer.body} gave ${error.code}`)
      assert.equal(fixture.calls.length, 3)
    }
  })

  it('gives up a read after its repeats', async () => {
    await using fixture = await portalThat(() => 'cut', { retries: 2 })
    const error = await errorOf(fixture.client.call('crm.deal.get', { id: 1 }))
    assert.ok(error instanceof RetryableError)
    assert.equal(fixture.calls.length, 3)
  })

  it('repeats a write that never left, and says so when it cannot be sent at all', async () => {
    await using fixture = await portalThat(() => OK)
    const { port } = await closedPort()
    const client = createPortalClient({
      webhook: `http://127.0.0.1:${port}/rest/1/${SECRET}/`,
      allowHosts: ['127.0.0.1:*'],
      random: () => 0,
      retries: 1,
    })
    const error = await errorOf(client.call('crm.deal.add', { fields: {} }))
    await client.close()
    assert.ok(error instanceof RetryableError && error.code === 'PORTAL_UNREACHABLE')
    assert.equal(client.facts().requests, 2)
    assert.equal(fixture.calls.length, 0)
  })

  it('limits the time of a silent portal', async () => {
    await using fixture = await portalThat(() => 'silence', { retries: 0, timeouts: { totalMs: 30 } })
    assert.ok((await errorOf(fixture.client.call('crm.deal.get'))) instanceof RetryableError)
    assert.ok((await errorOf(fixture.client.call('crm.deal.add'))) instanceof UnknownOutcomeError)
  })

  it('keeps a cancelled write that was sent as an unknown outcome', async () => {
    const stop = new AbortController()
    await using fixture = await portalThat(() => {
      setImmediate(() => stop.abort())
      return 'silence'
    })
    const error = await errorOf(fixture.client.call('crm.deal.add', {}, { signal: stop.signal }))
    assert.ok(error instanceof UnknownOutcomeError)
    assert.equal(fixture.client.facts().inFlight, 0)
  })

  it('limits the size of an answer', async () => {
    await using fixture = await portalThat(() => json(200, { result: 'x'.repeat(5000) }), {
      maxBodyBytes: 1000,
      retries: 0,
    })
    assert.ok((await errorOf(fixture.client.call('crm.deal.get'))) instanceof RetryableError)
  })

  it('refuses plain http and private addresses unless they are allowed', () => {
    for (const webhook of [
      'http://portal.example/rest/1/abc/',
      'https://10.0.0.1/rest/1/abc/',
      'https://localhost/rest/1/abc/',
      'https://portal.example/some/where/',
      'not a url',
    ]) {
      assert.throws(
        () => createPortalClient({ webhook }),
        (error) => error instanceof ConfigError && !inspect(error).includes('abc'),
      )
    }
    assert.throws(() =>
      createPortalClient({ webhook: 'https://127.0.0.1:8443/rest/1/abc/', allowHosts: ['127.0.0.1:80'] }),
    )
  })

  it('never prints the webhook: not in errors, logs or facts', async () => {
    const lines: string[] = []
    const note = (facts: unknown, message: string): void => void lines.push(inspect(facts), message)
    const log = { debug: note, info: note, warn: note, error: note }
    const bodies: readonly (Answer | 'cut')[] = [
      json(400, { error: `E ${SECRET}`, error_description: `see https://x/rest/1/${SECRET}/crm` }),
      { status: 502, body: `<html>${SECRET}</html>` },
      json(403, { error: 'INVALID_CREDENTIALS', error_description: SECRET }),
      'cut',
    ]
    for (const body of bodies) {
      await using fixture = await portalThat(() => body, { log, retries: 1 })
      for (const method of ['crm.deal.get', 'crm.deal.add']) {
        const error = await errorOf(fixture.client.call(method))
        lines.push(inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error.stack))
      }
      lines.push(inspect(fixture.client.facts(), { depth: 9 }), inspect(fixture.client, { depth: 9 }))
    }
    assert.ok(lines.length > 20)
    assert.doesNotMatch(lines.join('\n'), new RegExp(SECRET))
  })

  it('shares one limits object between the clients of one portal', async () => {
    const limits = new PortalLimits('mine', { burst: 3, reserve: 0, perSecond: 0.001 })
    const webhook = 'https://portal.example/rest/1/abc/'
    const [one, two] = [
      createPortalClient({ webhook }),
      createPortalClient({ webhook, limits: { burst: 9 } }),
    ]
    assert.equal(one.facts().tokens, two.facts().tokens)
    const own = createPortalClient({ webhook, limits })
    assert.equal(own.facts().tokens, 3)
    await Promise.all([one.close(), two.close(), own.close()])
  })
})

/** A port on which nobody listens. */
async function closedPort(): Promise<{ port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return { port }
}
