import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, ParkError, PermanentError, RetryableError, Secret, UnknownOutcomeError } from '@mufta/kit'
import { TrytonClient } from '../src/client.ts'
import { FakeTryton, type FakeAnswer, type FakeCall } from './fake-tryton.ts'

const sentinel = 'sentinel-2718'

const refusals: readonly (readonly [
  name: string,
  error: unknown,
  type: new (...args: never) => Error,
  code: string,
])[] = [
  ['a business error is permanent', ['UserError', ['No party.', '', null]], PermanentError, 'TRYTON_REFUSED'],
  [
    'a question to a person parks',
    ['UserWarning', ['stock_1', 'Stock is low.', 'Go on?']],
    ParkError,
    'TRYTON_WARNING',
  ],
  [
    'a write conflict is tried again',
    ['ConcurrencyException', 'Records were modified'],
    RetryableError,
    'TRYTON_CONFLICT',
  ],
  [
    'a second factor pauses the connection',
    ['LoginException', ['code', 'Code?', 'char']],
    AuthError,
    'TRYTON_LOGIN',
  ],
  ['a busy database is tried again', ['database is locked', 'Traceback'], RetryableError, 'TRYTON_BUSY'],
  ['a fault of the server is permanent', ["'nope'", 'Traceback'], PermanentError, 'TRYTON_FAULT'],
  ['an error of unknown shape is permanent', { odd: true }, PermanentError, 'TRYTON_FAULT'],
]

for (const [name, error, type, code] of refusals) {
  test(`${name}, although HTTP says 200`, async () => {
    await withFake(
      () => ({ error }),
      async (client) => {
        const thrown = await failure(client.model('sale.sale', 'quote', [[1]]))
        assert.ok(thrown instanceof type, String(thrown))
        assert.equal('code' in thrown ? thrown.code : undefined, code)
      },
    )
  })
}

test('neither the password nor the server’s traceback gets into an error', async () => {
  const bad = `Bad password ${sentinel}`
  const traceback = `Traceback in /srv/tryton ${sentinel}`
  for (const error of [
    ['UserError', [bad, '']],
    ['UserWarning', ['name', bad, '']],
    [bad, traceback],
  ]) {
    await withFake(
      () => ({ error }),
      async (client) => {
        const thrown = await failure(client.model('sale.sale', 'quote', [[1]]))
        assert.doesNotMatch(
          JSON.stringify(thrown) + String(thrown.stack),
          new RegExp(`${sentinel}|/srv/tryton`),
        )
      },
    )
  }
})

test('whoever meets an expired session logs in once and goes on', async () => {
  const answer = (call: FakeCall): FakeAnswer =>
    sessionOf(call) !== 's1' ? { result: [{ id: 1 }] } : { status: 401 }
  await withFake(answer, async (client, fake) => {
    const reads = Array.from({ length: 5 }, () => client.read('sale.sale', [], ['id']))
    assert.equal((await Promise.all(reads)).length, 5)
    // Two calls are under way at once; the second may notice after the first has renewed the session.
    assert.ok(fake.logins === 2 || fake.logins === 3, `${fake.logins} logins`)
  })
})

test('a session that is refused right after the login pauses the connection instead of going round', async () => {
  await withFake(
    () => ({ status: 401 }),
    async (client, fake) => {
      assert.ok((await failure(client.read('sale.sale', [], ['id']))) instanceof AuthError)
      assert.ok(fake.logins <= 2)
    },
  )
})

test('a creation whose answer was lost is unknown and not sent again', async () => {
  await withFake(
    () => 'hang-up',
    async (client, fake) => {
      assert.ok((await failure(client.model('sale.sale', 'create', [[{}]]))) instanceof UnknownOutcomeError)
      assert.equal(fake.countOf('model.sale.sale.create'), 1)
    },
  )
})

test('a reading whose answer was lost is asked again', async () => {
  await withFake(
    (_call, number) => (number === 1 ? 'hang-up' : { result: [{ id: 1 }] }),
    async (client) => assert.deepEqual(await client.read('sale.sale', [], ['id']), [{ id: 1 }]),
  )
})

test('a button is pressed again after a lost answer, for twice does nothing more', async () => {
  await withFake(
    (_call, number) => (number === 1 ? 'hang-up' : { result: null }),
    async (client, fake) => {
      await client.model('sale.sale', 'confirm', [[1]], { repeatable: true })
      assert.equal(fake.countOf('model.sale.sale.confirm'), 2)
    },
  )
})

async function withFake(
  answer: (call: FakeCall, number: number) => FakeAnswer,
  body: (client: TrytonClient, fake: FakeTryton) => Promise<void>,
): Promise<void> {
  await using fake = await FakeTryton.start(answer)
  const client = new TrytonClient({
    url: `http://${fake.host}`,
    database: 'shop',
    user: 'exchange',
    password: new Secret(sentinel),
    allowHosts: [fake.host],
    random: () => 0,
  })
  try {
    await body(client, fake)
  } finally {
    await client.close()
  }
}

function sessionOf(call: FakeCall): string | undefined {
  const encoded = call.authorization?.replace('Session ', '') ?? ''
  return Buffer.from(encoded, 'base64').toString().split(':')[2]
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.fail('It should have been refused'),
    (error: unknown) => error as Error,
  )
}
