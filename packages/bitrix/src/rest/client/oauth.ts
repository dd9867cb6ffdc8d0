import { AuthError, checkUrl, createRedactor, RetryableError, type Redactor } from '@mufta/kit'
import { accountName, type Credentials, type PortalAuth } from './auth.ts'
import type { OAuthOptions } from './options.ts'
import type { TokenServer } from './token-server.ts'
import { MemoryTokenStore, type TokenPair, type TokenStore } from './token-store.ts'
import { sleep, untilAborted } from './wait.ts'

/**
 * OAuth 2 of Bitrix24: refreshed only when the portal refuses the access token (their docs forbid timers). One refresh
 * at a time in this process; between processes the store's compare-and-set decides and the loser loads.
 */
export class OAuth implements PortalAuth {
  readonly account: string
  redactor: Redactor
  readonly #options: OAuthOptions
  readonly #allowHosts: readonly string[]
  readonly #server: TokenServer
  readonly #store: TokenStore
  /** A fresh pair that the store failed to take: the old one is dead, so this must be saved before anything else. */
  #unsaved: { readonly pair: TokenPair; readonly expected: TokenPair | null } | undefined
  /** As stored; null = nothing is stored and the configuration's tokens are in use. */
  #stored: TokenPair | null = null
  #pair: TokenPair
  #movedTo: string | undefined
  #isLoaded = false
  #refreshing: Promise<void> | undefined

  constructor(options: OAuthOptions, allowHosts: readonly string[], server: TokenServer) {
    this.#options = options
    this.#allowHosts = allowHosts
    this.#server = server
    this.#store = options.tokenStore ?? new MemoryTokenStore()
    this.account = accountName('app', options.clientId, options.memberId ?? '')
    checkUrl(options.portal, allowHosts)
    this.#pair = { accessToken: options.accessToken ?? '', refreshToken: options.refreshToken }
    this.redactor = this.#makeRedactor()
  }

  host(): string {
    return this.#base().host
  }

  async present(signal?: AbortSignal): Promise<Credentials> {
    if (!this.#isLoaded) await this.#refreshOnce(() => this.#loadFirst(), signal)
    if (this.#pair.accessToken === '') await this.#refreshOnce(() => this.#refresh(''), signal)
    return this.#credentials()
  }

  async renew(refused: Credentials, signal?: AbortSignal): Promise<Credentials> {
    const used = refused.token ?? ''
    if (this.#pair.accessToken === used) await this.#refreshOnce(() => this.#refresh(used), signal)
    return this.#credentials()
  }

  moveTo(origin: string): void {
    this.#movedTo = origin
  }

  async #refreshOnce(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    // Shared: one caller's abort must not take the new tokens away from the others.
    this.#refreshing ??= work().finally(() => {
      this.#refreshing = undefined
    })
    await untilAborted(this.#refreshing, signal)
  }

  async #loadFirst(): Promise<void> {
    const stored = await this.#store.load()
    if (stored !== null) this.#adopt(stored)
    this.#isLoaded = true
  }

  async #refresh(used: string): Promise<void> {
    if (this.#pair.accessToken !== used) return
    if (this.#unsaved !== undefined) return this.#save(this.#unsaved.pair, this.#unsaved.expected)
    const stored = await this.#store.load()
    if (stored !== null && stored.accessToken !== used && stored.refreshToken !== this.#pair.refreshToken) {
      return this.#adopt(stored)
    }
    if (stored !== null) this.#stored = stored
    const expected = this.#stored
    const fresh = await this.#askServer(used)
    if (fresh !== null) await this.#save(fresh, expected)
  }

  /** null = another process was faster and its pair is adopted. */
  async #askServer(used: string): Promise<TokenPair | null> {
    try {
      const fresh = await this.#server.refresh(this.#pair, this.redactor)
      this.#checkMember(fresh)
      return fresh
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'PORTAL_TOKEN_DEAD') throw error
      // Another process may have used this refresh token a moment ago and be about to store its answer.
      for (let look = 0; look < LOOKS; look++) {
        const stored = await this.#store.load()
        if (
          stored !== null &&
          stored.accessToken !== used &&
          stored.refreshToken !== this.#pair.refreshToken
        ) {
          this.#adopt(stored)
          return null
        }
        if (this.#options.tokenStore === undefined) break
        await sleep(LOOK_MS)
      }
      throw error
    }
  }

  async #save(pair: TokenPair, expected: TokenPair | null): Promise<void> {
    this.#unsaved = { pair, expected }
    let isWinner: boolean
    try {
      isWinner = await this.#store.save(pair, expected)
    } catch (cause) {
      throw new RetryableError(
        'PORTAL_TOKEN_STORE',
        'The new portal tokens could not be stored; they are kept in memory',
        {
          cause,
        },
      )
    }
    this.#unsaved = undefined
    const present = isWinner ? pair : await this.#store.load()
    this.#adopt(present ?? pair)
  }

  #adopt(pair: TokenPair): void {
    this.#stored = pair
    this.#pair = pair
    this.#movedTo = undefined
    this.redactor = this.#makeRedactor()
  }

  #credentials(): Credentials {
    return { base: this.#base(), token: this.#pair.accessToken }
  }

  #base(): URL {
    const endpoint = new URL(this.#pair.endpoint ?? new URL('/rest/', this.#options.portal))
    const base = this.#movedTo === undefined ? endpoint : new URL(endpoint.pathname, this.#movedTo)
    if (!base.pathname.endsWith('/')) base.pathname += '/'
    return checkUrl(base, this.#allowHosts)
  }

  #checkMember(pair: TokenPair): void {
    const expected = this.#options.memberId
    if (expected === undefined || pair.memberId === undefined || pair.memberId === expected) return
    throw new AuthError(
      'PORTAL_WRONG_MEMBER',
      `The tokens belong to another portal than ${this.host()}; authorise the application again`,
    )
  }

  #makeRedactor(): Redactor {
    const { clientSecret, refreshToken } = this.#options
    const secrets = [clientSecret, refreshToken, this.#pair.accessToken, this.#pair.refreshToken]
    return createRedactor(secrets.filter((secret) => secret !== ''))
  }
}

const LOOKS = 8
const LOOK_MS = 250
