import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { AuthError, ParkError, PermanentError, RetryableError, Secret } from '@mufta/kit'
import { planOrders } from '../src/plan.ts'
import { NAME, startBench, until, type Bench } from './fakes/bench.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'
import { deliver, eventForm } from './fakes/http.ts'

const KEY = 'sentinel-key-9f2c7d51'
const WEBHOOK = 'sentinelhook4417'
const ANSWER = 'sentinel-answer-00c2'
const TOKEN = 'sentinel-token-71aa'
const PERSON = 'sentinel.person@example.com'
const SENTINELS = [KEY, WEBHOOK, ANSWER, TOKEN, PERSON]

/** What a careless shop or connector writes into its errors. */
const TEXT = `GET https://portal.example/rest/1/${WEBHOOK}/sale.order.get?apiKey=${KEY} answered 500 to ${PERSON}`

type Side = 'shop' | 'crm'

/** A bench whose settings, URLs and answers all hold something that must not come out. */
function sentinelBench(t: TestContext): Promise<Bench> {
  const shop = new FakeShop({ token: TOKEN })
  const crm = new FakeCrm({ internal: ANSWER })
  const settings = { hookToken: KEY, apiKey: new Secret(KEY) }
  return startBench(t, {
    shop,
    crm,
    settings,
    parts: { secrets: [WEBHOOK, TOKEN] },
    backoff: { attempts: 2 },
    runtime: { http: { host: '127.0.0.1', port: 0 } },
  })
}

const errors: Readonly<Record<string, () => unknown>> = {
  'a foreign error': () => Object.assign(new Error(TEXT), { url: TEXT, cause: new Error(TEXT) }),
  'a thrown text': () => TEXT,
  'a refusal': () =>
    new PermanentError('CRM_REFUSED', TEXT, { facts: { systemMessage: TEXT }, cause: new Error(TEXT) }),
  'an outage': () => new RetryableError('CRM_DOWN', TEXT, { facts: { endpoint: TEXT } }),
  'a park reason': () => new ParkError('CRM_UNMAPPED', TEXT),
  'a dead key': () => new AuthError('CRM_KEY_REVOKED', TEXT, { facts: { systemMessage: TEXT } }),
}

/** Everything that leaves the process or stays on the disk. */
async function everything(bench: Bench): Promise<string> {
  const { store, runtime, lines } = bench
  const metrics = await fetch(`${runtime.url}/metrics`).then((response) => response.text())
  const plan = await planOrders(
    store,
    runtime.connection(NAME),
    ['1', '2', '3'],
    new AbortController().signal,
  ).catch((error: unknown) => runtime.connection(NAME).failure(error))
  return JSON.stringify([
    lines,
    metrics,
    plan,
    store.journalTail({ limit: 10_000 }),
    store.deadJobs({}),
    store.lanes({}),
    store.connectionState(NAME),
    store.binding(NAME, 'order', '1'),
    store.binding(NAME, 'order', '2'),
  ])
}

function assertSilent(text: string): void {
  for (const sentinel of SENTINELS) {
    const at = text.indexOf(sentinel)
    assert.equal(at, -1, `it says: ${text.slice(Math.max(0, at - 200), at)}…`)
  }
}

describe('a secret', () => {
  for (const side of ['shop', 'crm'] as const satisfies readonly Side[]) {
    for (const [what, make] of Object.entries(errors)) {
      it(`in ${what} of the ${side} comes out nowhere`, async (t) => {
        const bench = await sentinelBench(t)
        bench.shop.place('1')
        await bench.tell('1')
        await bench.idle()
        const methods =
          side === 'shop' ? ['readOrders', 'writeOrder'] : ['read', 'create', 'find', 'dictionaries']
        bench[side].faults.before = ({ method }) => {
          if (!methods.includes(method)) return
          // A careless connector throws anything.
          // oxlint-disable-next-line only-throw-error
          throw make()
        }
        bench.shop.place('2')
        await Promise.all([bench.tell('1'), bench.tell('2')])
        await until(
          () => bench.store.journalTail({}).some(({ kind }) => ['dead', 'park', 'pause'].includes(kind)),
          'the end of it',
        )
        const all = await everything(bench)
        assert.match(all, /CRM_|UNEXPECTED/)
        assertSilent(all)
      })
    }
  }

  it('of a delivery, good or bad, comes out nowhere', async (t) => {
    const bench = await sentinelBench(t)
    bench.shop.place('1')
    const answers = await Promise.all([
      deliver(bench.runtime.url, eventForm('1', { token: TOKEN })),
      deliver(bench.runtime.url, eventForm('1', { token: KEY })),
      deliver(bench.runtime.url, eventForm(PERSON, { token: TOKEN })),
      deliver(bench.runtime.url, '1', { path: `/hooks/${NAME}/external?token=${KEY}x` }),
      deliver(bench.runtime.url, '1', { path: `/hooks/${KEY}/site` }),
      deliver(bench.runtime.url, '1', { path: `/${KEY}` }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 403, 400, 401, 404, 404],
    )
    await bench.idle()
    assertSilent(JSON.stringify(answers) + (await everything(bench)))
  })

  it('of an answer is not in the plan, which shows only fields of the mapper', async (t) => {
    const bench = await sentinelBench(t)
    bench.shop.place('1')
    bench.shop.place('2', {
      customer: { id: '1', email: PERSON, phone: null, name: null, address: null, zip: null },
    })
    await bench.tell('1')
    await bench.idle()
    bench.shop.edit('1', { managerComment: 'new' })
    const all = await everything(bench)
    assert.match(all, /"action":"change"/)
    assert.match(all, /"action":"create"/)
    assertSilent(all)
  })
})
