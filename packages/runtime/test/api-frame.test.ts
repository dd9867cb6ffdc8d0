import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { startAdmin } from './fakes/admin.ts'

interface Operation {
  readonly security: readonly object[]
  readonly 'x-role'?: string
  readonly operationId: string
  readonly requestBody?: object
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

function operations({ paths }: Document): readonly (readonly [string, string, Operation])[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [method.toUpperCase(), path.replace(/^\/api/, '').replaceAll(/\{\w+\}/g, '1'), operation] as const,
    ),
  )
}

describe('the API', () => {
  it('documents itself from the schemas that validate it', async (t) => {
    const { visitor } = await startAdmin(t)
    const { status, body } = await visitor().get<Document>('/openapi.json')
    assert.deepEqual([status, body.openapi], [200, '3.1.0'])
    const ids = operations(body).map(([, , { operationId }]) => operationId)
    assert.equal(new Set(ids).size, ids.length)
    const change = body.paths['/api/connections/{name}']?.['put']
    assert.match(JSON.stringify(change?.requestBody), /"version":\{"type":"integer"/)
    assert.match(JSON.stringify(body), /"X-CSRF-Token"/)
  })

  it('lets nobody in without a session, and nobody above the own role, on any route', async (t) => {
    const place = await startAdmin(t)
    const document = (await place.visitor().get<Document>('/openapi.json')).body
    const rights = ['viewer', 'operator', 'admin'] as const
    const people = { viewer: await place.as('viewer'), operator: await place.as('operator') }
    let guarded = 0
    for (const [method, path, operation] of operations(document)) {
      if (operation.security.length === 0) continue
      guarded++
      const stranger = await place.visitor().call(method, path)
      assert.deepEqual([stranger.status, stranger.body['error']], [401, 'SIGN_IN'], `${method} ${path}`)
      const needed = rights.indexOf(operation['x-role'] as (typeof rights)[number])
      for (const [role, someone] of Object.entries(people)) {
        if (rights.indexOf(role as 'viewer') >= needed) continue
        const refused = await someone.call(method, path)
        assert.deepEqual(
          [refused.status, refused.body['error']],
          [403, 'NOT_ALLOWED'],
          `${role} ${method} ${path}`,
        )
      }
    }
    assert.ok(guarded > 15)
    const isPublic = operations(document).filter(([, , { security }]) => security.length === 0)
    assert.deepEqual([...new Set(isPublic.map(([, path]) => path))].sort(), [
      '/session',
      '/session/first',
      '/session/portal',
    ])
  })

  it('lets an operator change no settings', async (t) => {
    const place = await startAdmin(t)
    const document = (await place.visitor().get<Document>('/openapi.json')).body
    const settings = operations(document).filter(
      ([method, path]) =>
        method !== 'GET' &&
        /^\/(users|secrets|check|connections)(\/1)?(\/(versions|secrets)\/.*|\/rotate|\/invite)?$/.test(path),
    )
    assert.ok(settings.length >= 10)
    for (const [method, path, operation] of settings)
      assert.equal(operation['x-role'], 'admin', `${method} ${path}`)
  })

  it('answers with headers that let nothing run, be framed, guessed or kept', async (t) => {
    const { visitor } = await startAdmin(t)
    for (const path of ['/session', '/users', '/no-such-address', '/openapi.json']) {
      const { headers } = await visitor().get(path)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; frame-ancestors 'none'/)
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
      assert.equal(headers.get('access-control-allow-origin'), null)
    }
  })

  it('refuses what it cannot read, each in its own words', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const refusals = [
      await admin.get('/no-such-address'),
      await admin.call('POST', '/users', '{"login":'),
      await admin.call('POST', '/users', 'x'.repeat(1024 * 1024 + 1)),
      await admin.post('/users', { login: 1, role: 'king', password: 'p', more: true }),
      await admin.get('/audit?limit=many'),
      await admin.call('POST', '/users', '{}', { 'content-type': 'application/xml' }),
    ]
    assert.deepEqual(
      refusals.map(({ status, body }) => [status, body['error']]),
      [
        [404, 'NOT_FOUND'],
        [400, 'BAD_JSON'],
        [413, 'TOO_LARGE'],
        [422, 'INVALID'],
        [422, 'INVALID'],
        [415, 'NOT_JSON'],
      ],
    )
    assert.deepEqual(Object.keys(refusals[3]?.body['fields'] as object).sort(), ['login', 'more', 'role'])
    assert.deepEqual(Object.keys(refusals[4]?.body['fields'] as object), ['limit'])
  })

  it('says nothing of an error that is none of ours', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    t.mock.method(place.store.admin, 'users', () => Promise.reject(new Error('sentinel in a foreign error')))
    const failed = await admin.get('/users')
    assert.deepEqual([failed.status, failed.body['error']], [500, 'UNEXPECTED'])
    assert.ok(!(failed.text + place.lines.join('')).includes('sentinel'))
    assert.ok(place.lines.some((line) => line.includes('A request of the admin page failed')))
  })
})

describe('the page', () => {
  async function built(t: TestContext): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'mufta-page-'))
    t.after(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'dist', 'assets'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'outside')
    await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>Mufta</title>')
    await writeFile(join(folder, 'dist', 'assets', 'index-B1x_9zQw.js'), 'export {}'.repeat(500))
    return join(folder, 'dist')
  }

  it('is served strictly: nothing inline may run, nothing from outside, and nobody frames it', async (t) => {
    const { url } = await startAdmin(t, { pageFolder: await built(t) })
    const page = await fetch(`${url}/admin`)
    assert.equal(page.url, `${url}/admin/`)
    assert.match(await page.text(), /Mufta/)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; script-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
    assert.equal(page.headers.get('x-frame-options'), 'DENY')
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    const again = await fetch(`${url}/admin/`, {
      headers: { 'if-none-match': page.headers.get('etag') ?? '' },
    })
    assert.equal(again.status, 304)
  })

  it('may be framed by installed portals alone', async (t) => {
    const { url } = await startAdmin(t, {
      pageFolder: await built(t),
      portals: ['https://a.example', 'https://b.example'],
    })
    const { headers } = await fetch(`${url}/admin/`)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /frame-ancestors https:\/\/a\.example https:\/\/b\.example$/,
    )
    assert.equal(headers.get('x-frame-options'), null)
  })

  it('keeps hashed files for ever and sends them packed', async (t) => {
    const { url } = await startAdmin(t, { pageFolder: await built(t) })
    const script = await fetch(`${url}/admin/assets/index-B1x_9zQw.js`)
    assert.match(script.headers.get('cache-control') ?? '', /immutable/)
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/)
    assert.equal(script.headers.get('content-encoding'), 'gzip')
    assert.equal((await script.text()).length, 4500)
    const plain = await fetch(`${url}/admin/assets/index-B1x_9zQw.js`, {
      headers: { 'accept-encoding': 'identity' },
    })
    assert.equal(plain.headers.get('content-encoding'), null)
  })

  it('lets no path lead out of its folder', async (t) => {
    const { url } = await startAdmin(t, { pageFolder: await built(t) })
    for (const path of [
      '../secret.txt',
      '%2e%2e/secret.txt',
      '..%2fsecret.txt',
      'assets/..%5c..%5csecret.txt',
      'assets',
    ]) {
      const answer = await fetch(`${url}/admin/${path}`)
      assert.equal(answer.status, 404, path)
      assert.ok(!(await answer.text()).includes('outside'))
    }
  })

  it('says how to build it where it is not built', async (t) => {
    const { url } = await startAdmin(t, { pageFolder: '/no/such/folder' })
    const answer = await fetch(`${url}/admin/`)
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /npm run build/)
  })
})
