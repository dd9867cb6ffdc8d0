import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { codeLetters } from '@mufta/bitrix'
import { Secret, type ConnectorLog } from '@mufta/kit'
import { generateKey, openSqliteStore, parseKeys, Vault, type Store } from '@mufta/runtime'
import { pairedCredentials } from '../src/bridge/paired-key.ts'
import { answerPairing, resealPairing, startPairing, type PairingDeps } from '../src/bridge/pairing.ts'
import { openBox, pairProof } from '../../bitrix/src/bridge/pairing.ts'

const silent: ConnectorLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

interface Bench extends PairingDeps {
  readonly store: Store
  readonly vault: Vault
  now: number
}

async function openBench(context: TestContext): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-pair-'))
  const store = await openSqliteStore({ path: join(folder, 'a.db'), role: 'runtime' })
  context.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const bench: Bench = {
    store,
    vault: new Vault(parseKeys(generateKey('k1'))),
    allowHosts: async (connection) => (connection === 'gone' ? null : []),
    log: silent,
    clock: () => bench.now,
    now: 1_772_359_200_000,
  }
  return bench
}

const site = {
  siteUrl: 'https://shop.example.ru',
  moduleId: 'acme.crm',
  endpoint: 'https://shop.example.ru/bitrix/services/main/ajax.php?action=acme:crm.bridge.call',
}

function present(code: string, change: Partial<typeof site> & { proof?: string } = {}) {
  const nonce = randomBytes(16).toString('hex')
  const { siteUrl, moduleId, endpoint } = { ...site, ...change }
  const proof = change.proof ?? pairProof(codeLetters(code), { nonce, siteUrl, moduleId })
  return { v: 1, connection: 'shop-crm', proof, nonce, siteUrl, moduleId, endpoint }
}

describe('pairing a site', () => {
  test('gives both ends one key, of which the store holds no letter', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'shop-crm')
    const request = present(code)

    const answer = await answerPairing(bench, request)

    assert.equal(answer.status, 200)
    const key = openBox(codeLetters(code), request.nonce, String(answer.body['box']))
    const credentials = pairedCredentials(bench.store, bench.vault, 'shop-crm')()
    const { endpoint } = site
    assert.deepEqual(credentials, { keyId: key.key, secret: key.secret, endpoint, since: bench.now })
    assert.match(key.secret, /^[0-9a-f]{64}$/)
    const secrets = await bench.store.admin.secrets()
    assert.deepEqual(
      secrets.map(({ path }) => path),
      ['pairing.key'],
    )
    const kept = `${JSON.stringify(secrets)}${bench.store.value('bridge/shop-crm/pairing')}`
    assert.ok(!kept.includes(key.secret) && !kept.includes(codeLetters(code)))
    assert.ok(!JSON.stringify(bench.store.journalTail({})).includes(key.secret))
  })

  test('works once: a code is spent by its first right proof', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'shop-crm')

    const answers = await Promise.all([1, 2, 3].map(() => answerPairing(bench, present(code))))

    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 403, 403])
  })

  test('is over after fifteen minutes', async (context) => {
    const bench = await openBench(context)
    const { code, until } = await startPairing(bench, 'shop-crm')
    bench.now = until
    assert.equal((await answerPairing(bench, present(code))).status, 403)
    bench.now = until - 1
    assert.equal((await answerPairing(bench, present(code))).status, 200)
  })

  test('ends after five wrong proofs, also when they come at once', async (context) => {
    for (const isAtOnce of [false, true]) {
      const bench = await openBench(context)
      const { code } = await startPairing(bench, 'shop-crm')
      const wrong = (): Promise<unknown> => answerPairing(bench, present(code, { proof: 'f'.repeat(64) }))
      if (isAtOnce) await Promise.all([1, 2, 3, 4].map(wrong))
      else for (let round = 0; round < 4; round++) await wrong()
      assert.equal((await answerPairing(bench, present(code))).status, 200, 'four are borne')

      const second = await startPairing(bench, 'shop-crm')
      for (let round = 0; round < 5; round++) await wrong()
      assert.equal((await answerPairing(bench, present(second.code))).status, 403)
    }
  })

  test('refuses a code of another connection, and a stranger learns nothing from the answer', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'other')
    const unknown = await answerPairing(bench, present(code))
    await startPairing(bench, 'shop-crm')
    const wrong = await answerPairing(bench, present(code))
    assert.deepEqual(unknown, wrong)
    assert.equal(wrong.status, 403)
  })

  test('is refused for a connection that was taken away after the code was made', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'gone')
    const answer = await answerPairing(bench, { ...present(code), connection: 'gone' })
    assert.equal(answer.status, 403)
    assert.deepEqual(await bench.store.admin.secrets(), [])
  })

  test('refuses an endpoint off the site, or one that must not be called, and keeps the code', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'shop-crm')
    const elsewhere = await answerPairing(bench, present(code, { endpoint: 'https://evil.example/x' }))
    const inside = { siteUrl: 'https://10.0.0.7', endpoint: 'https://10.0.0.7/x' }
    const privately = await answerPairing(bench, present(code, inside))
    assert.deepEqual([elsewhere.status, privately.status], [400, 400])
    assert.match(JSON.stringify(privately.body), /private or local address/)
    assert.equal((await answerPairing(bench, present(code))).status, 200)
  })

  test('a new code makes the one before it worthless', async (context) => {
    const bench = await openBench(context)
    const first = await startPairing(bench, 'shop-crm')
    const second = await startPairing(bench, 'shop-crm')
    assert.equal((await answerPairing(bench, present(first.code))).status, 403)
    assert.equal((await answerPairing(bench, present(second.code))).status, 200)
  })

  test('a code that waits while the key is changed works with the new key alone', async (context) => {
    const bench = await openBench(context)
    const [k1, k2] = [generateKey('k1').reveal(), generateKey('k2').reveal()]
    const withKeys = (keys: string): Bench => ({ ...bench, vault: new Vault(parseKeys(new Secret(keys))) })
    const { code, until } = await startPairing(withKeys(k1), 'shop-crm')
    const row = () => bench.store.value('bridge/shop-crm/pairing')

    await resealPairing(withKeys(`${k2},${k1}`), 'shop-crm')

    const resealed = row()
    await resealPairing(withKeys(k2), 'shop-crm')
    assert.equal(row(), resealed, 'sealed with the key in use: nothing to do')
    assert.equal((JSON.parse(resealed ?? '') as { until: number }).until, until, 'it lives no longer')
    assert.equal((await answerPairing(withKeys(k2), present(code))).status, 200)
    await resealPairing(withKeys(k2), 'shop-crm')
    assert.equal((await answerPairing(withKeys(k2), present(code))).status, 403, 'spent is spent')
  })

  test('a code whose key is gone is forgotten when the key is changed', async (context) => {
    const bench = await openBench(context)
    const [k1, k2] = [generateKey('k1').reveal(), generateKey('k2').reveal()]
    const withKeys = (keys: string): Bench => ({ ...bench, vault: new Vault(parseKeys(new Secret(keys))) })
    const { code } = await startPairing(withKeys(k1), 'shop-crm')

    await resealPairing(withKeys(k2), 'shop-crm')

    assert.equal((await answerPairing(withKeys(k2), present(code))).status, 403)
  })

  test('wakes a connection that paused itself, not one that a person paused', async (context) => {
    const bench = await openBench(context)
    for (const byOperator of [false, true]) {
      await bench.store.pause('shop-crm', { code: 'BRIDGE_NOT_PAIRED', message: '' }, byOperator)
      const { code } = await startPairing(bench, 'shop-crm')
      await answerPairing(bench, present(code))
      assert.equal(bench.store.connectionState('shop-crm').paused, byOperator)
    }
  })

  test('a request of any other shape is 400', async (context) => {
    const bench = await openBench(context)
    const { code } = await startPairing(bench, 'shop-crm')
    for (const body of [null, [], 'x', {}, { ...present(code), v: 2 }, { ...present(code), extra: 1 }]) {
      assert.equal((await answerPairing(bench, body)).status, 400)
    }
  })
})
