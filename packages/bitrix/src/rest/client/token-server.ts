import {
  AuthError,
  checkUrl,
  decodeJson,
  encodeQuery,
  RetryableError,
  safeText,
  TransportError,
  type Redactor,
} from '@mufta/kit'
import type { Origins } from './origins.ts'
import type { OAuthOptions } from './options.ts'
import type { TokenPair } from './token-store.ts'

/**
 * The auth server's side of a refresh. The client secret goes only here, in a form body: Bitrix24's docs show a GET
 * with a query, which would put it into access logs; the official JavaScript SDK posts the same fields.
 */
export class TokenServer {
  readonly #options: OAuthOptions
  readonly #origins: Origins
  readonly #allowHosts: readonly string[]
  readonly #timeoutMs: number

  constructor(options: OAuthOptions, origins: Origins, allowHosts: readonly string[], timeoutMs: number) {
    this.#options = options
    this.#origins = origins
    this.#allowHosts = allowHosts
    this.#timeoutMs = timeoutMs
  }

  /**
   * @throws AuthError `PORTAL_TOKEN_DEAD` (the refresh token is used up), `PORTAL_APPLICATION`, `PORTAL_GONE`,
   *   `PORTAL_PAYMENT`; RetryableError `PORTAL_AUTH_UNREACHABLE`
   */
  async refresh(pair: TokenPair, redactor: Redactor): Promise<TokenPair> {
    const origin = checkUrl(
      pair.authServer ?? this.#options.authServer ?? AUTH_SERVER,
      this.#allowHosts,
    ).origin
    const answer = await this.#post(origin, {
      grant_type: 'refresh_token',
      client_id: this.#options.clientId,
      client_secret: this.#options.clientSecret,
      refresh_token: pair.refreshToken,
    })
    const body = objectOf(answer.text)
    const error = body?.['error']
    if (typeof error === 'string' && error !== '') throw refusal(error, body, origin, answer.status, redactor)
    if (answer.status === 404) throw refusal('not_found', body, origin, answer.status, redactor)
    const accessToken = textOf(body, 'access_token')
    const refreshToken = textOf(body, 'refresh_token')
    if (answer.status !== 200 || accessToken === undefined || refreshToken === undefined) {
      throw unreachable(origin, `gave no tokens (HTTP ${answer.status})`)
    }
    return {
      accessToken,
      refreshToken,
      ...optional('endpoint', this.#usable(textOf(body, 'client_endpoint'))?.href),
      // `domain` here is the auth server, not the portal: it is not read.
      authServer: this.#usable(textOf(body, 'server_endpoint'))?.origin ?? origin,
      ...optional('memberId', textOf(body, 'member_id')),
    }
  }

  async #post(origin: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
    try {
      return await this.#origins.get(origin).send({
        method: 'POST',
        path: '/oauth/token/',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: encodeQuery(fields),
        timeoutMs: this.#timeoutMs,
      })
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      throw unreachable(origin, `did not answer (${error.reason})`)
    }
  }

  #usable(address: string | undefined): URL | undefined {
    return address === undefined ? undefined : checkUrl(address, this.#allowHosts)
  }
}

const AUTH_SERVER = 'https://oauth.bitrix.info'

function refusal(
  code: string,
  body: Readonly<Record<string, unknown>> | undefined,
  origin: string,
  httpStatus: number,
  redactor: Redactor,
): Error {
  if (code === 'CONNECTION_ERROR' || code === 'temporarily_unavailable' || httpStatus >= 500) {
    return unreachable(origin, `refused for now (HTTP ${httpStatus})`)
  }
  const [ownCode, text] = REFUSALS.get(code.toLowerCase()) ?? DEFAULT_REFUSAL
  const description = textOf(body, 'error_description') ?? ''
  return new AuthError(ownCode, `Auth server ${new URL(origin).host} refused new tokens: ${text}`, {
    facts: {
      system: 'portal',
      endpoint: 'oauth/token',
      httpStatus,
      systemCode: safeText(code, redactor, 80),
      systemMessage: safeText(description, redactor),
    },
  })
}

const DEFAULT_REFUSAL = ['PORTAL_APPLICATION', 'check the application in the portal'] as const
const REFUSALS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['invalid_grant', ['PORTAL_TOKEN_DEAD', 'the refresh token is used up; authorise the application again']],
  ['expired_token', ['PORTAL_TOKEN_DEAD', 'the refresh token is over; authorise the application again']],
  [
    'invalid_client',
    ['PORTAL_APPLICATION', 'the application is unknown, not installed, or its key is wrong'],
  ],
  ['not_found', ['PORTAL_GONE', 'the portal is gone']],
  ['portal_deleted', ['PORTAL_GONE', 'the portal is gone']],
  ['payment_required', ['PORTAL_PAYMENT', 'the paid period is over']],
])

function unreachable(origin: string, what: string): RetryableError {
  return new RetryableError('PORTAL_AUTH_UNREACHABLE', `Auth server ${new URL(origin).host} ${what}`, {
    facts: { system: 'portal', endpoint: 'oauth/token' },
  })
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body = decodeJson(text)
    return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined // An HTML page: the status tells the rest.
  }
}

function textOf(body: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = body?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function optional<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, string>>)
}
