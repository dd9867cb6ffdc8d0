import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SitePairing } from '../src/settings-store/site-pairing.ts'
import { newConnection, PASSWORD, RIGHT_KEY, startAdmin, WEBHOOK, type Answered } from './fakes/admin.ts'

const HOOK_SECRET = 'sentinelhook88'
const TOKEN = 'sentinel-application-token'
const SECOND_KEY = 'sentinel "second" <key>\\'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
}

describe('a secret', () => {
  it('is in no answer of any route, in no header, no log, and nowhere in the store in the open', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const answers: Answered[] = []
    const site = { kind: 'rest', webhook: WEBHOOK, applicationToken: TOKEN }
    answers.push(await admin.post('/connections', newConnection('shop-crm', { site })))
    answers.push(
      await admin.put('/connections/shop-crm', {
        version: 1,
        settings: { url: 'https://a.example', apiKey: SECOND_KEY },
      }),
    )
    answers.push(await admin.put('/connections/shop-crm/secrets/settings.apiKey', { value: SECOND_KEY }))
    answers.push(
      await admin.post('/check', { name: 'shop-crm', site, connector: 'fake', settings: { url: RIGHT_KEY } }),
    )
    answers.push(await admin.post('/connections', newConnection('other', { connector: RIGHT_KEY })))
    answers.push(await admin.post('/connections', newConnection('other', { site: { kind: WEBHOOK } })))
    const document = (await admin.get<Document>('/openapi.json')).body
    let looked = 0
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        if (method === 'delete' || path.includes('/session') || path.includes('stream')) continue
        const concrete = path
          .replace('/api', '')
          .replace(/\{(name|connection)\}/, 'shop-crm')
          .replace('{version}', '1')
          .replace(/\{\w+\}/g, '1')
        // Bodies with secrets in all the wrong places too.
        const body =
          method === 'get' ? undefined : { value: TOKEN, reason: 'x', login: 'x', [RIGHT_KEY]: RIGHT_KEY }
        answers.push(await admin.call(method.toUpperCase(), concrete, body))
        looked++
      }
    }
    assert.ok(looked > 15)
    for (const answer of answers) {
      const all = answer.text + JSON.stringify([...answer.headers])
      for (const sentinel of [
        RIGHT_KEY,
        HOOK_SECRET,
        TOKEN,
        SECOND_KEY,
        JSON.stringify(SECOND_KEY).slice(1, -1),
        PASSWORD,
      ])
        assert.ok(!all.includes(sentinel), `it says ${sentinel}: ${all.slice(0, 300)}`)
    }
    const kept = JSON.stringify([
      await place.store.admin.connections(),
      await place.store.admin.versions('shop-crm'),
      await place.store.admin.secrets(),
      await place.store.admin.audit({ limit: 500 }),
      await place.store.admin.credentials('admin'),
      place.store.journalTail({ limit: 1000 }),
      place.lines,
    ])
    for (const sentinel of [RIGHT_KEY, HOOK_SECRET, TOKEN, 'second', PASSWORD])
      assert.ok(!kept.includes(sentinel), sentinel)
  })

  it('is sealed anew with a new key, on the page too', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    await admin.post('/connections', newConnection('shop-crm'))
    const list = (await admin.get<{ keys: string[]; secrets: { path: string; key: string }[] }>('/secrets'))
      .body
    assert.deepEqual(list.keys, ['k1'])
    assert.deepEqual(
      list.secrets.map(({ path, key }) => `${path} ${key}`),
      ['settings.apiKey k1', 'site.webhook k1'],
    )
    assert.deepEqual((await admin.post('/secrets/rotate')).body, { rotated: 0, left: 0 })
  })

  it('is sealed anew together with the pairing codes that still wait', async (t) => {
    const resealed: string[] = []
    const pairing: SitePairing = {
      find: async () => null,
      start: () => Promise.reject(new Error('not asked for')),
      reseal: async (connection) => void resealed.push(connection),
    }
    const admin = await (await startAdmin(t, { pairing })).as('admin')
    await admin.post('/connections', newConnection('shop-crm'))
    assert.equal((await admin.post('/secrets/rotate')).status, 200)
    assert.deepEqual(resealed, ['shop-crm'])
  })
})
