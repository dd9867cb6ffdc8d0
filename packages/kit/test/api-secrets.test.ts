import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { ApiClient } from '../src/api-client.ts'
import type { ApiClientOptions, ApiRequest } from '../src/client.ts'
import { json, raw, reset, startServer, type Answer } from './http-server.ts'

const GIVEN = 'S3ntinel/given+key'
const TOKEN = 'S3ntinel-rotating-token'
const PERSON = 'ivan.petrov@mail.example'
const PHONE = '+7 (912) 345-67-89'

class SecretClient extends ApiClient {
  readonly #password: string

  constructor(options: ApiClientOptions, password: string) {
    super(options)
    this.#password = password
  }

  protected override authenticate(request: ApiRequest): void {
    request.headers['authorization'] = `Basic ${Buffer.from(`api:${this.#password}`).toString('base64')}`
    request.headers['x-session'] = TOKEN
    request.query['apiKey'] = GIVEN
  }
}

/** Answers that give back everything they were sent, as real systems do in their error pages. */
const echo =
  (status: number, type: 'json' | 'html'): Answer =>
  (request, response, socket) => {
    const everything = `${request.url} ${JSON.stringify(request.headers)} ${request.body} ${TOKEN} ${PERSON} ${PHONE}`
    const answer =
      type === 'json'
        ? json({ message: everything, code: TOKEN, errors: { [GIVEN]: everything } }, status, {
            location: `https://x.example/${GIVEN}`,
          })
        : raw(`<html>${everything}`, status)
    answer(request, response, socket)
  }

const answers: Readonly<Record<string, Answer>> = {
  'a refusal that echoes the request': echo(422, 'json'),
  'an error page that echoes the request': echo(500, 'html'),
  'an auth refusal': echo(401, 'json'),
  'a rate limit': echo(429, 'json'),
  'a redirect': echo(302, 'json'),
  'a page instead of data': echo(200, 'html'),
  'truncated JSON': raw(`{"echo":"${GIVEN} ${TOKEN} ${PERSON}`),
  'a cut line': reset,
  'an answer that is no HTTP': (_request, _response, socket) => {
    socket.end(`${GIVEN} ${TOKEN}\r\n\r\n`)
  },
}

describe('no secret and no personal data comes out of a client', () => {
  for (const [name, answer] of Object.entries(answers)) {
    for (const method of ['GET', 'POST'] as const) {
      test(`after ${name} to a ${method}`, async (t) => {
        const server = await startServer(t, answer)
        const lines: unknown[] = []
        const note = (...line: unknown[]): void => {
          lines.push(line)
        }
        await using client = new SecretClient(
          {
            system: 'Acme',
            baseUrl: server.url,
            allowHosts: ['127.0.0.1:*'],
            secrets: [GIVEN],
            random: () => 0,
            retries: 1,
            log: { debug: note, info: note, warn: note, error: note },
          },
          'S3ntinel-password',
        )
        const endpoint = `rest/1/S3ntinelhook/contacts/${encodeURIComponent(PERSON)}/${encodeURIComponent(GIVEN)}`
        const error: unknown = await client
          .call(
            method,
            endpoint,
            { phone: PHONE, key: GIVEN, name: 'S3ntinel-password' },
            { query: { q: PHONE } },
          )
          .catch((caught: unknown) => caught)
        assert.ok(error instanceof Error && server.seen.length > 0)
        const shown = [
          inspect(error, { depth: 20, showHidden: true }),
          JSON.stringify(error),
          String(error.stack),
          inspect(client, { depth: 20 }),
          inspect(lines, { depth: 20 }),
        ].join('\n')
        assert.match(shown, /Acme/)
        for (const sentinel of [
          /S3ntinel/i,
          /ivan|petrov/i,
          /\(912\)|345-67/,
          /UzNudGlu|MzbnRpbmVs|TM250aW5lb/,
        ]) {
          assert.doesNotMatch(shown, sentinel)
        }
      })
    }
  }

  test('nor after a failed connection or a name that does not resolve', async () => {
    for (const baseUrl of ['http://127.0.0.1:1/S3ntinelpath', 'https://s3ntinel.invalid']) {
      await using client = new SecretClient(
        { system: 'Acme', baseUrl, allowHosts: ['127.0.0.1:*'], secrets: [GIVEN, 'S3ntinel'], retries: 0 },
        'S3ntinel-password',
      )
      const error: unknown = await client
        .call('GET', GIVEN, { key: GIVEN })
        .catch((caught: unknown) => caught)
      assert.match(inspect(error), /CLIENT_UNREACHABLE/)
      assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /S3ntinel/i)
    }
  })
})
