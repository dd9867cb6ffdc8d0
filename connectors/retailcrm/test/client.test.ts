import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import {
  AuthError,
  MuftaError,
  parsePhpForm,
  PermanentError,
  RateLimitedError,
  UnknownOutcomeError,
} from '@mufta/kit'
import fc from 'fast-check'
import { budgetOf } from '../src/budget.ts'
import { isCrmCode } from '../src/crm-api.ts'
import { keepLog, openClient } from './crm.ts'
import { apiKey } from './orders.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly html?: string
}

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly form: Record<string, unknown>
}

/** A server that gives the answers in turn (the last one for ever) and keeps what it was asked. 'cut' = no answer. */
async function serve(
  t: TestContext,
  ...answers: readonly (Answer | 'cut')[]
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const reply = (request: IncomingMessage, response: ServerResponse, text: string) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]
    const { method = '', url = '', headers } = request
    seen.push({ method, url, headers, form: parsePhpForm(text) })
    if (answer === 'cut' || answer === undefined) return void request.socket.destroy()
    const type = answer.html === undefined ? 'application/json' : 'text/html'
    response.writeHead(answer.status, { 'content-type': type })
    response.end(answer.html ?? JSON.stringify(answer.body))
  }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => reply(request, response, text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/retailcrm-${name}.json`, import.meta.url), 'utf8')) as T
}

async function failure(promise: Promise<unknown>): Promise<MuftaError> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof MuftaError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: 'no error' })
}

const stored = { status: 201, body: fixture('orders-create-response') }

describe('rate budget', () => {
  it('never gives out more in any second than the key may use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), (limit) => {
        const { perSecond, burst } = budgetOf(limit)
        assert.ok(perSecond + burst <= limit && perSecond >= limit / 2)
      }),
    )
  })
})

describe('RetailCRM client', () => {
  it('sends an order as JSON text in one form field, with the key in a header', async (t) => {
    const { url, seen } = await serve(t, stored)
    const { client } = openClient(t, url)
    const created = await client.createOrder({ externalId: '1024', firstName: 'Иван & "Ко"' })
    assert.equal(created.id, '7146')
    assert.equal(seen[0]?.url, '/api/v5/orders/create')
    assert.equal(seen[0]?.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.equal(seen[0]?.headers['x-api-key'], apiKey)
    assert.deepEqual(seen[0]?.form, {
      site: 'shop-ru',
      order: '{"externalId":"1024","firstName":"Иван & \\"Ко\\""}',
    })
  })

  it('never repeats a creation whose answer was lost', async (t) => {
    const { url, seen } = await serve(t, 'cut')
    const { client } = openClient(t, url)
    assert.ok((await failure(client.createOrder({ externalId: '1' }))) instanceof UnknownOutcomeError)
    assert.ok((await failure(client.uploadOrders([{ externalId: '1' }]))) instanceof UnknownOutcomeError)
    assert.equal(seen.length, 2)
  })

  it('repeats an edit whose answer was lost', async (t) => {
    const { url, seen } = await serve(t, 'cut', stored)
    const { client } = openClient(t, url)
    await client.editOrder('7146', { managerComment: 'x' })
    assert.equal(seen.length, 2)
    assert.deepEqual(seen[1]?.form, { by: 'id', site: 'shop-ru', order: '{"managerComment":"x"}' })
  })

  it('takes 503 for "slow down" and sends again, also what may not be repeated otherwise', async (t) => {
    const { url, seen } = await serve(
      t,
      { status: 503, body: { success: false, errorMsg: 'Too many' } },
      stored,
    )
    const { client } = openClient(t, url)
    await client.createOrder({ externalId: '1' })
    assert.equal(seen.length, 2)
  })

  it('gives up on lasting 503 as rate limited', async (t) => {
    const { url } = await serve(t, { status: 503, body: undefined, html: '<html>busy</html>' })
    const { client } = openClient(t, url)
    assert.ok((await failure(client.findOrder('1'))) instanceof RateLimitedError)
  })

  it('tells a wrong key from a wrong account', async (t) => {
    const wrongKey = fixture<{ httpStatus: number; body: unknown }>('error-auth')
    const { url } = await serve(
      t,
      { status: wrongKey.httpStatus, body: wrongKey.body },
      { status: 405, body: null, html: '<html>405 Not Allowed</html>' },
    )
    const { client } = openClient(t, url)
    const key = await failure(client.findOrder('1'))
    const account = await failure(client.findOrder('1'))
    assert.ok(key instanceof AuthError && account instanceof AuthError)
    assert.match(key.message, /Wrong .apiKey. value/)
    assert.match(account.message, /no such RetailCRM account/)
  })

  it('knows an order that is there already by the words of the CRM', async (t) => {
    const exists = fixture<{ httpStatus: number; body: unknown }>('error-exists')
    const { url } = await serve(t, { status: exists.httpStatus, body: exists.body })
    const { client } = openClient(t, url)
    const error = await failure(client.createOrder({ externalId: '1024' }))
    assert.ok(error instanceof PermanentError)
    assert.ok(isCrmCode(error, 'ORDER_EXISTS'))
  })

  it('shows the texts of "errors", an object or an array', async (t) => {
    const byField = fixture<{ httpStatus: number; body: unknown }>('error-validation')
    const { url } = await serve(
      t,
      { status: byField.httpStatus, body: byField.body },
      {
        status: 400,
        body: {
          success: false,
          errorMsg: 'Validation error',
          errors: ['items[0].offer.id: Offer with id 7 not found.'],
        },
      },
    )
    const { client } = openClient(t, url)
    const first = await failure(client.createOrder({}))
    const second = await failure(client.createOrder({}))
    assert.match(
      first.message,
      /Order is not loaded.*customer\.externalId: Customer with externalId=2106 not found/,
    )
    assert.ok(isCrmCode(first, 'CUSTOMER_NOT_FOUND'))
    assert.match(second.message, /Validation error.*Offer with id 7 not found/)
    assert.ok(isCrmCode(second, 'OFFER_NOT_FOUND'))
  })

  it('takes "success: false" for a refusal although the status is 200', async (t) => {
    const { url } = await serve(t, { status: 200, body: { success: false, errorMsg: 'Not found' } })
    const { client } = openClient(t, url)
    assert.ok((await failure(client.editOrder('1', {}))) instanceof PermanentError)
  })

  it('reads a partly loaded pack', async (t) => {
    const partly = fixture<{ httpStatus: number; body: unknown }>('orders-upload-460')
    const { url } = await serve(t, { status: partly.httpStatus, body: partly.body })
    const { client } = openClient(t, url)
    const outcome = await client.uploadOrders([{ externalId: '1025' }, { externalId: '1026' }])
    assert.equal(outcome.uploaded.get('1025')?.id, '7147')
    assert.deepEqual(outcome.failed, ['1026'])
    assert.match(outcome.problem ?? '', /Offer with id 1002 not found/)
  })

  it('reads orders asked for at the same time in one request', async (t) => {
    const { url, seen } = await serve(t, {
      status: 200,
      body: {
        success: true,
        orders: [
          { id: 1, status: 'new' },
          { id: 2, status: 'new' },
        ],
      },
    })
    const { client } = openClient(t, url)
    const [one, two, three] = await Promise.all([
      client.readOrders(['1']),
      client.readOrders(['2', '1']),
      client.readOrders(['3']),
    ])
    assert.deepEqual([[...one.keys()], [...two.keys()], [...three.keys()]], [['1'], ['2', '1'], []])
    assert.equal(seen.length, 1)
  })

  it('reads more than a hundred orders in pages', async (t) => {
    const { url, seen } = await serve(t, { status: 200, body: { success: true, orders: [] } })
    const { client } = openClient(t, url)
    await client.readOrders(Array.from({ length: 250 }, (_, index) => String(index + 1)))
    assert.equal(seen.length, 3)
  })

  it('lets one caller go without harm to the others', async (t) => {
    const { url } = await serve(t, {
      status: 200,
      body: { success: true, orders: [{ id: 2, status: 'new' }] },
    })
    const { client } = openClient(t, url)
    const controller = new AbortController()
    const leaving = failure(client.readOrders(['1'], { signal: controller.signal }))
    const staying = client.readOrders(['2'])
    controller.abort()
    assert.equal((await leaving).code, 'ABORTED')
    assert.deepEqual([...(await staying).keys()], ['2'])
  })

  it('leaks the key nowhere: not into errors, not into the log, not into an address', async (t) => {
    const echo = { success: false, errorMsg: `Bad key ${apiKey}`, errors: { [apiKey]: apiKey } }
    const { url, seen } = await serve(t, { status: 400, body: echo }, { status: 403, body: echo }, 'cut')
    const log = keepLog()
    const { client, settings } = openClient(t, url, {}, log)
    const errors = [
      await failure(client.findOrder('1')),
      await failure(client.findOrder('1')),
      await failure(client.createOrder({})),
    ]
    const printed = [
      ...errors.map((error) => JSON.stringify(error) + String(error) + String(error.stack)),
      ...log.lines,
      JSON.stringify(settings),
      ...seen.map((one) => one.url),
    ]
    assert.ok(printed.length > 6)
    for (const text of printed) assert.ok(!text.includes(apiKey), text)
  })
})
