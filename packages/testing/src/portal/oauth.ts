import { Refusal } from './refusal.ts'
import { text, type Row } from './rows.ts'

export interface OAuthOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly memberId: string
  readonly scopes: readonly string[]
  readonly accessTokenSeconds: number
  readonly now: () => number
  readonly newToken: () => string
  /** Base of the portal and of the auth server, without a slash at the end. */
  readonly portalUrl: () => string
  readonly serverUrl: () => string
}

const CODE_MS = 30_000

/** The auth server of one installed application: rotating refresh tokens, short access tokens, one-time codes. */
export class OAuthServer {
  readonly #options: OAuthOptions
  readonly #access = new Map<string, number>()
  readonly #codes = new Map<string, number>()
  #refresh: string
  #current: string

  constructor(options: OAuthOptions) {
    this.#options = options
    this.#refresh = options.newToken()
    this.#current = this.#issue()
  }

  /** A token that works now; a new one where the last has run out. */
  get accessToken(): string {
    const expiresAt = this.#access.get(this.#current) ?? 0
    if (expiresAt <= this.#options.now()) this.#current = this.#issue()
    return this.#current
  }

  get refreshToken(): string {
    return this.#refresh
  }

  /** A code as the authorize redirect carries it: 30 seconds, once. */
  authorizationCode(): string {
    const code = this.#options.newToken()
    this.#codes.set(code, this.#options.now() + CODE_MS)
    return code
  }

  /** From now on every access token given out so far is answered `expired_token`. */
  expireAccessTokens(): void {
    for (const token of this.#access.keys()) this.#access.set(token, 0)
  }

  /** The refresh token dies, as when the application is removed: only a person can authorize again. */
  revoke(): void {
    this.expireAccessTokens()
    this.#refresh = this.#options.newToken()
  }

  /** @throws Refusal 401 `invalid_token` or `expired_token` */
  requireAccess(token: string): void {
    const expiresAt = this.#access.get(token)
    if (expiresAt === undefined) {
      throw new Refusal(401, 'invalid_token', 'Unable to get application by token')
    }
    if (expiresAt <= this.#options.now()) {
      throw new Refusal(401, 'expired_token', 'The access token provided has expired')
    }
  }

  /** Answers /oauth/token/. Every refresh gives a new refresh token and kills the old one. */
  token(params: Row): Row {
    if (text(params['client_id']) !== this.#options.clientId) {
      throw new Refusal(401, 'invalid_client', 'Client not found')
    }
    if (text(params['client_secret']) !== this.#options.clientSecret) {
      throw new Refusal(401, 'invalid_client', 'Client authentication failed')
    }
    const grant = text(params['grant_type'])
    if (grant === 'refresh_token') {
      if (text(params['refresh_token']) !== this.#refresh) throw invalidGrant()
      return { ...this.#pair(), expires: this.#expires(), user_id: 1 }
    }
    if (grant === 'authorization_code') {
      const code = text(params['code'])
      const until = this.#codes.get(code)
      this.#codes.delete(code)
      if (until === undefined || until <= this.#options.now()) throw invalidGrant()
      return this.#pair()
    }
    throw new Refusal(400, 'invalid_request', 'Unsupported grant type')
  }

  /** What an event carries when a user caused it. */
  eventTokens(): Row {
    return {
      access_token: this.accessToken,
      expires_in: this.#options.accessTokenSeconds,
      scope: this.#options.scopes.join(','),
      status: 'L',
    }
  }

  #pair(): Row {
    this.#refresh = this.#options.newToken()
    this.#current = this.#issue()
    return {
      access_token: this.#current,
      client_endpoint: `${this.#options.portalUrl()}/rest/`,
      domain: new URL(this.#options.serverUrl()).host,
      expires_in: this.#options.accessTokenSeconds,
      member_id: this.#options.memberId,
      refresh_token: this.#refresh,
      scope: this.#options.scopes.join(','),
      server_endpoint: `${this.#options.serverUrl()}/rest/`,
      status: 'L',
    }
  }

  #expires(): number {
    return Math.floor(this.#options.now() / 1000) + this.#options.accessTokenSeconds
  }

  #issue(): string {
    const token = this.#options.newToken()
    this.#access.set(token, this.#options.now() + this.#options.accessTokenSeconds * 1000)
    return token
  }
}

function invalidGrant(): Refusal {
  return new Refusal(400, 'invalid_grant', 'Invalid refresh token')
}
