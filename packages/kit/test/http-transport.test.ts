import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { HttpTransport, type TransportOptions, type TransportRequest } from '../src/http-transport.ts'
import { json, raw, reset, silence, startServer } from './http-server.ts'

function open(t: TestContext, baseUrl: string, options: Partial<TransportOptions> = {}): HttpTransport {
  const transport = new HttpTransport({
    baseUrl,
    allowHosts: ['127.0.0.1:*', 'localhost:*'],
    connectMs: 1_000,
    idleMs: 1_000,
    maxBodyBytes: 100_000,
    ...options,
  })
  t.after(() => transport.close())
  return transport
}

function get(path = '/', more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: 'GET', path, headers: {}, timeoutMs: 2_000, ...more }
}

describe('HttpTransport', () => {
  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    test(`unpacks ${encoding} and asks for it`, async (t) => {
      const server = await startServer(t, raw(pack('{"имя":1}'), 200, { 'content-encoding': encoding }))
      assert.equal((await open(t, server.url).send(get())).text, '{"имя":1}')
      assert.match(server.seen[0]?.headers['accept-encoding'] ?? '', new RegExp(encoding))
    })
  }

  test('stops a small body that unpacks to more than the limit', async (t) => {
    const server = await startServer(
      t,
      raw(gzipSync(Buffer.alloc(50_000_000)), 200, { 'content-encoding': 'gzip' }),
    )
    await assert.rejects(open(t, server.url).send(get()), { reason: 'too-large', isSent: true })
  })

  test('a cut or unknown packing is a broken answer', async (t) => {
    const cut = gzipSync('x'.repeat(1_000)).subarray(0, 20)
    const server = await startServer(
      t,
      raw(cut, 200, { 'content-encoding': 'gzip' }),
      raw('x', 200, { 'content-encoding': 'zzz' }),
    )
    const transport = open(t, server.url)
    await assert.rejects(transport.send(get()), { reason: 'broken', isSent: true })
    await assert.rejects(transport.send(get()), { reason: 'broken', isSent: true })
  })

  test('reads the declared character set and marks bytes that do not fit it', async (t) => {
    const server = await startServer(
      t,
      raw(Buffer.from([0xcf, 0xf0]), 200, { 'content-type': 'text/plain; charset=windows-1251' }),
      raw(Buffer.from([0xcf, 0xf0]), 200, { 'content-type': 'application/json' }),
      raw('ok', 200, { 'content-type': 'text/plain; charset=no-such' }),
    )
    const transport = open(t, server.url)
    const answers = [await transport.send(get()), await transport.send(get()), await transport.send(get())]
    assert.deepEqual(
      answers.map(({ isWellEncoded }) => isWellEncoded),
      [true, false, true],
    )
    assert.equal(answers[0]?.text, 'Пр')
  })

  test('follows no redirect and joins repeated headers', async (t) => {
    const server = await startServer(t, (_request, response) => {
      response
        .writeHead(
          307,
          [
            ['location', '/else'],
            ['x-a', '1'],
            ['x-a', '2'],
          ].flat(),
        )
        .end()
    })
    const { status, headers } = await open(t, server.url).send(get())
    assert.deepEqual([status, headers['location'], headers['x-a']], [307, '/else', '1, 2'])
    assert.equal(server.seen.length, 1)
  })

  test('knows that a refused connection, a bad certificate and a queued request were never sent', async (t) => {
    const plain = createServer((socket) => socket.on('error', () => {}).end('no TLS here')).listen(
      0,
      '127.0.0.1',
    )
    await once(plain, 'listening')
    t.after(() => plain.close())
    const address = plain.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await assert.rejects(open(t, `https://127.0.0.1:${port}`).send(get()), { isSent: false, reason: 'tls' })
    await assert.rejects(open(t, 'http://127.0.0.1:1').send(get()), { isSent: false, reason: 'connect' })
    await assert.rejects(open(t, 'https://no-such-host.invalid').send(get()), {
      isSent: false,
      reason: 'dns',
    })
  })

  test('knows that a silent or cut answer may have been sent', async (t) => {
    const server = await startServer(t, reset, silence)
    const transport = open(t, server.url)
    await assert.rejects(transport.send(get('/', { method: 'POST', body: 'x' })), {
      isSent: true,
      reason: 'broken',
    })
    await assert.rejects(transport.send(get('/', { timeoutMs: 200 })), { isSent: true, reason: 'timeout' })
  })

  test('refuses a private address behind a name that is not allowed', async (t) => {
    const server = await startServer(t, json({}))
    const port = new URL(server.url).port
    assert.throws(() => open(t, `https://localhost:${port}`, { allowHosts: [] }), {
      code: 'URL_PRIVATE_ADDRESS',
    })
    assert.equal(server.seen.length, 0)
  })

  test('refuses a header that would smuggle another one', async (t) => {
    const server = await startServer(t, json({}))
    const transport = open(t, server.url)
    await assert.rejects(transport.send(get('/', { headers: { 'x-a': 'b\r\nx-evil: 1' } })), {
      isSent: false,
      reason: 'bad-request',
    })
    await assert.rejects(transport.send(get('/a b')), { isSent: false, reason: 'bad-request' })
    assert.equal(server.seen.length, 0)
  })
})
